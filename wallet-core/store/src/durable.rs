//! sled 0.34.7 behind [`KeyValue`], made to keep its word.
//!
//! - `flush` of sled ends in `sync_file_range`, which a power cut can undo: every commit is followed
//!   by an fsync of the log, and preceded by one of the blob files that large pages go to.
//! - A kill while opening leaves snapshots, and at the first opening a configuration, that bar every
//!   later open: see `repair`.
//! - sled takes some unreadable logs for empty ones: a marker tells them apart.
//! - sled holds its files for a while after it is closed: closing waits for it.
//! - After a failed write sled stays in an error state for good: the handle is dropped, and the next
//!   call opens the folder again, so that the store works as soon as the disk does.
//!
//! All trees live in one sled tree, their names as prefixes of the keys: one sled batch is atomic by
//! itself, whereas a sled transaction over several trees runs a closure that may be retried, and
//! each tree would cost pages and a recovery of its own.

use std::{
    any::Any,
    collections::BTreeSet,
    ffi::OsString,
    fs::{self, File, TryLockError},
    io,
    ops::Bound,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError, RwLock},
    time::Duration,
};

use crate::{
    Batch, Entry, Error, KeyRange, KeyValue, Order,
    batch::check_tree,
    folder_lock::{FolderLock, sync_folder},
    key_value::successor,
    repair,
};

/// Bytes of pages kept in memory.
const CACHE: u64 = 64 * 1024 * 1024;

/// How long a closing store waits for sled's threads: 10 s, far above what it takes.
const RELEASE_TRIES: u32 = 5000;
const RELEASE_PAUSE: Duration = Duration::from_millis(2);

/// The key and the file that tell an empty log from a lost one. No tree has a name of no bytes, so
/// nobody else's key begins with a zero.
const CREATED_KEY: &[u8] = &[0];
const CREATED_FILE: &str = "created";

/// A [`KeyValue`] in a folder of its own, held exclusively.
pub struct Durable {
    folder: PathBuf,
    // None after a failed write, until the next call opens the folder again. Readers share it;
    // a commit has it alone, so nothing is seen before it is durable.
    open: RwLock<Option<Open>>,
    // Declared last: released after sled has let go of its files.
    _lock: FolderLock,
}

/// The log, opened a second time: to sync it, and to see when sled has let go of it.
struct Log(File);

struct Open {
    db: sled::Db,
    // Declared after the handle, whose release it waits for.
    log: Log,
    synced_blobs: Mutex<BTreeSet<OsString>>,
}

impl std::fmt::Debug for Durable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Durable")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

impl Durable {
    /// Opens the store in `folder`, making it if there is none, and mends what a kill left behind.
    ///
    /// # Errors
    /// [`Error::AlreadyOpen`] when somebody has it; [`Error::Corrupt`] when it is not readable;
    /// [`Error::DiskFull`] and [`Error::Io`] from the system.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, Error> {
        let folder = folder.into();
        let lock = FolderLock::acquire(&folder)?;
        Self::open_locked(folder, lock)
    }

    /// The folder it lives in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Opens the folder under a lock that is already held.
    pub(crate) fn open_locked(folder: PathBuf, lock: FolderLock) -> Result<Self, Error> {
        let open = Open::folder(&folder)?;
        Ok(Self {
            folder,
            open: RwLock::new(Some(open)),
            _lock: lock,
        })
    }

    /// Closes the store and gives its lock back to the caller.
    pub(crate) fn close(self) -> FolderLock {
        let Self { open, _lock, .. } = self;
        drop(open);
        _lock
    }

    fn read<T>(&self, read: impl FnOnce(&Open) -> Result<T, sled::Error>) -> Result<T, Error> {
        let guard = self.open.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = guard.as_ref() {
            return read(open).map_err(|e| from_sled(&self.folder, e));
        }
        drop(guard);
        self.write(|open| read(open).map_err(|e| from_sled(&self.folder, e)))
    }

    /// Runs `write` alone, reopening before it if an earlier write failed; drops the handle if this
    /// one fails.
    fn write<T>(&self, write: impl FnOnce(&Open) -> Result<T, Error>) -> Result<T, Error> {
        let mut guard = self.open.write().unwrap_or_else(PoisonError::into_inner);
        let open = match guard.take() {
            Some(open) => open,
            None => Open::folder(&self.folder)?,
        };
        let answer = write(&open)?;
        *guard = Some(open);
        Ok(answer)
    }
}

impl KeyValue for Durable {
    fn get(&self, tree: &str, key: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        check_tree(tree)?;
        let key = full_key(tree, key);
        self.read(|open| Ok(open.db.get(key)?.map(|value| value.to_vec())))
    }

    fn scan(
        &self,
        tree: &str,
        range: &KeyRange,
        order: Order,
        limit: usize,
    ) -> Result<Vec<Entry>, Error> {
        check_tree(tree)?;
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let stem = full_key(tree, &[]);
        let full = |bound: &Bound<Vec<u8>>, open_end: Bound<Vec<u8>>| match bound {
            Bound::Included(key) => Bound::Included(full_key(tree, key)),
            Bound::Excluded(key) => Bound::Excluded(full_key(tree, key)),
            Bound::Unbounded => open_end,
        };
        let start = full(&range.start, Bound::Included(stem.clone()));
        let end = full(
            &range.end,
            successor(&stem).map_or(Bound::Unbounded, Bound::Excluded),
        );
        let entry = |pair: Result<(sled::IVec, sled::IVec), sled::Error>| {
            pair.map(|(key, value)| {
                (
                    key.get(stem.len()..).unwrap_or_default().to_vec(),
                    value.to_vec(),
                )
            })
        };
        self.read(|open| {
            let found = open.db.range::<Vec<u8>, _>((start, end));
            match order {
                Order::Ascending => found.take(limit).map(entry).collect(),
                Order::Descending => found.rev().take(limit).map(entry).collect(),
            }
        })
    }

    fn commit(&self, batch: Batch) -> Result<(), Error> {
        batch.check()?;
        if batch.is_empty() {
            return Ok(());
        }
        let mut writes = sled::Batch::default();
        for operation in batch.operations() {
            let key = full_key(&operation.tree, &operation.key);
            match &operation.value {
                Some(value) => writes.insert(key, value.as_slice()),
                None => writes.remove(key),
            }
        }
        self.write(|open| {
            open.db
                .apply_batch(writes)
                .map_err(|e| from_sled(&self.folder, e))?;
            let system = |e| Error::io(&self.folder, e);
            open.sync_blobs(&self.folder).map_err(system)?;
            open.db.flush().map_err(|e| from_sled(&self.folder, e))?;
            open.log.0.sync_data().map_err(system)
        })
    }
}

impl Open {
    fn folder(folder: &Path) -> Result<Self, Error> {
        let system = |e| Error::io(folder, e);
        fs::create_dir_all(folder).map_err(system)?;
        repair::before_open(folder).map_err(system)?;
        let db = match open_sled(folder) {
            // The marker is the last thing that a first opening writes.
            Err(Error::Corrupt { .. }) if !folder.join(CREATED_FILE).exists() => {
                repair::begin_anew(folder).map_err(system)?;
                open_sled(folder)?
            }
            opened => opened?,
        };
        let log = open_to_sync(&folder.join("db")).map_err(system)?;
        let open = Self {
            db,
            log: Log(log),
            synced_blobs: Mutex::default(),
        };
        open.sync_blobs(folder).map_err(system)?;
        open.log.0.sync_data().map_err(system)?;
        open.check_created(folder)?;
        Ok(open)
    }

    /// sled may take a log that it cannot read for an empty one. So a key is written into every new
    /// store, and after it a file beside the log: the file without the key means that the log is
    /// not what it was.
    fn check_created(&self, folder: &Path) -> Result<(), Error> {
        let system = |e| Error::io(folder, e);
        let marker = folder.join(CREATED_FILE);
        let key_is_there = self
            .db
            .contains_key(CREATED_KEY)
            .map_err(|e| from_sled(folder, e))?;
        match (key_is_there, marker.exists()) {
            (true, true) => return Ok(()),
            (false, true) => {
                let detail = "the log lost what was in it".to_owned();
                return Err(Error::Corrupt {
                    folder: folder.to_owned(),
                    detail,
                });
            }
            (false, false) => {
                self.db
                    .insert(CREATED_KEY, b"")
                    .map_err(|e| from_sled(folder, e))?;
                self.db.flush().map_err(|e| from_sled(folder, e))?;
                self.log.0.sync_data().map_err(system)?;
            }
            (true, false) => {}
        }
        let sync_all = || {
            // Once the marker is there, nothing begins anew: all else must be safe before it.
            open_to_sync(&folder.join("conf"))?.sync_all()?;
            sync_folder(folder)?;
            fs::write(&marker, "A store of Jiaozi, kept by sled 0.34.\n")?;
            open_to_sync(&marker)?.sync_all()?;
            sync_folder(folder)?;
            match folder
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty())
            {
                Some(parent) => sync_folder(parent),
                None => Ok(()),
            }
        };
        sync_all().map_err(system)
    }

    /// Forces new blob files to the disk. What the log says of them must come after: a pointer to a
    /// blob that a power cut took is skipped by sled, and with it all that its page got since.
    fn sync_blobs(&self, folder: &Path) -> io::Result<()> {
        let blobs = folder.join("blobs");
        let mut names = BTreeSet::new();
        for entry in fs::read_dir(&blobs)? {
            names.insert(entry?.file_name());
        }
        let mut synced = self
            .synced_blobs
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if *synced != names {
            for name in names.difference(&synced) {
                match open_to_sync(&blobs.join(name)) {
                    Ok(blob) => blob.sync_all()?,
                    // sled removes a blob that nothing points to any more.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
            sync_folder(&blobs)?;
            *synced = names;
        }
        Ok(())
    }
}

impl Drop for Log {
    /// sled lets go of its files on threads of its own, some time after its handle is dropped; until
    /// then nobody may open, copy or rename the folder. Its own lock on the log tells when.
    fn drop(&mut self) {
        for _ in 0..RELEASE_TRIES {
            match self.0.try_lock() {
                Err(TryLockError::WouldBlock) => std::thread::sleep(RELEASE_PAUSE),
                _ => return,
            }
        }
        tracing::warn!("sled still holds its log");
    }
}

/// Windows syncs only what is open for writing.
fn open_to_sync(path: &Path) -> io::Result<File> {
    File::options().read(true).write(true).open(path)
}

/// sled answers most damage with an error and some with a panic; both are [`Error::Corrupt`] here.
fn open_sled(folder: &Path) -> Result<sled::Db, Error> {
    let config = sled::Config::new()
        .path(folder)
        .cache_capacity(CACHE)
        .flush_every_ms(None);
    catch_unwind(AssertUnwindSafe(|| config.open())).map_or_else(
        |panic| {
            Err(Error::Corrupt {
                folder: folder.to_owned(),
                detail: panic_text(&panic),
            })
        },
        |opened| opened.map_err(|e| from_sled(folder, e)),
    )
}

fn panic_text(panic: &Box<dyn Any + Send>) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("the log is not readable")
        .to_owned()
}

/// Tree names are short, so one byte of length keeps any two trees apart.
fn full_key(tree: &str, key: &[u8]) -> Vec<u8> {
    let length = u8::try_from(tree.len()).unwrap_or(u8::MAX);
    [&[length], tree.as_bytes(), key].concat()
}

fn from_sled(folder: &Path, error: sled::Error) -> Error {
    match error {
        sled::Error::Io(source) => Error::io(folder, source),
        other => Error::Corrupt {
            folder: folder.to_owned(),
            detail: other.to_string(),
        },
    }
}
