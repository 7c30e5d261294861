//! Ledger entries that this wallet did not make: money received, and payments
//! made with the same words elsewhere.

use alloy_primitives::{Address as EvmAddress, B256};
use jiaozi_types::{Amount, ChainId};
use serde::{Deserialize, Serialize};

/// A transfer on the ledger. Key: transaction hash and log index.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EntryRecord {
    /// The chain.
    pub chain: ChainId,
    /// The account of this wallet.
    pub account: u32,
    /// Who paid.
    pub from: EvmAddress,
    /// Who received.
    pub to: EvmAddress,
    /// How much.
    pub amount: Amount,
    /// The block's number.
    pub block: u64,
    /// The block's time (Unix seconds).
    pub time: u64,
    /// The transaction.
    pub transaction: B256,
    /// The log's index.
    pub log_index: u64,
    /// The charge that it pays.
    pub reference: Option<String>,
    /// The charge's note.
    pub note: Option<String>,
}

impl EntryRecord {
    /// The store's key.
    pub fn key(&self) -> Vec<u8> {
        [self.transaction.as_slice(), &self.log_index.to_be_bytes()].concat()
    }
}

super::first_version!(EntryRecord, "entry");
