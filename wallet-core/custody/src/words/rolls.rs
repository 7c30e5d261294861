//! Dice and coins, thrown by a person who does not want to trust the operating
//! system's randomness alone.
//!
//! They are mixed into it and never stand instead of it: the entropy is the
//! system's, XORed with the SHA-256 of the throws. Good throws mend bad system
//! randomness; bad throws, even ones that somebody else chose, take nothing
//! from good system randomness.

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;
use zeroize::{Zeroize, Zeroizing};

/// Keeps these hashes apart from all others.
const PURPOSE: &[u8] = b"jiaozi dice and coins 1";
/// Hundredths of a bit that a die gives: log2(6).
const DIE: usize = 258;
/// Those of a coin.
const COIN: usize = 100;

/// Throws of dice and coins. Overwritten on drop, never printed.
pub struct Rolls(Zeroizing<Vec<u8>>);

/// Why throws cannot be read. It never holds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RollsError {
    /// A character that is no throw.
    #[error("throw {position} is none: dice are 1 to 6, coins are h or t")]
    NotARoll {
        /// Which, from 1, spaces not counted.
        position: usize,
    },
    /// More than [`Rolls::MOST`].
    #[error("at most {} throws are taken", Rolls::MOST)]
    TooMany,
}

impl Rolls {
    /// The most throws that are read.
    pub const MOST: usize = 1_000;

    /// Reads throws: 1 to 6 for dice; h and t, or 正 and 反, for coins. Spaces
    /// and commas do not count; dice and coins may be mixed.
    ///
    /// # Errors
    /// [`RollsError`].
    pub fn parse(typed: &str) -> Result<Self, RollsError> {
        // Room for all, so that no half-filled copy is left behind.
        let mut rolls = Zeroizing::new(Vec::with_capacity(Self::MOST));
        let counted = typed
            .nfkc()
            .filter(|c| !c.is_whitespace() && !matches!(c, ',' | '、' | '.' | '-'));
        for (c, position) in counted.zip(1_usize..) {
            let roll = match c {
                '1'..='6' => c,
                'h' | 'H' | '正' => 'h',
                't' | 'T' | '反' => 't',
                _ => return Err(RollsError::NotARoll { position }),
            };
            if rolls.len() >= Self::MOST {
                return Err(RollsError::TooMany);
            }
            rolls.extend(u8::try_from(roll));
        }
        Ok(Self(rolls))
    }

    /// How many throws there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// How many bits fair throws have, rounded down.
    pub fn bits(&self) -> usize {
        let of = |roll: &u8| if roll.is_ascii_digit() { DIE } else { COIN };
        self.0.iter().map(of).sum::<usize>() / 100
    }

    /// Mixes them into at most 32 bytes of the system's randomness.
    pub(super) fn mix_into(&self, entropy: &mut [u8]) {
        let mut hash: [u8; 32] = Sha256::new()
            .chain_update(PURPOSE)
            .chain_update(self.0.as_slice())
            .finalize()
            .into();
        for (byte, other) in entropy.iter_mut().zip(&hash) {
            *byte ^= other;
        }
        hash.zeroize();
    }
}

impl std::fmt::Debug for Rolls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rolls({})", self.count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dice_and_coins_are_read_as_people_write_them() {
        let rolls = Rolls::parse("1 6，3-４ HT 正反").unwrap();
        assert_eq!(rolls.0.as_slice(), b"1634htht");
        assert_eq!((rolls.count(), rolls.bits()), (8, 14));
        assert_eq!(Rolls::parse(&"6".repeat(50)).unwrap().bits(), 129);
        let zero = Rolls::parse("1 2 0").unwrap_err();
        assert_eq!(zero, RollsError::NotARoll { position: 3 });
        assert_eq!(
            Rolls::parse(&"1".repeat(1_001)).unwrap_err(),
            RollsError::TooMany
        );
        assert_eq!(format!("{rolls:?}"), "Rolls(8)");
    }

    #[test]
    fn they_are_mixed_in_and_stand_for_nothing() {
        let rolls = Rolls::parse("123456").unwrap();
        let mixed = |system: [u8; 32]| {
            let mut entropy = system;
            rolls.mix_into(&mut entropy);
            entropy
        };
        let of_zero = mixed([0; 32]);
        assert_ne!(of_zero, [0; 32], "the throws count");
        assert_ne!(mixed([1; 32]), of_zero, "and so does the system");
        // A one-time pad: whatever the throws, no two of the system's values meet.
        let undone = of_zero.map(|byte| byte ^ 1);
        assert_eq!(mixed([1; 32]), undone);
    }
}
