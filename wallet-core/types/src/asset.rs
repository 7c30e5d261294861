//! Assets after CAIP-19, with what is needed to write an amount of them.

use std::fmt;
use std::str::FromStr;

use alloy_primitives::Address as EvmAddress;
use serde::{Deserialize, Serialize};

use crate::address::{Address, AddressError, Checked, Unchecked};
use crate::chain::{ChainError, ChainId};
use crate::cip37;

/// An asset id after CAIP-19: a chain and either its coin (`slip44:N`) or a
/// token contract on it (`erc20:0x…`; on Conflux Core Space the part of the
/// CIP-37 address after the network's prefix, `erc20:ac…`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum AssetId {
    /// The chain's own coin, by its SLIP-44 coin type.
    Coin {
        /// The chain.
        chain: ChainId,
        /// The SLIP-44 coin type (60 Ether-like, 503 CFX).
        slip44: u32,
    },
    /// An ERC-20 token.
    Token {
        /// The chain.
        chain: ChainId,
        /// The token's contract.
        contract: EvmAddress,
    },
}

/// Why a text is not an asset id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssetError {
    /// The text is not `chain/kind:reference`.
    #[error("an asset is written chain/kind:reference, as in eip155:1030/erc20:0x…")]
    Malformed,
    /// The chain part is wrong.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The contract's address is wrong.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The kind of asset is none that Jiaozi holds.
    #[error("assets of the kind {0:?} are not supported")]
    UnknownKind(String),
}

impl AssetId {
    /// The coin in which a chain's fees are paid: CFX (SLIP-44 503) on both
    /// spaces of Conflux and their test networks, else Ether-like (60).
    pub const fn coin_of(chain: ChainId) -> Self {
        let slip44 = match chain {
            ChainId::Eip155(1030 | 71) | ChainId::Conflux(_) => 503,
            ChainId::Eip155(_) => 60,
        };
        Self::Coin { chain, slip44 }
    }

    /// The chain the asset lives on.
    pub const fn chain(self) -> ChainId {
        match self {
            Self::Coin { chain, .. } | Self::Token { chain, .. } => chain,
        }
    }

    /// The token's contract; none for a coin.
    pub const fn contract(self) -> Option<EvmAddress> {
        match self {
            Self::Coin { .. } => None,
            Self::Token { contract, .. } => Some(contract),
        }
    }
}

impl fmt::Display for AssetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Coin { chain, slip44 } => write!(f, "{chain}/slip44:{slip44}"),
            Self::Token {
                chain: chain @ ChainId::Conflux(network),
                contract,
            } => write!(f, "{chain}/erc20:{}", cip37::payload(*network, *contract)),
            Self::Token { chain, contract } => write!(f, "{chain}/erc20:{contract}"),
        }
    }
}

impl fmt::Debug for AssetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for AssetId {
    type Err = AssetError;

    fn from_str(text: &str) -> Result<Self, AssetError> {
        let (chain, asset) = text.split_once('/').ok_or(AssetError::Malformed)?;
        let (kind, reference) = asset.split_once(':').ok_or(AssetError::Malformed)?;
        let chain: ChainId = chain.parse()?;
        match kind {
            "slip44" => {
                let slip44 = reference.parse().map_err(|_| AssetError::Malformed)?;
                Ok(Self::Coin { chain, slip44 })
            }
            "erc20" => {
                let contract: Address<Unchecked> = match chain {
                    ChainId::Eip155(_) => reference.parse()?,
                    ChainId::Conflux(network) => {
                        format!("{}:{reference}", cip37::Prefix(network)).parse()?
                    }
                };
                let contract: Address<Checked> = contract.require_chain(chain)?;
                Ok(Self::Token {
                    chain,
                    contract: contract.evm(),
                })
            }
            other => Err(AssetError::UnknownKind(other.chars().take(16).collect())),
        }
    }
}

impl TryFrom<String> for AssetId {
    type Error = AssetError;

    fn try_from(text: String) -> Result<Self, AssetError> {
        text.parse()
    }
}

impl From<AssetId> for String {
    fn from(id: AssetId) -> Self {
        id.to_string()
    }
}

/// An asset: its id, how many decimal places one unit has, and how it is
/// written. Two assets are the same when their ids are.
#[derive(Clone, Debug, Eq, Serialize, Deserialize)]
pub struct Asset {
    id: AssetId,
    decimals: u8,
    symbol: String,
    yuan: bool,
}

impl Asset {
    /// The most decimal places an asset may have; more cannot be written in 256 bits.
    pub const MAX_DECIMALS: u8 = 77;

    /// An asset written with its code, as in `12.50 CFX`. More than
    /// [`Self::MAX_DECIMALS`] decimals or a symbol that is empty, longer than
    /// 16 characters, or not plain ASCII letters, digits, `.`, `-`, `_` gives `None`.
    pub fn new(id: AssetId, decimals: u8, symbol: &str) -> Option<Self> {
        let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
        let fits = (1..=16).contains(&symbol.len()) && symbol.bytes().all(plain);
        (fits && decimals <= Self::MAX_DECIMALS).then(|| Self {
            id,
            decimals,
            symbol: symbol.to_owned(),
            yuan: false,
        })
    }

    /// The sandbox yuan, whose parts are constants within the bounds of [`Self::new`].
    pub(crate) fn sandbox_yuan(id: AssetId) -> Self {
        Self {
            id,
            decimals: 2,
            symbol: "SBY".to_owned(),
            yuan: true,
        }
    }

    /// The same asset, marked as denominated in yuan: written `¥12.50`.
    #[must_use]
    pub fn in_yuan(mut self) -> Self {
        self.yuan = true;
        self
    }

    /// The CAIP-19 id.
    pub const fn id(&self) -> AssetId {
        self.id
    }

    /// Decimal places of one unit: an amount of `10^decimals` atoms is one unit.
    pub const fn decimals(&self) -> u8 {
        self.decimals
    }

    /// The asset's code, as in `CFX`.
    pub fn symbol(&self) -> &str {
        &self.symbol
    }

    /// Whether the asset is denominated in yuan.
    pub const fn is_yuan(&self) -> bool {
        self.yuan
    }
}

impl PartialEq for Asset {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caip19_round_trip() {
        for text in [
            "eip155:1030/slip44:503",
            "eip155:1030/erc20:0x70BFD7F7eADF9b9827541272589A6B2Bb760aE2E",
            "conflux:cfx/slip44:503",
            "conflux:cfx/erc20:acc7uawf5ubtnmezvhu9dhc6sghea0403y2dgpyfjp",
        ] {
            assert_eq!(text.parse::<AssetId>().unwrap().to_string(), text);
        }
        // A wrong EIP-55 checksum in the contract is an error, not a guess.
        let broken = "eip155:1030/erc20:0x70bFD7F7eADF9b9827541272589A6B2Bb760aE2E";
        assert!(matches!(
            broken.parse::<AssetId>(),
            Err(AssetError::Address(_))
        ));
        assert!(matches!(
            "eip155:1/erc721:0x00".parse::<AssetId>(),
            Err(AssetError::UnknownKind(_))
        ));
    }

    #[test]
    fn symbols_are_plain() {
        let id = AssetId::Coin {
            chain: ChainId::Eip155(1),
            slip44: 60,
        };
        for bad in ["", "¥", "ET H", "A\u{202e}B", "seventeen-letters"] {
            assert!(Asset::new(id, 18, bad).is_none(), "{bad:?}");
        }
    }
}
