//! How far the ledger's history was read.

use std::collections::{BTreeMap, VecDeque};

use alloy_primitives::U256;
use jiaozi_store::Error as StoreError;
use jiaozi_types::AssetId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Blocks of the first range that is asked for.
pub const FIRST_SPAN: u64 = 1000;

/// Per network and account. Key: `chain|index`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CursorRecord {
    /// The first block that counts; none before it was searched for.
    pub start: Option<u64>,
    /// Blocks that are still to be read: oldest first, neither overlapping nor
    /// adjacent.
    pub gaps: Vec<Gap>,
    /// The newest block at the last look.
    pub head: u64,
    /// The newest block that was final at the last look.
    pub final_block: u64,
    /// Blocks of the next range: what the ledger answers well.
    pub span: u64,
    /// When the last look was (Unix seconds).
    pub seen_at: u64,
    /// Balances at the last look, in atoms.
    pub balances: Vec<(AssetId, U256)>,
    /// Whether coin moved in blocks that were not looked into: the balance has
    /// it, the history does not.
    pub coin_unseen: bool,
    /// Keys (hexadecimal) of entries that one endpoint has told of, where there
    /// are several, and that a second one is to be asked about.
    pub doubted: VecDeque<String>,
    /// Entries in blocks that are not final, by their key (hexadecimal), with
    /// their block: the ledger may take them back.
    pub fresh: BTreeMap<String, u64>,
}

/// Blocks `from..=to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The first.
    pub from: u64,
    /// The last.
    pub to: u64,
}

impl Gap {
    /// How many blocks.
    pub fn blocks(self) -> u64 {
        self.to.saturating_sub(self.from).saturating_add(1)
    }
}

impl Default for CursorRecord {
    fn default() -> Self {
        Self {
            start: None,
            gaps: Vec::new(),
            head: 0,
            final_block: 0,
            span: FIRST_SPAN,
            seen_at: 0,
            balances: Vec::new(),
            coin_unseen: false,
            doubted: VecDeque::new(),
            fresh: BTreeMap::new(),
        }
    }
}

impl CursorRecord {
    /// Adds blocks that are to be read, or read again.
    pub fn open(&mut self, gap: Gap) {
        if gap.from > gap.to {
            return;
        }
        self.gaps.push(gap);
        self.gaps.sort_by_key(|gap| gap.from);
        let mut joined = Vec::<Gap>::new();
        for gap in self.gaps.drain(..) {
            match joined.last_mut() {
                Some(last) if gap.from <= last.to.saturating_add(1) => {
                    last.to = last.to.max(gap.to)
                }
                _ => joined.push(gap),
            }
        }
        self.gaps = joined;
    }

    /// The newest blocks that are to be read, at most `span` of them.
    pub fn newest(&self, span: u64) -> Option<Gap> {
        let gap = self.gaps.last()?;
        let from = gap.to.saturating_sub(span.max(1).saturating_sub(1));
        Some(Gap {
            from: from.max(gap.from),
            to: gap.to,
        })
    }

    /// Takes blocks off that were read: the end of the newest gap.
    pub fn close(&mut self, read: Gap) {
        if let Some(last) = self.gaps.last_mut()
            && last.to == read.to
        {
            match read.from.checked_sub(1) {
                Some(to) if to >= last.from => last.to = to,
                _ => {
                    self.gaps.pop();
                }
            }
        }
    }

    /// Forgets entries that cannot change any more: their block is final, and
    /// was read since it is.
    pub fn forget_final(&mut self) {
        let (newest, gaps) = (self.final_block, &self.gaps);
        self.fresh.retain(|_, block| {
            *block > newest || gaps.iter().any(|gap| (gap.from..=gap.to).contains(block))
        });
    }

    /// Blocks that are still to be read.
    pub fn unread(&self) -> u64 {
        let blocks = self.gaps.iter().map(|gap| gap.blocks());
        blocks.fold(0, u64::saturating_add)
    }

    /// All blocks that count.
    pub fn counted(&self) -> u64 {
        let start = self.start.unwrap_or(self.head);
        self.head.saturating_sub(start).saturating_add(1)
    }
}

impl jiaozi_store::Record for CursorRecord {
    const KIND: &'static str = "cursor";
    const VERSION: u16 = 2;

    /// Version 1 had read the last 10,000 blocks at most: everything is read
    /// again, deeper; what is known stays, and the balances with it.
    fn upgrade(from: u16, old: Value) -> Result<Value, StoreError> {
        if from != 1 {
            return Err(super::no_such_version::<Self>(from));
        }
        let kept = |name: &str| old.get(name).cloned().unwrap_or(Value::Null);
        // What was final was not read again.
        let next = old.get("next_block").and_then(Value::as_u64);
        let final_block = next.unwrap_or_default().saturating_sub(1);
        Ok(json!({
            "start": null, "gaps": [], "head": kept("head"), "final_block": final_block, "span": FIRST_SPAN,
            "seen_at": kept("seen_at"), "balances": kept("balances"), "coin_unseen": false,
            "doubted": [], "fresh": {},
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn gap(from: u64, to: u64) -> Gap {
        Gap { from, to }
    }

    #[test]
    fn the_newest_blocks_are_read_first() {
        let mut cursor = CursorRecord::default();
        cursor.open(gap(0, 99));
        assert_eq!(cursor.newest(30), Some(gap(70, 99)));
        cursor.close(gap(70, 99));
        cursor.open(gap(100, 110));
        assert_eq!(cursor.gaps, [gap(0, 69), gap(100, 110)]);
        assert_eq!(cursor.newest(1000), Some(gap(100, 110)));
        cursor.close(gap(100, 110));
        assert_eq!(cursor.newest(1000), Some(gap(0, 69)));
        cursor.close(gap(0, 69));
        assert_eq!((cursor.newest(1), cursor.unread()), (None, 0));
    }

    proptest! {
        /// Whatever is opened is read, once, whatever the spans.
        #[test]
        fn every_open_block_is_read(
            opened in prop::collection::vec((0_u64..200, 0_u64..50), 1..8),
            spans in prop::collection::vec(1_u64..40, 1..5),
        ) {
            let mut cursor = CursorRecord::default();
            let mut wanted = std::collections::BTreeSet::new();
            for (from, blocks) in opened {
                cursor.open(gap(from, from + blocks));
                wanted.extend(from..=from + blocks);
            }
            prop_assert_eq!(cursor.unread(), wanted.len() as u64);
            for span in spans.iter().cycle() {
                let Some(range) = cursor.newest(*span) else { break };
                for block in range.from..=range.to {
                    prop_assert!(wanted.remove(&block), "{} was read twice", block);
                }
                cursor.close(range);
            }
            prop_assert!(wanted.is_empty());
        }
    }
}
