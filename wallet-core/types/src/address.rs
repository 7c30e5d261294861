//! Addresses that carry their chain (CAIP-10).
//!
//! What is read from a person or a link is [`Address<Unchecked>`]; it cannot be
//! paid until [`Address::require_chain`] has tied it to the chain that the
//! payment runs on. Mixed-case EVM addresses must pass the EIP-55 checksum,
//! those of Conflux Core Space that of CIP-37. An address of one space is never
//! turned into one of the other: money sent across is lost.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use alloy_primitives::Address as EvmAddress;
use serde::{Deserialize, Serialize};

use crate::chain::{ChainError, ChainId};
use crate::cip37;

/// Marks an address whose chain has not been compared with the payment's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Unchecked;

/// Marks an address that belongs to the chain it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Checked;

/// An address on a chain. See the module for the two states.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address<State = Checked> {
    chain: Option<ChainId>,
    evm: EvmAddress,
    state: PhantomData<State>,
}

/// Why a text is not an address that can be paid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Neither `0x` and 40 hexadecimal digits nor an address after CIP-37.
    #[error("an address is 0x and 40 hexadecimal digits, or cfx: and 42 characters")]
    Malformed,
    /// The checksum (EIP-55 or CIP-37) does not fit: a character is wrong.
    #[error("the address has a mistake in it: its checksum does not fit")]
    Checksum,
    /// A Core Space address in capitals and small letters (CIP-37 allows either).
    #[error("an address of Conflux Core Space is not written in mixed case")]
    MixedCase,
    /// A Core Space address of a type that no account or contract has, or of
    /// another type than it says.
    #[error("no account of Conflux Core Space has this address")]
    UnknownType,
    /// A Conflux Core address where an EVM address is needed. There is no
    /// conversion: ask the payee for an address of the right space.
    #[error("this is a Conflux Core Space address; it cannot be paid from this network")]
    CoreSpace,
    /// An EVM address where one of Conflux Core Space is needed. There is no
    /// conversion: ask the payee for an address of the right space.
    #[error("this is not a Conflux Core Space address; it cannot be paid from this network")]
    NotCoreSpace,
    /// The address names another chain than the payment's.
    #[error("the address is on {found}, the payment is on {wanted}")]
    WrongChain {
        /// The chain the address names.
        found: ChainId,
        /// The chain it was required to be on.
        wanted: ChainId,
    },
    /// The zero address: what is sent there is lost.
    #[error("nobody holds the zero address; money sent there is lost")]
    Zero,
    /// The CAIP-10 prefix is wrong.
    #[error(transparent)]
    Chain(#[from] ChainError),
}

impl Address<Unchecked> {
    /// Ties the address to `chain`, or says why it cannot be paid there.
    pub fn require_chain(self, chain: ChainId) -> Result<Address<Checked>, AddressError> {
        use ChainId::{Conflux, Eip155};
        match (self.chain, chain) {
            (Some(Conflux(_)), Eip155(_)) => Err(AddressError::CoreSpace),
            (Some(Eip155(_)) | None, Conflux(_)) => Err(AddressError::NotCoreSpace),
            (Some(found), wanted) if found != wanted => {
                Err(AddressError::WrongChain { found, wanted })
            }
            _ => Ok(Address {
                chain: Some(chain),
                evm: self.evm,
                state: PhantomData,
            }),
        }
    }

    /// The chain the text named, if it named one.
    pub fn named_chain(&self) -> Option<ChainId> {
        self.chain
    }
}

impl Address<Checked> {
    /// The address of `evm` on the EVM chain `number`.
    pub const fn on_evm(number: u64, evm: EvmAddress) -> Self {
        Self::on(ChainId::Eip155(number), evm)
    }

    /// The address of 20 bytes that come from `chain` itself: its ledger, or a
    /// key of an account on it.
    pub const fn on(chain: ChainId, raw: EvmAddress) -> Self {
        Self {
            chain: Some(chain),
            evm: raw,
            state: PhantomData,
        }
    }

    /// The chain.
    pub fn chain(&self) -> ChainId {
        // A checked address is only made with a chain; the zero id stands for none.
        self.chain.unwrap_or(ChainId::Eip155(0))
    }

    /// The 20 bytes, in which both spaces count; on Core Space the first four
    /// bits are the type (CIP-37).
    pub const fn evm(&self) -> EvmAddress {
        self.evm
    }

    /// The address for people and nodes: EIP-55 without the chain, or CIP-37.
    pub fn plain(&self) -> String {
        match self.chain() {
            ChainId::Eip155(_) => self.evm.to_string(),
            ChainId::Conflux(network) => format!(
                "{}:{}",
                cip37::Prefix(network),
                cip37::payload(network, self.evm)
            ),
        }
    }

    /// This address again as one that has not been compared with a chain.
    pub fn forget_chain_check(self) -> Address<Unchecked> {
        Address {
            chain: self.chain,
            evm: self.evm,
            state: PhantomData,
        }
    }
}

fn parse_evm(text: &str) -> Result<EvmAddress, AddressError> {
    let digits = text.strip_prefix("0x").ok_or(AddressError::Malformed)?;
    if digits.len() != 40 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(AddressError::Malformed);
    }
    let evm: EvmAddress = text.parse().map_err(|_| AddressError::Malformed)?;
    let lower = digits.bytes().any(|b| b.is_ascii_lowercase());
    let upper = digits.bytes().any(|b| b.is_ascii_uppercase());
    // EIP-55: only a mixed-case address carries a checksum.
    if lower && upper && evm.to_checksum(None) != text {
        return Err(AddressError::Checksum);
    }
    if evm.is_zero() {
        Err(AddressError::Zero)
    } else {
        Ok(evm)
    }
}

impl FromStr for Address<Unchecked> {
    type Err = AddressError;

    /// Reads `0x…`, CIP-37 `cfx:…`, or CAIP-10 `eip155:<chain>:0x…` and
    /// `conflux:cfx:…`. Surrounding blanks are not accepted here: what a person
    /// pasted is trimmed by the caller.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let core = text.strip_prefix("conflux:");
        if let Some(core) = core.or(Some(text).filter(|text| cip37::is_meant(text))) {
            let (network, raw) = cip37::decode(core)?;
            if raw.is_zero() {
                return Err(AddressError::Zero);
            }
            return Ok(Self {
                chain: Some(ChainId::Conflux(network)),
                evm: raw,
                state: PhantomData,
            });
        }
        let (chain, plain) = match text.strip_prefix("eip155:") {
            None => (None, text),
            Some(rest) => {
                let (number, plain) = rest.split_once(':').ok_or(AddressError::Malformed)?;
                (Some(format!("eip155:{number}").parse()?), plain)
            }
        };
        Ok(Self {
            chain,
            evm: parse_evm(plain)?,
            state: PhantomData,
        })
    }
}

impl fmt::Display for Address<Checked> {
    /// CAIP-10: `eip155:1030:0x…`, `conflux:cfx:aa…`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.chain() {
            chain @ ChainId::Eip155(_) => write!(f, "{chain}:{}", self.evm),
            chain @ ChainId::Conflux(network) => {
                write!(f, "{chain}:{}", cip37::payload(network, self.evm))
            }
        }
    }
}

impl<State> fmt::Debug for Address<State> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.chain {
            Some(chain) => write!(f, "{chain}:{}", self.evm),
            None => write!(f, "?:{}", self.evm),
        }
    }
}

impl Serialize for Address<Checked> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address<Checked> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error;
        let text = String::deserialize(deserializer)?;
        let address: Address<Unchecked> = text.parse().map_err(D::Error::custom)?;
        let chain = address
            .named_chain()
            .ok_or_else(|| D::Error::custom(AddressError::Malformed))?;
        address.require_chain(chain).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From EIP-55.
    const EIP55: [&str; 8] = [
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
        "0xde709f2102306220921060314715629080e2fb77",
        "0x27b1fdb04752bbc536007a920d24acb045561c26",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ];
    const ESPACE: ChainId = ChainId::Eip155(1030);

    #[test]
    fn eip55_vectors() {
        for text in EIP55 {
            let address = text
                .parse::<Address<Unchecked>>()
                .unwrap()
                .require_chain(ESPACE)
                .unwrap();
            assert!(address.plain().eq_ignore_ascii_case(text));
        }
    }

    #[test]
    fn a_flipped_letter_is_noticed() {
        for text in &EIP55[4..] {
            let last = text.len() - 1;
            for at in 2..last {
                let mut bytes = text.as_bytes().to_vec();
                if !bytes[at].is_ascii_alphabetic() {
                    continue;
                }
                bytes[at] ^= 0x20;
                let broken = String::from_utf8(bytes).unwrap();
                assert_eq!(
                    broken.parse::<Address<Unchecked>>(),
                    Err(AddressError::Checksum)
                );
            }
        }
    }

    #[test]
    fn other_spaces_and_chains_are_refused() {
        let core = "cfx:aarc9abycue0hhzgyrr53m6cxedgccrmmyybjgh4xg";
        for text in [
            core.to_owned(),
            format!("conflux:{core}"),
            "CFX:TYPE.USER:AARC9ABYCUE0HHZGYRR53M6CXEDGCCRMMYYBJGH4XG".to_owned(),
        ] {
            let address: Address<Unchecked> = text.parse().unwrap();
            assert_eq!(
                address.require_chain(ESPACE),
                Err(AddressError::CoreSpace),
                "{text}"
            );
            assert!(matches!(
                address.require_chain(ChainId::Conflux(1)),
                Err(AddressError::WrongChain { .. })
            ));
            let address = address.require_chain(ChainId::Conflux(1029)).unwrap();
            assert_eq!(address.plain(), core);
            assert_eq!(address.to_string(), format!("conflux:{core}"));
        }
        for text in [EIP55[4].to_owned(), format!("eip155:1030:{}", EIP55[4])] {
            let address: Address<Unchecked> = text.parse().unwrap();
            assert_eq!(
                address.require_chain(ChainId::Conflux(1029)),
                Err(AddressError::NotCoreSpace),
                "{text}"
            );
        }
        let tagged: Address<Unchecked> = format!("eip155:1:{}", EIP55[4]).parse().unwrap();
        assert!(matches!(
            tagged.require_chain(ESPACE),
            Err(AddressError::WrongChain { .. })
        ));
    }

    #[test]
    fn malformed_texts() {
        for text in [
            "",
            "0x",
            "0x123",
            "52908400098527886E0F7030069857D2E4169EE7",
            " 0x52908400098527886E0F7030069857D2E4169EE7",
            "0X52908400098527886E0F7030069857D2E4169EE7",
            "0x５2908400098527886E0F7030069857D2E4169EE7",
            "eip155:0x52908400098527886E0F7030069857D2E4169EE7",
        ] {
            assert!(text.parse::<Address<Unchecked>>().is_err(), "{text:?}");
        }
        let zero = "0x0000000000000000000000000000000000000000";
        assert_eq!(zero.parse::<Address<Unchecked>>(), Err(AddressError::Zero));
    }

    #[test]
    fn serde_keeps_the_chain() {
        let address: Address = EIP55[4]
            .parse::<Address<Unchecked>>()
            .unwrap()
            .require_chain(ESPACE)
            .unwrap();
        let json = serde_json::to_string(&address).unwrap();
        assert_eq!(json, format!("\"eip155:1030:{}\"", EIP55[4]));
        assert_eq!(serde_json::from_str::<Address>(&json).unwrap(), address);
        assert!(serde_json::from_str::<Address>(&format!("\"{}\"", EIP55[4])).is_err());
        let json = "\"conflux:cfx:aarc9abycue0hhzgyrr53m6cxedgccrmmyybjgh4xg\"";
        let core: Address = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&core).unwrap(), json);
    }
}
