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

fn open_with(
    folder: PathBuf,
    key: &StoreKey,
    migrations: &[Migration],
) -> Result<SealedStore, Error> {
    let newest = migrations.last().map_or(0, |migration| migration.to);
    let lock = FolderLock::acquire(&folder)?;
    finish_swap(&folder).map_err(|e| Error::io(&folder, e))?;
    let store = Durable::open_locked(folder.clone(), lock)?;
    // Without a version it is new, or its first open was cut short before anything was kept in it.
    let found = version(&store)?.unwrap_or(0);
    if found > newest {
        return Err(Error::NewerVersion {
            what: "store",
            found,
            supported: newest,
        });
    }
    let store = if found == newest {
        store
    } else {
        upgrade(store, found, newest, key, migrations)?
    };
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
    if found == 0 {
        return run(store, found, newest, key, migrations);
    }
    let folder = store.folder().to_owned();
    // The key is tried before anything is copied: a wrong one must cost nothing.
    let lock = try_key(store, key)?.close();
    let failed = |source: Error| Error::Migration {
        to: newest,
        source: Box::new(source),
    };
    let system = |e| failed(Error::io(&folder, e));
    let copy = beside(&folder, ".migrating");
    remove_if_there(&copy).map_err(system)?;
    copy_folder(&folder, &copy).map_err(system)?;
    let migrated = Durable::open(&copy).and_then(|copy| run(copy, found, newest, key, migrations));
    drop(migrated.map_err(failed)?.close());
    // The copy was locked under a name that goes away with it.
    fs::remove_file(beside(&copy, ".lock")).map_err(system)?;
    fs::rename(&folder, free_name(&folder, newest)).map_err(system)?;
    fs::rename(&copy, &folder).map_err(system)?;
    sync_parent(&folder).map_err(system)?;
    Durable::open_locked(folder, lock)
}

fn run(
    target: Durable,
    found: u32,
    newest: u32,
    key: &StoreKey,
    migrations: &[Migration],
) -> Result<Durable, Error> {
    let target = Arc::new(target);
    let sealed = SealedStore::open(target.clone(), key)?;
    for migration in migrations.iter().filter(|migration| migration.to > found) {
        (migration.run)(&sealed)?;
    }
    target.put(TREE, VERSION_KEY, &newest.to_be_bytes())?;
    drop(sealed);
    sole(target)
}

fn try_key(store: Durable, key: &StoreKey) -> Result<Durable, Error> {
    let store = Arc::new(store);
    drop(SealedStore::open(store.clone(), key)?);
    sole(store)
}

/// Takes a store back from its handles, all of which are gone unless a migration hid one.
fn sole(store: Arc<Durable>) -> Result<Durable, Error> {
    let folder = store.folder().to_owned();
    Arc::into_inner(store)
        .ok_or_else(|| Error::io(folder, io::Error::other("a migration kept the store open")))
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
    let Some(bytes) = store.get(TREE, VERSION_KEY)? else {
        return Ok(None);
    };
    let bytes: [u8; 4] = bytes
        .as_slice()
        .try_into()
        .map_err(|_| Error::Damaged { kind: TREE })?;
    Ok(Some(u32::from_be_bytes(bytes)))
}

/// `<name>.before-v<N>`, or with a number behind it where an earlier migration left one.
fn free_name(folder: &Path, version: u32) -> PathBuf {
    let plain = beside(folder, &format!(".before-v{version}"));
    let numbered = (2_u32..).map(|n| beside(folder, &format!(".before-v{version}-{n}")));
    std::iter::once(plain.clone())
        .chain(numbered)
        .find(|path| !path.exists())
        .unwrap_or(plain)
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
    match folder
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    {
        Some(parent) => sync_folder(parent),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
