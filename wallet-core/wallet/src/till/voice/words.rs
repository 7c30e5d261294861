//! An amount as words.

use jiaozi_types::agent::Language;

use super::{chinese, english};

/// A word that is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Word {
    /// A word of the language.
    Said(&'static str),
    /// A letter of a code, in upper case.
    Letter(char),
}

/// A decimal number as its digits: all of it, however long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digits {
    /// Before the point, without leading zeros: empty for none.
    pub(super) whole: Vec<u8>,
    /// After the point, without trailing zeros.
    pub(super) fraction: Vec<u8>,
}

impl Digits {
    /// Reads `1,234.50` and `1234.5`; none for anything else.
    pub fn read(plain: &str) -> Option<Self> {
        let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
        let digits = |text: &str| -> Option<Vec<u8>> {
            let digit = |c: char| c.to_digit(10).and_then(|digit| u8::try_from(digit).ok());
            text.chars().map(digit).collect()
        };
        let written = digits(&whole.replace(',', ""))?;
        if written.is_empty() {
            return None;
        }
        let whole = written.into_iter().skip_while(|digit| *digit == 0);
        let mut fraction = digits(fraction)?;
        while fraction.last() == Some(&0) {
            fraction.pop();
        }
        Some(Self {
            whole: whole.collect(),
            fraction,
        })
    }

    /// Jiao and fen, where they say all that stands after the point.
    pub(super) fn jiao_and_fen(&self) -> Option<(u8, u8)> {
        let digit = |at: usize| self.fraction.get(at).copied().unwrap_or(0);
        (self.fraction.len() <= 2).then(|| (digit(0), digit(1)))
    }
}

/// How much, as words. `code` is the asset's code where it does not count
/// yuan; its letters and digits are said one by one, its other characters not
/// at all.
pub fn words(amount: &Digits, code: Option<&str>, language: Language) -> Vec<Word> {
    let (mut words, digit): (_, fn(u8) -> Word) = match language {
        Language::English => (english::amount(amount, code.is_none()), english::digit),
        Language::SimplifiedChinese => (chinese::amount(amount, code.is_none()), chinese::digit),
    };
    let code = code.unwrap_or_default().chars();
    words.extend(code.filter_map(|c| {
        match c.to_digit(10) {
            Some(number) => u8::try_from(number).ok().map(digit),
            None => c
                .is_ascii_alphabetic()
                .then(|| Word::Letter(c.to_ascii_uppercase())),
        }
    }));
    words
}

/// Words as a line of text: English ones with blanks between, and letters of a
/// code in a row, as in `received twelve point five USDT zero`.
pub(super) fn text(words: &[Word], language: Language) -> String {
    let mut text = String::new();
    let mut letter_before = false;
    for word in words {
        let letter = matches!(word, Word::Letter(_));
        let blank = match language {
            Language::English => !(letter && letter_before),
            // Only where scripts meet.
            Language::SimplifiedChinese => letter != letter_before,
        };
        if blank && !text.is_empty() {
            text.push(' ');
        }
        match word {
            Word::Said(said) => text.push_str(said),
            Word::Letter(c) => text.push(*c),
        }
        letter_before = letter;
    }
    text
}
