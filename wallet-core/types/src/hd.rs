//! Addresses from extended public keys (BIP-32, BIP-44). The vault and the till
//! derive them from the same code: the vault for the accounts it shows, the
//! till for the charges it takes, and neither needs a private key for it.

use alloy_primitives::{Address as EvmAddress, keccak256};
use bip32::{ChildNumber, Prefix, XPub};
use k256::ecdsa::VerifyingKey;

/// Child indexes from here on are hardened: no public key leads there.
pub const HARDENED: u32 = 0x8000_0000;

/// The kinds of accounts, by their coin types (SLIP-44). Each signs with keys
/// of its own, so that what one signs means nothing to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CoinType {
    /// 60: every EVM chain.
    Ether,
    /// 503: Conflux Core Space.
    Conflux,
}

impl CoinType {
    /// The number of SLIP-44.
    pub const fn number(self) -> u32 {
        match self {
            Self::Ether => 60,
            Self::Conflux => 503,
        }
    }

    /// The path of an account's extended key, as in m/44'/60'/0'.
    pub fn account_path(self, account: u32) -> String {
        format!("m/44'/{}'/{account}'", self.number())
    }

    /// The address of a public key: the last 20 bytes of the Keccak-256 of its
    /// uncompressed form, on Core Space with the type of an account.
    pub fn address(self, key: &VerifyingKey) -> EvmAddress {
        let point = key.to_sec1_point(false);
        let hash = keccak256(point.as_bytes().get(1..).unwrap_or_default());
        let mut address = EvmAddress::from_slice(hash.get(12..).unwrap_or_default());
        if let (Self::Conflux, Some(first)) = (self, address.0.first_mut()) {
            *first = *first & 0x0f | 0x10;
        }
        address
    }
}

/// Why there is no such key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HdError {
    /// The text is no extended public key (`xpub…`), or one of another account.
    #[error("this is not the extended public key of the account")]
    NotTheAccount,
    /// The index is hardened, or beyond what is derived here.
    #[error("there is no key with this index")]
    OutOfRange,
}

/// The extended public key of an account: m/44'/coin'/account'.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountKey {
    coin: CoinType,
    key: XPub,
}

impl AccountKey {
    /// Reads `xpub…`, which must be of the depth and number of this account:
    /// the key of another account, or of a master key, is `NotTheAccount`. The
    /// coin type is not in the text; the caller knows it.
    pub fn parse(text: &str, coin: CoinType, account: u32) -> Result<Self, HdError> {
        // The library reads other prefixes as well, and surrounding private keys.
        if !text.starts_with(Prefix::XPUB.as_str()) {
            return Err(HdError::NotTheAccount);
        }
        let key: XPub = text.parse().map_err(|_| HdError::NotTheAccount)?;
        let attrs = key.attrs();
        let number = ChildNumber::new(account, true).map_err(|_| HdError::OutOfRange)?;
        if attrs.depth != 3 || attrs.child_number != number {
            return Err(HdError::NotTheAccount);
        }
        Ok(Self { coin, key })
    }

    /// The coin type.
    pub const fn coin(&self) -> CoinType {
        self.coin
    }

    /// The branch `index` under the account, whose children are addresses.
    pub fn branch(&self, index: u32) -> Result<Branch, HdError> {
        Ok(Branch {
            coin: self.coin,
            key: child(&self.key, index)?,
        })
    }
}

/// A branch of an account: m/44'/coin'/account'/branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    coin: CoinType,
    key: XPub,
}

impl Branch {
    /// The address of the branch's own key, which is an account in wallets that
    /// count from one level above.
    pub fn own_address(&self) -> Result<EvmAddress, HdError> {
        Ok(self.coin.address(self.key.public_key()))
    }

    /// The address of child `index`.
    pub fn address(&self, index: u32) -> Result<EvmAddress, HdError> {
        Ok(self.coin.address(child(&self.key, index)?.public_key()))
    }
}

fn child(key: &XPub, index: u32) -> Result<XPub, HdError> {
    if index >= HARDENED {
        return Err(HdError::OutOfRange);
    }
    // A child that does not derive has a probability below 2^-127.
    key.derive_child(index.into())
        .map_err(|_| HdError::OutOfRange)
}
