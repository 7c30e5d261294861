//! The vault's folder: files that are replaced whole or not at all, readable by
//! this user only, and one lock that all processes of a profile share.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use jiaozi_types::agent::AgentError;

/// No file of the vault is larger, in bytes.
const MAX_FILE: u64 = 8 * 1024 * 1024;
/// New files are written under names that begin like this, then renamed.
const NEW: &str = ".new-";
/// Whoever holds this file's lock may change the others.
const LOCK: &str = "lock";

/// The folder `vault/` of a profile.
#[derive(Debug, Clone)]
pub struct VaultFolder(PathBuf);

/// Held while files are read, changed and written back. Given up on drop, and
/// by the system when the process ends in any way.
#[derive(Debug)]
pub struct FolderLock(#[expect(dead_code, reason = "held for its lock")] File);

impl VaultFolder {
    /// The folder `vault/` under a profile's folder; made when first written to.
    pub fn of_profile(profile: &Path) -> Self {
        Self(profile.join("vault"))
    }

    /// Whether there is such a file.
    pub fn has(&self, name: &str) -> bool {
        self.0.join(name).exists()
    }

    /// The content of a file; none when it does not exist. A file larger than
    /// 8 MiB is `Damaged`.
    pub fn read(&self, name: &str) -> Result<Option<Vec<u8>>, AgentError> {
        let file = match File::open(self.0.join(name)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(storage(&error)),
        };
        let mut bytes = Vec::new();
        file.take(MAX_FILE.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|error| storage(&error))?;
        if u64::try_from(bytes.len()).is_ok_and(|length| length > MAX_FILE) {
            return Err(AgentError::Damaged);
        }
        Ok(Some(bytes))
    }

    /// Replaces a file: after this returns, the new content survives a power
    /// cut; when it fails, the old content is untouched.
    pub fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), AgentError> {
        let new = self.write_new(bytes)?;
        new.persist(self.0.join(name))
            .map_err(|error| storage(&error.error))?;
        self.sync()
    }

    /// Like [`Self::replace`], but an existing file is `AlreadyExists`.
    pub fn create(&self, name: &str, bytes: &[u8]) -> Result<(), AgentError> {
        let new = self.write_new(bytes)?;
        new.persist_noclobber(self.0.join(name))
            .map_err(|error| match error.error.kind() {
                io::ErrorKind::AlreadyExists => AgentError::AlreadyExists,
                _ => storage(&error.error),
            })?;
        self.sync()
    }

    /// Removes a file if it is there.
    pub fn remove(&self, name: &str) -> Result<(), AgentError> {
        match fs::remove_file(self.0.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(storage(&error)),
            _ => self.sync(),
        }
    }

    /// Gives a file another name; true when it was there. Whole or not at all.
    pub fn rename(&self, from: &str, to: &str) -> Result<bool, AgentError> {
        match fs::rename(self.0.join(from), self.0.join(to)) {
            Ok(()) => self.sync().map(|()| true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(storage(&error)),
        }
    }

    /// Writes over every file but `last` and removes it, then `last` itself. Where
    /// the disk keeps old blocks (flash does), what was sealed stays sealed there.
    pub fn erase(&self, _lock: &FolderLock, last: &str) -> Result<(), AgentError> {
        for entry in fs::read_dir(&self.0).map_err(|error| storage(&error))? {
            let entry = entry.map_err(|error| storage(&error))?;
            // Other processes of this profile wait on the lock's very file.
            if entry.file_name() != last && entry.file_name() != LOCK {
                overwrite(&entry.path()).map_err(|error| storage(&error))?;
            }
        }
        self.sync()?;
        match overwrite(&self.0.join(last)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(storage(&error)),
            _ => self.sync(),
        }
    }

    /// Puts a damaged file aside under another name, so that it is not lost.
    pub fn set_aside(&self, name: &str) -> Result<(), AgentError> {
        let aside = (1..1000u32)
            .map(|n| self.0.join(format!("{name}.damaged-{n}")))
            .find(|path| !path.exists())
            .ok_or(AgentError::Storage)?;
        fs::rename(self.0.join(name), aside).map_err(|error| storage(&error))?;
        self.sync()
    }

    /// Waits for the lock that all processes of this profile share.
    pub fn lock(&self) -> Result<FolderLock, AgentError> {
        self.make()?;
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.0.join(LOCK))
            .map_err(|error| storage(&error))?;
        file.lock().map_err(|error| storage(&error))?;
        Ok(FolderLock(file))
    }

    /// Removes what a killed process left half-written. Call with the lock held.
    pub fn sweep(&self, _lock: &FolderLock) -> Result<(), AgentError> {
        for entry in fs::read_dir(&self.0).map_err(|error| storage(&error))? {
            let entry = entry.map_err(|error| storage(&error))?;
            if entry.file_name().to_string_lossy().starts_with(NEW) {
                fs::remove_file(entry.path()).map_err(|error| storage(&error))?;
            }
        }
        Ok(())
    }

    fn write_new(&self, bytes: &[u8]) -> Result<tempfile::NamedTempFile, AgentError> {
        self.make()?;
        // tempfile creates with mode 0600.
        let write = || {
            let mut new = tempfile::Builder::new().prefix(NEW).tempfile_in(&self.0)?;
            new.write_all(bytes)?;
            new.as_file().sync_all()?;
            Ok(new)
        };
        write().map_err(|error| storage(&error))
    }

    fn make(&self) -> Result<(), AgentError> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.0).map_err(|error| storage(&error))
    }

    /// Makes renames durable. Windows has no such call; renames there are
    /// written through by the file system's journal.
    fn sync(&self) -> Result<(), AgentError> {
        if cfg!(unix) {
            File::open(&self.0)
                .and_then(|folder| folder.sync_all())
                .map_err(|error| storage(&error))?;
        }
        Ok(())
    }
}

/// Writes zeros over a file and removes it.
fn overwrite(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).open(path)?;
    let length = file.metadata()?.len();
    io::copy(&mut io::repeat(0).take(length), &mut file)?;
    file.sync_all()?;
    fs::remove_file(path)
}

/// The stable code of an I/O fault.
fn storage(error: &io::Error) -> AgentError {
    tracing::warn!(kind = ?error.kind(), os = error.raw_os_error(), "vault file");
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            AgentError::DiskFull
        }
        _ => AgentError::Storage,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_whole_files() {
        let profile = tempfile::tempdir().unwrap();
        let folder = VaultFolder::of_profile(profile.path());
        assert_eq!(folder.read("a").unwrap(), None);
        folder.create("a", b"one").unwrap();
        assert_eq!(folder.create("a", b"two"), Err(AgentError::AlreadyExists));
        folder.replace("a", b"three").unwrap();
        assert_eq!(folder.read("a").unwrap().unwrap(), b"three");
        folder.set_aside("a").unwrap();
        assert!(!folder.has("a") && folder.has("a.damaged-1"));
    }

    #[test]
    fn sweeps_what_a_kill_left() {
        let profile = tempfile::tempdir().unwrap();
        let folder = VaultFolder::of_profile(profile.path());
        let lock = folder.lock().unwrap();
        fs::write(profile.path().join("vault/.new-x"), b"half").unwrap();
        folder.sweep(&lock).unwrap();
        assert!(!folder.has(".new-x"));
    }

    #[cfg(unix)]
    #[test]
    fn only_this_user_can_read() {
        use std::os::unix::fs::PermissionsExt;
        let profile = tempfile::tempdir().unwrap();
        let folder = VaultFolder::of_profile(profile.path());
        folder.replace("a", b"x").unwrap();
        let mode = |name: &str| {
            let path = profile.path().join(name);
            fs::metadata(path).unwrap().permissions().mode() & 0o777
        };
        assert_eq!((mode("vault"), mode("vault/a")), (0o700, 0o600));
    }
}
