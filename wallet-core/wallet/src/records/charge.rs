//! One-time requests that this wallet handed out, so that their payment is
//! recognised.

use jiaozi_types::ChainId;
use serde::{Deserialize, Serialize};

/// A charge. Key: the authorization nonce that pays it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ChargeRecord {
    /// The chain.
    pub chain: ChainId,
    /// The receiving account.
    pub account: u32,
    /// The reference.
    pub reference: String,
    /// The note.
    pub note: Option<String>,
    /// When it was handed out (Unix seconds).
    pub created_at: u64,
}

super::first_version!(ChargeRecord, "charge");
