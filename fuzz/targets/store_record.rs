//! Sealed records, as a damaged disk gives them back.
#![no_main]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use jiaozi_store::{Batch, Entry, Error, KeyRange, KeyValue, Order, Record, SealedStore, StoreKey};
use libfuzzer_sys::fuzz_target;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A store in memory: the disk has its own tests.
#[derive(Debug, Default)]
struct Memory(Mutex<BTreeMap<(String, Vec<u8>), Vec<u8>>>);

impl KeyValue for Memory {
    fn get(&self, tree: &str, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        let all = self.0.lock().expect("nobody panics");
        Ok(all.get(&(tree.to_owned(), key.to_vec())).cloned())
    }

    fn scan(&self, tree: &str, _: &KeyRange, _: Order, limit: usize) -> Result<Vec<Entry>, Error> {
        let all = self.0.lock().expect("nobody panics");
        let of_tree = all.iter().filter(|((known, _), _)| known == tree);
        let entries = of_tree.map(|((_, key), value)| (key.clone(), value.clone()));
        Ok(entries.take(limit).collect())
    }

    fn commit(&self, batch: Batch) -> Result<(), Error> {
        batch.check()?;
        let mut all = self.0.lock().expect("nobody panics");
        for operation in batch.operations() {
            let key = (operation.tree.clone(), operation.key.clone());
            match &operation.value {
                Some(value) => all.insert(key, value.clone()),
                None => all.remove(&key),
            };
        }
        Ok(())
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Note {
    text: String,
    times: u32,
}

impl Record for Note {
    const KIND: &'static str = "note";
    const VERSION: u16 = 1;

    fn upgrade(_: u16, record: Value) -> Result<Value, Error> {
        Ok(record)
    }
}

fuzz_target!(|bytes: &[u8]| {
    let memory = Arc::new(Memory::default());
    let key = StoreKey::new([7; 32]);
    let store = SealedStore::open(memory.clone(), &key).expect("an empty store");
    // Bytes in place of a record.
    memory.put("note", b"1", bytes).expect("memory");
    assert!(store.get::<Note>(b"1").is_err(), "nobody has the key");
    let _ = store.scan::<Note>(&KeyRange::all(), Order::Ascending, 9);
    // A record with some of its bytes changed.
    let note = Note {
        text: "两碗面".to_owned(),
        times: 2,
    };
    store.put(b"2", &note).expect("memory");
    let mut sealed = memory
        .get("note", b"2")
        .expect("memory")
        .expect("it was put");
    for pair in bytes.chunks_exact(2) {
        let at = usize::from(pair[0]) % sealed.len();
        sealed[at] ^= pair[1];
    }
    let whole = memory.get("note", b"2").expect("memory").as_ref() == Some(&sealed);
    memory.put("note", b"2", &sealed).expect("memory");
    match store.get::<Note>(b"2") {
        Ok(found) => assert!(whole && found == Some(note)),
        Err(_) => assert!(!whole),
    }
});
