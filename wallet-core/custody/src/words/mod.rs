//! Recovery words (BIP-39): 12, 15, 18, 21 or 24 words, in English or
//! 简体中文. What is kept is the entropy and the language, because the same
//! entropy read in another language is another wallet.

mod list;
mod mend;
mod parse;
mod passphrase;
mod rolls;

use bip39::{Language, Mnemonic};
use jiaozi_types::agent::WordLanguage;
use zeroize::Zeroizing;

pub use list::{complete, is_word, near};
pub(crate) use list::{nearest, normal};
pub use mend::{last_words, swapped};
pub(crate) use parse::split;
pub use passphrase::WordsPassphrase;
pub use rolls::{Rolls, RollsError};

/// Why words are not a wallet's words. It never holds what was typed.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    /// Not 12, 15, 18, 21 or 24 words.
    #[error("{given} words were given; a wallet has 12, 15, 18, 21 or 24")]
    Count {
        /// How many there were.
        given: usize,
    },
    /// A word of neither list. `near` are the words of the list that it may
    /// have been meant to be, best first, at most five.
    #[error("word {position} is not in the list")]
    Unknown {
        /// Which word, from 1.
        position: usize,
        /// Did you mean.
        near: Vec<&'static str>,
    },
    /// A word of the other language.
    #[error("word {position} is of the other language")]
    OtherLanguage {
        /// Which word, from 1.
        position: usize,
    },
    /// All are words of the list, but together they are no wallet: a word is
    /// wrong or two are swapped.
    #[error("the words do not fit together: one is wrong, or two are swapped")]
    Checksum,
    /// A word is not the one that the wallet has there.
    #[error("word {position} is not the right one")]
    Mismatch {
        /// Which word, from 1.
        position: usize,
    },
}

impl std::fmt::Debug for WordsError {
    /// The near words are left out: they tell of the word that was typed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// A wallet's recovery words. Overwritten on drop, never printed. They are kept
/// behind a pointer: a value that is moved leaves its old place on the stack as
/// it was.
#[derive(Clone, PartialEq, Eq)]
pub struct Words(Box<Mnemonic>);

impl Words {
    /// The counts that BIP-39 allows.
    pub const COUNTS: [usize; 5] = [12, 15, 18, 21, 24];

    /// New words from the operating system's randomness.
    ///
    /// `count` is one of [`Self::COUNTS`]; any other gives [`WordsError::Count`].
    pub fn generate(count: usize, language: WordLanguage) -> Result<Self, GenerateError> {
        Self::generate_with(count, language, None)
    }

    /// Like [`Self::generate`], with throws of dice or coins mixed in.
    pub fn generate_with(
        count: usize,
        language: WordLanguage,
        rolls: Option<&Rolls>,
    ) -> Result<Self, GenerateError> {
        if !Self::COUNTS.contains(&count) {
            return Err(GenerateError::Words(WordsError::Count { given: count }));
        }
        // 3 words carry 32 bits of entropy and one bit of checksum.
        let mut entropy = Zeroizing::new([0u8; 32]);
        let bytes = entropy
            .get_mut(..count / 3 * 4)
            .ok_or(GenerateError::Words(WordsError::Count { given: count }))?;
        getrandom::fill(bytes).map_err(|_| GenerateError::Randomness)?;
        if let Some(rolls) = rolls {
            rolls.mix_into(bytes);
        }
        Self::from_entropy(bytes, language).map_err(GenerateError::Words)
    }

    /// The words of 16, 20, 24, 28 or 32 bytes of entropy.
    pub fn from_entropy(entropy: &[u8], language: WordLanguage) -> Result<Self, WordsError> {
        Mnemonic::from_entropy_in(list::of(language), entropy)
            .map(|words| Self(Box::new(words)))
            .map_err(|_| WordsError::Count {
                given: entropy.len() / 4 * 3,
            })
    }

    /// Reads words in either language, separated by any white space; Chinese
    /// words may stand without spaces. Upper case and full-width letters are
    /// read as what they mean.
    pub fn parse(typed: &str) -> Result<Self, WordsError> {
        parse::words(typed).map(|words| Self(Box::new(words)))
    }

    /// How many words there are.
    pub fn count(&self) -> usize {
        self.0.word_count()
    }

    /// The language of the list.
    pub fn language(&self) -> WordLanguage {
        match self.0.language() {
            Language::SimplifiedChinese => WordLanguage::SimplifiedChinese,
            _ => WordLanguage::English,
        }
    }

    /// The words in order, to show them.
    pub fn iter(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.words()
    }

    /// Whether these are the words, all of them in order; else which is the
    /// first that is wrong.
    pub fn check(&self, typed: &str) -> Result<(), WordsError> {
        let typed = parse::split(typed);
        if typed.len() != self.count() {
            return Err(WordsError::Count { given: typed.len() });
        }
        for (at, (right, typed)) in self.iter().zip(typed.iter()).enumerate() {
            if right != typed.as_str() {
                let position = at.saturating_add(1);
                return Err(match list::language_of(typed) {
                    Some(_) => WordsError::Mismatch { position },
                    None => WordsError::Unknown {
                        position,
                        near: near(self.language(), typed),
                    },
                });
            }
        }
        Ok(())
    }

    /// Whether the word at `position` (from 1) is `typed`.
    pub fn is_at(&self, position: usize, typed: &str) -> bool {
        let typed = list::normal(typed);
        position > 0 && self.iter().nth(position.saturating_sub(1)) == Some(typed.as_str())
    }

    /// The entropy: 16 to 32 bytes.
    pub(crate) fn entropy(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.to_entropy())
    }

    /// The BIP-39 seed (64 bytes) with a passphrase.
    pub(crate) fn seed_under(&self, passphrase: &WordsPassphrase) -> Zeroizing<[u8; 64]> {
        Zeroizing::new(self.0.to_seed_normalized(passphrase.normalized()))
    }
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Words({} words)", self.count())
    }
}

/// Why new words cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GenerateError {
    /// The count is wrong.
    #[error(transparent)]
    Words(WordsError),
    /// The operating system gives no randomness.
    #[error("the operating system gives no randomness")]
    Randomness,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_which_word_is_wrong() {
        let words = Words::from_entropy(&[0; 16], WordLanguage::English).unwrap();
        let right = words.iter().collect::<Vec<_>>().join(" ");
        assert_eq!(words.check(&right.to_uppercase()), Ok(()));
        assert_eq!(
            words.check(&right.replacen("abandon", "zoo", 1)),
            Err(WordsError::Mismatch { position: 1 })
        );
        assert_eq!(words.check("abandon"), Err(WordsError::Count { given: 1 }));
        assert!(words.is_at(12, " About "));
        assert!(!words.is_at(0, "abandon"));
    }

    #[test]
    fn generates_each_length() {
        for count in Words::COUNTS {
            let words = Words::generate(count, WordLanguage::SimplifiedChinese).unwrap();
            assert_eq!(words.count(), count);
            let text: String = words.iter().collect();
            assert_eq!(words.check(&text), Ok(()), "without spaces");
        }
        assert!(Words::generate(13, WordLanguage::English).is_err());
        assert_eq!(
            format!(
                "{:?}",
                Words::from_entropy(&[0; 16], WordLanguage::English).unwrap()
            ),
            "Words(12 words)"
        );
    }
}
