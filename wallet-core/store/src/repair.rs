//! Two faults of sled 0.34.7 that are mended before it opens a folder.
//!
//! sled writes `snap.<position>.generating`, then renames it to `snap.<position>`. A kill in between
//! leaves a partial file that every later open takes for the newest snapshot and calls corruption.
//! A snapshot only saves time: without it sled reads its whole log again, and nothing is lost.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// Removes snapshots that were being written, and makes the log that the finished ones were made
/// from durable, so that no snapshot can be ahead of the log after a power cut.
pub(crate) fn before_open(folder: &Path) -> io::Result<()> {
    for path in snapshots(folder)? {
        if path
            .extension()
            .is_some_and(|extension| extension == "generating")
        {
            tracing::warn!(file = %path.display(), "removing a partial snapshot");
            fs::remove_file(path)?;
        }
    }
    match File::open(folder.join("db")) {
        Ok(log) => log.sync_all(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Renames every snapshot out of sled's sight and says whether there was any. What was set aside is
/// deleted by [`forget_set_aside`] once the store is open without it.
pub(crate) fn set_snapshots_aside(folder: &Path) -> io::Result<bool> {
    let found = snapshots(folder)?;
    for path in &found {
        if let Some(name) = path.file_name().and_then(|name| name.to_str()) {
            tracing::warn!(file = %path.display(), "setting a damaged snapshot aside");
            fs::rename(path, folder.join(format!("{SET_ASIDE}{name}")))?;
        }
    }
    Ok(!found.is_empty())
}

/// Deletes what [`set_snapshots_aside`] renamed.
pub(crate) fn forget_set_aside(folder: &Path) -> io::Result<()> {
    with_prefix(folder, SET_ASIDE)?
        .into_iter()
        .try_for_each(fs::remove_file)
}

const SET_ASIDE: &str = "aside.";

fn snapshots(folder: &Path) -> io::Result<Vec<PathBuf>> {
    with_prefix(folder, "snap.")
}

fn with_prefix(folder: &Path, prefix: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(prefix) {
            found.push(entry.path());
        }
    }
    Ok(found)
}
