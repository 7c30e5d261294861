//! Does this backup restore that wallet? Nothing changes.

use super::bring::bring;
use super::{Flow, trouble};
use crate::prompt::window::{Line, Mark, News, Row, WindowSession};
use crate::tool::backup::{BackupError, Facts};
use crate::tool::check::LOOK_THROUGH;
use crate::tool::shares::fingerprint;

/// What the backup is held against.
enum Against {
    Fingerprint(String),
    Address(String),
    Nothing,
}

/// Checks one.
pub fn check(session: &mut WindowSession) -> Flow {
    let say = session.messages();
    let title = say.tool_home_check();
    let rows = vec![
        Row::new(
            say.tool_check_fingerprint(),
            say.tool_check_fingerprint_text(),
        ),
        Row::new(say.tool_check_address(), say.tool_check_address_text()),
        Row::new(say.tool_check_nothing(), say.tool_check_nothing_text()),
    ];
    let against = match session.menu(title, say.tool_check_lead(), rows)? {
        0 => Against::Fingerprint(session.line(Line {
            title,
            lead: say.tool_check_fingerprint_text().to_owned(),
            label: say.tool_fingerprint().to_owned(),
            read: Box::new(move |typed| {
                fingerprint(typed).map_err(|_| say.tool_check_fingerprint_wrong().to_owned())
            }),
            remark: Box::new(|_| String::from(" ")),
            secret: false,
        })?),
        1 => Against::Address(session.line(Line {
            title,
            lead: say.tool_check_address_text().to_owned(),
            label: say.tool_check_address().to_owned(),
            read: Box::new(move |typed| match typed.trim().len() {
                40.. => Ok(typed.trim().to_owned()),
                _ => Err(say.tool_check_address_wrong().to_owned()),
            }),
            remark: Box::new(|_| String::from(" ")),
            secret: false,
        })?),
        _ => Against::Nothing,
    };
    let brought = bring(session)?;
    let known = Facts::of(&brought.words, &brought.passphrase, LOOK_THROUGH);
    drop(brought);
    let known = match known {
        Ok(known) => known,
        Err(error) => return trouble(session, title, error.sentence(say)),
    };
    let found = known.fingerprint.clone();
    let verdict = match &against {
        Against::Fingerprint(wanted) if *wanted != found => Err(BackupError::OtherWallet {
            found: found.clone(),
        }),
        Against::Address(wanted) if !known.has(wanted) => Err(BackupError::OtherAddress {
            found: found.clone(),
        }),
        Against::Nothing => Ok(say.backup_sound(&found)),
        _ => Ok(say.backup_restores(&found)),
    };
    let (mark, text) = match verdict {
        Ok(text) => (Mark::Good, text),
        Err(error) => (Mark::Bad, error.sentence(say)),
    };
    session.told(News::new(title, mark, text).of_wallet(found))
}
