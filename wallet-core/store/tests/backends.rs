//! The conformance suite against sled and against a map, which shows that the trait promises nothing
//! only sled could keep.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    thread,
};

use jiaozi_store::{Batch, Durable, Entry, Error, KeyRange, KeyValue, Order, conformance};

/// Tree and key -> value.
type Rows = BTreeMap<(String, Vec<u8>), Vec<u8>>;

#[derive(Default)]
struct Memory(Mutex<Rows>);

impl KeyValue for Memory {
    fn get(&self, tree: &str, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        Ok(self
            .0
            .lock()
            .unwrap()
            .get(&(tree.to_owned(), key.to_vec()))
            .cloned())
    }

    fn scan(
        &self,
        tree: &str,
        range: &KeyRange,
        order: Order,
        limit: usize,
    ) -> Result<Vec<Entry>, Error> {
        use std::ops::RangeBounds;
        let inside = |key: &Vec<u8>| (range.start.clone(), range.end.clone()).contains(key);
        let map = self.0.lock().unwrap();
        let found = map.iter().filter(|((t, k), _)| t == tree && inside(k));
        let entry = |((_, k), v): (&(String, Vec<u8>), &Vec<u8>)| (k.clone(), v.clone());
        Ok(match order {
            Order::Ascending => found.take(limit).map(entry).collect(),
            Order::Descending => found.rev().take(limit).map(entry).collect(),
        })
    }

    fn commit(&self, batch: Batch) -> Result<(), Error> {
        batch.check()?;
        let mut map = self.0.lock().unwrap();
        for operation in batch.operations() {
            let key = (operation.tree.clone(), operation.key.clone());
            match &operation.value {
                Some(value) => map.insert(key, value.clone()),
                None => map.remove(&key),
            };
        }
        Ok(())
    }
}

#[test]
fn a_map_conforms() {
    conformance(&Memory::default()).unwrap();
}

#[test]
fn sled_conforms() {
    let dir = tempfile::tempdir().unwrap();
    conformance(&Durable::open(dir.path().join("store")).unwrap()).unwrap();
}

/// Shows that the suite can fail: a backend that forgets deletions breaks its rule.
#[test]
fn the_suite_notices_a_broken_backend() {
    struct Forgetful(Memory);
    impl KeyValue for Forgetful {
        fn get(&self, tree: &str, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
            self.0.get(tree, key)
        }
        fn scan(
            &self,
            tree: &str,
            range: &KeyRange,
            order: Order,
            limit: usize,
        ) -> Result<Vec<Entry>, Error> {
            self.0.scan(tree, range, order, limit)
        }
        fn commit(&self, batch: Batch) -> Result<(), Error> {
            let mut kept = Batch::new();
            for operation in batch.operations() {
                if let Some(value) = &operation.value {
                    kept.put(&operation.tree, operation.key.clone(), value.clone());
                }
            }
            self.0.commit(kept)
        }
    }
    let error = conformance(&Forgetful(Memory::default())).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the store breaks the rule: a deleted key has no value"
    );
}

#[test]
fn one_folder_opens_once() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("store");
    let first = Durable::open(&folder).unwrap();
    let second = Durable::open(&folder).unwrap_err();
    assert!(matches!(second, Error::AlreadyOpen(_)), "{second}");
    assert_eq!(second.code(), "store.already_open");
    drop(first);
    Durable::open(&folder).unwrap();
}

#[test]
fn readers_never_see_half_a_batch() {
    let dir = tempfile::tempdir().unwrap();
    let store = Arc::new(Durable::open(dir.path().join("store")).unwrap());
    let writer = {
        let store = Arc::clone(&store);
        thread::spawn(move || {
            for n in 0..300_u32 {
                let mut batch = Batch::new();
                for key in 0..20_u8 {
                    batch.put("t", [key], n.to_be_bytes());
                }
                store.commit(batch).unwrap();
            }
        })
    };
    while !writer.is_finished() {
        let seen = store
            .scan("t", &KeyRange::all(), Order::Ascending, 100)
            .unwrap();
        let mut values: Vec<_> = seen.into_iter().map(|(_, value)| value).collect();
        values.dedup();
        assert!(values.len() <= 1, "a scan mixed two batches");
    }
    writer.join().unwrap();
}
