//! Ledger entries that this wallet did not make: money received, and payments
//! made with the same words elsewhere.

use alloy_primitives::{Address as EvmAddress, B256};
use jiaozi_store::Error as StoreError;
use jiaozi_types::{Amount, ChainId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The log index of coin, which moves without a log.
pub const COIN_INDEX: u64 = u64::MAX;

/// A transfer on the ledger. Key: transaction hash and log index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The block's hash, where the node told it.
    pub block_hash: Option<B256>,
    /// The block's time (Unix seconds).
    pub time: u64,
    /// The transaction.
    pub transaction: B256,
    /// The log's index, or [`COIN_INDEX`].
    pub log_index: u64,
    /// The charge that it pays.
    pub reference: Option<String>,
    /// The charge's note.
    pub note: Option<String>,
    /// Whether two endpoints are yet to say the same of it: not final before.
    pub unconfirmed: bool,
}

impl EntryRecord {
    /// The store's key.
    pub fn key(&self) -> Vec<u8> {
        [self.transaction.as_slice(), &self.log_index.to_be_bytes()].concat()
    }

    /// Whether it stands in the same block, and says the same, as `other`.
    pub fn stands_like(&self, other: &Self) -> bool {
        let same_hash = match (self.block_hash, other.block_hash) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        same_hash && self.block == other.block && self.time == other.time
    }
}

impl jiaozi_store::Record for EntryRecord {
    const KIND: &'static str = "entry";
    const VERSION: u16 = 2;

    /// Version 1 knew no block hash, and believed its endpoint.
    fn upgrade(from: u16, mut old: Value) -> Result<Value, StoreError> {
        match (from, old.as_object_mut()) {
            (1, Some(fields)) => {
                fields.insert("block_hash".to_owned(), Value::Null);
                fields.insert("unconfirmed".to_owned(), Value::Bool(false));
                Ok(old)
            }
            _ => Err(super::no_such_version::<Self>(from)),
        }
    }
}
