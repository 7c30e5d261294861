//! Entries on the disk: what a range brought and that it was read, together.

use std::collections::{HashMap, HashSet};

use jiaozi_ledger::TransactionStatus;

use super::{Reader, Synced};
use crate::api::ErrorCode;
use crate::book::{Book, cursor_key};
use crate::error::WalletError;
use crate::history::rows::RowBatch;
use crate::records::{ActivityRecord, COIN_INDEX, CursorRecord, EntryRecord, Gap};

/// Entries that are written together.
const PART: usize = 1000;

impl Reader<'_> {
    /// Writes what a range brought, and that it was read, off this thread.
    pub(super) async fn write(
        &self,
        range: Gap,
        entries: Vec<EntryRecord>,
        cursor: &CursorRecord,
        known: &HashMap<Vec<u8>, EntryRecord>,
        news_from: u64,
    ) -> Result<Synced, WalletError> {
        let mut gone = Vec::new();
        if !known.is_empty() {
            let found: HashSet<_> = entries.iter().map(EntryRecord::key).collect();
            let blocks = range.from..=range.to;
            for (key, entry) in known {
                let missing = blocks.contains(&entry.block) && !found.contains(key);
                if missing && !self.coin_stands(entry).await? {
                    gone.push(entry.clone());
                }
            }
        }
        let (book, cursor) = (self.book.clone(), cursor.clone());
        let key = cursor_key(self.network.chain, self.account);
        let work = tokio::task::spawn_blocking(move || {
            write_parts(&book, &entries, &gone, (&key, &cursor), news_from)
        });
        work.await.map_err(|_| ErrorCode::Internal)?
    }

    /// Whether coin, which no log shows, is still where it was.
    async fn coin_stands(&self, entry: &EntryRecord) -> Result<bool, WalletError> {
        if entry.log_index != COIN_INDEX {
            return Ok(false);
        }
        Ok(match self.ledger.status(entry.transaction).await? {
            TransactionStatus::Included(place) => place.success && place.block == entry.block,
            TransactionStatus::Pending | TransactionStatus::Unknown => false,
        })
    }

    pub(super) fn forget<'e>(
        &self,
        gone: impl Iterator<Item = &'e EntryRecord>,
    ) -> Result<(), WalletError> {
        let mut batch = self.book.row_batch();
        for entry in gone {
            batch.delete::<EntryRecord>(&entry.key())?;
            batch.delete_row(entry.time, &row_of(entry))?;
        }
        batch.commit()
    }
}

/// Notes what may still change of an entry.
pub(super) fn note(cursor: &mut CursorRecord, entry: &EntryRecord, doubt: bool) {
    let key = hex::encode(entry.key());
    if entry.block > cursor.final_block {
        cursor.fresh.insert(key.clone(), entry.block);
    }
    if doubt && entry.unconfirmed && !cursor.doubted.contains(&key) {
        cursor.doubted.push_back(key);
    }
}

pub(super) fn row_of(entry: &EntryRecord) -> ActivityRecord {
    ActivityRecord::Entry {
        chain: entry.chain,
        key: entry.key(),
    }
}

/// Writes entries in parts, the cursor with the last of them: each part is one
/// durable batch.
pub(super) fn write_parts(
    book: &Book,
    entries: &[EntryRecord],
    gone: &[EntryRecord],
    (cursor_key, cursor): (&[u8], &CursorRecord),
    news_from: u64,
) -> Result<Synced, WalletError> {
    let mut synced = Synced::default();
    let mut parts = entries.chunks(PART).peekable();
    loop {
        let part = parts.next().unwrap_or_default();
        let mut batch = book.row_batch();
        for entry in part {
            match add(book, &mut batch, entry)? {
                Added::New if entry.block >= news_from => synced.entries.push(entry.clone()),
                Added::New | Added::Changed => synced.rows_changed = true,
                Added::Known => {}
            }
        }
        if parts.peek().is_some() {
            batch.commit()?;
            continue;
        }
        for old in gone {
            // One that stands in another block by now is not gone.
            let now = book.store().get::<EntryRecord>(&old.key())?;
            if now.is_some_and(|now| now.block == old.block) {
                batch.delete::<EntryRecord>(&old.key())?;
                batch.delete_row(old.time, &row_of(old))?;
                synced.rows_changed = true;
            }
        }
        batch.put(cursor_key, cursor)?;
        batch.commit()?;
        return Ok(synced);
    }
}

enum Added {
    /// It was not known, or stands in another block now.
    New,
    /// It is believed now.
    Changed,
    /// Nothing is new about it.
    Known,
}

/// Adds an entry to the batch. One that moved to a block of another time leaves
/// no old row behind; one that was believed once stays so where it stands.
fn add(book: &Book, batch: &mut RowBatch<'_>, entry: &EntryRecord) -> Result<Added, WalletError> {
    let key = entry.key();
    let row = row_of(entry);
    let mut added = Added::New;
    if let Some(known) = book.store().get::<EntryRecord>(&key)? {
        if known.stands_like(entry) {
            if !known.unconfirmed || entry.unconfirmed {
                return Ok(Added::Known);
            }
            added = Added::Changed;
        }
        if known.time != entry.time {
            batch.delete_row(known.time, &row)?;
        }
    }
    batch.put(&key, entry)?;
    batch.put_row(entry.time, &row)?;
    Ok(added)
}
