//! A store that forgets when the test ends, for tests that make many.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, Mutex};

use jiaozi_store::{Batch, Entry, Error, KeyRange, KeyValue, Order, SealedStore, StoreKey};

use crate::book::Book;

type Trees = BTreeMap<(String, Vec<u8>), Vec<u8>>;

#[derive(Default)]
struct MemoryStore(Mutex<Trees>);

impl KeyValue for MemoryStore {
    fn get(&self, tree: &str, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        let trees = self.0.lock().unwrap();
        Ok(trees.get(&(tree.to_owned(), key.to_vec())).cloned())
    }

    fn scan(
        &self,
        tree: &str,
        range: &KeyRange,
        order: Order,
        limit: usize,
    ) -> Result<Vec<Entry>, Error> {
        let within = |key: &Vec<u8>| {
            let start = match &range.start {
                Bound::Included(start) => key >= start,
                Bound::Excluded(start) => key > start,
                Bound::Unbounded => true,
            };
            let end = match &range.end {
                Bound::Included(end) => key <= end,
                Bound::Excluded(end) => key < end,
                Bound::Unbounded => true,
            };
            start && end
        };
        let trees = self.0.lock().unwrap();
        let mut found: Vec<Entry> = trees
            .iter()
            .filter(|((name, key), _)| name == tree && within(key))
            .map(|((_, key), value)| (key.clone(), value.clone()))
            .collect();
        if order == Order::Descending {
            found.reverse();
        }
        found.truncate(limit);
        Ok(found)
    }

    fn commit(&self, batch: Batch) -> Result<(), Error> {
        let mut trees = self.0.lock().unwrap();
        for operation in batch.operations() {
            let key = (operation.tree.clone(), operation.key.clone());
            match &operation.value {
                Some(value) => trees.insert(key, value.clone()),
                None => trees.remove(&key),
            };
        }
        Ok(())
    }
}

/// An empty book.
pub(crate) fn book() -> Book {
    let store = Arc::new(MemoryStore::default());
    Book::over(SealedStore::open(store, &StoreKey::new([7; 32])).unwrap())
}
