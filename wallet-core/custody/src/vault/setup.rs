//! Making a wallet, and what is changed about it with the PIN.

use jiaozi_types::agent::{AgentError, BackupState, KeyringFault, Sealing};

use super::open_file::{self, OpenSecrets};
use super::seed_file::{self, KeyringItem, SeedFile, SeedSecrets};
use super::state_file::{self, Head, State};
use super::{Vault, Verified};
use crate::keyring;
use crate::keys::Keys;
use crate::memory::Key;
use crate::policy;
use crate::secret::{Secret, SecretKind};
use crate::text::PersonalPhrase;
use crate::words::Words;

/// A wallet to be made.
pub struct NewWallet {
    /// Its words: new ones, or those of a wallet that is restored.
    pub words: Words,
    /// The PIN or passphrase.
    pub secret: Secret,
    /// How the seed is sealed.
    pub sealing: Sealing,
    /// What the prompts show; none when nobody was there to choose one.
    pub phrase: Option<PersonalPhrase>,
    /// Whether the words were checked.
    pub backup: BackupState,
}

impl Vault {
    /// `AlreadyExists` when there is a wallet; asked before the person is.
    pub fn require_empty(&self) -> Result<(), AgentError> {
        self.require_no_seed()?;
        // A removed wallet's files must not meet a new one's.
        self.finish_removal()
    }

    fn require_no_seed(&self) -> Result<(), AgentError> {
        match SeedFile::load(&self.folder) {
            Ok(None) => Ok(()),
            // A damaged wallet is a wallet: it is never overwritten.
            Ok(Some(_)) | Err(AgentError::Damaged) => Err(AgentError::AlreadyExists),
            Err(other) => Err(other),
        }
    }

    /// Tries the OS keyring: writes, reads back in a fresh process, deletes.
    pub fn test_keyring(&self) -> Result<String, AgentError> {
        keyring::self_test(self.keyring.as_ref())
    }

    /// Makes the wallet and leaves it unlocked. What is written last makes it a
    /// wallet, so that a failure on the way leaves an empty profile.
    pub fn create(&self, new: NewWallet) -> Result<(), AgentError> {
        let kind = match new.sealing {
            Sealing::Keyring => SecretKind::Pin,
            Sealing::PassphraseOnly => SecretKind::Passphrase,
        };
        new.secret
            .check(kind)
            .map_err(|rule| AgentError::BadRequest {
                what: rule.to_string(),
            })?;
        self.require_empty()?;
        let keys = Keys::of(&new.words)?;
        let random = || Key::random().map_err(|_| AgentError::Internal);
        let secrets = SeedSecrets {
            words: new.words,
            store_key: random()?,
            state_key: random()?,
        };
        let half = match new.sealing {
            Sealing::Keyring => Some(self.keyring_half()?),
            Sealing::PassphraseOnly => None,
        };
        let seed = SeedFile::seal(
            &secrets,
            keys.public(),
            &new.secret,
            new.sealing,
            half.as_ref().map(|(item, key)| (item, key)),
        )?;
        let verified = Verified(secrets);
        let written = self.write_new(&seed, &verified, half.as_ref(), &new.phrase, new.backup);
        if written.is_err()
            && let Some((item, _)) = &half
        {
            // Of no use without the files; failing to delete it loses nothing.
            let _ = self.keyring.delete(&item.name);
        }
        written?;
        self.memory().keyring = half.map(|(_, key)| key);
        self.unlock(&verified)
    }

    fn write_new(
        &self,
        seed: &SeedFile,
        verified: &Verified,
        half: Option<&(KeyringItem, Key)>,
        phrase: &Option<PersonalPhrase>,
        backup: BackupState,
    ) -> Result<(), AgentError> {
        let _lock = self.folder.lock()?;
        self.require_no_seed()?;
        let head = Head {
            policy: policy::default_policy(),
            backup,
            generation: 1,
        };
        let state_key = &verified.0.state_key;
        state_file::store(&self.folder, state_key, &head, &State::default())?;
        match (half, phrase) {
            (Some((_, keyring)), phrase) => OpenSecrets {
                store_key: verified.0.store_key.duplicate(),
                phrase: phrase.clone(),
            }
            .store(&self.folder, keyring)?,
            (None, Some(phrase)) => open_file::store_plain_phrase(&self.folder, phrase)?,
            (None, None) => {}
        }
        seed.create(&self.folder)
    }

    /// A fresh secret in the keyring, read back in a fresh process.
    fn keyring_half(&self) -> Result<(KeyringItem, Key), AgentError> {
        let fault = |fault| AgentError::Keyring { fault };
        let backend = self.keyring.backend().map_err(fault)?;
        let secret = Key::random().map_err(|_| AgentError::Internal)?;
        let mut id = [0u8; 16];
        getrandom::fill(&mut id).map_err(|_| AgentError::Internal)?;
        let item = KeyringItem {
            backend,
            name: format!("wallet-{}", hex::encode(id)),
            check: seed_file::check_of(&secret)?,
        };
        self.keyring.set(&item.name, &secret).map_err(fault)?;
        if self.keyring.probe(&item.name).map_err(fault)? == keyring::fingerprint(&secret) {
            Ok((item, secret))
        } else {
            Err(fault(KeyringFault::NotPersistent))
        }
    }

    /// Seals the same wallet under another PIN or passphrase of the same kind.
    pub fn change_secret(&self, verified: &Verified, secret: &Secret) -> Result<(), AgentError> {
        secret
            .check(self.secret_kind()?)
            .map_err(|rule| AgentError::BadRequest {
                what: rule.to_string(),
            })?;
        let old = self.seed()?;
        let keyring = self.keyring_secret(&old)?;
        let new = SeedFile::seal(
            &verified.0,
            &old.public(),
            secret,
            old.header.sealing,
            old.header.keyring.as_ref().zip(keyring.as_ref()),
        )?;
        let _lock = self.folder.lock()?;
        new.replace(&self.folder)
    }

    /// Seals a wallet of before Core Space or tills again, with the public keys
    /// that its header lacks.
    pub(super) fn complete_header(
        &self,
        old: &SeedFile,
        secrets: &SeedSecrets,
        secret: &Secret,
        keyring: Option<&Key>,
    ) -> Result<(), AgentError> {
        let keys = Keys::of(&secrets.words)?;
        let half = old.header.keyring.as_ref().zip(keyring);
        let new = SeedFile::seal(secrets, keys.public(), secret, old.header.sealing, half)?;
        let _lock = self.folder.lock()?;
        // Another process may have changed the PIN meanwhile: its file stands.
        if self.seed()?.is_same(old) {
            new.replace(&self.folder)?;
        }
        Ok(())
    }

    /// Notes that all words were typed back correctly.
    pub fn backup_checked(&self) -> Result<(), AgentError> {
        self.change_state(|head, _| {
            head.backup = BackupState::Checked;
            Ok(())
        })
    }

    /// Keeps a personal phrase; for a wallet that was made where nobody could
    /// choose one.
    pub fn set_phrase(&self, phrase: &PersonalPhrase) -> Result<(), AgentError> {
        let seed = self.seed()?;
        let store_key = self.store_key()?;
        match self.keyring_secret(&seed)? {
            None => open_file::store_plain_phrase(&self.folder, phrase),
            Some(keyring) => OpenSecrets {
                store_key,
                phrase: Some(phrase.clone()),
            }
            .store(&self.folder, &keyring),
        }
    }

    /// Makes `open.sealed` anew if it was lost; the phrase with it is lost.
    pub(super) fn mend_open_file(&self, verified: &Verified) -> Result<(), AgentError> {
        let seed = self.seed()?;
        let Some(keyring) = self.keyring_secret(&seed)? else {
            return Ok(());
        };
        let whole = OpenSecrets::load(&self.folder, &keyring)?
            .is_some_and(|open| open.store_key.get() == verified.0.store_key.get());
        if whole {
            return Ok(());
        }
        OpenSecrets {
            store_key: verified.0.store_key.duplicate(),
            phrase: None,
        }
        .store(&self.folder, &keyring)
    }
}
