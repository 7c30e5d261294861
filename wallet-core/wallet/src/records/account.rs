//! Accounts that the person uses, by index.

use alloy_primitives::Address as EvmAddress;
use serde::{Deserialize, Serialize};

/// An account. Key: the index (big-endian).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountRecord {
    /// The person's label.
    pub label: String,
    /// The address, once the vault told it.
    pub address: Option<EvmAddress>,
}

super::first_version!(AccountRecord, "account");
