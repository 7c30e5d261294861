//! The vault by itself, in its window: what the commands of the terminal do, for
//! those who would rather be led. Each file is one thing that a person comes
//! for; all of them are written as one dialogue after the other, over the same
//! functions as the commands.
//!
//! Refusing a question leads back to the first page, and what was typed is
//! overwritten. Closing the window ends the program.

mod bring;
mod check;
mod cold;
mod home;
mod make;
mod sealed;
mod shares;
mod sheet;
mod show;

use std::thread;

use jiaozi_types::agent::Appearance;

use super::backup::Facts;
use super::network::{self, Network};
use crate::prompt::PromptError;
use crate::prompt::messages::Messages;
use crate::prompt::window::{self, Addresses, Mark, News, WindowSession};

pub use cold::{sign, watch};
pub use home::run as talk;
pub use shares::{check, combine, split};

/// What a flow ends with: refused questions lead back.
type Flow = Result<(), PromptError>;

/// Opens the window and does what the person asks for until it is closed.
///
/// # Errors
/// `Unavailable` where no window can be opened.
pub fn run(look: Appearance) -> Result<(), PromptError> {
    let (prompt, windows) = window::windows();
    // The main thread belongs to the window.
    let talk = thread::spawn(move || {
        let mut session = prompt.open_tool(look, notice)?;
        home::run(&mut session);
        Ok(())
    });
    windows.run();
    talk.join().unwrap_or(Err(PromptError::Unavailable))
}

/// Whether there is a screen to open a window on.
pub fn has_screen() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// What the band says: whether this computer has a network up.
pub fn notice(say: Messages) -> (String, bool) {
    match network::look() {
        Network::Up(names) => (say.tool_network_up(names.join(", ")), true),
        Network::Down => (say.tool_network_down().to_owned(), false),
        Network::Unknown => (say.tool_network_unknown().to_owned(), true),
    }
}

/// Something went wrong, in words.
fn trouble(session: &mut WindowSession, title: &'static str, text: String) -> Flow {
    session.told(News::new(title, Mark::Bad, text))
}

/// A wallet's fingerprint and first addresses.
fn facts(say: Messages, title: &'static str, text: String, facts: Facts) -> News {
    let lists = [
        (say.backup_evm(), facts.evm),
        (say.backup_core(), facts.core),
    ];
    let named = |(name, rows): (&str, _)| Addresses {
        name: name.to_owned(),
        rows,
    };
    News::new(title, Mark::Plain, text)
        .of_wallet(facts.fingerprint)
        .with_addresses(lists.map(named).into())
}
