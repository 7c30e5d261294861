//! What the person types to open the wallet: a PIN or a passphrase, and the
//! rules for choosing one.

use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, Zeroizing};

use crate::memory::Locked;

/// Which of the two is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// For a wallet that is also sealed by the OS keyring.
    Pin,
    /// For a wallet that is sealed by the passphrase alone.
    Passphrase,
}

/// Why a PIN or passphrase cannot be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretRule {
    /// A PIN has at least [`Secret::PIN_MIN`] characters.
    #[error("a PIN has at least 6 digits or characters")]
    PinTooShort,
    /// The PIN is one that everybody tries first: one digit repeated or a row
    /// of neighbours, such as 111111 or 123456.
    #[error("this PIN is too easy to guess")]
    PinTooEasy,
    /// A passphrase has at least [`Secret::PASSPHRASE_MIN`] characters.
    #[error("a passphrase has at least 10 characters")]
    PassphraseTooShort,
    /// The passphrase is long enough but easily guessed (zxcvbn score below 3).
    #[error("this passphrase is too easy to guess")]
    PassphraseTooEasy,
    /// More than [`Secret::MAX_LEN`] bytes.
    #[error("at most 256 bytes are allowed")]
    TooLong,
}

/// A PIN or passphrase. Overwritten on drop, never printed.
pub struct Secret(Locked<Typed>);

/// The typed text: its first [`Secret::MAX_LEN`] bytes, and how long it was.
#[derive(Zeroize)]
struct Typed {
    bytes: [u8; Secret::MAX_LEN],
    length: usize,
}

impl Default for Typed {
    fn default() -> Self {
        Self {
            bytes: [0; Secret::MAX_LEN],
            length: 0,
        }
    }
}

impl Secret {
    /// Fewest characters of a PIN.
    pub const PIN_MIN: usize = 6;
    /// Fewest characters of a passphrase.
    pub const PASSPHRASE_MIN: usize = 10;
    /// The most bytes of either, in UTF-8.
    pub const MAX_LEN: usize = 256;

    /// Takes what was typed and overwrites the given buffer. The text is
    /// normalised (NFKC), so that an input method's full-width digits or
    /// decomposed accents open the same wallet.
    pub fn new(mut typed: String) -> Self {
        let normal: Zeroizing<String> = Zeroizing::new(typed.nfkc().collect());
        typed.zeroize();
        Self::of(normal.as_bytes(), normal.len())
    }

    fn of(text: &[u8], length: usize) -> Self {
        Self(Locked::fill(|typed: &mut Typed| {
            for (into, from) in typed.bytes.iter_mut().zip(text) {
                *into = *from;
            }
            typed.length = length;
        }))
    }

    /// The bytes for the key derivation.
    pub(crate) fn bytes(&self) -> &[u8] {
        let typed = self.0.get();
        typed.bytes.get(..typed.length).unwrap_or(&typed.bytes)
    }

    /// Whether more was typed than is kept.
    pub(crate) fn is_too_long(&self) -> bool {
        self.0.get().length > Self::MAX_LEN
    }

    /// The whole text; none when it was too long to be kept.
    pub(crate) fn whole(&self) -> Option<&str> {
        let kept = self.0.get().length <= Self::MAX_LEN;
        std::str::from_utf8(self.bytes()).ok().filter(|_| kept)
    }

    /// A second copy, for a process that answers more than one question.
    #[must_use]
    pub fn duplicate(&self) -> Self {
        Self::of(self.bytes(), self.0.get().length)
    }

    /// Whether both are the same text: for typing a new one twice.
    pub fn same_as(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }

    /// Whether it may be chosen for a wallet.
    pub fn check(&self, kind: SecretKind) -> Result<(), SecretRule> {
        if self.is_too_long() {
            return Err(SecretRule::TooLong);
        }
        let text = std::str::from_utf8(self.bytes()).unwrap_or_default();
        let length = text.chars().count();
        match kind {
            SecretKind::Pin if length < Self::PIN_MIN => Err(SecretRule::PinTooShort),
            SecretKind::Pin if is_a_row(text.as_bytes()) => Err(SecretRule::PinTooEasy),
            SecretKind::Passphrase if length < Self::PASSPHRASE_MIN => {
                Err(SecretRule::PassphraseTooShort)
            }
            SecretKind::Passphrase if zxcvbn::zxcvbn(text, &[]).score() < zxcvbn::Score::Three => {
                Err(SecretRule::PassphraseTooEasy)
            }
            _ => Ok(()),
        }
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// One byte repeated, or each one more (or one less) than the one before.
fn is_a_row(bytes: &[u8]) -> bool {
    let step = |wanted: i16| {
        bytes.windows(2).all(
            |pair| matches!(pair, [a, b] if i16::from(*b).wrapping_sub(i16::from(*a)) == wanted),
        )
    };
    step(0) || step(1) || step(-1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, kind: SecretKind) -> Result<(), SecretRule> {
        Secret::new(text.to_owned()).check(kind)
    }

    #[test]
    fn pins_have_six_digits_and_are_no_row() {
        assert_eq!(
            check("12345", SecretKind::Pin),
            Err(SecretRule::PinTooShort)
        );
        for easy in ["123456", "000000", "987654", "aaaaaaa"] {
            assert_eq!(check(easy, SecretKind::Pin), Err(SecretRule::PinTooEasy));
        }
        for good in ["283917", "１２８３９１", "a longer text"] {
            assert_eq!(check(good, SecretKind::Pin), Ok(()), "{good}");
        }
    }

    #[test]
    fn passphrases_are_long_and_not_guessable() {
        let rule = |text| check(text, SecretKind::Passphrase);
        assert_eq!(rule("short"), Err(SecretRule::PassphraseTooShort));
        for easy in ["1234567890", "password123", "qwertyuiop", "aaaaaaaaaaaaa"] {
            assert_eq!(rule(easy), Err(SecretRule::PassphraseTooEasy), "{easy}");
        }
        for good in ["mulberry paper and ink", "桑皮纸上的朱红印章二零二六"] {
            assert_eq!(rule(good), Ok(()), "{good}");
        }
        assert_eq!(rule(&"x7".repeat(200)), Err(SecretRule::TooLong));
    }

    #[test]
    fn one_text_has_one_spelling_and_shows_nothing() {
        assert!(Secret::new("１２３".into()).same_as(&Secret::new("123".into())));
        assert!(Secret::new("e\u{301}".into()).same_as(&Secret::new("é".into())));
        assert_eq!(format!("{:?}", Secret::new("283917".into())), "Secret(..)");
    }
}
