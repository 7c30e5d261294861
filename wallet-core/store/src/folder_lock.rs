//! One process, one handle a store.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
};

use crate::Error;

/// Holds the exclusive lock of a folder until dropped. The lock is the file `<folder>.lock` beside
/// it, so that the folder itself can be swapped by a migration while the lock is held; the system
/// releases it when the process dies.
#[derive(Debug)]
pub(crate) struct FolderLock {
    // Held, never read: dropping it releases the lock.
    _file: File,
}

impl FolderLock {
    /// Takes the lock or answers [`Error::AlreadyOpen`] at once.
    pub(crate) fn acquire(folder: &Path) -> Result<Self, Error> {
        let path = beside(folder, ".lock");
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|e| Error::io(folder, e))?;
        }
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(|e| Error::io(folder, e))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::AlreadyOpen(folder.to_owned())),
            Err(TryLockError::Error(e)) => Err(Error::io(folder, e)),
        }
    }
}

/// The path `<folder><suffix>`.
pub(crate) fn beside(folder: &Path, suffix: &str) -> PathBuf {
    let mut name = folder.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Makes creations and renames in a folder durable. Windows has no such call and needs none.
pub(crate) fn sync_folder(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
