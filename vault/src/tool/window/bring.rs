//! A wallet that the person brings: its words in whatever form, and the BIP-39
//! passphrase of the few that have one.

use jiaozi_custody::Words;
use jiaozi_custody::words::WordsPassphrase;

use crate::prompt::PromptError;
use crate::prompt::window::{Ask, Row, WindowSession};
use crate::prompt::wording::rule;

/// Words, and what belongs to them.
pub struct Brought {
    /// The words.
    pub words: Words,
    /// Their passphrase.
    pub passphrase: WordsPassphrase,
}

/// Asks for them.
pub fn bring(session: &mut WindowSession) -> Result<Brought, PromptError> {
    let words = session.bring_wallet()?;
    let passphrase = passphrase(session, false)?;
    Ok(Brought { words, passphrase })
}

/// Asks whether there is a passphrase, and for it; twice where it is a new one.
pub fn passphrase(session: &mut WindowSession, new: bool) -> Result<WordsPassphrase, PromptError> {
    let say = session.messages();
    let rows = vec![
        Row::new(say.tool_passphrase_none(), say.tool_passphrase_none_text()),
        Row::new(say.tool_passphrase_some(), say.tool_passphrase_some_text()),
    ];
    if session.menu(
        say.backup_passphrase_ask(),
        say.backup_passphrase_why(),
        rows,
    )? == 0
    {
        return Ok(WordsPassphrase::none());
    }
    session.passphrase(Ask {
        title: say.backup_passphrase_ask(),
        lead: say.backup_passphrase_why().to_owned(),
        label: say.backup_passphrase_ask(),
        new,
        read: Box::new(move |typed| WordsPassphrase::new(typed).map_err(|why| rule(why, say))),
    })
}
