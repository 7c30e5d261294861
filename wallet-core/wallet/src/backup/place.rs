//! Where backups are written. A file is there whole or not at all, under a full
//! disk and a stick that is pulled out as well: it is written under another
//! name, synced, read back, and renamed.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::envelope::FILE_MAX;
use crate::api::ErrorCode;
use crate::error::{WalletError, rule};

/// Files that stay in a folder.
pub(crate) const KEPT: usize = 5;
const SUFFIX: &str = ".jiaozi-backup";
const DRAFT: &str = ".jiaozi-draft-";

/// The name of a wallet's backup of a moment (UTC). Later ones sort later.
pub(crate) fn name(fingerprint: &str, unix: u64) -> String {
    let moment = i64::try_from(unix)
        .ok()
        .and_then(|unix| time::OffsetDateTime::from_unix_timestamp(unix).ok());
    let moment = moment.map_or_else(
        || unix.to_string(),
        |at| {
            format!(
                "{:04}{:02}{:02}T{:02}{:02}{:02}Z",
                at.year(),
                u8::from(at.month()),
                at.day(),
                at.hour(),
                at.minute(),
                at.second()
            )
        },
    );
    format!("{fingerprint}-{moment}{SUFFIX}")
}

/// A name in a folder that no copy has: a second write within a second takes the
/// next second's, so that the copy before it stays.
pub(crate) fn free_name(folder: &Path, fingerprint: &str, unix: u64) -> String {
    (0..60)
        .map(|later| name(fingerprint, unix.saturating_add(later)))
        .find(|name| folder.join(name).symlink_metadata().is_err())
        .unwrap_or_else(|| name(fingerprint, unix))
}

/// Writes a file; what was there before stays until the new one is whole.
///
/// # Errors
/// `backup_place_gone` when the folder is not there, `backup_no_room`,
/// `backup_not_written`, each with the `file`.
pub(crate) fn write(file: &Path, bytes: &[u8]) -> Result<(), WalletError> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(failed(ErrorCode::BackupPlaceGone, folder));
    }
    let attempt = || -> io::Result<()> {
        let mut draft = tempfile::Builder::new().prefix(DRAFT).tempfile_in(folder)?;
        draft.write_all(bytes)?;
        draft.as_file().sync_all()?;
        if fs::read(draft.path())? != bytes {
            return Err(io::Error::from(io::ErrorKind::InvalidData));
        }
        draft.persist(file).map_err(|error| error.error)?;
        // A rename is durable once its folder is.
        if cfg!(unix) {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    };
    attempt().map_err(|error| {
        tracing::warn!(kind = ?error.kind(), os = error.raw_os_error(), "a backup was not written");
        let code = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => ErrorCode::BackupNoRoom,
            // Pulled out between the look and the write.
            _ if !folder.is_dir() => ErrorCode::BackupPlaceGone,
            _ => ErrorCode::BackupNotWritten,
        };
        failed(code, file)
    })
}

/// Reads a file.
///
/// # Errors
/// `backup_missing`, or `backup_damaged` when it is too large to be one.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>, WalletError> {
    let open = File::open(file).map_err(|_| failed(ErrorCode::BackupMissing, file))?;
    let mut bytes = Vec::new();
    open.take(FILE_MAX.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|_| failed(ErrorCode::BackupMissing, file))?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > FILE_MAX) {
        return Err(ErrorCode::BackupDamaged.into());
    }
    Ok(bytes)
}

/// A wallet's backups in a folder, the newest first.
pub(crate) fn list(folder: &Path, fingerprint: &str) -> Result<Vec<PathBuf>, WalletError> {
    let entries = fs::read_dir(folder).map_err(|_| failed(ErrorCode::BackupPlaceGone, folder))?;
    let mut files: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.file_name()
                .and_then(|name| name.to_str())
                .is_some_and(|name| {
                    name.starts_with(&format!("{fingerprint}-")) && name.ends_with(SUFFIX)
                })
        })
        .collect();
    files.sort();
    files.reverse();
    Ok(files)
}

/// Removes all but the newest few, and drafts that a kill left.
pub(crate) fn prune(folder: &Path, fingerprint: &str) -> Result<(), WalletError> {
    let old = list(folder, fingerprint)?.into_iter().skip(KEPT);
    let drafts = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            path.file_name()
                .and_then(|name| name.to_str())
                .is_some_and(|name| name.starts_with(DRAFT))
        });
    for file in old.chain(drafts) {
        // One that stays is only one too many.
        if let Err(error) = fs::remove_file(&file) {
            tracing::info!(kind = ?error.kind(), "an old backup stays");
        }
    }
    Ok(())
}

fn failed(code: ErrorCode, at: &Path) -> WalletError {
    rule(code, [("file", at.display().to_string())])
}
