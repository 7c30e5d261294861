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
