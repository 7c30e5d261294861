//! `seed.sealed`: what makes the wallet this wallet.

use jiaozi_types::agent::{AgentError, Sealing, WordLanguage};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::files::{FolderLock, VaultFolder};
use crate::keys::{PublicKeys, ShopAccount};
use crate::memory::Key;
use crate::seal::{self, KdfCost};
use crate::sealed_file;
use crate::secret::Secret;
use crate::words::Words;

const FILE: &str = "seed.sealed";
/// The same file once the wallet is being removed: from then on there is none.
const REMOVED: &str = "removed.sealed";
const KIND: &str = "seed";

/// The readable part.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Header {
    pub sealing: Sealing,
    /// Where the keyring's half is; none with passphrase-only sealing.
    pub keyring: Option<KeyringItem>,
    /// BIP-32 fingerprint of the master key.
    pub fingerprint: String,
    /// Extended public key of m/44'/60'/0': addresses are known while locked.
    pub account_key: String,
    /// That of m/44'/503'/0' (Conflux Core Space); none in files of before 0.2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub core_account_key: Option<String>,
    /// Those of the shop's account (m/44'/60'/1', m/44'/503'/1'); none in files of
    /// before tills.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop: Option<ShopAccount>,
    cost: KdfCost,
    #[serde(with = "hex::serde")]
    salt: [u8; 16],
}

/// Where the keyring's half of the key is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct KeyringItem {
    /// The store's id, as in `secret-service`.
    pub backend: String,
    /// The item's name.
    pub name: String,
    /// Tells whether the secret found there is the one.
    pub check: String,
}

/// What tells one keyring secret from another, and says nothing about it.
pub(super) fn check_of(secret: &Key) -> Result<String, AgentError> {
    let check = seal::derive(secret, b"jiaozi keyring check v1", &[])?;
    Ok(hex::encode(check.get().get(..8).unwrap_or_default()))
}

/// The sealed part.
pub(super) struct SeedSecrets {
    pub words: Words,
    /// Seals the shells' records.
    pub store_key: Key,
    /// Seals `state.sealed`.
    pub state_key: Key,
}

/// A whole file; its header is authenticated when it is opened.
pub(super) struct SeedFile {
    pub header: Header,
    bytes: Vec<u8>,
}

impl SeedFile {
    /// The file; none in an empty profile.
    pub fn load(folder: &VaultFolder) -> Result<Option<Self>, AgentError> {
        let Some(bytes) = folder.read(FILE)? else {
            return Ok(None);
        };
        let header = sealed_file::parse::<Header>(KIND, &bytes)?.header;
        Ok(Some(Self { header, bytes }))
    }

    /// Ends the wallet: the file has another name from now on. One that cannot
    /// be read is ended as well.
    pub fn retire(folder: &VaultFolder) -> Result<(), AgentError> {
        folder.rename(FILE, REMOVED).map(drop)
    }

    /// What is left of a removal that did not come to its end: where the
    /// keyring's half is, as far as it can be read. None when nothing is left.
    pub fn retired(folder: &VaultFolder) -> Result<Option<Option<KeyringItem>>, AgentError> {
        // A new wallet's own files would be erased with it.
        if folder.has(FILE) || !folder.has(REMOVED) {
            return Ok(None);
        }
        let bytes = folder.read(REMOVED)?.unwrap_or_default();
        let parsed = sealed_file::parse::<Header>(KIND, &bytes);
        Ok(Some(parsed.ok().and_then(|parsed| parsed.header.keyring)))
    }

    /// Erases everything of the wallet that was ended; its own file last.
    pub fn erase(folder: &VaultFolder, lock: &FolderLock) -> Result<(), AgentError> {
        folder.erase(lock, REMOVED)
    }

    /// Seals a wallet.
    pub fn seal(
        secrets: &SeedSecrets,
        public: &PublicKeys,
        secret: &Secret,
        sealing: Sealing,
        keyring: Option<(&KeyringItem, &Key)>,
    ) -> Result<Self, AgentError> {
        let mut salt = [0u8; 16];
        getrandom::fill(&mut salt).map_err(|_| AgentError::Internal)?;
        let header = Header {
            sealing,
            keyring: keyring.map(|(item, _)| item.clone()),
            fingerprint: public.fingerprint.clone(),
            account_key: public.account_key.clone(),
            core_account_key: public.core_account_key.clone(),
            shop: public.shop.clone(),
            cost: KdfCost::of(sealing),
            salt,
        };
        let keyring = keyring.map(|(_, secret)| secret);
        let key = seal::seed_key(secret, &salt, header.cost, keyring)?;
        let bytes = sealed_file::encode(KIND, &header, &key, &secrets.encode())?;
        Ok(Self { header, bytes })
    }

    /// Writes the file of a new wallet; never over another one.
    pub fn create(&self, folder: &VaultFolder) -> Result<(), AgentError> {
        folder.create(FILE, &self.bytes)
    }

    /// Replaces the file of the same wallet.
    pub fn replace(&self, folder: &VaultFolder) -> Result<(), AgentError> {
        folder.replace(FILE, &self.bytes)
    }

    /// The secrets; none when the PIN or passphrase is wrong.
    pub fn open(
        &self,
        secret: &Secret,
        keyring: Option<&Key>,
    ) -> Result<Option<SeedSecrets>, AgentError> {
        let parsed = sealed_file::parse::<Header>(KIND, &self.bytes)?;
        let key = seal::seed_key(secret, &self.header.salt, self.header.cost, keyring)?;
        parsed
            .open(&key)
            .map(|plain| SeedSecrets::decode(&plain).ok_or(AgentError::Damaged))
            .transpose()
    }

    /// What may be known while locked.
    pub fn public(&self) -> PublicKeys {
        PublicKeys {
            fingerprint: self.header.fingerprint.clone(),
            account_key: self.header.account_key.clone(),
            core_account_key: self.header.core_account_key.clone(),
            shop: self.header.shop.clone(),
        }
    }

    /// Whether `other` is this very file.
    pub fn is_same(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl SeedSecrets {
    /// Language (1 byte), both keys (32 bytes each), entropy (the rest).
    fn encode(&self) -> Zeroizing<Vec<u8>> {
        let entropy = self.words.entropy();
        let mut bytes = Zeroizing::new(Vec::with_capacity(97));
        bytes.push(match self.words.language() {
            WordLanguage::English => 0,
            WordLanguage::SimplifiedChinese => 1,
        });
        bytes.extend_from_slice(self.store_key.get());
        bytes.extend_from_slice(self.state_key.get());
        bytes.extend_from_slice(&entropy);
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (language, rest) = bytes.split_first()?;
        let (store_key, rest) = rest.split_first_chunk::<32>()?;
        let (state_key, entropy) = rest.split_first_chunk::<32>()?;
        let language = match language {
            0 => WordLanguage::English,
            1 => WordLanguage::SimplifiedChinese,
            _ => return None,
        };
        Some(Self {
            words: Words::from_entropy(entropy, language).ok()?,
            store_key: Key::from_slice(store_key),
            state_key: Key::from_slice(state_key),
        })
    }
}
