use super::*;
use crate::{KeyRange, Order};

const ADD: Migration = Migration {
    to: 2,
    run: |store| store.key_value().put("added", b"k", b"v2"),
};
const FAIL: Migration = Migration {
    to: 2,
    run: |_| Err(Error::Damaged { kind: "test" }),
};

fn key() -> StoreKey {
    StoreKey::new([3; 32])
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_new_store_gets_the_newest_version() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("p");
    let store = open(&folder, &key()).unwrap();
    assert_eq!(
        store.key_value().get(TREE, VERSION_KEY).unwrap().unwrap(),
        [0, 0, 0, 1]
    );
    drop(store);
    open(&folder, &key()).unwrap();
    assert_eq!(names(dir.path()), ["p", "p.lock"]);
}

#[test]
fn an_older_store_is_migrated_on_a_copy_and_kept() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("p");
    open(&folder, &key())
        .unwrap()
        .key_value()
        .put("kept", b"k", &[1; 600_000])
        .unwrap();
    // What an earlier attempt left unfinished is in nobody's way.
    fs::create_dir(dir.path().join("p.migrating")).unwrap();
    fs::write(dir.path().join("p.migrating/db"), b"half").unwrap();

    let store = open_with(folder.clone(), &key(), &[v1::MIGRATION, ADD]).unwrap();
    let bytes = store.key_value();
    assert_eq!(bytes.get("added", b"k").unwrap().unwrap(), b"v2");
    assert_eq!(bytes.get("kept", b"k").unwrap().unwrap().len(), 600_000);
    assert!(matches!(open(&folder, &key()), Err(Error::AlreadyOpen(_))));
    drop(store);
    assert_eq!(names(dir.path()), ["p", "p.before-v2", "p.lock"]);

    let before = Durable::open(dir.path().join("p.before-v2")).unwrap();
    assert!(
        before
            .scan("added", &KeyRange::all(), Order::Ascending, 1)
            .unwrap()
            .is_empty()
    );
    let error = open(&folder, &key()).unwrap_err();
    assert!(
        matches!(
            error,
            Error::NewerVersion {
                what: "store",
                found: 2,
                supported: 1
            }
        ),
        "{error}"
    );
    open_with(folder, &key(), &[v1::MIGRATION, ADD]).unwrap();
}

#[test]
fn a_failed_migration_leaves_the_store_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("p");
    open(&folder, &key())
        .unwrap()
        .key_value()
        .put("kept", b"k", b"v")
        .unwrap();
    let error = open_with(folder.clone(), &key(), &[v1::MIGRATION, FAIL]).unwrap_err();
    assert!(matches!(error, Error::Migration { to: 2, .. }), "{error}");
    let error = open_with(
        folder.clone(),
        &StoreKey::new([4; 32]),
        &[v1::MIGRATION, ADD],
    )
    .unwrap_err();
    assert!(matches!(error, Error::WrongKey), "{error}");
    let store = open(&folder, &key()).unwrap();
    assert_eq!(store.key_value().get("kept", b"k").unwrap().unwrap(), b"v");
    assert!(!dir.path().join("p.before-v2").exists());
}

#[test]
fn a_swap_cut_between_its_renames_is_finished() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("p");
    open_with(folder.clone(), &key(), &[v1::MIGRATION, ADD]).unwrap();
    fs::rename(&folder, dir.path().join("p.migrating")).unwrap();
    fs::create_dir(dir.path().join("p.before-v2")).unwrap();
    let store = open_with(folder, &key(), &[v1::MIGRATION, ADD]).unwrap();
    assert_eq!(
        store.key_value().get("added", b"k").unwrap().unwrap(),
        b"v2"
    );
}

#[test]
fn an_older_copy_is_never_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("p");
    open(&folder, &key()).unwrap();
    fs::create_dir(dir.path().join("p.before-v2")).unwrap();
    open_with(folder, &key(), &[v1::MIGRATION, ADD]).unwrap();
    assert!(dir.path().join("p.before-v2-2").exists());
}
