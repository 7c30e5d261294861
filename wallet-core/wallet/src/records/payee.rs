//! Everyone who was paid, for trust by experience.

use alloy_primitives::Address as EvmAddress;
use serde::{Deserialize, Serialize};

/// A payee. Key: `chain|address`, or `shop|address` of a shop by its identity.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PayeeRecord {
    /// The address.
    pub address: EvmAddress,
    /// Settled payments to it.
    pub times_paid: u32,
}

super::first_version!(PayeeRecord, "payee");
