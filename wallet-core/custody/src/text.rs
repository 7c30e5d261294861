//! Short texts that the vault shows back to the person: payees' names and the
//! personal phrase. Characters that could make them read as something else are
//! refused.

use unicode_normalization::UnicodeNormalization;

/// Why a text cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Fewer characters than allowed.
    #[error("at least {0} characters are needed")]
    TooShort(usize),
    /// More characters than allowed.
    #[error("at most {0} characters are allowed")]
    TooLong(usize),
    /// A line break, control, invisible or direction-changing character.
    #[error("invisible and control characters are not allowed")]
    Invisible,
}

/// The text trimmed and in NFC, when it has `least` to `most` characters, all
/// of them visible.
pub fn plain(text: &str, least: usize, most: usize) -> Result<String, TextError> {
    let text: String = text.trim().nfc().collect();
    let count = text.chars().count();
    if count < least {
        Err(TextError::TooShort(least))
    } else if count > most {
        Err(TextError::TooLong(most))
    } else if text.chars().any(is_invisible) {
        Err(TextError::Invisible)
    } else {
        Ok(text)
    }
}

/// Controls, zero-width and direction characters, tags, private use, and
/// spaces other than the common ones.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{ffff}' | '\u{e000}'..='\u{f8ff}' | '\u{e0000}'..='\u{10ffff}')
        || (c.is_whitespace() && c != ' ' && c != '\u{3000}')
}

/// A phrase that the person chose and that only the vault knows: its windows
/// show it, so that a window without it is known to be a fake. 2 to 40 visible
/// characters.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonalPhrase(String);

impl PersonalPhrase {
    /// The fewest characters.
    pub const MIN: usize = 2;
    /// The most characters.
    pub const MAX: usize = 40;

    /// The phrase, when its length and characters are allowed.
    pub fn new(text: &str) -> Result<Self, TextError> {
        plain(text, Self::MIN, Self::MAX).map(Self)
    }

    /// To show it in the vault's own windows; nowhere else.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PersonalPhrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonalPhrase(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_cannot_be_seen() {
        for bad in [
            "Bakery\u{202e}gpj",
            "a\u{200b}b",
            "two\nlines",
            "tag\u{e0041}",
            "\u{3164}\u{3164}",
        ] {
            assert_eq!(plain(bad, 1, 64), Err(TextError::Invisible), "{bad:?}");
        }
        assert_eq!(plain("  ", 1, 64), Err(TextError::TooShort(1)));
        assert_eq!(plain(&"长".repeat(65), 1, 64), Err(TextError::TooLong(64)));
        assert_eq!(plain(" 老王面馆 ", 1, 64).as_deref(), Ok("老王面馆"));
    }
}
