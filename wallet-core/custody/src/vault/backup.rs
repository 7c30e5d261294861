//! The metadata backup: what the wallet knows beyond the words, sealed under
//! keys that the words alone lead to (HKDF-SHA256 of the BIP-39 seed).
//!
//! There are two keys. The shell's part is sealed and opened as the shell asks:
//! its key opens what the shell has anyway, so that, like the key of the shell's
//! records, it is at hand while locked (`backup.sealed`, under the keyring's
//! secret). The vault's own part (address book, assets, policy) has a key that
//! is there only while unlocked and never seals what a shell brings: a shell can
//! keep that part, and give it back, but not make one.

use alloy_primitives::Bytes;
use jiaozi_types::Asset;
use jiaozi_types::agent::{AgentError, BACKUP_PART_MAX, BackupPlace, Payee, SpendPolicy};
use serde::{Deserialize, Serialize};

use super::seed_file::SeedFile;
use super::state_file::KnownAsset;
use super::{Vault, Verified};
use crate::files::VaultFolder;
use crate::memory::Key;
use crate::policy;
use crate::reading::Book;
use crate::seal;
use crate::sealed_file;

const FILE: &str = "backup.sealed";
const KIND: &str = "backup";
/// The version of the vault's part that this release writes.
const BOOK_FORMAT: u16 = 1;
/// Bytes that sealing adds: nonce and tag.
const SEAL_OVERHEAD: usize = 24 + 16;

#[derive(Serialize, Deserialize)]
struct NoHeader {}

/// The vault's own part.
#[derive(Serialize, Deserialize)]
struct BookPart {
    format: u16,
    payees: Vec<Payee>,
    assets: Vec<KnownAsset>,
    policy: SpendPolicy,
}

/// What taking a vault's part back would change.
pub struct BookChange {
    /// Payees that this vault does not have.
    pub payees: usize,
    /// Assets that it does not have.
    pub assets: usize,
    /// The policy now, and the one that comes back.
    pub policy: (SpendPolicy, SpendPolicy),
    /// Whether the policy becomes looser: that needs the PIN.
    pub looser: bool,
    /// The known assets that either policy names.
    pub named: Vec<Asset>,
    part: BookPart,
}

impl BookChange {
    /// Whether nothing would change.
    pub fn is_nothing(&self) -> bool {
        self.payees == 0 && self.assets == 0 && self.policy.0 == self.policy.1
    }
}

/// What is authenticated with a part: its place.
fn context(place: &BackupPlace) -> Vec<u8> {
    [
        &b"jiaozi backup part v1\0"[..],
        place.file.as_slice(),
        &place.index.to_be_bytes(),
        &place.count.to_be_bytes(),
    ]
    .concat()
}

const BOOK_CONTEXT: &[u8] = b"jiaozi backup book v1";

fn bad(what: &str) -> AgentError {
    AgentError::BadRequest {
        what: what.to_owned(),
    }
}

impl Vault {
    /// Seals a part of the shell's backup.
    pub fn seal_backup(&self, place: &BackupPlace, plain: &[u8]) -> Result<Bytes, AgentError> {
        if plain.len() > BACKUP_PART_MAX || place.index >= place.count {
            return Err(bad("the backup's part"));
        }
        let sealed = seal::seal(&self.backup_key()?, &context(place), plain)?;
        Ok(sealed.into())
    }

    /// Opens a part of a shell's backup.
    pub fn open_backup(&self, place: &BackupPlace, sealed: &[u8]) -> Result<Bytes, AgentError> {
        if sealed.len() > BACKUP_PART_MAX.saturating_add(SEAL_OVERHEAD) {
            return Err(bad("the backup's part"));
        }
        let plain = seal::open(&self.backup_key()?, &context(place), sealed)
            .ok_or(AgentError::BackupForeign)?;
        Ok(Bytes::copy_from_slice(&plain))
    }

    /// The vault's own part.
    pub fn seal_book(&self) -> Result<Bytes, AgentError> {
        let part = self.read_state(|head, state| BookPart {
            format: BOOK_FORMAT,
            payees: state.payees.clone(),
            assets: state.assets.clone(),
            policy: head.policy.clone(),
        })?;
        let plain = serde_json::to_vec(&part).map_err(|_| AgentError::Internal)?;
        let memory = self.memory();
        let open = memory.open.as_ref().ok_or(AgentError::Locked)?;
        let sealed = seal::seal(open.keys.book_key(), BOOK_CONTEXT, &plain)?;
        Ok(sealed.into())
    }

    /// What taking a vault's part back would change.
    pub fn read_book(&self, sealed: &[u8]) -> Result<BookChange, AgentError> {
        let plain = {
            let memory = self.memory();
            let open = memory.open.as_ref().ok_or(AgentError::Locked)?;
            seal::open(open.keys.book_key(), BOOK_CONTEXT, sealed)
                .ok_or(AgentError::BackupForeign)?
        };
        let format: Format =
            serde_json::from_slice(&plain).map_err(|_| AgentError::BackupForeign)?;
        if format.format > BOOK_FORMAT {
            return Err(AgentError::NewerVersion);
        }
        let part: BookPart =
            serde_json::from_slice(&plain).map_err(|_| AgentError::BackupForeign)?;
        policy::check(&part.policy)?;
        self.read_state(|head, state| {
            let new_payee = |payee: &&Payee| state.name_of(&payee.address).is_none();
            let new_asset = |known: &&KnownAsset| state.asset(known.asset.id()).is_none();
            let limits = head.policy.quick_pay.iter().chain(&part.policy.quick_pay);
            let mut named: Vec<Asset> = Vec::new();
            for limit in limits {
                let taught = part.assets.iter().find(|a| a.asset.id() == limit.asset);
                let asset = state
                    .asset(limit.asset)
                    .or_else(|| taught.map(|known| known.asset.clone()));
                if let Some(asset) = asset.filter(|asset| !named.contains(asset)) {
                    named.push(asset);
                }
            }
            BookChange {
                payees: part.payees.iter().filter(new_payee).count(),
                assets: part.assets.iter().filter(new_asset).count(),
                policy: (head.policy.clone(), part.policy.clone()),
                looser: policy::is_looser(&head.policy, &part.policy),
                named,
                part,
            }
        })
    }

    /// Takes a vault's part back: names and assets that this vault lacks, and
    /// the policy. A looser policy needs the proof that the PIN was typed.
    pub fn take_book(
        &self,
        change: &BookChange,
        verified: Option<&Verified>,
    ) -> Result<(), AgentError> {
        for known in &change.part.assets {
            let unknown = self.check_asset(&known.asset, known.domain.as_ref());
            // Known ones stay as they are here.
            if matches!(unknown, Ok(None)) {
                self.save_asset(known.asset.clone(), known.domain.clone())?;
            }
        }
        for payee in &change.part.payees {
            if self.check_payee(payee)?.1.is_none() {
                self.save_payee(payee)?;
            }
        }
        self.set_policy(change.part.policy.clone(), verified)
    }

    /// The key of the shell's part.
    fn backup_key(&self) -> Result<Key, AgentError> {
        if let Some(open) = &self.memory().open {
            return Ok(open.keys.backup_key().duplicate());
        }
        let seed = self.seed()?;
        let keyring = self.keyring_secret(&seed)?.ok_or(AgentError::Locked)?;
        // Made at the next unlock where it is not there.
        load(&self.folder, &keyring)?.ok_or(AgentError::Locked)
    }

    /// Keeps the key of the shell's part where it can be had while locked.
    pub(super) fn mend_backup_key(&self, seed: &SeedFile) -> Result<(), AgentError> {
        let Some(keyring) = self.keyring_secret(seed)? else {
            return Ok(());
        };
        let key = self.backup_key()?;
        if load(&self.folder, &keyring)?.is_some_and(|kept| kept.get() == key.get()) {
            return Ok(());
        }
        let file_key = file_key(&keyring)?;
        let bytes = sealed_file::encode(KIND, &NoHeader {}, &file_key, key.get())?;
        self.folder.replace(FILE, &bytes)
    }
}

#[derive(Deserialize)]
struct Format {
    format: u16,
}

/// The kept key; none when the file is lost or damaged.
fn load(folder: &VaultFolder, keyring: &Key) -> Result<Option<Key>, AgentError> {
    let Some(bytes) = folder.read(FILE)? else {
        return Ok(None);
    };
    let parsed = match sealed_file::parse::<NoHeader>(KIND, &bytes) {
        Err(AgentError::NewerVersion) => return Err(AgentError::NewerVersion),
        Err(_) => return Ok(None),
        Ok(parsed) => parsed,
    };
    let plain = parsed.open(&file_key(keyring)?);
    Ok(plain.and_then(|plain| plain.first_chunk::<32>().map(Key::from_slice)))
}

fn file_key(keyring: &Key) -> Result<Key, AgentError> {
    seal::derive(keyring, b"jiaozi backup key v1", &[])
}
