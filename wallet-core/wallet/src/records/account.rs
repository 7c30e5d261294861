//! Accounts that the person uses, by index.

use alloy_primitives::Address as EvmAddress;
use jiaozi_types::ChainId;
use serde::{Deserialize, Serialize};

/// An account. Key: the index (big-endian).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountRecord {
    /// The person's label.
    pub label: String,
    /// The address on every EVM chain, once the vault told it.
    pub address: Option<EvmAddress>,
    /// The address on Conflux Core Space, once the vault told it.
    #[serde(default)]
    pub core: Option<EvmAddress>,
    /// Where its keys are, when they are not in this profile's vault: the
    /// account is only watched here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cold: Option<ColdRecord>,
}

/// An account of another wallet, by its public keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColdRecord {
    /// The BIP-32 fingerprint of that wallet's master key.
    pub fingerprint: u32,
    /// The account's index there: 0/index is the end of its path.
    pub index: u32,
}

/// The number of the first account that is only watched; the vault's own are
/// below it.
pub const WATCHED_FROM: u32 = 1000;

/// Whether the keys of the account with this number are in another wallet.
pub const fn is_watched(account: u32) -> bool {
    account >= WATCHED_FROM
}

impl AccountRecord {
    /// The account's address on a chain.
    pub fn on(&self, chain: ChainId) -> Option<EvmAddress> {
        match chain {
            ChainId::Eip155(_) => self.address,
            ChainId::Conflux(_) => self.core,
        }
    }
}

super::first_version!(AccountRecord, "account");
