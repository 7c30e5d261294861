//! Opening the sealed file that a person has instead of words.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use jiaozi_custody::{Secret, Words, sealed_words};

use super::messages::Messages;
use super::wording::sealed_error;

/// A sealed file is smaller, in bytes.
const FILE_MOST: u64 = 64 * 1024 + 1;

/// The words in the file at a place that was typed, quotes and blanks around it
/// left away; else why not, for people.
pub fn open_typed(place: &str, passphrase: &Secret, say: Messages) -> Result<Words, String> {
    let place = place.trim().trim_matches(['"', '\'']);
    let bytes = read(Path::new(place)).map_err(|error| {
        tracing::info!(kind = ?error.kind(), "a sealed file was not read");
        say.prove_file_unread().to_owned()
    })?;
    sealed_words::open(&bytes, passphrase).map_err(|error| sealed_error(&error, say))
}

fn read(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // A pipe or a device would keep the person waiting.
    if !std::fs::metadata(file)?.is_file() {
        return Err(std::io::ErrorKind::InvalidInput.into());
    }
    File::open(file)?.take(FILE_MOST).read_to_end(&mut bytes)?;
    Ok(bytes)
}
