//! Files are whole or not there, documents carry every kind of record.

use std::collections::BTreeSet;
use std::path::Path;

use jiaozi_types::Address;

use super::document::{self, Document, KeptPreferences, SKIPPED_CHARGES};
use super::kinds::{LEFT_OUT, Visitor, visit_all};
use super::state::{BackupRecord, is_test_due};
use super::{envelope, place};
use crate::api::{ErrorCode, Region};
use crate::book::Book;
use crate::records::{AccountRecord, ColdRecord, ContactRecord, WATCHED_FROM};
use crate::till::records::CounterRecord;

fn book() -> Book {
    crate::payment::tests::memory::book()
}

fn contact() -> ContactRecord {
    ContactRecord {
        name: "茶馆".to_owned(),
        address: "eip155:1030:0x70BFD7F7eADF9b9827541272589A6B2Bb760aE2E"
            .parse::<Address<jiaozi_types::Unchecked>>()
            .unwrap()
            .require_chain(jiaozi_types::ChainId::Eip155(1030))
            .unwrap(),
        in_vault: true,
    }
}

fn document(book: &Book) -> Document {
    Document {
        format: document::FORMAT,
        app: "0.1.0".to_owned(),
        fingerprint: "73c5da0a".to_owned(),
        made_at: 1_800_000_000,
        preferences: KeptPreferences {
            language: jiaozi_types::agent::Language::English,
            theme: jiaozi_types::agent::Theme::System,
            network: jiaozi_types::ChainId::Eip155(1030),
            region: Region::Unset,
            check_days: 90,
        },
        policy: jiaozi_types::agent::SpendPolicy {
            quick_pay: Vec::new(),
            lock_after_seconds: 300,
        },
        book: None,
        kinds: document::records(book).unwrap(),
    }
}

/// Every kind of record in the sources, as it is declared.
fn declared(folder: &Path, kinds: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("tests") {
                declared(&path, kinds);
            }
            continue;
        }
        let is_source = path.extension().is_some_and(|ending| ending == "rs");
        if !is_source || path.ends_with("tests.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for line in text.lines().map(str::trim) {
            let named = line.contains("first_version!(") || line.starts_with("const KIND");
            let mut quoted = line.split('"');
            if let Some(kind) = quoted.nth(1).filter(|_| named) {
                kinds.insert(kind.to_owned());
            }
        }
    }
}

#[test]
fn no_kind_of_record_is_forgotten() {
    struct Names(BTreeSet<String>);
    impl Visitor for Names {
        type Error = std::convert::Infallible;
        fn visit<T: jiaozi_store::Record>(&mut self) -> Result<(), Self::Error> {
            self.0.insert(T::KIND.to_owned());
            Ok(())
        }
    }
    let mut names = Names(LEFT_OUT.iter().map(|kind| (*kind).to_owned()).collect());
    visit_all(&mut names).unwrap();
    let mut found = BTreeSet::new();
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    declared(&sources, &mut found);
    assert!(found.len() > 40, "the sources were not read: {found:?}");
    assert_eq!(names.0, found);
}

#[test]
fn a_document_brings_everything_back_and_leaves_charge_numbers_out() {
    let old = book();
    let contact = contact();
    let key = contact.address.to_string();
    old.store().put(key.as_bytes(), &contact).unwrap();
    let counter = CounterRecord {
        number: 12,
        ..CounterRecord::default()
    };
    old.store().put(&[], &counter).unwrap();
    let bytes = document(&old).to_bytes().unwrap();

    let new = book();
    let other = ContactRecord {
        name: "gone".to_owned(),
        ..contact.clone()
    };
    new.store().put(b"other", &other).unwrap();
    let document = Document::from_bytes(&bytes).unwrap();
    document::take_back(&new, &document).unwrap();
    let contacts = new.contacts().unwrap();
    assert_eq!(contacts.len(), 1);
    assert_eq!(contacts[0].name, "茶馆");
    let counter = new.store().get::<CounterRecord>(&[]).unwrap().unwrap();
    assert_eq!(counter.number, 12 + SKIPPED_CHARGES);
}

#[test]
fn watched_accounts_come_back_with_their_wallet() {
    let old = book();
    let savings = AccountRecord {
        label: "储蓄".to_owned(),
        address: Some(alloy_primitives::Address::repeat_byte(1)),
        core: None,
        cold: Some(ColdRecord {
            fingerprint: 0x73c5_da0a,
            index: 3,
        }),
    };
    let number = WATCHED_FROM.to_be_bytes();
    old.store().put(&number, &savings).unwrap();
    let bytes = document(&old).to_bytes().unwrap();
    let new = book();
    document::take_back(&new, &Document::from_bytes(&bytes).unwrap()).unwrap();
    let back = new.store().get::<AccountRecord>(&number).unwrap().unwrap();
    assert_eq!(back.cold, savings.cold);
    assert_eq!((back.label, back.address), (savings.label, savings.address));
}

#[test]
fn what_cannot_be_read_changes_nothing() {
    let new = book();
    let contact = contact();
    new.store().put(b"kept", &contact).unwrap();
    let code = |document: &Document| document::take_back(&new, document).unwrap_err().code();
    let mut newer = document(&new);
    newer.kinds[0].version += 1;
    assert_eq!(code(&newer), ErrorCode::NewerVersion);
    let mut strange = document(&new);
    strange.kinds[0].kind = "of another century".to_owned();
    assert_eq!(code(&strange), ErrorCode::NewerVersion);
    let mut bent = document(&new);
    bent.kinds[0].records[0].1 = serde_json::json!({ "name": 7 });
    assert_eq!(code(&bent), ErrorCode::BackupDamaged);
    assert_eq!(new.contacts().unwrap().len(), 1);
    let format = Document::from_bytes(br#"{"format":2}"#).unwrap_err();
    assert_eq!(format.code(), ErrorCode::NewerVersion);
}

#[test]
fn only_what_the_ledger_does_not_tell_is_a_reason_to_write() {
    let book = book();
    let before = document(&book).hash().unwrap();
    let cursor = crate::records::CursorRecord {
        seen_at: 7,
        ..Default::default()
    };
    book.store().put(b"eip155:1|0", &cursor).unwrap();
    assert_eq!(document(&book).hash().unwrap(), before);
    book.store().put(b"k", &contact()).unwrap();
    assert_ne!(document(&book).hash().unwrap(), before);
}

#[test]
fn files_are_replaced_whole_and_the_last_few_stay() {
    let folder = tempfile::tempdir().unwrap();
    for second in 0..8 {
        let name = place::name("73c5da0a", 1_800_000_000 + second);
        place::write(&folder.path().join(name), b"content").unwrap();
    }
    std::fs::write(folder.path().join(".jiaozi-draft-x"), b"half").unwrap();
    std::fs::write(folder.path().join("ffffffff-x.jiaozi-backup"), b"other").unwrap();
    place::prune(folder.path(), "73c5da0a").unwrap();
    let left = place::list(folder.path(), "73c5da0a").unwrap();
    assert_eq!(left.len(), place::KEPT);
    assert!(left[0].ends_with(place::name("73c5da0a", 1_800_000_007)));
    let names = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(
        names,
        place::KEPT + 1,
        "another wallet's file stays, drafts go"
    );
    let gone = place::write(&folder.path().join("stick/file"), b"x").unwrap_err();
    assert_eq!(gone.code(), ErrorCode::BackupPlaceGone);
}

#[test]
fn a_place_that_takes_nothing_leaves_the_old_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    place::write(&file, b"old").unwrap();
    let set = |mode| {
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    set(0o500);
    let outcome = place::write(&file, b"new");
    set(0o700);
    // Root writes everywhere.
    let expected: &[u8] = if outcome.is_ok() { b"new" } else { b"old" };
    assert_eq!(std::fs::read(&file).unwrap(), expected);
    if let Err(error) = outcome {
        assert_eq!(error.code(), ErrorCode::BackupNotWritten);
    }
}

#[test]
fn what_is_no_whole_file_is_damaged() {
    let line = br#"{"jiaozi":"metadata-backup","format":1,"fingerprint":"73c5da0a","file":"0x00000000000000000000000000000001","parts":1}"#;
    let mut bytes = [&line[..], b"\n", &3_u32.to_be_bytes(), b"abc"].concat();
    let checksum = <sha2::Sha256 as sha2::Digest>::digest(&bytes);
    bytes.extend_from_slice(&checksum);
    let (line, parts) = envelope::split(&bytes).unwrap();
    assert_eq!(
        (line.fingerprint.as_str(), parts),
        ("73c5da0a", vec![&b"abc"[..]])
    );
    for at in 0..bytes.len() {
        let mut bent = bytes.clone();
        bent[at] ^= 1;
        assert!(envelope::split(&bent).is_err(), "byte {at}");
        assert!(envelope::split(&bytes[..at]).is_err(), "cut at {at}");
    }
}

#[test]
fn the_test_is_due_once_and_then_by_the_rhythm() {
    const DAY: u64 = 86_400;
    let never = BackupRecord::default();
    assert!(!is_test_due(&never, false, 30, 100 * DAY));
    assert!(is_test_due(&never, true, 0, 100 * DAY));
    let checked = BackupRecord {
        checked_at: Some(100 * DAY),
        ..BackupRecord::default()
    };
    assert!(!is_test_due(&checked, true, 30, 129 * DAY));
    assert!(is_test_due(&checked, true, 30, 130 * DAY));
    assert!(!is_test_due(&checked, true, 0, 1_000 * DAY));
    let put_off = BackupRecord {
        reminded_at: Some(130 * DAY),
        ..checked
    };
    assert!(!is_test_due(&put_off, true, 30, 143 * DAY));
    assert!(is_test_due(&put_off, true, 30, 144 * DAY));
    let never_tested = BackupRecord {
        reminded_at: Some(130 * DAY),
        ..BackupRecord::default()
    };
    assert!(!is_test_due(&never_tested, true, 0, 131 * DAY));
    assert!(is_test_due(&never_tested, true, 0, 144 * DAY));
}

#[test]
fn money_is_real_once_it_was_seen_on_a_real_network() {
    let book = book();
    let holding = |chain: jiaozi_types::ChainId, atoms: u64| {
        let asset = crate::network::Network::sandbox().main_asset().id();
        let cursor = crate::records::CursorRecord {
            balances: vec![(asset, alloy_primitives::U256::from(atoms))],
            ..Default::default()
        };
        let key = crate::book::cursor_key(chain, 0);
        book.store().put(&key, &cursor).unwrap();
    };
    let sandbox = crate::network::Network::sandbox();
    holding(sandbox.chain, 500);
    assert!(!book.had_real_money().unwrap(), "play money");

    let real = crate::network::Network {
        chain: jiaozi_types::ChainId::Eip155(1030),
        real_money: true,
        ..sandbox
    };
    book.store().put(b"real", &real).unwrap();
    holding(real.chain, 0);
    assert!(!book.had_real_money().unwrap());
    holding(real.chain, 7);
    assert!(book.had_real_money().unwrap());
    holding(real.chain, 0);
    assert!(book.had_real_money().unwrap(), "it was there");
}
