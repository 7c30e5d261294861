//! New words: how many, from which list, with dice for those who ask; shown,
//! checked back in full, and kept nowhere on this computer.

use jiaozi_custody::Words;
use jiaozi_custody::words::{Rolls, WordsPassphrase};
use jiaozi_types::agent::WordLanguage;

use super::bring::{Brought, passphrase};
use super::{Flow, facts, sealed, sheet, trouble};
use crate::prompt::window::{Line, Row, WindowSession};
use crate::prompt::wording::rolls_error;
use crate::prompt::{PromptError, Session};
use crate::tool::backup::{BackupError, Facts};

/// Longest first: it is what a vault that is never online is for.
const COUNTS: [usize; 5] = [24, 21, 18, 15, 12];

/// Makes a wallet on paper.
pub fn make(session: &mut WindowSession) -> Flow {
    let say = session.messages();
    let count = count(session)?;
    let language = language(session)?;
    let rolls = rolls(session, count)?;
    let words = match Words::generate_with(count, language, rolls.as_ref()) {
        Ok(words) => words,
        Err(error) => {
            let text = BackupError::from(error).sentence(say);
            return trouble(session, say.tool_home_make(), text);
        }
    };
    drop(rolls);
    session.show_words(&words)?;
    session.check_words(&words)?;
    let passphrase = passphrase(session, true)?;
    keep(session, Brought { words, passphrase })
}

/// How many words; of a blank sheet, too.
pub fn count(session: &mut WindowSession) -> Result<usize, PromptError> {
    let say = session.messages();
    let rows = COUNTS
        .iter()
        .map(|count| {
            let text = match count {
                24 => say.tool_count_24(),
                12 => say.tool_count_12(),
                _ => "",
            };
            Row::new(say.tool_count(count), text)
        })
        .collect();
    let chosen = session.menu(say.tool_count_title(), say.tool_count_lead(), rows)?;
    Ok(COUNTS.get(chosen).copied().unwrap_or(24))
}

fn language(session: &mut WindowSession) -> Result<WordLanguage, PromptError> {
    let say = session.messages();
    let rows = vec![
        Row::new(say.tool_list_english(), say.tool_list_english_text()),
        Row::new(say.tool_list_chinese(), say.tool_list_chinese_text()),
    ];
    Ok(
        match session.menu(say.tool_list_title(), say.tool_list_lead(), rows)? {
            0 => WordLanguage::English,
            _ => WordLanguage::SimplifiedChinese,
        },
    )
}

fn rolls(session: &mut WindowSession, count: usize) -> Result<Option<Rolls>, PromptError> {
    let say = session.messages();
    let rows = vec![
        Row::new(say.tool_dice_none(), say.tool_dice_none_text()),
        Row::new(say.tool_dice_some(), say.tool_dice_some_text()),
    ];
    if session.menu(say.tool_dice_title(), say.tool_dice_lead(), rows)? == 0 {
        return Ok(None);
    }
    // Three words hold 32 bits.
    let bits = count / 3 * 32;
    let rolls = session.line(Line {
        title: say.tool_dice_title(),
        lead: say.backup_dice_why(bits),
        label: say.backup_dice_ask().to_owned(),
        read: Box::new(move |typed| Rolls::parse(typed).map_err(|why| rolls_error(why, say))),
        remark: Box::new(move |rolls: &Rolls| say.backup_dice_have(rolls.bits(), rolls.count())),
        secret: true,
    })?;
    Ok(Some(rolls))
}

/// The new wallet's facts, and what can be made of it while it is at hand.
fn keep(session: &mut WindowSession, made: Brought) -> Flow {
    let say = session.messages();
    let known = match Facts::of(&made.words, &made.passphrase, 1) {
        Ok(known) => known,
        Err(error) => {
            let text = error.sentence(say);
            return trouble(session, say.tool_home_make(), text);
        }
    };
    let news = facts(
        say,
        say.tool_made_title(),
        say.tool_made_text().to_owned(),
        known,
    );
    session.told(news)?;
    loop {
        let rows = vec![
            Row::new(say.tool_keep_done(), say.tool_keep_done_text()),
            Row::new(say.tool_sheet_filled(), say.tool_sheet_filled_text()),
            Row::new(say.tool_sealed_seal(), say.tool_sealed_seal_text()),
        ];
        // Refusing a copy leads back to this choice: the words are still here.
        let _ = match session.menu(say.tool_keep_title(), say.tool_keep_lead(), rows)? {
            0 => return Ok(()),
            1 => sheet::write(session, &made),
            _ => sealed::write(session, &made),
        };
    }
}

impl Brought {
    /// Whether there is a passphrase besides the words.
    pub fn has_passphrase(&self) -> bool {
        !WordsPassphrase::is_none(&self.passphrase)
    }
}
