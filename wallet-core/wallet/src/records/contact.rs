//! Saved payees.

use jiaozi_types::Address;
use serde::{Deserialize, Serialize};

/// A saved payee. Key: the address in CAIP-10.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ContactRecord {
    /// The name.
    pub name: String,
    /// The address.
    pub address: Address,
    /// Whether the vault confirmed the name.
    pub in_vault: bool,
}

super::first_version!(ContactRecord, "contact");
