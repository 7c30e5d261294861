//! What can be had while locked: the personal phrase and the key of the shells'
//! records.

use jiaozi_types::agent::AgentError;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::files::VaultFolder;
use crate::memory::Key;
use crate::seal;
use crate::sealed_file;
use crate::text::PersonalPhrase;

const FILE: &str = "open.sealed";
const KIND: &str = "open";
const PLAIN_PHRASE: &str = "phrase.txt";

#[derive(Serialize, Deserialize)]
struct NoHeader {}

/// What is sealed under the keyring's secret.
pub(super) struct OpenSecrets {
    pub store_key: Key,
    pub phrase: Option<PersonalPhrase>,
}

impl OpenSecrets {
    /// Reads the file; none when it is lost or damaged: the next unlock makes
    /// it anew.
    pub fn load(folder: &VaultFolder, keyring: &Key) -> Result<Option<Self>, AgentError> {
        let Some(bytes) = folder.read(FILE)? else {
            return Ok(None);
        };
        let parsed = match sealed_file::parse::<NoHeader>(KIND, &bytes) {
            Err(AgentError::NewerVersion) => return Err(AgentError::NewerVersion),
            Err(_) => return Ok(None),
            Ok(parsed) => parsed,
        };
        Ok(parsed
            .open(&file_key(keyring)?)
            .and_then(|plain| Self::decode(&plain)))
    }

    /// Replaces the file.
    pub fn store(&self, folder: &VaultFolder, keyring: &Key) -> Result<(), AgentError> {
        let mut plain = Zeroizing::new(self.store_key.get().to_vec());
        if let Some(phrase) = &self.phrase {
            plain.extend_from_slice(phrase.as_str().as_bytes());
        }
        let bytes = sealed_file::encode(KIND, &NoHeader {}, &file_key(keyring)?, &plain)?;
        folder.replace(FILE, &bytes)
    }

    fn decode(plain: &[u8]) -> Option<Self> {
        let (store_key, phrase) = plain.split_first_chunk::<32>()?;
        Some(Self {
            store_key: Key::from_slice(store_key),
            phrase: std::str::from_utf8(phrase)
                .ok()
                .and_then(|text| PersonalPhrase::new(text).ok()),
        })
    }
}

fn file_key(keyring: &Key) -> Result<Key, AgentError> {
    seal::derive(keyring, b"jiaozi open v1", &[])
}

/// The phrase of a wallet without keyring.
pub(super) fn load_plain_phrase(folder: &VaultFolder) -> Option<PersonalPhrase> {
    let bytes = folder.read(PLAIN_PHRASE).ok()??;
    PersonalPhrase::new(std::str::from_utf8(&bytes).ok()?).ok()
}

/// Keeps the phrase of a wallet without keyring.
pub(super) fn store_plain_phrase(
    folder: &VaultFolder,
    phrase: &PersonalPhrase,
) -> Result<(), AgentError> {
    folder.replace(PLAIN_PHRASE, phrase.as_str().as_bytes())
}
