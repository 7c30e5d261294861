//! The vault's windows: 480x640, ink frame and seal, the personal phrase on
//! each. The agent's threads hold a [`WindowPrompt`]; the main thread runs the
//! [`WindowLoop`] that it came with.
#![allow(
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "places and sizes on the screen; money is never a float"
)]

mod app;
mod dialogue;
mod flows;
mod look;
mod ornament;
mod screens;
mod secret_field;
mod session;
mod wait;
mod widgets;
mod word_sheet;

use std::sync::mpsc::{Sender, channel};

use jiaozi_custody::PersonalPhrase;
use jiaozi_types::agent::Appearance;

use super::{CancelToken, Prompt, PromptError, Session};
use app::Opening;
use dialogue::Manner;

pub use app::{WINDOW, WindowLoop};
pub use dialogue::Dialogue;
pub use session::WindowSession;

pub(crate) use screens::{
    Addresses, Ask, Back, Choice, Code, Gathered, Line, Mark, News, Row, ShareText, SharesFor,
    Shown, Wanted,
};

use crate::prompt::messages::Messages;

/// Asks in windows.
pub struct WindowPrompt(Sender<Opening>);

/// A prompt for the agent's threads and the loop for the main thread.
pub fn windows() -> (WindowPrompt, WindowLoop) {
    let (sender, receiver) = channel();
    (WindowPrompt(sender), WindowLoop(receiver))
}

impl Prompt for WindowPrompt {
    fn open(
        &self,
        look: Appearance,
        phrase: Option<PersonalPhrase>,
        cancel: CancelToken,
    ) -> Result<Box<dyn Session>, PromptError> {
        let session = self.session(look, Manner::Questions(phrase), cancel)?;
        Ok(Box::new(session))
    }
}

impl WindowPrompt {
    /// The window of the vault by itself. `notice` is what its band says of the
    /// computer, and whether that needs care.
    pub fn open_tool(
        &self,
        look: Appearance,
        notice: fn(Messages) -> (String, bool),
    ) -> Result<WindowSession, PromptError> {
        self.session(look, Manner::Tool(notice), CancelToken::new())
    }

    fn session(
        &self,
        look: Appearance,
        manner: Manner,
        cancel: CancelToken,
    ) -> Result<WindowSession, PromptError> {
        let (steps, taken) = channel();
        let (opened, answer) = channel();
        let opening = Opening {
            look,
            manner,
            cancel,
            steps: taken,
            opened,
        };
        self.0.send(opening).map_err(|_| PromptError::Unavailable)?;
        let context = answer.recv().map_err(|_| PromptError::Unavailable)??;
        let say = Messages::of(look.language);
        Ok(WindowSession::new(say, steps, move || {
            context.request_repaint();
        }))
    }
}

/// A dialogue without an operating system's window, and the session that asks
/// in it: for driving every screen in tests. The context it is
/// drawn in needs [`prepare`].
pub fn detached(look: Appearance, phrase: Option<PersonalPhrase>) -> (Dialogue, WindowSession) {
    let (steps, taken) = channel();
    let say = Messages::of(look.language);
    let session = WindowSession::new(say, steps, || {});
    (
        Dialogue::new(say, Manner::Questions(phrase), taken),
        session,
    )
}

/// The same for the vault by itself, on a computer without a network.
pub fn detached_tool(look: Appearance) -> (Dialogue, WindowSession) {
    let (steps, taken) = channel();
    let say = Messages::of(look.language);
    let session = WindowSession::new(say, steps, || {});
    let notice = |say: Messages| (say.tool_network_down().to_owned(), false);
    (Dialogue::new(say, Manner::Tool(notice), taken), session)
}

/// Gives a context the vault's fonts and colours.
pub fn prepare(context: &egui::Context, look: Appearance) {
    look::install(context, look);
}
