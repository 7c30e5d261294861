//! The order of the history: one short record a payment, newest first.

use jiaozi_types::{ChainId, PurchaseId};
use serde::{Deserialize, Serialize};

/// Points at what is shown in one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityRecord {
    /// A payment made here.
    Payment {
        /// Its network.
        chain: ChainId,
        /// Its purchase id.
        id: PurchaseId,
    },
    /// An entry of the ledger.
    Entry {
        /// Its network.
        chain: ChainId,
        /// Its key.
        #[serde(with = "hex")]
        key: Vec<u8>,
    },
}

/// The store's key of a row: the later, the smaller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityKey(Vec<u8>);

impl ActivityKey {
    /// The key of `row` at `time` (Unix seconds). Within one second payments
    /// made here count as later than what came in.
    pub fn new(time: u64, row: &ActivityRecord) -> Self {
        let (rank, id): (u8, &[u8]) = match row {
            ActivityRecord::Payment { id, .. } => (0, id.as_bytes()),
            ActivityRecord::Entry { key, .. } => (1, key),
        };
        Self([&(u64::MAX - time).to_be_bytes()[..], &[rank], id].concat())
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

super::first_version!(ActivityRecord, "activity");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_rows_come_first() {
        let chain = ChainId::Eip155(1);
        let row = ActivityRecord::Payment {
            chain,
            id: PurchaseId::from_bytes([1; 16]),
        };
        let (old, new) = (ActivityKey::new(10, &row), ActivityKey::new(11, &row));
        assert!(new.as_bytes() < old.as_bytes());
        let came_in = ActivityRecord::Entry {
            chain,
            key: vec![0; 40],
        };
        assert!(old.as_bytes() < ActivityKey::new(10, &came_in).as_bytes());
    }
}
