//! Reading the ledger's transfers, a range of blocks at a time.
//!
//! A look asks where the ledger stands, opens the blocks that are new or may
//! have changed (all above the newest final block), and reads open blocks from
//! the newest down. What a range brought and the note that it was read are one
//! durable batch: a kill loses nothing that was counted and repeats one range.
//! Ranges grow and shrink with what they bring; while one is written, the next
//! is fetched.
//!
//! What is not seen: coin that contracts send along the way, and coin that came
//! while nobody looked for longer than [`balances::COIN_BLOCKS`] blocks. The
//! balance has both, and the cursor says so (`coin_unseen`).

mod balances;
mod fetch;
mod opinions;
mod write;

use std::collections::HashMap;

use alloy_primitives::Address as EvmAddress;
use jiaozi_ledger::{Ledger, LedgerError};
use jiaozi_types::Timestamp;

use super::start;
use crate::book::{Book, cursor_key};
use crate::error::WalletError;
use crate::network::Network;
use crate::records::{CursorRecord, EntryRecord, Gap, OriginRecord};

/// Blocks that a look reads whose answer somebody waits for.
pub const PROMPT: u64 = 10_000;
/// Blocks that a look in the background reads.
pub const STEADY: u64 = 50_000;
/// What a range should bring: enough for few questions, little enough to lose.
const WANTED: usize = 2000;
/// The widest range.
const WIDEST: u64 = 50_000;
/// Blocks that an endpoint may lag behind another one and still be asked.
const LAG: u64 = 32;

/// Whose history is read, from where.
pub struct Reader<'a> {
    /// The records.
    pub book: &'a Book,
    /// The ledger.
    pub ledger: &'a dyn Ledger,
    /// Its network.
    pub network: &'a Network,
    /// The account's index.
    pub account: u32,
    /// Its address.
    pub address: EvmAddress,
}

/// What a look at the ledger brought.
#[derive(Debug, Default)]
pub struct Synced {
    /// Entries that were not known before, or say something else now, of blocks
    /// that were new at this look.
    pub entries: Vec<EntryRecord>,
    /// Whether rows came or went otherwise: older ones, or such that the ledger
    /// took back.
    pub rows_changed: bool,
    /// Whether a balance is another than at the last look.
    pub balances_changed: bool,
    /// Whether everything is read.
    pub complete: bool,
}

impl Reader<'_> {
    /// Brings balances up to date and reads open blocks, newest first: at least
    /// one range, then on until `budget` blocks are read. `tell` hears of every
    /// range that is on the disk.
    pub async fn look(
        &self,
        now: Timestamp,
        budget: u64,
        mut tell: impl FnMut(&CursorRecord),
    ) -> Result<Synced, WalletError> {
        let mut cursor = self.book.cursor(self.network.chain, self.account)?;
        let seen = cursor.head;
        let first_look = cursor.start.is_none();
        let known = self.place(&mut cursor).await?;
        let mut synced = Synced::default();
        self.look_at_balances(&mut cursor, seen, first_look, &mut synced)
            .await?;
        cursor.seen_at = now.as_unix();
        self.save(&cursor)?;
        // Payments of before the first look are no news.
        let news_from = if first_look {
            u64::MAX
        } else {
            seen.saturating_add(1)
        };
        let mut left = budget.max(1);
        let mut fetched = match cursor.newest(cursor.span) {
            Some(range) => Some(self.fetch(range).await?),
            None => None,
        };
        while let Some(now) = fetched.take() {
            left = left.saturating_sub(now.range.blocks());
            cursor.span = next_span(cursor.span, now.range, now.transfers.len());
            cursor.close(now.range);
            let entries = self.entries(&now, &mut cursor)?;
            let next = cursor.newest(cursor.span).filter(|_| left > 0);
            let fetch = async {
                match next {
                    Some(range) => self.fetch(range).await.map(Some),
                    None => Ok(None),
                }
            };
            let (written, next) = futures_util::future::join(
                self.write(now.range, entries, &cursor, &known, news_from),
                fetch,
            )
            .await;
            synced.take(written?);
            tell(&cursor);
            fetched = next?;
        }
        synced.rows_changed |= self.second_opinions(&mut cursor).await?;
        synced.complete = cursor.gaps.is_empty();
        Ok(synced)
    }

    /// Where the ledger stands: opens what is new or may have changed. Gives the
    /// known entries of blocks that are read again, by their key.
    async fn place(
        &self,
        cursor: &mut CursorRecord,
    ) -> Result<HashMap<Vec<u8>, EntryRecord>, WalletError> {
        let head = self.ledger.head().await?;
        let mut final_block = self.ledger.final_block().await?.min(head);
        // The endpoint that gives the logs may lag behind the one that gave the
        // head: blocks count as read for good a little later.
        if self.network.endpoints.len() > 1 {
            final_block = final_block.min(head.saturating_sub(LAG));
        }
        let Some(start) = cursor.start else {
            let origin = self.book.store().get::<OriginRecord>(&[])?;
            let made_at = origin.map(|origin| origin.made_at);
            let (ledger, network) = (self.ledger, self.network);
            let start = start::first_block(ledger, network, self.address, made_at, head).await?;
            cursor.start = Some(start);
            cursor.open(Gap {
                from: start,
                to: head,
            });
            cursor.head = head;
            cursor.final_block = final_block;
            return Ok(HashMap::new());
        };
        if head < cursor.final_block {
            // What was final cannot go. The endpoint lags far behind, or play
            // money's ledger was begun anew: that one is read anew as well.
            if self.network.real_money {
                return Err(LedgerError::Unconfirmed.into());
            }
            tracing::info!(chain = %self.network.chain, "the ledger was begun anew");
            let known = self.all()?;
            *cursor = CursorRecord {
                start: Some(start.min(head)),
                head,
                final_block,
                ..CursorRecord::default()
            };
            cursor.open(Gap {
                from: start.min(head),
                to: head,
            });
            // Nothing above the new head will be read: it goes at once.
            self.forget(known.values().filter(|entry| entry.block > head))?;
            return Ok(known);
        }
        let known = self.fresh(cursor)?;
        let changing = cursor.final_block.saturating_add(1).max(start);
        cursor.open(Gap {
            from: changing,
            to: head,
        });
        cursor.head = head;
        cursor.final_block = cursor.final_block.max(final_block);
        cursor.forget_final();
        Ok(known)
    }

    /// The account's entries that were not final at the last look, by their key.
    fn fresh(&self, cursor: &CursorRecord) -> Result<HashMap<Vec<u8>, EntryRecord>, WalletError> {
        let mut found = HashMap::new();
        for key in cursor.fresh.keys() {
            let key = hex::decode(key).unwrap_or_default();
            if let Some(entry) = self.book.store().get::<EntryRecord>(&key)? {
                found.insert(key, entry);
            }
        }
        Ok(found)
    }

    /// All entries of the account.
    fn all(&self) -> Result<HashMap<Vec<u8>, EntryRecord>, WalletError> {
        let entries = self.book.all::<EntryRecord>()?.into_iter();
        Ok(entries
            .filter(|(_, entry)| entry.chain == self.network.chain && entry.account == self.account)
            .collect())
    }

    fn save(&self, cursor: &CursorRecord) -> Result<(), WalletError> {
        let key = cursor_key(self.network.chain, self.account);
        Ok(self.book.store().put(&key, cursor)?)
    }
}

/// The span of the next range, by what the last one brought.
fn next_span(span: u64, read: Gap, found: usize) -> u64 {
    if found > WANTED.saturating_mul(2) {
        (read.blocks() / 2).max(1)
    } else if found < WANTED / 2 && read.blocks() >= span {
        span.saturating_mul(2).min(WIDEST)
    } else {
        span
    }
}

impl Synced {
    fn take(&mut self, other: Self) {
        self.entries.extend(other.entries);
        self.rows_changed |= other.rows_changed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_follow_what_they_bring() {
        let read = |from, to| Gap { from, to };
        // Full blocks: half of what was asked for.
        assert_eq!(next_span(1000, read(1, 1000), 9000), 500);
        assert_eq!(next_span(1, read(1, 1), 9000), 1);
        // Empty ones: twice, up to a bound.
        assert_eq!(next_span(1000, read(1, 1000), 3), 2000);
        assert_eq!(next_span(WIDEST, read(1, WIDEST), 0), WIDEST);
        // The few newest blocks say nothing about the others.
        assert_eq!(next_span(1000, read(1, 3), 0), 1000);
        assert_eq!(next_span(1000, read(1, 1000), WANTED), 1000);
    }
}
