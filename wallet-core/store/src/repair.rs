//! A fault of sled 0.34.7 that is mended before it opens a folder.
//!
//! sled writes `snap.<position>.generating`, then renames it to `snap.<position>`. A kill in between
//! leaves a partial file that every later open takes for the newest snapshot and calls corruption.
//! A snapshot only saves time: without it sled reads its whole log again, and nothing is lost. But a
//! whole snapshot that does not fit the log means that the *log* is damaged, and then it must stay:
//! without it sled takes an unreadable log for an empty one. So each snapshot is judged by its own
//! checksum, before sled looks.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// Removes snapshots that are not whole, and makes the log that the others were made from durable,
/// so that no snapshot can be ahead of the log after a power cut.
pub(crate) fn before_open(folder: &Path) -> io::Result<()> {
    for path in snapshots(folder)? {
        let partial = path
            .extension()
            .is_some_and(|extension| extension == "generating");
        if partial || !is_whole(&fs::read(&path)?) {
            tracing::warn!(file = %path.display(), "removing a snapshot that is not whole");
            fs::remove_file(path)?;
        }
    }
    match File::open(folder.join("db")) {
        Ok(log) => log.sync_all(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Clears the way for a new store where the first opening was cut short and left files that sled
/// cannot open (it writes `conf` in pieces, and nothing of it is synced): nothing was ever kept in
/// it. The files are set aside all the same.
pub(crate) fn begin_anew(folder: &Path) -> io::Result<()> {
    let aside = folder.join("unfinished");
    match fs::remove_dir_all(&aside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let found: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    fs::create_dir(&aside)?;
    for entry in found {
        fs::rename(entry.path(), aside.join(entry.file_name()))?;
    }
    tracing::warn!(folder = %folder.display(), "the first opening was cut short: begun anew");
    Ok(())
}

/// Checks what sled checks: contents, 8 bytes of length, CRC-32 of the contents (little-endian).
fn is_whole(snapshot: &[u8]) -> bool {
    let Some((rest, crc)) = snapshot.split_last_chunk::<4>() else {
        return false;
    };
    let Some((contents, _length)) = rest.split_last_chunk::<8>() else {
        return false;
    };
    !contents.is_empty() && crc32fast::hash(contents) == u32::from_le_bytes(*crc)
}

fn snapshots(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with("snap.") {
            found.push(entry.path());
        }
    }
    Ok(found)
}
