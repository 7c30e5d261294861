//! How far the till has read the ledger.

use std::collections::VecDeque;

use alloy_primitives::B256;
use jiaozi_types::ChainId;
use serde::{Deserialize, Serialize};

use crate::records::first_version;

/// How far the ledger was read. Key: none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TillCursorRecord {
    /// The network.
    pub(crate) chain: ChainId,
    /// The first block that was read.
    pub(crate) start: u64,
    /// The next block that is to be read.
    pub(crate) next: u64,
    /// The newest block that was ever read: below it, blocks are read anew, and
    /// what is not in them any more was taken back.
    pub(crate) highest: u64,
    /// The newest block that was final.
    pub(crate) final_block: u64,
    /// Blocks that were read, the oldest first: by them a reorganisation is noticed.
    pub(crate) marks: VecDeque<MarkRecord>,
    /// When the last whole look began (Unix seconds).
    pub(crate) seen_at: u64,
}

/// A block as it was when it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MarkRecord {
    /// The number.
    pub(crate) block: u64,
    /// The hash.
    pub(crate) hash: B256,
}

first_version!(TillCursorRecord, "till_cursor");
