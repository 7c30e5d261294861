//! Files that the tool writes: whole and on the disk or not at all, readable by
//! their owner alone, and never over one that is there.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::backup::BackupError;

/// Writes a new file.
///
/// # Errors
/// [`BackupError::Exists`], and [`BackupError::File`] when the disk is full or
/// the stick was pulled out; then nothing of it is left where it can be written.
pub fn write_new(file: &Path, bytes: &[u8]) -> Result<(), BackupError> {
    let fault = |fault| BackupError::file(file, fault);
    // Told before the work; persisting below is what makes it sure.
    if file.symlink_metadata().is_ok() {
        return Err(BackupError::Exists(file.to_owned()));
    }
    let folder = match file.parent() {
        Some(parent) if parent.as_os_str().is_empty() => PathBuf::from("."),
        Some(parent) => parent.to_owned(),
        None => PathBuf::from("."),
    };
    let mut new = tempfile::NamedTempFile::new_in(&folder).map_err(fault)?;
    new.write_all(bytes).map_err(fault)?;
    new.as_file().sync_all().map_err(fault)?;
    new.persist_noclobber(file)
        .map_err(|error| fault(error.error))?;
    let folder = std::fs::File::open(&folder).map_err(fault)?;
    folder.sync_all().map_err(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_overwritten_and_nothing_half_written_stays() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sheet.pdf");
        write_new(&file, b"one").unwrap();
        assert!(matches!(
            write_new(&file, b"two"),
            Err(BackupError::Exists(_))
        ));
        assert_eq!(std::fs::read(&file).unwrap(), b"one");
        let nowhere = folder.path().join("no/such/sheet.pdf");
        assert!(matches!(
            write_new(&nowhere, b"x"),
            Err(BackupError::File { .. })
        ));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
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
        let error = BackupError::file(Path::new("sheet.pdf"), fault);
        assert_eq!(error.exit_code(), 8);
    }
}
