//! The order of the history: one short record a payment, newest first, and how
//! many there are.

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

impl ActivityRecord {
    /// The network.
    pub fn chain(&self) -> ChainId {
        match self {
            Self::Payment { chain, .. } | Self::Entry { chain, .. } => *chain,
        }
    }
}

/// The store's key of a row: by network, and the later, the smaller.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActivityKey(Vec<u8>);

impl ActivityKey {
    /// What the first release's keys begin with, and none of today's: they had
    /// no network, only a time that counts down from 2^64.
    pub const OLD: &'static [u8] = &[0xff];

    /// The key of `row` at `time` (Unix seconds). Within one second payments
    /// made here count as later than what came in.
    pub fn new(time: u64, row: &ActivityRecord) -> Self {
        let (rank, id): (u8, &[u8]) = match row {
            ActivityRecord::Payment { id, .. } => (0, id.as_bytes()),
            ActivityRecord::Entry { key, .. } => (1, key),
        };
        let stem = Self::stem(row.chain());
        let countdown = u64::MAX.saturating_sub(time).to_be_bytes();
        Self([&stem[..], &countdown, &[rank], id].concat())
    }

    /// What every key of a network begins with.
    pub fn stem(chain: ChainId) -> Vec<u8> {
        format!("{chain}|").into_bytes()
    }

    /// The Unix second of an old key.
    pub fn old_time(key: &[u8]) -> Option<u64> {
        let countdown = key.first_chunk::<8>()?;
        Some(u64::MAX.saturating_sub(u64::from_be_bytes(*countdown)))
    }

    /// Where rows of the Unix second `time` begin.
    pub fn first_at(chain: ChainId, time: u64) -> Vec<u8> {
        let countdown = u64::MAX.saturating_sub(time).to_be_bytes();
        [&Self::stem(chain)[..], &countdown].concat()
    }

    /// A key that the store gave.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// A key as shells hold it between two pages.
    pub fn from_text(text: &str) -> Option<Self> {
        hex::decode(text).ok().map(Self)
    }

    /// For shells, to hold between two pages.
    pub fn to_text(&self) -> String {
        hex::encode(&self.0)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

super::first_version!(ActivityRecord, "activity");

/// How many rows a network has. Key: the chain.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct CountRecord {
    /// The rows.
    pub rows: u64,
}

super::first_version!(CountRecord, "activity_count");

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
        assert!(new < old);
        let came_in = ActivityRecord::Entry {
            chain,
            key: vec![0; 40],
        };
        assert!(old < ActivityKey::new(10, &came_in));
        assert!(new.as_bytes().starts_with(&ActivityKey::stem(chain)));
        // `eip155:1|` begins no key of `eip155:10`.
        let other = ActivityRecord::Entry {
            chain: ChainId::Eip155(10),
            key: vec![0; 40],
        };
        let other = ActivityKey::new(10, &other);
        assert!(!other.as_bytes().starts_with(&ActivityKey::stem(chain)));
    }
}
