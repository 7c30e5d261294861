//! How far the ledger's history was read.

use alloy_primitives::U256;
use jiaozi_types::AssetId;
use serde::{Deserialize, Serialize};

/// Per network and account. Key: `chain|index`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct CursorRecord {
    /// The first block that was not read yet.
    pub next_block: u64,
    /// The newest block at the last look.
    pub head: u64,
    /// When that was (Unix seconds).
    pub seen_at: u64,
    /// Balances at the last look, in atoms.
    pub balances: Vec<(AssetId, U256)>,
}

super::first_version!(CursorRecord, "cursor");
