//! The recovery sheet, filled in or blank, as a PDF file.

use jiff::Zoned;

use super::bring::{Brought, bring};
use super::cold::places::first_folder;
use super::{Flow, make, trouble};
use crate::prompt::messages::Messages;
use crate::prompt::window::{Mark, News, Row, Wanted, WindowSession};
use crate::sheet::{self, Filled, Sheet};
use crate::tool::backup::{BackupError, Facts};
use crate::tool::output::write_new;

/// Asks which, and writes it.
pub fn sheet(session: &mut WindowSession) -> Flow {
    let say = session.messages();
    let rows = vec![
        Row::new(say.tool_sheet_filled(), say.tool_sheet_filled_text()),
        Row::new(say.tool_sheet_blank(), say.tool_sheet_blank_text()),
    ];
    if session.menu(say.tool_home_sheet(), say.tool_sheet_lead(), rows)? == 0 {
        let brought = bring(session)?;
        return write(session, &brought);
    }
    let count = make::count(session)?;
    let made = sheet::pdf(&Sheet::Blank { count }, say).map_err(BackupError::from);
    save(
        session,
        made.map(|pdf| pdf.to_vec()),
        "jiaozi-blank.pdf",
        |file| say.backup_saved(file),
    )
}

/// Writes the sheet of a wallet that is at hand.
pub fn write(session: &mut WindowSession, brought: &Brought) -> Flow {
    let say = session.messages();
    let made = filled(brought, say);
    let name = match &made {
        Ok((_, fingerprint)) => format!("jiaozi-{fingerprint}.pdf"),
        Err(_) => String::new(),
    };
    save(session, made.map(|(pdf, _)| pdf), &name, |file| {
        say.backup_sheet_saved(file)
    })
}

fn filled(brought: &Brought, say: Messages) -> Result<(Vec<u8>, String), BackupError> {
    let facts = Facts::of(&brought.words, &brought.passphrase, 1)?;
    let filled = Filled {
        words: &brought.words,
        facts: &facts,
        has_passphrase: brought.has_passphrase(),
        date: Zoned::now().date().to_string(),
    };
    let pdf = sheet::pdf(&Sheet::Filled(filled), say)?;
    Ok((pdf.to_vec(), facts.fingerprint))
}

fn save(
    session: &mut WindowSession,
    made: Result<Vec<u8>, BackupError>,
    name: &str,
    said: impl Fn(String) -> String,
) -> Flow {
    let say = session.messages();
    let pdf = match made {
        Ok(pdf) => zeroize::Zeroizing::new(pdf),
        Err(error) => return trouble(session, say.tool_home_sheet(), error.sentence(say)),
    };
    let wanted = Wanted {
        title: say.tool_home_sheet(),
        lead: say.tool_sheet_where(),
        field: say.tool_file(),
        accept: say.tool_write(),
        start: first_folder().join(name),
        trouble: None,
    };
    let text = session.place_until(wanted, |place| {
        let written = write_new(place, &pdf).map_err(|error| error.unwritten(say));
        written.map(|()| said(place.display().to_string()))
    })?;
    session.told(News::new(say.tool_home_sheet(), Mark::Good, text))
}
