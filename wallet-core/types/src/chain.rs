//! Chain ids after CAIP-2: `namespace:reference`.
//!
//! Two namespaces are known: `eip155` (any EVM chain, the reference is the
//! decimal chain id of EIP-155) and `conflux` (Conflux Core Space; the
//! reference is the CIP-37 network prefix: `cfx`, `cfxtest` or `net<N>`).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::cip37::Prefix;

/// A chain after CAIP-2.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ChainId {
    /// An EVM chain, by its EIP-155 number.
    Eip155(u64),
    /// Conflux Core Space, by its CIP-37 network number (1029 main, 1 test).
    Conflux(u32),
}

/// Why a text is not a chain id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// The text is not `namespace:reference`.
    #[error("a chain is written namespace:reference, as in eip155:1030")]
    Malformed,
    /// The namespace is none that Jiaozi speaks.
    #[error("chains of the namespace {0:?} are not supported")]
    UnknownNamespace(String),
    /// The reference is not a valid number or network prefix.
    #[error("{0:?} is not a chain reference of this namespace")]
    BadReference(String),
}

impl ChainId {
    /// The EIP-155 number, for EVM chains only.
    pub fn eip155(self) -> Option<u64> {
        match self {
            Self::Eip155(number) => Some(number),
            Self::Conflux(_) => None,
        }
    }

    /// The number by which contracts on the chain know it (EIP-155, EIP-712):
    /// the two namespaces share their numbers.
    pub fn number(self) -> u64 {
        match self {
            Self::Eip155(number) => number,
            Self::Conflux(number) => number.into(),
        }
    }

    /// Whether this is a chain of Conflux Core Space.
    pub const fn is_core(self) -> bool {
        matches!(self, Self::Conflux(_))
    }
}

impl fmt::Display for ChainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Eip155(number) => write!(f, "eip155:{number}"),
            Self::Conflux(number) => write!(f, "conflux:{}", Prefix(*number)),
        }
    }
}

impl fmt::Debug for ChainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Decimal digits without sign or leading zero, as CAIP-2 and EIP-155 write it.
fn plain_number<T: FromStr>(text: &str) -> Option<T> {
    let canonical = !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'));
    if canonical { text.parse().ok() } else { None }
}

impl FromStr for ChainId {
    type Err = ChainError;

    fn from_str(text: &str) -> Result<Self, ChainError> {
        let (namespace, reference) = text.split_once(':').ok_or(ChainError::Malformed)?;
        let bad = || ChainError::BadReference(reference.chars().take(40).collect());
        match namespace {
            "eip155" => match plain_number(reference) {
                Some(0) | None => Err(bad()),
                Some(number) => Ok(Self::Eip155(number)),
            },
            "conflux" => match reference {
                "cfx" => Ok(Self::Conflux(1029)),
                "cfxtest" => Ok(Self::Conflux(1)),
                other => match other.strip_prefix("net").and_then(plain_number) {
                    // `net1029` and `net1` would be second names of main and test.
                    Some(number) if number != 1029 && number != 1 => Ok(Self::Conflux(number)),
                    _ => Err(bad()),
                },
            },
            other => Err(ChainError::UnknownNamespace(
                other.chars().take(16).collect(),
            )),
        }
    }
}

impl TryFrom<String> for ChainId {
    type Error = ChainError;

    fn try_from(text: String) -> Result<Self, ChainError> {
        text.parse()
    }
}

impl From<ChainId> for String {
    fn from(chain: ChainId) -> Self {
        chain.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_it_reads() {
        for text in [
            "eip155:1030",
            "eip155:1",
            "conflux:cfx",
            "conflux:cfxtest",
            "conflux:net10029",
        ] {
            assert_eq!(text.parse::<ChainId>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn refuses_second_spellings_and_strangers() {
        for text in [
            "",
            "1030",
            "eip155",
            "eip155:",
            "eip155:0",
            "eip155:01030",
            "eip155:+5",
            "eip155:0x5",
            "eip155:18446744073709551616",
            "conflux:net1029",
            "conflux:net1",
            "conflux:main",
            "bip122:000000000019d6689c085ae165831e93",
            "eip155:１",
        ] {
            assert!(text.parse::<ChainId>().is_err(), "{text:?}");
        }
    }
}
