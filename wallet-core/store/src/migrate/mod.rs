//! Brings a store that an older release wrote up to this one.
//!
//! A record's own shape changes through [`Record::upgrade`](crate::Record::upgrade), one by one; the
//! store's layout (trees, keys, indexes) changes here, all at once. The steps, each of which can be
//! the last before a power cut:
//!
//! 1. `<name>` is copied to `<name>.migrating`, and the migrations run there.
//! 2. The copy gets its new version as the last write, and is closed.
//! 3. `<name>` is renamed to `<name>.before-v<N>`, which is never deleted, and the copy to `<name>`.
//!
//! A copy that a cut left unfinished is thrown away, for `<name>` is still whole; a cut between the
//! two renames of step 3 is finished by the next open.

mod v1;

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    Durable, Error, KeyValue, SealedStore, StoreKey,
    folder_lock::{FolderLock, beside, sync_folder},
};

const TREE: &str = "meta";
const VERSION_KEY: &[u8] = b"schema-version";

/// One change of the store's layout; each is a file of this folder.
struct Migration {
    /// The version it makes out of the one before.
    to: u32,
    /// What it does to the copy. It may be run again on a fresh copy after a failure.
    run: fn(&SealedStore) -> Result<(), Error>,
}

/// All of them, oldest first, without a gap. Append only.
const MIGRATIONS: &[Migration] = &[v1::MIGRATION];

/// Opens the sealed store in `folder`, making or migrating it as needed. What the folder held before
/// a migration stays beside it as `<folder>.before-v<N>`.
///
/// # Errors
/// [`Error::NewerVersion`] for the store of a newer release, which is left untouched;
/// [`Error::Migration`] when a migration failed, with the store as it was; [`Error::WrongKey`]; and
/// those of [`Durable::open`].
pub fn open(folder: impl Into<PathBuf>, key: &StoreKey) -> Result<SealedStore, Error> {
    open_with(folder.into(), key, MIGRATIONS)
}

fn open_with(folder: PathBuf, key: &StoreKey, migrations: &[Migration]) -> Result<SealedStore, Error> {
    let newest = migrations.last().map_or(0, |migration| migration.to);
    let lock = FolderLock::acquire(&folder)?;
    finish_swap(&folder).map_err(|e| Error::io(&folder, e))?;
    let store = Durable::open_locked(folder.clone(), lock)?;
    let found = match version(&store)? {
        Some(found) => found,
        None if is_new(&store)? => 0,
        None => {
            return Err(Error::Corrupt { folder, detail: "it has entries and no version".into() });
        }
    };
    if found > newest {
        return Err(Error::NewerVersion { what: "store", found, supported: newest });
    }
    let store = if found == newest { store } else { upgrade(store, found, newest, key, migrations)? };
    SealedStore::open(Arc::new(store), key)
}

/// Runs what is missing, on a copy, or in place when there is nothing yet to lose.
fn upgrade(
    store: Durable,
    found: u32,
    newest: u32,
    key: &StoreKey,
    migrations: &[Migration],
) -> Result<Durable, Error> {
    let failed = |source: Error| Error::Migration { to: newest, source: Box::new(source) };
    let run = |target: Durable| -> Result<Durable, Error> {
        let target = Arc::new(target);
        let sealed = SealedStore::open(target.clone(), key)?;
        for migration in migrations.iter().filter(|migration| migration.to > found) {
            (migration.run)(&sealed)?;
        }
        target.put(TREE, VERSION_KEY, &newest.to_be_bytes())?;
        drop(sealed);
        Arc::into_inner(target).ok_or_else(|| {
            Error::io(PathBuf::new(), io::Error::other("a migration kept the store open"))
        })
    };
    if found == 0 {
        return run(store);
    }
    // The key is tried before anything is copied: a wrong one must cost nothing.
    let store = Arc::new(store);
    drop(SealedStore::open(store.clone(), key)?);
    let Some(store) = Arc::into_inner(store) else {
        return Err(failed(Error::Damaged { kind: TREE }));
    };
    let folder = store.folder().to_owned();
    let lock = store.close();
    let copy = beside(&folder, ".migrating");
    let system = |e| failed(Error::io(&folder, e));
    remove_if_there(&copy).map_err(system)?;
    copy_folder(&folder, &copy).map_err(system)?;
    let migrated = Durable::open(&copy).and_then(run).map_err(failed)?;
    drop(migrated.close());
    let _ = fs::remove_file(beside(&copy, ".lock"));
    fs::rename(&folder, free_name(&folder, found)).map_err(system)?;
    fs::rename(&copy, &folder).map_err(system)?;
    sync_parent(&folder).map_err(system)?;
    Durable::open_locked(folder, lock)
}

/// Does the second rename of a swap that a power cut stopped after the first.
fn finish_swap(folder: &Path) -> io::Result<()> {
    let copy = beside(folder, ".migrating");
    if !folder.exists() && copy.exists() {
        tracing::warn!("finishing a migration that was cut short");
        fs::rename(copy, folder)?;
        sync_parent(folder)?;
    }
    Ok(())
}

fn version(store: &Durable) -> Result<Option<u32>, Error> {
    let Some(bytes) = store.get(TREE, VERSION_KEY)? else { return Ok(None) };
    let bytes: [u8; 4] = bytes.as_slice().try_into().map_err(|_| Error::Damaged { kind: TREE })?;
    Ok(Some(u32::from_be_bytes(bytes)))
}

/// A store is new while nothing but the sealing of a first open that was cut short is in it.
fn is_new(store: &Durable) -> Result<bool, Error> {
    Ok(store.entries()? <= store.count_of_seal()?)
}

/// `<name>.before-v<N>`, or with a number behind it where an earlier migration left one.
fn free_name(folder: &Path, version: u32) -> PathBuf {
    let plain = beside(folder, &format!(".before-v{}", version + 1));
    let numbered = (2_u32..).map(|n| beside(folder, &format!(".before-v{}-{n}", version + 1)));
    std::iter::once(plain.clone()).chain(numbered).find(|path| !path.exists()).unwrap_or(plain)
}

fn remove_if_there(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Copies a folder of files and folders, each of them durable.
fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
            fs::File::options().write(true).open(&target)?.sync_all()?;
        }
    }
    sync_folder(to)
}

fn sync_parent(folder: &Path) -> io::Result<()> {
    match folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        Some(parent) => sync_folder(parent),
        None => Ok(()),
    }
}
