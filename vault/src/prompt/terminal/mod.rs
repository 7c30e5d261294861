//! The vault's questions on a terminal, for the command line. It talks to the
//! controlling terminal itself, so that what is asked and typed passes through
//! neither the shell's pipes nor its output. Secrets are not echoed; words
//! stand on the alternate screen and are wiped.

mod backup;
mod page;
mod session;
mod shares;
mod tty;

use std::path::PathBuf;

use jiaozi_custody::{PersonalPhrase, Reading};
use jiaozi_types::agent::{Appearance, Language};
use jiff::tz::TimeZone;

use super::messages::Messages;
use super::wording::approval;
use super::{CancelToken, Prompt, PromptError, Session};
pub use session::TerminalSession;
use tty::Tty;

/// Asks on a terminal.
#[derive(Debug, Clone)]
pub struct TerminalPrompt(PathBuf);

impl TerminalPrompt {
    /// Asks on the process's controlling terminal.
    pub fn controlling() -> Self {
        Self::on("/dev/tty")
    }

    /// Asks on the terminal with this path.
    pub fn on(terminal: impl Into<PathBuf>) -> Self {
        Self(terminal.into())
    }
}

impl TerminalPrompt {
    /// A dialogue of the tool: what only a terminal can ask.
    pub fn tool(&self, language: Language) -> Result<TerminalSession, PromptError> {
        let tty = Tty::open(&self.0, CancelToken::new()).map_err(|_| PromptError::Unavailable)?;
        Ok(TerminalSession::new(tty, Messages::of(language)))
    }
}

/// What a signature would do, as the terminal prompt prints it: for scripts that
/// consent beforehand.
pub fn sheet_text(reading: &Reading, language: Language) -> String {
    let say = Messages::of(language);
    page::sheet(&approval(reading, say, &TimeZone::system()))
}

impl Prompt for TerminalPrompt {
    /// `Unavailable` when there is no terminal.
    fn open(
        &self,
        look: Appearance,
        phrase: Option<PersonalPhrase>,
        cancel: CancelToken,
    ) -> Result<Box<dyn Session>, PromptError> {
        let tty = Tty::open(&self.0, cancel).map_err(|error| {
            tracing::debug!(%error, "no terminal to ask on");
            PromptError::Unavailable
        })?;
        let mut session = TerminalSession::new(tty, Messages::of(look.language));
        session.greet(phrase.as_ref())?;
        Ok(Box::new(session))
    }
}
