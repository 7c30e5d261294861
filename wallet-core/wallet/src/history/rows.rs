//! The rows of the history: which there are, in their order, and how many.
//!
//! A row is written in the same durable batch as what it points at and as the
//! network's count, so that a page never has to look at more than it shows.

use std::collections::{HashMap, HashSet};
use std::sync::MutexGuard;

use jiaozi_store::{KeyRange, Order, Record, SealedBatch, SealedStore};
use jiaozi_types::ChainId;

use super::search::Change;
use crate::book::Book;
use crate::error::WalletError;
use crate::records::{ActivityKey, ActivityRecord, CountRecord};

/// Rows of the first release that are moved together.
const PART: usize = 500;

/// Writes that become durable together, rows among them. One at a time: the
/// count is read, changed and written.
#[must_use = "nothing is written before commit"]
pub(crate) struct RowBatch<'a> {
    book: &'a Book,
    batch: SealedBatch<'a>,
    counts: HashMap<ChainId, u64>,
    added: HashSet<ActivityKey>,
    changes: Vec<Change>,
    _turn: MutexGuard<'a, ()>,
}

impl Book {
    /// Begins writes that touch rows.
    pub(crate) fn row_batch(&self) -> RowBatch<'_> {
        RowBatch {
            book: self,
            _turn: self.rows_turn(),
            batch: self.store().batch(),
            counts: HashMap::new(),
            added: HashSet::new(),
            changes: Vec::new(),
        }
    }

    /// How many rows the history of `chain` has.
    pub(crate) fn row_count(&self, chain: ChainId) -> Result<u64, WalletError> {
        Ok(count(self.store(), chain)?.rows)
    }
}

fn count(store: &SealedStore, chain: ChainId) -> Result<CountRecord, WalletError> {
    let key = chain.to_string();
    Ok(store.get(key.as_bytes())?.unwrap_or_default())
}

impl RowBatch<'_> {
    /// Adds a record.
    pub(crate) fn put<T: Record>(&mut self, key: &[u8], record: &T) -> Result<(), WalletError> {
        Ok(self.batch.put(key, record)?)
    }

    /// Adds a removal.
    pub(crate) fn delete<T: Record>(&mut self, key: &[u8]) -> Result<(), WalletError> {
        Ok(self.batch.delete::<T>(key)?)
    }

    /// Adds a row, or says that what an existing one points at has changed.
    pub(crate) fn put_row(&mut self, time: u64, row: &ActivityRecord) -> Result<(), WalletError> {
        let key = ActivityKey::new(time, row);
        let store = self.book.store();
        if !self.added.contains(&key) && store.get::<ActivityRecord>(key.as_bytes())?.is_none() {
            self.batch.put(key.as_bytes(), row)?;
            let rows = self.rows(row.chain())?.saturating_add(1);
            self.counts.insert(row.chain(), rows);
            self.added.insert(key.clone());
        }
        self.changes.push(Change::Put(key, row.clone()));
        Ok(())
    }

    /// Takes a row out; one that is not there is no error.
    pub(crate) fn delete_row(
        &mut self,
        time: u64,
        row: &ActivityRecord,
    ) -> Result<(), WalletError> {
        let key = ActivityKey::new(time, row);
        let stored = self.book.store().get::<ActivityRecord>(key.as_bytes())?;
        if self.added.remove(&key) || stored.is_some() {
            self.batch.delete::<ActivityRecord>(key.as_bytes())?;
            let rows = self.rows(row.chain())?.saturating_sub(1);
            self.counts.insert(row.chain(), rows);
        }
        self.changes.push(Change::Delete(row.chain(), key));
        Ok(())
    }

    fn rows(&self, chain: ChainId) -> Result<u64, WalletError> {
        match self.counts.get(&chain) {
            Some(rows) => Ok(*rows),
            None => Ok(count(self.book.store(), chain)?.rows),
        }
    }

    /// Writes all of it. When it returns, the disk has it.
    pub(crate) fn commit(mut self) -> Result<(), WalletError> {
        for (chain, rows) in std::mem::take(&mut self.counts) {
            let key = chain.to_string();
            self.batch.put(key.as_bytes(), &CountRecord { rows })?;
        }
        self.batch.commit()?;
        self.book.search().apply(self.book, self.changes)
    }
}

/// Gives rows of the first release, whose keys had no network, their place.
/// Each part is one batch: what a kill leaves over is moved at the next start.
pub(crate) fn move_old_rows(book: &Book) -> Result<(), WalletError> {
    let range = KeyRange::prefix(ActivityKey::OLD);
    loop {
        let old = book
            .store()
            .scan::<ActivityRecord>(&range, Order::Ascending, PART)?;
        if old.is_empty() {
            return Ok(());
        }
        let mut batch = book.row_batch();
        for (key, row) in old {
            batch.put_row(ActivityKey::old_time(&key).unwrap_or_default(), &row)?;
            batch.delete::<ActivityRecord>(&key)?;
        }
        batch.commit()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiaozi_store::StoreKey;
    use jiaozi_types::PurchaseId;

    fn row(chain: u64, id: u16) -> ActivityRecord {
        let mut bytes = [0; 16];
        bytes[..2].copy_from_slice(&id.to_be_bytes());
        ActivityRecord::Payment {
            chain: ChainId::Eip155(chain),
            id: PurchaseId::from_bytes(bytes),
        }
    }

    #[test]
    fn rows_are_counted_once() {
        let folder = tempfile::tempdir().unwrap();
        let book = Book::open(folder.path(), &StoreKey::new([7; 32])).unwrap();
        let mut batch = book.row_batch();
        for id in [1, 2, 2, 1] {
            batch.put_row(5, &row(1, id)).unwrap();
        }
        batch.put_row(5, &row(2, 9)).unwrap();
        batch.commit().unwrap();
        let mut batch = book.row_batch();
        batch.put_row(5, &row(1, 1)).unwrap();
        batch.delete_row(5, &row(1, 2)).unwrap();
        batch.delete_row(5, &row(1, 3)).unwrap();
        batch.commit().unwrap();
        let count = |chain| book.row_count(ChainId::Eip155(chain)).unwrap();
        assert_eq!((count(1), count(2), count(3)), (1, 1, 0));
    }

    /// Rows as the first release wrote them: the key is the time and the id.
    #[test]
    fn old_rows_find_their_place() {
        let folder = tempfile::tempdir().unwrap();
        let key = StoreKey::new([7; 32]);
        let book = Book::open(folder.path(), &key).unwrap();
        for id in 0..1200_u16 {
            let ActivityRecord::Payment { id: purchase, .. } = row(1, id) else {
                unreachable!()
            };
            let time = 1_800_000_000 + u64::from(id / 3);
            let old = [
                &(u64::MAX - time).to_be_bytes()[..],
                &[0],
                purchase.as_bytes(),
            ]
            .concat();
            book.store().put(&old, &row(1, id)).unwrap();
        }
        drop(book);
        let book = Book::open(folder.path(), &key).unwrap();
        assert_eq!(book.row_count(ChainId::Eip155(1)).unwrap(), 1200);
        let stem = ActivityKey::stem(ChainId::Eip155(1));
        let rows = book.store().scan::<ActivityRecord>(
            &KeyRange::prefix(&stem),
            Order::Ascending,
            usize::MAX,
        );
        let rows = rows.unwrap();
        assert_eq!(rows.len(), 1200);
        assert_eq!(
            rows[0].1,
            row(1, 1197),
            "the newest, and of its second the smallest id"
        );
        assert_eq!(book.all::<ActivityRecord>().unwrap().len(), 1200);
    }
}
