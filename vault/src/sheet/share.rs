//! The sheet of one share: its words, what it belongs to, how many others are
//! needed, and how to put them together.

use jiaozi_custody::shares::ShareWords;
use zeroize::Zeroizing;

use super::pen::{Colour, Pen, Weight};
use super::{BAND, CELL, COLUMNS, INNER, LEFT, SheetError, banner, document};
use crate::prompt::messages::Messages;

/// What stands on a share's sheet.
pub struct ShareSheet {
    /// Which share it is.
    pub title: String,
    /// What to know of it.
    pub notes: Vec<String>,
    /// Its words.
    pub words: ShareWords,
    /// The day, as it is printed: 2026-11-28.
    pub date: String,
}

/// The sheet as a PDF document.
///
/// # Errors
/// [`SheetError`].
pub fn share_pdf(sheet: &ShareSheet, say: Messages) -> Result<Zeroizing<Vec<u8>>, SheetError> {
    document(say.sheet_share_title(), say, |pen| draw(pen, sheet, say))
}

fn draw(pen: &mut Pen<'_, '_>, sheet: &ShareSheet, say: Messages) {
    banner(pen, say.sheet_share_title());
    let warning = (LEFT, BAND + 26);
    let mut y = pen.paragraph(
        warning,
        INNER,
        10,
        Colour::Vermilion,
        say.sheet_share_warning(),
    );
    y = y.saturating_add(12);
    pen.text((LEFT, y), 13, Weight::Plain, Colour::Ink, &sheet.title);
    y = y.saturating_add(20);
    pen.text((LEFT, y), 9, Weight::Plain, Colour::Soft, say.sheet_date());
    pen.text((LEFT + 84, y), 11, Weight::Plain, Colour::Ink, &sheet.date);
    y = grid(pen, y.saturating_add(16), &sheet.words).saturating_add(28);
    for note in &sheet.notes {
        y = pen
            .paragraph((LEFT, y), INNER, 10, Colour::Ink, note)
            .saturating_add(4);
    }
}

/// The words in rows of three, read along the rows. Gives where it ends.
fn grid(pen: &mut Pen<'_, '_>, top: u16, words: &ShareWords) -> u16 {
    let words: Vec<&str> = words.iter().collect();
    let mut number = 0_u16;
    let mut y = top;
    for row in words.chunks(COLUMNS.into()) {
        for (word, column) in row.iter().zip(0_u16..) {
            number = number.saturating_add(1);
            let x = LEFT.saturating_add(CELL.0.saturating_mul(column));
            pen.frame((x, y), CELL);
            let label = number.to_string();
            pen.text((x + 8, y + 22), 10, Weight::Plain, Colour::Soft, &label);
            pen.text((x + 32, y + 23), 15, Weight::Plain, Colour::Ink, word);
        }
        y = y.saturating_add(CELL.1);
    }
    y
}

#[cfg(test)]
mod tests {
    use jiaozi_custody::Words;
    use jiaozi_custody::shares::{Plan, SharePassphrase, split};
    use jiaozi_types::agent::{Language, WordLanguage};

    use super::*;

    /// With SHEETS=FOLDER the sheets are written there, to be looked at.
    #[test]
    fn both_lengths_fit_in_both_languages() {
        for language in [Language::English, Language::SimplifiedChinese] {
            let say = Messages::of(language);
            for count in [12, 24] {
                let words = Words::generate(count, WordLanguage::English).unwrap();
                let plan = Plan::simple(2, 3).unwrap();
                let made = split(&words, &plan, &SharePassphrase::none()).unwrap();
                let sheets = crate::tool::share_text::Sheets {
                    say,
                    plan: &plan,
                    fingerprint: "73c5da0a".to_owned(),
                    language: WordLanguage::English,
                    passphrase: count == 24,
                };
                let pdf = sheets.pdf(&made[0][1]).unwrap();
                assert!(pdf.starts_with(b"%PDF-") && pdf.len() < 400_000);
                if let Some(folder) = std::env::var_os("SHEETS") {
                    let name = format!("share-{language:?}-{count}.pdf");
                    std::fs::write(std::path::Path::new(&folder).join(name), &*pdf).unwrap();
                }
            }
        }
    }
}
