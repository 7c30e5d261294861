//! Where the wallet's words come from.

use serde::{Deserialize, Serialize};

/// Kept when the words were made here; there is none for restored ones. Key: empty.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct OriginRecord {
    /// When the words were made (Unix seconds, by this computer's clock):
    /// nobody paid them before.
    pub made_at: u64,
}

super::first_version!(OriginRecord, "origin");
