//! Sealing: what is read back, what is refused, and that nothing is readable without the key.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::{fs, path::Path, sync::Arc};

use jiaozi_store::{Durable, Error, KeyRange, Order, Record, SealedStore, StoreKey, migrate};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Payee {
    name: String,
    address: String,
}

impl Record for Payee {
    const KIND: &'static str = "payee";
    const VERSION: u16 = 2;

    /// Version 1 had no address.
    fn upgrade(from_version: u16, mut record: Value) -> Result<Value, Error> {
        let unknown = || Error::Shape {
            kind: Self::KIND,
            detail: format!("version {from_version}"),
        };
        if from_version != 1 {
            return Err(unknown());
        }
        record
            .as_object_mut()
            .ok_or_else(unknown)?
            .insert("address".into(), json!("unknown"));
        Ok(record)
    }
}

/// The same kind as an older and as a newer release would write it.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct OldPayee {
    name: String,
}

impl Record for OldPayee {
    const KIND: &'static str = "payee";
    const VERSION: u16 = 1;
    fn upgrade(_: u16, record: Value) -> Result<Value, Error> {
        Ok(record)
    }
}

fn key(n: u8) -> StoreKey {
    StoreKey::new([n; 32])
}

fn open(folder: &Path, key: &StoreKey) -> Result<SealedStore, Error> {
    SealedStore::open(Arc::new(Durable::open(folder)?), key)
}

fn wang() -> Payee {
    Payee {
        name: "王小明的豆浆店".into(),
        address: "0xC870".into(),
    }
}

#[test]
fn records_are_read_back_and_leave_no_text_on_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir.path().join("s"), &key(1)).unwrap();
    store.put(b"1", &wang()).unwrap();
    assert_eq!(store.get::<Payee>(b"1").unwrap(), Some(wang()));
    let all = store
        .scan::<Payee>(&KeyRange::all(), Order::Ascending, 9)
        .unwrap();
    assert_eq!(all, [(b"1".to_vec(), wang())]);
    drop(store);
    for entry in fs::read_dir(dir.path().join("s")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = fs::read(path).unwrap();
            assert!(!bytes.windows(6).any(|window| window == "王小".as_bytes()));
        }
    }
    let store = open(&dir.path().join("s"), &key(1)).unwrap();
    store.delete::<Payee>(b"1").unwrap();
    assert_eq!(store.get::<Payee>(b"1").unwrap(), None);
}

#[test]
fn a_wrong_key_is_told_from_damage() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("s");
    open(&folder, &key(1)).unwrap().put(b"1", &wang()).unwrap();
    assert!(matches!(open(&folder, &key(2)), Err(Error::WrongKey)));
    assert!(matches!(
        migrate::open(&folder, &key(2)),
        Err(Error::WrongKey)
    ));
    let store = open(&folder, &key(1)).unwrap();
    let bytes = store.key_value();
    let good = bytes.get("payee", b"1").unwrap().unwrap();
    for position in 0..good.len() {
        let mut bad = good.clone();
        bad[position] ^= 0x20;
        bytes.put("payee", b"1", &bad).unwrap();
        let error = store.get::<Payee>(b"1").unwrap_err();
        assert!(
            matches!(error, Error::Damaged { .. } | Error::NewerVersion { .. }),
            "{position}: {error}"
        );
    }
    // Swapped to another key or tree, cut short, or empty.
    bytes.put("payee", b"2", &good).unwrap();
    assert!(matches!(
        store.get::<Payee>(b"2"),
        Err(Error::Damaged { .. })
    ));
    for length in 0..good.len() {
        bytes.put("payee", b"1", &good[..length]).unwrap();
        assert!(
            matches!(store.get::<Payee>(b"1"), Err(Error::Damaged { .. })),
            "{length}"
        );
    }
}

#[test]
fn older_records_are_upgraded_and_newer_ones_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir.path().join("s"), &key(1)).unwrap();
    store.put(b"old", &OldPayee { name: "李".into() }).unwrap();
    let upgraded = store.get::<Payee>(b"old").unwrap().unwrap();
    assert_eq!(
        upgraded,
        Payee {
            name: "李".into(),
            address: "unknown".into()
        }
    );

    store.put(b"new", &wang()).unwrap();
    let newer = |error: Error| {
        matches!(
            error,
            Error::NewerVersion {
                what: "payee",
                found: 2,
                supported: 1
            }
        )
    };
    assert!(newer(store.get::<OldPayee>(b"new").unwrap_err()));
    assert!(newer(
        store
            .put(b"new", &OldPayee { name: "x".into() })
            .unwrap_err()
    ));
    assert!(newer(store.delete::<OldPayee>(b"new").unwrap_err()));
    assert_eq!(store.get::<Payee>(b"new").unwrap(), Some(wang()));
}

#[test]
fn a_batch_of_records_is_one_write() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir.path().join("s"), &key(1)).unwrap();
    let mut batch = store.batch();
    batch.put(b"1", &wang()).unwrap();
    batch.put(b"2", &wang()).unwrap();
    assert_eq!(store.get::<Payee>(b"1").unwrap(), None);
    batch.commit().unwrap();
    assert_eq!(
        store
            .scan::<Payee>(&KeyRange::all(), Order::Descending, 9)
            .unwrap()
            .len(),
        2
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn garbage_envelopes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), format in 0_u8..3) {
        let dir = tempfile::tempdir().unwrap();
        let store = open(&dir.path().join("s"), &key(1)).unwrap();
        let mut bytes = bytes;
        if let Some(first) = bytes.first_mut() { *first = format; }
        store.key_value().put("payee", b"1", &bytes).unwrap();
        prop_assert!(store.get::<Payee>(b"1").is_err());
    }
}
