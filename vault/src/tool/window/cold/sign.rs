//! Signing what a computer with a network asks for, after the person has seen
//! it as the vault itself reads it.

use std::path::{Path, PathBuf};

use jiaozi_cold::{ColdError, Message, Request, export};
use jiaozi_custody::ColdRefusal;
use jiaozi_custody::keys::Keys;
use jiaozi_types::agent::AgentError;

use super::places::{first_folder, save};
use crate::prompt::messages::Messages;
use crate::prompt::window::{Code, Mark, News, Shown, Wanted, WindowSession};
use crate::prompt::{PromptError, SecretNeed, Session};
use crate::tool::output::FileError;
use crate::tool::sign::{SignError, read_message};
use crate::tool::wallet::Wallet;
use crate::tool::window::bring::bring;

/// Files in a folder that may be frames of a request.
const ENDINGS: [&str; 6] = ["png", "jpg", "jpeg", "webp", "txt", "ur"];

/// Reads a request, shows it, signs it and shows the answer.
///
/// # Errors
/// [`PromptError`] when the person leaves; nothing is signed then, or it was
/// shown already.
pub fn sign(session: &mut WindowSession) -> Result<(), PromptError> {
    let say = session.messages();
    let request = request(session)?;
    let answer = answer(session, request)?;
    let shown = answer.and_then(|message| {
        let frames = export::window(&message)?;
        Ok((message, frames))
    });
    let (message, frames) = match shown {
        Ok(shown) => shown,
        Err(error) => return refuse(session, &error),
    };
    let code = Code {
        title: say.sign_answer_title(),
        lead: say.sign_answer_lead().to_owned(),
        frames,
        to_file: true,
    };
    loop {
        match session.show_code(code.clone())? {
            Shown::Done => return Ok(()),
            Shown::ToFile => {
                let name = "jiaozi-signature.txt";
                save(session, &[&message], name, say.sign_answer_title())?;
            }
        }
    }
}

/// Asks for the request until there is one that can be read.
fn request(session: &mut WindowSession) -> Result<Request, PromptError> {
    let say = session.messages();
    let wanted = Wanted {
        title: say.sign_title(),
        lead: say.sign_lead(),
        field: say.sign_field(),
        accept: say.sign_read(),
        start: first_folder(),
        trouble: None,
    };
    session.place_until(wanted, |place| {
        read(place).map_err(|error| said(&error, say).join(" "))
    })
}

fn read(place: &Path) -> Result<Request, SignError> {
    let files = match place.is_dir() {
        true => frames_in(place)?,
        false => vec![place.to_owned()],
    };
    if files.is_empty() {
        return Err(ColdError::NoFrame.into());
    }
    Ok(Request::read(&read_message(&files)?)?)
}

/// The files of a folder that may be frames: pictures, and texts with frames.
fn frames_in(folder: &Path) -> Result<Vec<PathBuf>, SignError> {
    let failed = |fault| FileError::new(folder, fault);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        let ending = file.extension().and_then(|ending| ending.to_str());
        let fits = ending.is_some_and(|ending| {
            ENDINGS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(ending))
        });
        // A remark beside the frames is not one of them.
        let is_remark = || {
            let text = ending.is_some_and(|ending| ending.eq_ignore_ascii_case("txt"));
            text && read_message(std::slice::from_ref(&file))
                .is_err_and(|error| matches!(error, SignError::Request(ColdError::NoFrame)))
        };
        if fits && file.is_file() && !is_remark() {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

/// Asks for the wallet, shows the request and signs it.
fn answer(
    session: &mut WindowSession,
    request: Request,
) -> Result<Result<Message, SignError>, PromptError> {
    let brought = bring(session)?;
    let wallet = match Keys::under(&brought.words, &brought.passphrase) {
        Ok(keys) => Wallet::Words(Box::new(keys)),
        Err(error) => return Ok(Err(error.into())),
    };
    drop(brought);
    let asked = match wallet.read(request) {
        Ok(asked) => asked,
        Err(refusal) => return Ok(Err(refusal.into())),
    };
    session.approve(&asked.reading, SecretNeed::None, None)?;
    Ok(match wallet.sign(asked) {
        Ok(answer) => Ok(answer.message()),
        Err(refusal) => Err(refusal.into()),
    })
}

fn refuse(session: &mut WindowSession, error: &SignError) -> Result<(), PromptError> {
    let say = session.messages();
    session.told(News::ended(
        say.sign_title(),
        Mark::Bad,
        say.cold_declined(),
        said(error, say),
    ))
}

/// What happened, and what to do.
fn said(error: &SignError, say: Messages) -> Vec<String> {
    let next = match error {
        SignError::Request(error) => match error {
            ColdError::Incomplete { .. } => Some(say.sign_next_frames()),
            // These sentences say what to do themselves.
            ColdError::DamagedFrame | ColdError::OtherMessage => None,
            ColdError::TooLarge | ColdError::Malformed(_) | ColdError::DataType(_) => {
                Some(say.sign_next_other())
            }
            _ => Some(say.sign_next_request()),
        },
        SignError::Refused(refusal) => match refusal {
            ColdRefusal::OtherWallet { .. } => Some(say.sign_next_wallet()),
            ColdRefusal::Agent(AgentError::Undecodable { .. }) => Some(say.sign_next_other()),
            ColdRefusal::Agent(_) => None,
            _ => Some(say.sign_next_watch()),
        },
        SignError::File(_) => Some(say.sign_next_file()),
        SignError::Agent(_) => None,
    };
    let mut lines = vec![error.sentence(say)];
    lines.extend(next.map(str::to_owned));
    lines
}
