//! Files that the tool reads and writes. What it writes is whole and on the disk
//! or not at all, readable by its owner alone, and never over one that is there.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::prompt::messages::Messages;

/// Why a file was not read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// A file that is there is never overwritten.
    #[error("{0} exists")]
    Exists(PathBuf),
    /// There is no room for it.
    #[error("there is no room for {0}")]
    Full(PathBuf),
    /// The system says no.
    #[error("{file}: {fault}")]
    Failed {
        /// Which; `-` for standard input and output.
        file: PathBuf,
        /// Why.
        fault: io::Error,
    },
}

impl FileError {
    /// What a fault of the system means for this file.
    pub fn new(file: &Path, fault: io::Error) -> Self {
        let file = file.to_owned();
        match fault.kind() {
            ErrorKind::AlreadyExists => Self::Exists(file),
            ErrorKind::StorageFull => Self::Full(file),
            _ => Self::Failed { file, fault },
        }
    }

    /// A fault of standard input or output.
    pub fn standard(fault: io::Error) -> Self {
        Self::new(Path::new("-"), fault)
    }

    /// As a sentence for people.
    pub fn sentence(&self, say: Messages) -> String {
        match self {
            Self::Exists(file) => say.file_exists(file.display()),
            Self::Full(file) => say.file_disk_full(file.display()),
            Self::Failed { file, .. } => say.file_failed(file.display()),
        }
    }

    /// The same where somebody just chose the place to write to.
    pub fn unwritten(&self, say: Messages) -> String {
        match self {
            Self::Failed { file, .. } => say.file_unwritten(file.display()),
            other => other.sentence(say),
        }
    }

    /// 8 when the disk is full, 1 for a fault of the system; `taken` where a file
    /// is there already.
    pub fn exit_code(&self, taken: u8) -> u8 {
        match self {
            Self::Exists(_) => taken,
            Self::Full(_) => 8,
            Self::Failed { .. } => 1,
        }
    }
}

/// Writes a new file.
///
/// # Errors
/// [`FileError`]; then nothing of it is left where something can be taken away.
pub fn write_new(file: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let failed = |fault| FileError::new(file, fault);
    // Told before the work; persisting below is what makes it sure.
    if file.symlink_metadata().is_ok() {
        return Err(FileError::Exists(file.to_owned()));
    }
    let folder = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut new = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    new.write_all(bytes).map_err(failed)?;
    new.as_file().sync_all().map_err(failed)?;
    new.persist_noclobber(file)
        .map_err(|error| failed(error.error))?;
    let folder = File::open(folder).map_err(failed)?;
    folder.sync_all().map_err(failed)
}

/// Writes files that are of use together. When one cannot be written, those
/// before it are taken away: half a set misleads.
///
/// # Errors
/// [`FileError`] of the one that was not written.
pub fn write_set<B: AsRef<[u8]>>(files: &[(PathBuf, B)]) -> Result<(), FileError> {
    for (at, (file, bytes)) in files.iter().enumerate() {
        if let Err(error) = write_new(file, bytes.as_ref()) {
            for (file, _) in files.iter().take(at) {
                // What cannot be taken away is on a stick that is gone.
                let _ = std::fs::remove_file(file);
            }
            return Err(error);
        }
    }
    Ok(())
}

/// Prints on standard output.
///
/// # Errors
/// [`FileError`] of `-`.
pub fn print(text: &str) -> Result<(), FileError> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(FileError::standard)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn names(folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        names.sort();
        names
    }

    #[test]
    fn nothing_is_overwritten_and_nothing_half_written_stays() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sheet.pdf");
        write_new(&file, b"one").unwrap();
        let taken = write_new(&file, b"two");
        assert!(matches!(taken, Err(FileError::Exists(_))));
        assert_eq!(std::fs::read(&file).unwrap(), b"one");
        let nowhere = write_new(&folder.path().join("no/such/sheet.pdf"), b"x");
        assert!(matches!(nowhere, Err(FileError::Failed { .. })));
        assert_eq!(names(folder.path()), [file]);
    }

    #[test]
    fn a_set_is_the_owners_alone_and_written_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let files: Vec<_> = ["a", "b", "c"]
            .map(|name| (folder.path().join(name), name))
            .into();
        write_set(&files).unwrap();
        for (file, bytes) in &files {
            let mode = std::fs::metadata(file).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            assert_eq!(std::fs::read_to_string(file).unwrap(), *bytes);
        }
        // The last of them is there: the first two are taken away again.
        let [(first, _), (second, _), (third, _)] = &files[..] else {
            unreachable!("three were named");
        };
        std::fs::remove_file(first).unwrap();
        std::fs::remove_file(second).unwrap();
        std::fs::write(third, "mine").unwrap();
        let refused = write_set(&files).unwrap_err();
        assert!(matches!(&refused, FileError::Exists(file) if file == third));
        assert_eq!(names(folder.path()), std::slice::from_ref(third));
        assert_eq!(std::fs::read_to_string(third).unwrap(), "mine");
    }

    /// A device that is always full stands for a full stick.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_named() {
        let full = std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap();
        let fault = (&full).write_all(b"x").unwrap_err();
        let error = FileError::new(Path::new("sheet.pdf"), fault);
        assert_eq!(error.exit_code(13), 8);
    }
}
