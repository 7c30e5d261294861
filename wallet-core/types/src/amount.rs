//! Exact money: a whole number of atoms of one asset.
//!
//! No floating point and no wrapping: every operation that can leave the range
//! or mix assets returns an error. Text is read strictly, because an amount
//! that is read wrongly is money lost.

use std::cmp::Ordering;
use std::fmt;

use alloy_primitives::U256;
use serde::{Deserialize, Serialize};

use crate::asset::Asset;

/// An amount of an asset, in atoms (1 unit = `10^decimals` atoms), 0 to 2^256-1.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    #[serde(with = "decimal_atoms")]
    atoms: U256,
    asset: Asset,
}

/// Why an amount cannot be read or computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Nothing was written.
    #[error("an amount is missing")]
    Empty,
    /// A minus sign: amounts are never negative.
    #[error("an amount cannot be negative")]
    Negative,
    /// An exponent, as in `1e3`.
    #[error("write the amount in plain digits, not with an exponent")]
    Exponent,
    /// Digits of another script, such as full-width ones.
    #[error("write the amount with the digits 0 to 9; {0:?} is another kind of digit")]
    ForeignDigit(char),
    /// A thousands separator or a decimal comma: it reads differently in
    /// different countries.
    #[error("write the amount without commas, with a point before the decimals")]
    Comma,
    /// Any other character that does not belong in an amount.
    #[error("{0:?} does not belong in an amount")]
    Character(char),
    /// Not digits, a point and digits, as in `12`, `12.5` or `12.50`.
    #[error("an amount is written like 12 or 12.50")]
    Shape,
    /// More decimal places than the asset has.
    #[error("{symbol} has {allowed} decimal places; {given} were given")]
    TooPrecise {
        /// The asset's code.
        symbol: String,
        /// Decimal places of the asset.
        allowed: u8,
        /// Decimal places written.
        given: usize,
    },
    /// Above 2^256-1 atoms.
    #[error("the amount is too large")]
    TooLarge,
    /// More was subtracted than there is.
    #[error("the amount is larger than what it is taken from")]
    Insufficient,
    /// Amounts of two assets were brought together.
    #[error("{left} and {right} are different assets")]
    DifferentAssets {
        /// The code of the first asset.
        left: String,
        /// The code of the second asset.
        right: String,
    },
}

impl Amount {
    /// `atoms` atoms of `asset`.
    pub const fn from_atoms(atoms: U256, asset: Asset) -> Self {
        Self { atoms, asset }
    }

    /// Nothing of `asset`.
    pub const fn zero(asset: Asset) -> Self {
        Self {
            atoms: U256::ZERO,
            asset,
        }
    }

    /// Reads what a person wrote: digits, at most one point, at most as many
    /// decimals as the asset has, and for assets in yuan an optional leading
    /// `¥`. `12.5`, `12.50` and `¥12.50` are the same amount.
    pub fn parse(text: &str, asset: &Asset) -> Result<Self, AmountError> {
        let text = text.trim_matches(' ');
        let digits = match text.strip_prefix(['¥', '￥']) {
            Some(rest) if asset.is_yuan() => rest,
            Some(_) => return Err(AmountError::Character('¥')),
            None => text,
        };
        refuse_strangers(digits)?;
        let (whole, fraction) = match digits.split_once('.') {
            None => (digits, None),
            Some((whole, fraction)) => (whole, Some(fraction)),
        };
        let leading_zero = whole.len() > 1 && whole.starts_with('0');
        let empty_fraction = fraction.is_some_and(str::is_empty);
        let fraction = fraction.unwrap_or_default();
        if whole.is_empty() || leading_zero || empty_fraction || fraction.contains('.') {
            return Err(AmountError::Shape);
        }
        let missing = usize::from(asset.decimals())
            .checked_sub(fraction.len())
            .ok_or_else(|| AmountError::TooPrecise {
                symbol: asset.symbol().to_owned(),
                allowed: asset.decimals(),
                given: fraction.len(),
            })?;
        let atoms = format!("{whole}{fraction}{}", "0".repeat(missing));
        let atoms = U256::from_str_radix(&atoms, 10).map_err(|_| AmountError::TooLarge)?;
        Ok(Self {
            atoms,
            asset: asset.clone(),
        })
    }

    /// The whole number of atoms.
    pub const fn atoms(&self) -> U256 {
        self.atoms
    }

    /// The asset.
    pub const fn asset(&self) -> &Asset {
        &self.asset
    }

    /// Whether it is nothing.
    pub fn is_zero(&self) -> bool {
        self.atoms.is_zero()
    }

    /// This and `other` together.
    pub fn checked_add(&self, other: &Self) -> Result<Self, AmountError> {
        self.same_asset(other)?;
        let atoms = self
            .atoms
            .checked_add(other.atoms)
            .ok_or(AmountError::TooLarge)?;
        Ok(Self {
            atoms,
            asset: self.asset.clone(),
        })
    }

    /// What is left of this without `other`.
    pub fn checked_sub(&self, other: &Self) -> Result<Self, AmountError> {
        self.same_asset(other)?;
        let atoms = self
            .atoms
            .checked_sub(other.atoms)
            .ok_or(AmountError::Insufficient)?;
        Ok(Self {
            atoms,
            asset: self.asset.clone(),
        })
    }

    /// Which is more; amounts of different assets cannot be compared.
    pub fn checked_cmp(&self, other: &Self) -> Result<Ordering, AmountError> {
        self.same_asset(other)?;
        Ok(self.atoms.cmp(&other.atoms))
    }

    fn same_asset(&self, other: &Self) -> Result<(), AmountError> {
        if self.asset == other.asset {
            return Ok(());
        }
        Err(AmountError::DifferentAssets {
            left: self.asset.symbol().to_owned(),
            right: other.asset.symbol().to_owned(),
        })
    }

    /// The number alone, with every decimal of yuan amounts (`12.50`) and
    /// without closing zeros for others (`12.5`). [`Self::parse`] reads it back.
    pub fn to_plain_string(&self) -> String {
        let (whole, fraction) = self.split();
        if fraction.is_empty() {
            whole
        } else {
            format!("{whole}.{fraction}")
        }
    }

    fn split(&self) -> (String, String) {
        let digits = self.atoms.to_string();
        let places = usize::from(self.asset.decimals());
        let padded = format!("{digits:0>width$}", width = places.saturating_add(1));
        let (whole, fraction) = padded.split_at(padded.len().saturating_sub(places));
        let kept = if self.asset.is_yuan() && places <= 2 {
            fraction
        } else {
            let least = if self.asset.is_yuan() { 2 } else { 0 };
            let trimmed = fraction.trim_end_matches('0').len().max(least);
            fraction.get(..trimmed).unwrap_or(fraction)
        };
        (whole.to_owned(), kept.to_owned())
    }
}

/// Refuses every character that is not a digit or a point, each with its reason.
fn refuse_strangers(text: &str) -> Result<(), AmountError> {
    if text.is_empty() {
        return Err(AmountError::Empty);
    }
    for c in text.chars() {
        return Err(match c {
            '0'..='9' | '.' => continue,
            '-' | '−' | '－' => AmountError::Negative,
            'e' | 'E' => AmountError::Exponent,
            ',' | '，' | '\'' | '_' => AmountError::Comma,
            other if other.is_numeric() => AmountError::ForeignDigit(other),
            other => AmountError::Character(other),
        });
    }
    Ok(())
}

impl fmt::Display for Amount {
    /// For people: `¥1,234.50`, `1,234.5 CFX`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = self.split();
        let mut grouped = String::with_capacity(whole.len().saturating_mul(2));
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && whole.len().abs_diff(at) % 3 == 0 {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let point = if fraction.is_empty() { "" } else { "." };
        if self.asset.is_yuan() {
            write!(f, "¥{grouped}{point}{fraction}")
        } else {
            write!(f, "{grouped}{point}{fraction} {}", self.asset.symbol())
        }
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} atoms of {}", self.atoms, self.asset.id())
    }
}

/// Atoms as a decimal string: JSON numbers lose digits above 2^53.
pub mod decimal_atoms {
    use alloy_primitives::U256;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    /// Writes atoms as a decimal string.
    pub fn serialize<S: Serializer>(atoms: &U256, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(atoms)
    }

    /// Reads atoms from a decimal string without sign or leading zero.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<U256, D::Error> {
        let text = String::deserialize(deserializer)?;
        let canonical = !text.is_empty()
            && text.bytes().all(|b| b.is_ascii_digit())
            && (text == "0" || !text.starts_with('0'));
        if !canonical {
            return Err(D::Error::custom(
                "atoms are a plain decimal number in a string",
            ));
        }
        U256::from_str_radix(&text, 10).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::asset::AssetId;
    use crate::chain::ChainId;

    fn yuan() -> Asset {
        Asset::new(
            AssetId::Coin {
                chain: ChainId::Eip155(7),
                slip44: 1,
            },
            2,
            "SBY",
        )
        .unwrap()
        .in_yuan()
    }

    fn coin(decimals: u8) -> Asset {
        Asset::new(
            AssetId::Coin {
                chain: ChainId::Eip155(1030),
                slip44: 503,
            },
            decimals,
            "CFX",
        )
        .unwrap()
    }

    fn fen(atoms: u64) -> Amount {
        Amount::from_atoms(U256::from(atoms), yuan())
    }

    #[test]
    fn three_spellings_of_one_amount() {
        for text in ["12.5", "12.50", "¥12.50", "￥12.5", " 12.50 "] {
            assert_eq!(Amount::parse(text, &yuan()), Ok(fen(1250)), "{text}");
        }
        assert_eq!(Amount::parse("0.01", &yuan()), Ok(fen(1)));
        assert_eq!(Amount::parse("0", &yuan()), Ok(fen(0)));
    }

    #[test]
    fn each_mistake_has_its_error() {
        use AmountError as E;
        let too_precise = E::TooPrecise {
            symbol: "SBY".into(),
            allowed: 2,
            given: 3,
        };
        let cases = [
            ("", E::Empty),
            ("¥", E::Empty),
            ("1.005", too_precise),
            ("1e3", E::Exponent),
            ("-1", E::Negative),
            ("¥-1", E::Negative),
            ("１２", E::ForeignDigit('１')),
            ("1,234.50", E::Comma),
            ("12,5", E::Comma),
            ("12.", E::Shape),
            (".5", E::Shape),
            ("1.2.3", E::Shape),
            ("007", E::Shape),
            ("+5", E::Character('+')),
            ("0x10", E::Character('x')),
            ("1 000", E::Character(' ')),
            ("12.50元", E::Character('元')),
        ];
        for (text, error) in cases {
            assert_eq!(Amount::parse(text, &yuan()), Err(error), "{text:?}");
        }
        assert_eq!(Amount::parse("¥1", &coin(18)), Err(E::Character('¥')));
        assert_eq!(Amount::parse(&"9".repeat(78), &coin(0)), Err(E::TooLarge));
    }

    #[test]
    fn assets_do_not_mix() {
        let other = Amount::from_atoms(U256::from(1), coin(2));
        assert!(matches!(
            fen(1).checked_add(&other),
            Err(AmountError::DifferentAssets { .. })
        ));
        assert!(matches!(
            fen(1).checked_sub(&other),
            Err(AmountError::DifferentAssets { .. })
        ));
        assert!(matches!(
            fen(1).checked_cmp(&other),
            Err(AmountError::DifferentAssets { .. })
        ));
    }

    #[test]
    fn is_written_for_people() {
        assert_eq!(fen(123_450).to_string(), "¥1,234.50");
        assert_eq!(fen(5).to_string(), "¥0.05");
        assert_eq!(fen(99_999_900).to_string(), "¥999,999.00");
        let cfx = Amount::parse("1234.5", &coin(18)).unwrap();
        assert_eq!(cfx.to_string(), "1,234.5 CFX");
        let six = Asset::new(coin(6).id(), 6, "AxCNH").unwrap().in_yuan();
        assert_eq!(
            Amount::parse("3.100001", &six).unwrap().to_string(),
            "¥3.100001"
        );
        assert_eq!(Amount::parse("3.1", &six).unwrap().to_string(), "¥3.10");
    }

    proptest! {
        #[test]
        fn parse_reads_back_what_is_written(atoms: [u64; 4], decimals in 0u8..=77) {
            let amount = Amount::from_atoms(U256::from_limbs(atoms), coin(decimals));
            prop_assert_eq!(Amount::parse(&amount.to_plain_string(), &coin(decimals)), Ok(amount.clone()));
            let json = serde_json::to_string(&amount).unwrap();
            prop_assert_eq!(serde_json::from_str::<Amount>(&json).unwrap(), amount);
        }

        #[test]
        fn adding_and_taking_away_is_exact(a: [u64; 4], b: [u64; 4]) {
            let (a, b) = (Amount::from_atoms(U256::from_limbs(a), yuan()), Amount::from_atoms(U256::from_limbs(b), yuan()));
            match a.checked_add(&b) {
                Ok(sum) => {
                    prop_assert_eq!(sum.checked_sub(&b), Ok(a.clone()));
                    prop_assert!(sum.checked_cmp(&a).unwrap().is_ge());
                }
                Err(error) => {
                    prop_assert_eq!(error, AmountError::TooLarge);
                    prop_assert!(a.atoms() > U256::MAX - b.atoms());
                }
            }
        }

        #[test]
        fn reading_never_panics(text in "\\PC*", decimals in 0u8..=77) {
            let _ = Amount::parse(&text, &coin(decimals));
        }

        #[test]
        fn digits_mean_what_they_say(whole in 0u64.., cents in 0u8..100) {
            let text = format!("{whole}.{cents:02}");
            let expected = U256::from(whole) * U256::from(100) + U256::from(cents);
            prop_assert_eq!(Amount::parse(&text, &yuan()).unwrap().atoms(), expected);
        }
    }
}
