//! The recovery sheet: one page of A4 with the words, how to know the wallet
//! again and how to restore it, with any BIP-39 wallet. Or the same page blank,
//! for those who write by hand.
//!
//! It is a PDF with its fonts inside. Only the vault makes it.

mod pen;
mod share;

use jiaozi_custody::Words;
use jiaozi_custody::keys::CoinType;
use jiaozi_types::agent::{Language, WordLanguage};
use krilla::Document;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use zeroize::Zeroizing;

use crate::prompt::messages::Messages;
use crate::tool::backup::Facts;
use pen::{Colour, Pen, Weight};

pub use share::{ShareSheet, share_pdf};

/// A4, in points of 1/72 inch.
const PAPER: (u16, u16) = (595, 842);
const LEFT: u16 = 48;
const RIGHT: u16 = PAPER.0 - LEFT;
const INNER: u16 = RIGHT - LEFT;
const BAND: u16 = 68;
const COLUMNS: u16 = 3;
const CELL: (u16, u16) = (INNER / COLUMNS, 34);

/// Why there is no sheet.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The fonts inside the program cannot be read.
    #[error("the sheet's fonts cannot be read")]
    Fonts,
    /// The document could not be written.
    #[error("the sheet could not be written: {0}")]
    Document(String),
}

/// What stands on the sheet.
pub enum Sheet<'a> {
    /// The words of a wallet.
    Filled(Filled<'a>),
    /// Room for so many words.
    Blank {
        /// How many.
        count: usize,
    },
}

/// A wallet's sheet.
pub struct Filled<'a> {
    /// The words.
    pub words: &'a Words,
    /// What anybody may know of the wallet; its first addresses are shown.
    pub facts: &'a Facts,
    /// Whether the wallet has a BIP-39 passphrase. It is never on the sheet.
    pub has_passphrase: bool,
    /// The day, as it is printed: 2026-11-28.
    pub date: String,
}

/// The sheet as a PDF document.
///
/// # Errors
/// [`SheetError`].
pub fn pdf(sheet: &Sheet<'_>, say: Messages) -> Result<Zeroizing<Vec<u8>>, SheetError> {
    document(say.sheet_title(), say, |pen| draw(pen, sheet, say))
}

/// One page of A4 as a PDF document.
fn document(
    title: &str,
    say: Messages,
    draw: impl FnOnce(&mut Pen<'_, '_>),
) -> Result<Zeroizing<Vec<u8>>, SheetError> {
    let mut document = Document::new();
    let settings = PageSettings::from_wh(PAPER.0.into(), PAPER.1.into())
        .ok_or_else(|| SheetError::Document("no page".to_owned()))?;
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    draw(&mut Pen::new(&mut surface)?);
    surface.finish();
    page.finish();
    let language = match say.language() {
        Language::English => "en",
        Language::SimplifiedChinese => "zh-CN",
    };
    document.set_metadata(
        Metadata::new()
            .title(title.to_owned())
            .language(language.to_owned()),
    );
    let bytes = document.finish();
    bytes
        .map(Zeroizing::new)
        .map_err(|error| SheetError::Document(format!("{error:?}")))
}

fn draw(pen: &mut Pen<'_, '_>, sheet: &Sheet<'_>, say: Messages) {
    banner(pen, say.sheet_title());
    let mut y = pen.paragraph(
        (LEFT, BAND + 26),
        INNER,
        10,
        Colour::Vermilion,
        say.sheet_warning(),
    );
    y = facts(pen, y.saturating_add(12), sheet, say);
    y = grid(pen, y.saturating_add(8), sheet);
    if matches!(sheet, Sheet::Blank { .. }) {
        y = pen.paragraph(
            (LEFT, y.saturating_add(18)),
            INNER,
            10,
            Colour::Soft,
            say.sheet_blank_note(),
        );
    }
    y = accounts(pen, y.saturating_add(28), sheet, say);
    restoring(pen, y.saturating_add(32), say);
}

/// The band at the top.
fn banner(pen: &mut Pen<'_, '_>, title: &str) {
    pen.fill((0, 0), (PAPER.0, BAND), Colour::Ink);
    pen.text((LEFT, 43), 22, Weight::Bold, Colour::Paper, title);
    pen.fill((RIGHT - 40, 14), (40, 40), Colour::Vermilion);
    pen.text((RIGHT - 34, 39), 14, Weight::Bold, Colour::Paper, "交子");
}

/// Fingerprint, date, list and passphrase: two by two. Gives where it ends.
fn facts(pen: &mut Pen<'_, '_>, top: u16, sheet: &Sheet<'_>, say: Messages) -> u16 {
    let (fingerprint, date, list, passphrase) = match sheet {
        Sheet::Filled(filled) => (
            Some(filled.facts.fingerprint.as_str()),
            Some(filled.date.as_str()),
            Some(match filled.words.language() {
                WordLanguage::English => say.sheet_language_en(),
                WordLanguage::SimplifiedChinese => say.sheet_language_zh(),
            }),
            Some(match filled.has_passphrase {
                true => say.sheet_passphrase_yes(),
                false => say.sheet_passphrase_no(),
            }),
        ),
        Sheet::Blank { .. } => (None, None, None, None),
    };
    let all = [
        (say.sheet_fingerprint(), fingerprint),
        (say.sheet_date(), date),
        (say.sheet_language(), list),
        (say.sheet_passphrase(), passphrase),
    ];
    let half = INNER / 2;
    let mut y = top;
    for row in all.chunks(2) {
        y = y.saturating_add(20);
        for ((label, value), x) in row.iter().zip([LEFT, LEFT + half]) {
            pen.text((x, y), 9, Weight::Plain, Colour::Soft, label);
            let at = (x + 84, y);
            match value {
                Some(value) => pen.text(at, 11, Weight::Plain, Colour::Ink, value),
                None => pen.line((at.0, y + 3), half - 100),
            }
        }
    }
    y.saturating_add(10)
}

/// The words in rows of three, read along the rows. Gives where it ends.
fn grid(pen: &mut Pen<'_, '_>, top: u16, sheet: &Sheet<'_>) -> u16 {
    let cells: Vec<Option<&str>> = match sheet {
        Sheet::Filled(filled) => filled.words.iter().map(Some).collect(),
        Sheet::Blank { count } => vec![None; *count],
    };
    let mut number = 0_u16;
    let mut y = top;
    for row in cells.chunks(COLUMNS.into()) {
        for (cell, column) in row.iter().zip(0_u16..) {
            number = number.saturating_add(1);
            let x = LEFT.saturating_add(CELL.0.saturating_mul(column));
            pen.frame((x, y), CELL);
            pen.text(
                (x + 8, y + 22),
                10,
                Weight::Plain,
                Colour::Soft,
                &number.to_string(),
            );
            match cell {
                Some(word) => pen.text((x + 32, y + 23), 15, Weight::Plain, Colour::Ink, word),
                None => pen.line((x + 32, y + 26), CELL.0 - 44),
            }
        }
        y = y.saturating_add(CELL.1);
    }
    y
}

/// The paths, and the first addresses where they are known. Gives where it ends.
fn accounts(pen: &mut Pen<'_, '_>, top: u16, sheet: &Sheet<'_>, say: Messages) -> u16 {
    pen.text(
        (LEFT, top),
        13,
        Weight::Plain,
        Colour::Ink,
        say.sheet_paths(),
    );
    let known = |of: fn(&Facts) -> &Vec<(String, String)>| match sheet {
        Sheet::Filled(filled) => of(filled.facts)
            .first()
            .map(|(_, address)| address.as_str()),
        Sheet::Blank { .. } => None,
    };
    let all = [
        (say.backup_evm(), CoinType::Ether, known(|facts| &facts.evm)),
        (
            say.backup_core(),
            CoinType::Conflux,
            known(|facts| &facts.core),
        ),
    ];
    let mut y = top;
    for (title, coin, address) in all {
        y = y.saturating_add(21);
        let path = format!("{}/0/0", coin.account_path(0));
        pen.text((LEFT, y), 9, Weight::Plain, Colour::Soft, title);
        pen.text((LEFT + 250, y), 10, Weight::Plain, Colour::Ink, &path);
        y = y.saturating_add(15);
        pen.text(
            (LEFT, y),
            9,
            Weight::Plain,
            Colour::Soft,
            say.sheet_account(),
        );
        match address {
            Some(address) => pen.text((LEFT + 84, y), 10, Weight::Plain, Colour::Ink, address),
            None => pen.line((LEFT + 84, y + 3), INNER - 84),
        }
    }
    y
}

fn restoring(pen: &mut Pen<'_, '_>, top: u16, say: Messages) {
    pen.text(
        (LEFT, top),
        13,
        Weight::Plain,
        Colour::Ink,
        say.sheet_restore_title(),
    );
    let mut y = top.saturating_add(20);
    for text in [
        say.sheet_restore_check(),
        say.sheet_restore_jiaozi(),
        say.sheet_restore_anywhere(),
    ] {
        y = pen
            .paragraph((LEFT, y), INNER, 10, Colour::Ink, text)
            .saturating_add(4);
    }
}

#[cfg(test)]
mod tests {
    use jiaozi_custody::words::WordsPassphrase;

    use super::*;

    /// With SHEETS=FOLDER the sheets are written there, to be looked at.
    #[test]
    fn every_length_fits_in_both_languages() {
        for language in [Language::English, Language::SimplifiedChinese] {
            let say = Messages::of(language);
            for list in [WordLanguage::English, WordLanguage::SimplifiedChinese] {
                for count in Words::COUNTS {
                    let words = Words::from_entropy(&vec![0x7f; count / 3 * 4], list).unwrap();
                    let facts = Facts::of(&words, &WordsPassphrase::none(), 1).unwrap();
                    let filled = Filled {
                        words: &words,
                        facts: &facts,
                        has_passphrase: count == 24,
                        date: "2026-11-28".to_owned(),
                    };
                    let blank = pdf(&Sheet::Blank { count }, say).unwrap();
                    let filled = pdf(&Sheet::Filled(filled), say).unwrap();
                    assert!(blank.starts_with(b"%PDF-") && filled.starts_with(b"%PDF-"));
                    assert!(filled.len() < 400_000, "{} bytes", filled.len());
                    if let Some(folder) = std::env::var_os("SHEETS") {
                        let name = format!("{language:?}-{list:?}-{count}");
                        let folder = std::path::Path::new(&folder);
                        std::fs::write(folder.join(format!("{name}.pdf")), &*filled).unwrap();
                        std::fs::write(folder.join(format!("{name}-blank.pdf")), &*blank).unwrap();
                    }
                }
            }
        }
    }
}
