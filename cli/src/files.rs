//! Files that people asked for.

use std::io::Write;
use std::path::Path;

use crate::failure::{Failure, OwnCode, own};

/// Writes a file, all or nothing; what was there before is replaced.
pub fn write(file: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let attempt = || -> std::io::Result<()> {
        let mut draft = tempfile::NamedTempFile::new_in(folder)?;
        draft.write_all(bytes)?;
        draft.as_file().sync_all()?;
        draft.persist(file).map_err(|error| error.error)?;
        Ok(())
    };
    attempt().map_err(|error| {
        tracing::info!(%error, file = %file.display(), "not written");
        own(
            OwnCode::FileNotWritten,
            [("file", file.display().to_string())],
        )
    })
}
