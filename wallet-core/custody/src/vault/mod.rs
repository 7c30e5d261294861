//! The vault of one profile: what is on the disk, what is in memory while it is
//! unlocked, and every step that changes either. It asks nobody: the agent
//! brings what the person typed.
//!
//! ```text
//! Empty --create--> Unlocked <--unlock-- Locked
//!                      '------lock-------->'
//! ```
//!
//! Files, all in `vault/` of the profile:
//! - `seed.sealed`: entropy, language and two keys, under PIN and keyring;
//! - `state.sealed`: policy (readable), counters, address book, assets, under
//!   one of those keys, so that nobody without the PIN can write it;
//! - `open.sealed`: personal phrase and the shells' key, under the keyring's
//!   secret, so that they can be had while locked. With passphrase-only sealing
//!   there is only `phrase.txt`, which whoever can read this user's files can
//!   read: there the phrase guards against faked windows of strangers only;
//! - `attempts.json`: wrong PINs;
//! - `removed.sealed`: what `seed.sealed` is called while a wallet is removed.

mod backup;
mod book;
mod open_file;
mod removal;
mod seed_file;
mod setup;
mod spend;
mod state_file;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use alloy_primitives::Address as EvmAddress;
use jiaozi_types::agent::{
    AccountInfo, AgentError, BackupState, KeyRef, KeyringFault, Sealing, VaultState, VaultStatus,
};
use jiaozi_types::{Clock, CoinType, PathScheme};

use crate::backoff;
use crate::files::VaultFolder;
use crate::keyring::Keyring;
use crate::keys::{Keys, ShopAccount};
use crate::memory::Key;
use crate::policy;
use crate::secret::{Secret, SecretKind};
use crate::text::PersonalPhrase;
use crate::words::Words;

pub use backup::BookChange;
pub use setup::NewWallet;
#[cfg(test)]
pub(crate) use spend::carry_out;
pub use spend::{Asked, CertificateReading, NotSigned};
pub(crate) use state_file::State;
#[cfg(test)]
pub(crate) use state_file::State as EmptyBook;

use open_file::OpenSecrets;
use seed_file::{SeedFile, SeedSecrets};

/// The most accounts one call gives.
const ACCOUNTS_MAX: u32 = 100;

/// The vault of one profile. Several processes may hold one each: what they
/// share is on the disk, behind a lock.
pub struct Vault {
    folder: VaultFolder,
    keyring: Arc<dyn Keyring>,
    clock: Arc<dyn Clock>,
    memory: Mutex<Memory>,
}

/// What is kept in memory.
struct Memory {
    open: Option<Open>,
    /// The keyring's secret of this wallet, once it was fetched.
    keyring: Option<Key>,
    last_use: Instant,
}

impl Memory {
    fn forget(&mut self) {
        self.open = None;
        self.keyring = None;
    }
}

/// An unlocked wallet.
struct Open {
    keys: Keys,
    store_key: Key,
    state_key: Key,
    /// The newest state that was seen: an older one on the disk was put there
    /// to give spent money back.
    generation: u64,
}

/// Proof that the right PIN or passphrase was typed a moment ago.
pub struct Verified(SeedSecrets);

impl Verified {
    /// The words, to show or check them.
    pub fn words(&self) -> &Words {
        &self.0.words
    }
}

impl std::fmt::Debug for Verified {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Verified")
    }
}

impl Vault {
    /// The vault of the profile whose folder is `profile`. Reads nothing yet.
    pub fn new(profile: &Path, keyring: Arc<dyn Keyring>, clock: Arc<dyn Clock>) -> Self {
        Self {
            folder: VaultFolder::of_profile(profile),
            keyring,
            clock,
            memory: Mutex::new(Memory {
                open: None,
                keyring: None,
                last_use: Instant::now(),
            }),
        }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How the vault stands. While locked the policy and the state of the
    /// backup are as the file says; they are authenticated at the next unlock.
    pub fn status(&self) -> Result<VaultStatus, AgentError> {
        let Some(seed) = SeedFile::load(&self.folder)? else {
            if let Err(error) = self.finish_removal() {
                tracing::warn!(%error, "a removed wallet's files are not all erased yet");
            }
            return Ok(VaultStatus {
                state: VaultState::Empty,
                sealing: None,
                keyring_backend: None,
                backup: BackupState::Pending,
                fingerprint: None,
                policy: policy::default_policy(),
                spent_today: Vec::new(),
                wait_seconds: 0,
            });
        };
        let now = self.clock.now();
        let memory = self.memory();
        let (state, head, spent_today) = match &memory.open {
            Some(open) => {
                let (head, state) = self.state(open)?;
                (VaultState::Unlocked, head, state.spending.today(now))
            }
            None => (
                VaultState::Locked,
                state_file::head(&self.folder)?,
                Vec::new(),
            ),
        };
        Ok(VaultStatus {
            state,
            sealing: Some(seed.header.sealing),
            keyring_backend: seed.header.keyring.map(|keyring| keyring.backend),
            backup: head.backup,
            fingerprint: Some(seed.header.fingerprint),
            policy: head.policy,
            spent_today,
            wait_seconds: backoff::wait_seconds(&self.folder, now)?,
        })
    }

    /// Whether the keys are in memory.
    pub fn is_unlocked(&self) -> bool {
        self.memory().open.is_some()
    }

    /// Whether this wallet has a PIN or a passphrase.
    pub fn secret_kind(&self) -> Result<SecretKind, AgentError> {
        Ok(match self.seed()?.header.sealing {
            Sealing::Keyring => SecretKind::Pin,
            Sealing::PassphraseOnly => SecretKind::Passphrase,
        })
    }

    /// Looks at a typed PIN or passphrase: about 0.2 s for a PIN, 0.8 s for a
    /// passphrase. The try is counted on the disk before it is looked at.
    pub fn verify(&self, secret: &Secret) -> Result<Verified, AgentError> {
        let seed = self.seed()?;
        let keyring = self.keyring_secret(&seed)?;
        let wait_seconds = {
            let lock = self.folder.lock()?;
            backoff::begin(&self.folder, &lock, self.clock.now())?
        };
        let opened = seed.open(secret, keyring.as_ref())?;
        let secrets = opened.ok_or(AgentError::WrongPin { wait_seconds })?;
        let lock = self.folder.lock()?;
        backoff::succeed(&self.folder, &lock)?;
        drop(lock);
        let lacks = seed.header.core_account_key.is_none() || seed.header.shop.is_none();
        if lacks && let Err(error) = self.complete_header(&seed, &secrets, secret, keyring.as_ref())
        {
            // A full disk must not keep the wallet locked; the next unlock tries again.
            tracing::warn!(%error, "some public keys are not in the file yet");
        }
        Ok(Verified(secrets))
    }

    /// Puts the keys into memory.
    pub fn unlock(&self, verified: &Verified) -> Result<(), AgentError> {
        let seed = self.seed()?;
        let keys = Keys::of(&verified.0.words)?;
        // The header is authenticated, so this only fails for a faulty writer.
        let (kept, derived) = (seed.public(), keys.public());
        let core_differs =
            kept.core_account_key.is_some() && kept.core_account_key != derived.core_account_key;
        let shop_differs = kept.shop.is_some() && kept.shop != derived.shop;
        if kept.fingerprint != derived.fingerprint
            || kept.account_key != derived.account_key
            || core_differs
            || shop_differs
        {
            return Err(AgentError::Damaged);
        }
        // Always memory before folder, so that two threads cannot block each other.
        let mut memory = self.memory();
        let lock = self.folder.lock()?;
        self.folder.sweep(&lock)?;
        let head = state_file::load_or_reset(&self.folder, &verified.0.state_key)?;
        drop(lock);
        memory.open = Some(Open {
            keys,
            store_key: verified.0.store_key.duplicate(),
            state_key: verified.0.state_key.duplicate(),
            generation: head.generation,
        });
        memory.last_use = Instant::now();
        drop(memory);
        self.mend_open_file(verified)?;
        self.mend_backup_key(&seed)
    }

    /// Fetches what the keyring keeps of this wallet, so that a keyring that
    /// does not work is said before the person types anything.
    pub fn reach_keyring(&self) -> Result<(), AgentError> {
        self.keyring_secret(&self.seed()?).map(|_| ())
    }

    /// Forgets the keys.
    pub fn lock(&self) {
        self.memory().forget();
    }

    /// Notes that the person or a signature used the vault.
    pub fn touch(&self) {
        self.memory().last_use = Instant::now();
    }

    /// Locks when nothing was signed or asked for as long as the policy says.
    /// Gives how long to wait until it is worth asking again; none when locked.
    pub fn lock_if_idle(&self) -> Option<Duration> {
        let mut memory = self.memory();
        let open = memory.open.as_ref()?;
        // A state that cannot be read must not keep the vault open.
        let seconds = self
            .state(open)
            .map_or(0, |(head, _)| head.policy.lock_after_seconds);
        let allowed = Duration::from_secs(seconds.into());
        let left = allowed.checked_sub(memory.last_use.elapsed());
        match left.filter(|left| !left.is_zero()) {
            Some(left) => Some(left),
            None => {
                memory.forget();
                None
            }
        }
    }

    /// Public accounts `first` to `first + count - 1`; at most 100.
    pub fn accounts(&self, first: u32, count: u32) -> Result<Vec<AccountInfo>, AgentError> {
        if count == 0 || count > ACCOUNTS_MAX {
            return Err(AgentError::BadRequest {
                what: "count is 1 to 100".to_owned(),
            });
        }
        self.seed()?.public().accounts(first, count)
    }

    /// The public keys by which another computer can watch this wallet.
    pub fn watch_keys(&self) -> Result<Vec<jiaozi_cold::WatchKey>, AgentError> {
        crate::cold::watch_keys(&self.seed()?.public())
    }

    /// Public accounts on the paths of another wallet; at most 100. `Locked`
    /// where the public keys at hand do not lead there.
    pub fn path_accounts(
        &self,
        scheme: PathScheme,
        first: u32,
        count: u32,
    ) -> Result<Vec<AccountInfo>, AgentError> {
        if count == 0 || count > ACCOUNTS_MAX {
            return Err(AgentError::BadRequest {
                what: "count is 1 to 100".to_owned(),
            });
        }
        let end = first.checked_add(count).ok_or(AgentError::UnknownAccount)?;
        (first..end)
            .map(|index| {
                Ok(AccountInfo {
                    index,
                    path: scheme.path(CoinType::Ether, index),
                    address: self.address(CoinType::Ether, KeyRef::Path { scheme, index })?,
                    core: None,
                })
            })
            .collect()
    }

    /// The address of a key; of another wallet's path `Locked` where only an
    /// unlocked wallet's keys lead there.
    pub(super) fn address(&self, coin: CoinType, key: KeyRef) -> Result<EvmAddress, AgentError> {
        match key {
            KeyRef::Path {
                scheme: PathScheme::LedgerLive,
                ..
            } => {
                let memory = self.memory();
                let open = memory.open.as_ref().ok_or(AgentError::Locked)?;
                open.keys.address(coin, key)
            }
            _ => self.seed()?.public().address(coin, key),
        }
    }

    /// The public keys of the shop's account. `Locked` before the first unlock of
    /// a wallet that was made before the vault knew shops.
    pub fn shop_account(&self) -> Result<ShopAccount, AgentError> {
        self.seed()?.public().shop.ok_or(AgentError::Locked)
    }

    /// The key of the shells' records.
    pub fn store_key(&self) -> Result<Key, AgentError> {
        if let Some(open) = &self.memory().open {
            return Ok(open.store_key.duplicate());
        }
        let seed = self.seed()?;
        match self.keyring_secret(&seed)? {
            None => Err(AgentError::Locked),
            Some(keyring) => OpenSecrets::load(&self.folder, &keyring)?
                .map(|secrets| secrets.store_key)
                // Made anew at the next unlock.
                .ok_or(AgentError::Locked),
        }
    }

    /// The personal phrase, shown in every prompt; none before one was chosen,
    /// or when the keyring that keeps it cannot be read.
    pub fn phrase(&self) -> Option<PersonalPhrase> {
        let seed = SeedFile::load(&self.folder).ok()??;
        match self.keyring_secret(&seed).ok()? {
            None => open_file::load_plain_phrase(&self.folder),
            Some(keyring) => OpenSecrets::load(&self.folder, &keyring).ok()??.phrase,
        }
    }

    fn seed(&self) -> Result<SeedFile, AgentError> {
        SeedFile::load(&self.folder)?.ok_or(AgentError::NoVault)
    }

    /// The keyring's secret of this wallet; none with passphrase-only sealing.
    fn keyring_secret(&self, seed: &SeedFile) -> Result<Option<Key>, AgentError> {
        let fault = |fault| AgentError::Keyring { fault };
        let Some(item) = &seed.header.keyring else {
            return Ok(None);
        };
        if let Some(known) = &self.memory().keyring {
            return Ok(Some(known.duplicate()));
        }
        if self.keyring.backend().map_err(fault)? != item.backend {
            return Err(fault(KeyringFault::OtherBackend));
        }
        let found = self.keyring.get(&item.name).map_err(fault)?;
        let secret = found.ok_or(fault(KeyringFault::ItemMissing))?;
        if seed_file::check_of(&secret)? != item.check {
            return Err(fault(KeyringFault::ItemMissing));
        }
        self.memory().keyring = Some(secret.duplicate());
        Ok(Some(secret))
    }

    /// The state on the disk, which must not be older than one seen before.
    fn state(&self, open: &Open) -> Result<(state_file::Head, State), AgentError> {
        let (head, state) = state_file::load(&self.folder, &open.state_key)?;
        if head.generation < open.generation {
            return Err(AgentError::Damaged);
        }
        Ok((head, state))
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault({:?})", self.folder)
    }
}

#[cfg(test)]
mod tests {
    use jiaozi_types::SystemClock;

    use super::*;
    use crate::words::Words;

    struct NoKeyring;

    impl Keyring for NoKeyring {
        fn backend(&self) -> Result<String, KeyringFault> {
            Err(KeyringFault::Absent)
        }
        fn set(&self, _: &str, _: &Key) -> Result<(), KeyringFault> {
            Err(KeyringFault::Absent)
        }
        fn get(&self, _: &str) -> Result<Option<Key>, KeyringFault> {
            Err(KeyringFault::Absent)
        }
        fn delete(&self, _: &str) -> Result<(), KeyringFault> {
            Err(KeyringFault::Absent)
        }
        fn probe(&self, _: &str) -> Result<[u8; 32], KeyringFault> {
            Err(KeyringFault::Absent)
        }
    }

    fn secret() -> Secret {
        Secret::new("mulberry paper and ink".to_owned())
    }

    fn vault_in(profile: &Path) -> Vault {
        Vault::new(profile, Arc::new(NoKeyring), Arc::new(SystemClock))
    }

    fn new_vault(profile: &Path) -> Vault {
        let vault = vault_in(profile);
        vault
            .create(NewWallet {
                words: Words::generate(12, jiaozi_types::agent::WordLanguage::English).unwrap(),
                secret: secret(),
                sealing: Sealing::PassphraseOnly,
                phrase: None,
                backup: BackupState::Pending,
            })
            .unwrap();
        vault
    }

    #[test]
    fn a_wallet_of_before_core_space_and_tills_gets_its_accounts_at_the_next_unlock() {
        let profile = tempfile::tempdir().unwrap();
        let vault = new_vault(profile.path());
        let shop = vault.shop_account().unwrap();
        let account = vault.accounts(0, 1).unwrap();
        assert!(account[0].core.is_some());
        let verified = vault.verify(&secret()).unwrap();
        let mut public = vault.seed().unwrap().public();
        public.core_account_key = None;
        public.shop = None;
        let sealing = Sealing::PassphraseOnly;
        SeedFile::seal(&verified.0, &public, &secret(), sealing, None)
            .unwrap()
            .replace(&vault.folder)
            .unwrap();

        let vault = vault_in(profile.path());
        let before = vault.accounts(0, 1).unwrap();
        assert_eq!(
            (before[0].address, before[0].core),
            (account[0].address, None)
        );
        let core = crate::keys::CoinType::Conflux;
        let public = vault.seed().unwrap().public();
        let first = jiaozi_types::agent::KeyRef::Account(0);
        assert_eq!(public.address(core, first), Err(AgentError::Locked));
        assert_eq!(vault.shop_account(), Err(AgentError::Locked));
        let wrong = Secret::new("mulberry paper and pen".to_owned());
        assert!(vault.verify(&wrong).is_err());
        assert_eq!(vault.accounts(0, 1).unwrap(), before);
        vault.unlock(&vault.verify(&secret()).unwrap()).unwrap();
        assert_eq!(vault.accounts(0, 1).unwrap(), account);
        assert_eq!(vault_in(profile.path()).shop_account().unwrap(), shop);
        assert_eq!(vault_in(profile.path()).accounts(0, 1).unwrap(), account);
    }

    #[test]
    fn an_idle_vault_locks_itself() {
        let profile = tempfile::tempdir().unwrap();
        let vault = new_vault(profile.path());
        let after = Duration::from_secs(60);
        let mut policy = vault.status().unwrap().policy;
        policy.lock_after_seconds = 60;
        vault.set_policy(policy, None).unwrap();
        assert!(vault.lock_if_idle().unwrap() <= after);
        assert!(vault.is_unlocked());
        let long_ago = Instant::now().checked_sub(after).unwrap();
        vault.memory().last_use = long_ago;
        vault.touch();
        assert!(vault.lock_if_idle().is_some(), "it was used a moment ago");
        vault.memory().last_use = long_ago;
        assert_eq!(vault.lock_if_idle(), None);
        assert!(!vault.is_unlocked());
    }

    /// As the release before tills wrote it: it has Core Space, and no shop.
    #[test]
    fn a_wallet_of_before_tills_gets_the_shops_account_at_the_next_unlock() {
        let profile = tempfile::tempdir().unwrap();
        let vault = new_vault(profile.path());
        let (account, shop) = (vault.accounts(0, 1).unwrap(), vault.shop_account().unwrap());
        let verified = vault.verify(&secret()).unwrap();
        let mut public = vault.seed().unwrap().public();
        public.shop = None;
        SeedFile::seal(
            &verified.0,
            &public,
            &secret(),
            Sealing::PassphraseOnly,
            None,
        )
        .unwrap()
        .replace(&vault.folder)
        .unwrap();
        let vault = vault_in(profile.path());
        assert_eq!(vault.accounts(0, 1).unwrap(), account);
        assert_eq!(vault.shop_account(), Err(AgentError::Locked));
        vault.unlock(&vault.verify(&secret()).unwrap()).unwrap();
        assert_eq!(vault.shop_account().unwrap(), shop);
        assert_eq!(vault_in(profile.path()).shop_account().unwrap(), shop);
    }
}
