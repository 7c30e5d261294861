//! Splitting a wallet among people: how, then its shares, one at a time, each
//! checked back from the paper; or a sheet of paper each.

use jiaozi_custody::Words;
use jiaozi_custody::shares::{self, Plan, Share, SharePassphrase};

use super::super::cold::places::first_folder;
use crate::prompt::PromptError;
use crate::prompt::window::{Back, Choice, Mark, News, ShareText, Wanted, WindowSession};
use crate::tool::backup::BackupError;
use crate::tool::share_text::{Sheets, write_sheets};
use crate::tool::shares::{ToolError, fingerprint_of};

/// How the shares leave the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    ByHand,
    Printed,
}

/// Splits a wallet.
///
/// # Errors
/// [`PromptError`] when the person leaves. Shares that were shown by then are
/// good for nothing unless they are enough.
pub fn split(session: &mut WindowSession) -> Result<(), PromptError> {
    let say = session.messages();
    let words = session.bring_wallet()?;
    let (plan, with_passphrase) = session.describe_plan()?;
    let passphrase = match with_passphrase {
        true => session.new_share_passphrase()?,
        false => SharePassphrase::none(),
    };
    let made = make(&words, &plan, &passphrase);
    let language = words.language();
    drop::<Words>(words);
    let (made, fingerprint) = match made {
        Ok(made) => made,
        Err(error) => {
            return session.told(News::ended(
                say.split_title(),
                Mark::Bad,
                say.split_failed(),
                vec![error.sentence(say)],
            ));
        }
    };
    let sheets = Sheets {
        say,
        plan: &plan,
        fingerprint,
        language,
        passphrase: with_passphrase,
    };
    let all: Vec<&Share> = made.iter().flatten().collect();
    match way(session)? {
        Way::ByHand => by_hand(session, &all, &sheets),
        Way::Printed => printed(session, &all, &sheets),
    }
}

fn make(
    words: &Words,
    plan: &Plan,
    passphrase: &SharePassphrase,
) -> Result<(Vec<Vec<Share>>, String), ToolError> {
    let made = shares::split(words, plan, passphrase)?;
    Ok((made, fingerprint_of(words)?))
}

fn way(session: &mut WindowSession) -> Result<Way, PromptError> {
    let say = session.messages();
    session.pick(
        say.split_title(),
        say.split_way_lead(),
        vec![
            Choice {
                value: Way::ByHand,
                name: say.split_by_hand(),
                note: say.split_by_hand_note(),
            },
            Choice {
                value: Way::Printed,
                name: say.split_printed(),
                note: say.split_printed_note(),
            },
        ],
    )
}

fn by_hand(
    session: &mut WindowSession,
    all: &[&Share],
    sheets: &Sheets<'_>,
) -> Result<(), PromptError> {
    let say = session.messages();
    for (share, number) in all.iter().zip(1_usize..) {
        loop {
            session.show_share(ShareText {
                title: sheets.title(share),
                notes: sheets.notes(share),
                words: share.words(),
            })?;
            match session.check_back(share.words(), number, sheets.title(share))? {
                Back::Right => break,
                Back::ShowAgain => {}
            }
        }
    }
    session.told(News::ended(
        say.split_title(),
        Mark::Good,
        say.split_done(),
        vec![
            say.split_done_checked(all.len(), &sheets.fingerprint),
            say.split_done_apart().to_owned(),
            say.split_words_only().to_owned(),
        ],
    ))
}

fn printed(
    session: &mut WindowSession,
    all: &[&Share],
    sheets: &Sheets<'_>,
) -> Result<(), PromptError> {
    let say = session.messages();
    let wanted = Wanted {
        title: say.split_title(),
        lead: say.split_folder_lead(),
        field: say.split_folder_field(),
        accept: say.place_save(),
        start: first_folder(),
        trouble: None,
    };
    let folder = session.place_until(wanted, |folder| {
        let written = write_sheets(folder, all, sheets);
        written.map_err(|error| match &error {
            BackupError::File(error) => error.unwritten(say),
            _ => error.sentence(say),
        })?;
        Ok(folder.to_owned())
    })?;
    session.told(News::ended(
        say.split_title(),
        Mark::Good,
        say.split_done(),
        vec![
            say.split_done_sheets(all.len(), folder.display()),
            say.split_done_print().to_owned(),
            say.split_done_apart().to_owned(),
            say.split_words_only().to_owned(),
        ],
    ))
}
