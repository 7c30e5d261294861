//! Giving another computer what it needs to watch a wallet, and nothing else.

use jiaozi_cold::{ColdError, Message, WatchKey, export};
use jiaozi_custody::keys::Keys;
use jiaozi_types::CoinType;

use super::places::save;
use crate::prompt::PromptError;
use crate::prompt::messages::Messages;
use crate::prompt::window::{Choice, Code, Mark, News, Shown, WindowSession};
use crate::tool::sign::SignError;
use crate::tool::wallet::Wallet;
use crate::tool::window::bring::bring;

/// Shows a wallet's public keys as a code, and writes them to a file.
///
/// # Errors
/// [`PromptError`] when the person leaves.
pub fn watch(session: &mut WindowSession) -> Result<(), PromptError> {
    let say = session.messages();
    match keys(session)? {
        Ok(keys) => show(session, &keys),
        Err(error) => session.told(News::ended(
            say.watch_title(),
            Mark::Bad,
            say.watch_failed(),
            vec![error.sentence(say)],
        )),
    }
}

fn keys(session: &mut WindowSession) -> Result<Result<Vec<WatchKey>, SignError>, PromptError> {
    let brought = bring(session)?;
    let keys = Keys::under(&brought.words, &brought.passphrase)
        .map(|keys| Wallet::Words(Box::new(keys)))
        .and_then(|wallet| wallet.watch_keys());
    Ok(keys.map_err(SignError::from))
}

fn show(session: &mut WindowSession, keys: &[WatchKey]) -> Result<(), PromptError> {
    let say = session.messages();
    let coin = session.pick(
        say.watch_title(),
        say.watch_lead(),
        vec![
            Choice {
                value: CoinType::Ether,
                name: say.watch_evm(),
                note: say.watch_evm_note(),
            },
            Choice {
                value: CoinType::Conflux,
                name: say.watch_core(),
                note: say.watch_core_note(),
            },
        ],
    )?;
    let made = code(keys, coin, say);
    let (code, messages) = match made {
        Ok(made) => made,
        Err(error) => {
            return session.told(News::ended(
                say.watch_title(),
                Mark::Bad,
                say.watch_failed(),
                vec![SignError::from(error).sentence(say)],
            ));
        }
    };
    // A file holds both keys: whoever reads it takes the one it wants.
    let all: Vec<&Message> = messages.iter().collect();
    loop {
        match session.show_code(code.clone())? {
            Shown::Done => return Ok(()),
            Shown::ToFile => save(session, &all, "jiaozi-watch.txt", say.watch_title())?,
        }
    }
}

fn code(
    keys: &[WatchKey],
    coin: CoinType,
    say: Messages,
) -> Result<(Code, Vec<Message>), ColdError> {
    // The chosen one first: a code shows one alone.
    let (chosen, others): (Vec<&WatchKey>, Vec<&WatchKey>) =
        keys.iter().partition(|key| key.coin == coin);
    let ordered = chosen.into_iter().chain(others);
    let messages: Vec<Message> = ordered.map(WatchKey::message).collect::<Result<_, _>>()?;
    let shown = messages.first().ok_or(ColdError::NoAccountKey)?;
    let code = Code {
        title: say.watch_title(),
        lead: say.watch_show().to_owned(),
        frames: export::window(shown)?,
        to_file: true,
    };
    Ok((code, messages))
}
