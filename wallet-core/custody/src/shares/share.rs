//! One share: its words, what they say about the set, and its part of the
//! secret. A share is checked without any other.

use zeroize::Zeroizing;

use super::checksum::{self, Suspect};
use super::{cipher, list};

/// The words before the value: number of the set, flags, group and member.
const HEAD: usize = 4;
/// The words that are not the value.
const AROUND: usize = HEAD + checksum::LENGTH;
/// The fewest words: of a secret of 128 bits.
const FEWEST: usize = 20;
/// The most words that are read: of a secret of 512 bits. Wallets have 20 to 33.
const MOST: usize = 59;

/// Why a text is no share. It never holds what was typed.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShareError {
    /// A word that is not in the list of shares' words. `near` are the words
    /// that it may have been meant to be, best first, at most five.
    #[error("word {position} is not a word of shares")]
    Unknown {
        /// Which word, from 1.
        position: usize,
        /// Did you mean.
        near: Vec<&'static str>,
    },
    /// No share has that many words.
    #[error("{given} words were given; a share of a wallet has 20, 23, 27, 30 or 33")]
    Count {
        /// How many there were.
        given: usize,
    },
    /// All are words of the list, but together they are no share.
    #[error("the words do not fit together{}", place(.suspect))]
    Checksum {
        /// Where the fault seems to be, when it can be told.
        suspect: Option<Suspect>,
    },
    /// The checksum is right, but the words are no share of the standard.
    #[error("the words are no share that the standard allows")]
    Malformed,
}

fn place(suspect: &Option<Suspect>) -> String {
    match suspect {
        Some(Suspect::Word(position)) => format!(": word {position} seems to be wrong"),
        Some(Suspect::Swapped(position)) => format!(
            ": words {position} and {} seem to have changed places",
            position.saturating_add(1)
        ),
        None => ": more than one is wrong".to_owned(),
    }
}

impl std::fmt::Debug for ShareError {
    /// The near words are left out: they tell of the word that was typed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// A share. Its value is overwritten on drop and never printed; all else may
/// be shown to anybody.
#[derive(Clone)]
pub struct Share {
    pub(super) identifier: u16,
    pub(super) extendable: bool,
    pub(super) exponent: u8,
    /// From 0.
    pub(super) group: u8,
    pub(super) groups_needed: u8,
    pub(super) group_count: u8,
    /// From 0.
    pub(super) member: u8,
    pub(super) members_needed: u8,
    pub(super) value: Zeroizing<Vec<u8>>,
}

impl Share {
    /// Reads a share, its words separated by any white space or commas, in
    /// upper or lower case; the first four letters of a word are enough.
    pub fn parse(typed: &str) -> Result<Self, ShareError> {
        let typed = crate::words::split(typed);
        let mut words = Zeroizing::new(Vec::with_capacity(typed.len()));
        for (at, word) in typed.iter().enumerate() {
            let number = list::number_of(word).ok_or_else(|| ShareError::Unknown {
                position: at.saturating_add(1),
                near: list::near(word),
            })?;
            words.push(number);
        }
        let given = words.len();
        if !(FEWEST..=MOST).contains(&given) || padding(given.saturating_sub(AROUND)) > 8 {
            return Err(ShareError::Count { given });
        }
        if !checksum::verify(&words) {
            return Err(ShareError::Checksum {
                suspect: checksum::suspect(&words),
            });
        }
        Self::of(&words).ok_or(ShareError::Malformed)
    }

    fn of(words: &[u16]) -> Option<Self> {
        let (head, rest) = words.split_first_chunk::<HEAD>()?;
        let (value, _) = rest.split_last_chunk::<{ checksum::LENGTH }>()?;
        let head = head
            .iter()
            .fold(0u64, |bits, word| (bits << 10) | u64::from(*word));
        let nibble = |shift: u32| u8::try_from((head >> shift) & 15).ok();
        let share = Self {
            identifier: u16::try_from(head >> 25).ok()?,
            extendable: (head >> 24) & 1 == 1,
            exponent: nibble(20)?,
            group: nibble(16)?,
            groups_needed: nibble(12)?.checked_add(1)?,
            group_count: nibble(8)?.checked_add(1)?,
            member: nibble(4)?,
            members_needed: nibble(0)?.checked_add(1)?,
            value: bytes(value)?,
        };
        (share.groups_needed <= share.group_count).then_some(share)
    }

    /// The words, to show them.
    pub fn words(&self) -> ShareWords {
        let head = (u64::from(self.identifier) << 25)
            | (u64::from(self.extendable) << 24)
            | (u64::from(self.exponent) << 20)
            | (u64::from(self.group) << 16)
            | (u64::from(self.groups_needed.saturating_sub(1)) << 12)
            | (u64::from(self.group_count.saturating_sub(1)) << 8)
            | (u64::from(self.member) << 4)
            | u64::from(self.members_needed.saturating_sub(1));
        let mut words = Zeroizing::new(Vec::with_capacity(MOST));
        words.extend([30, 20, 10, 0].map(|shift| ten_bits(head >> shift)));
        push_words(&mut words, &self.value);
        let checksum = checksum::create(&words);
        words.extend(checksum);
        ShareWords(words)
    }

    /// The number of the set, which all its shares have in common: 0 to 32767.
    pub fn identifier(&self) -> u16 {
        self.identifier
    }

    /// The number of its group, from 1.
    pub fn group(&self) -> u8 {
        self.group.saturating_add(1)
    }

    /// How many groups there are.
    pub fn group_count(&self) -> u8 {
        self.group_count
    }

    /// How many groups are needed.
    pub fn groups_needed(&self) -> u8 {
        self.groups_needed
    }

    /// Its number in its group, from 1.
    pub fn member(&self) -> u8 {
        self.member.saturating_add(1)
    }

    /// How many shares of its group are needed.
    pub fn members_needed(&self) -> u8 {
        self.members_needed
    }

    /// How many recovery words the set gives back; none for a set that was not
    /// made of a wallet's words.
    pub fn word_count(&self) -> Option<usize> {
        let count = self.value.len() / 4 * 3;
        (self.value.len().is_multiple_of(4) && crate::words::Words::COUNTS.contains(&count))
            .then_some(count)
    }

    pub(super) fn cipher(&self) -> cipher::Parameters {
        cipher::Parameters {
            identifier: self.identifier,
            extendable: self.extendable,
            exponent: self.exponent,
        }
    }
}

impl std::fmt::Debug for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Share(set {}, group {}, member {})",
            self.identifier,
            self.group(),
            self.member()
        )
    }
}

/// The words of a share. Overwritten on drop, never printed.
pub struct ShareWords(Zeroizing<Vec<u16>>);

impl ShareWords {
    /// The words in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &'static str> + '_ {
        self.0
            .iter()
            .map(|number| list::word_of(*number).unwrap_or_default())
    }

    /// The words in one line, as the standard writes them.
    pub fn line(&self) -> Zeroizing<String> {
        // No word has more than eight letters: the text never moves in memory.
        let mut line = Zeroizing::new(String::with_capacity(self.0.len().saturating_mul(9)));
        for (at, word) in self.iter().enumerate() {
            if at > 0 {
                line.push(' ');
            }
            line.push_str(word);
        }
        line
    }
}

impl std::fmt::Debug for ShareWords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ShareWords({} words)", self.0.len())
    }
}

/// Bits before the value in so many words: secrets have a multiple of 16 bits.
fn padding(words: usize) -> usize {
    words.saturating_mul(10) % 16
}

fn ten_bits(bits: u64) -> u16 {
    u16::try_from(bits & 1023).unwrap_or(0)
}

/// The bytes in the words of a value; none when the bits before them are not zero.
fn bytes(words: &[u16]) -> Option<Zeroizing<Vec<u8>>> {
    let before = padding(words.len());
    let (first, rest) = words.split_first()?;
    let mut count = 10usize.checked_sub(before)?;
    if first >> count != 0 {
        return None;
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(2 * MOST));
    let mut bits = u32::from(*first);
    let mut rest = rest.iter();
    loop {
        if count >= 8 {
            count = count.saturating_sub(8);
            bytes.push(u8::try_from((bits >> count) & 255).ok()?);
        } else if let Some(word) = rest.next() {
            bits = (bits << 10) | u32::from(*word);
            count = count.saturating_add(10);
        } else {
            return Some(bytes);
        }
    }
}

/// The words of these bytes, the first with zero bits before the value.
fn push_words(words: &mut Vec<u16>, bytes: &[u8]) {
    let value_words = bytes.len().saturating_mul(8).div_ceil(10);
    let mut count = value_words
        .saturating_mul(10)
        .saturating_sub(bytes.len().saturating_mul(8));
    let mut bits = 0u32;
    for byte in bytes {
        bits = (bits << 8) | u32::from(*byte);
        count = count.saturating_add(8);
        if count >= 10 {
            count = count.saturating_sub(10);
            words.push(ten_bits(u64::from(bits >> count)));
        }
    }
}
