//! Removing the wallet from this computer.
//!
//! ```text
//! seed.sealed --rename--> removed.sealed --keyring, then files--> nothing
//! ```
//!
//! The rename is the moment: before it the wallet is whole, after it there is
//! none, and whatever is left is erased by the next process that looks.

use jiaozi_types::agent::AgentError;

use super::Vault;
use super::seed_file::SeedFile;
use crate::keys::Keys;
use crate::words::Words;

impl Vault {
    /// Whether these words restore this very wallet. Needs no PIN: what is
    /// compared are public keys.
    pub fn is_restored_by(&self, words: &Words) -> Result<bool, AgentError> {
        let (kept, brought) = (self.seed()?.public(), Keys::of(words)?);
        let brought = brought.public();
        Ok(kept.fingerprint == brought.fingerprint && kept.account_key == brought.account_key)
    }

    /// Erases the wallet: its sealed files and the keyring's half of their key.
    /// When this fails before the wallet is ended, nothing has changed.
    pub fn remove(&self) -> Result<(), AgentError> {
        let lock = self.folder.lock()?;
        SeedFile::retire(&self.folder)?;
        drop(lock);
        self.lock();
        // What fails from here on is done by the next process that looks.
        if let Err(error) = self.finish_removal() {
            tracing::warn!(%error, "a removed wallet's files are not all erased yet");
        }
        Ok(())
    }

    /// Erases what a removal has left that was cut short.
    pub(super) fn finish_removal(&self) -> Result<(), AgentError> {
        let Some(item) = SeedFile::retired(&self.folder)? else {
            return Ok(());
        };
        if let Some(item) = item
            && let Err(fault) = self.keyring.delete(&item.name)
        {
            // Alone it opens nothing; a keyring that is gone must not keep the files.
            tracing::warn!(?fault, "the keyring's item of a removed wallet stays");
        }
        let lock = self.folder.lock()?;
        // Another process may have come to the end of it meanwhile, and further.
        if SeedFile::retired(&self.folder)?.is_some() {
            SeedFile::erase(&self.folder, &lock)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::{Arc, Mutex};

    use jiaozi_types::SystemClock;
    use jiaozi_types::agent::{BackupState, KeyringFault, Sealing, VaultState, WordLanguage};

    use super::*;
    use crate::keyring::{self, Keyring};
    use crate::memory::Key;
    use crate::{NewWallet, Secret};

    /// Keeps items; `gone` makes it refuse to forget them.
    #[derive(Default)]
    struct Drawer {
        items: Mutex<Vec<(String, Key)>>,
        gone: Mutex<bool>,
    }

    impl Keyring for Drawer {
        fn backend(&self) -> Result<String, KeyringFault> {
            Ok("drawer".to_owned())
        }
        fn set(&self, item: &str, secret: &Key) -> Result<(), KeyringFault> {
            let kept = (item.to_owned(), secret.duplicate());
            self.items.lock().unwrap().push(kept);
            Ok(())
        }
        fn get(&self, item: &str) -> Result<Option<Key>, KeyringFault> {
            let items = self.items.lock().unwrap();
            let found = items.iter().find(|(name, _)| name == item);
            Ok(found.map(|(_, key)| key.duplicate()))
        }
        fn delete(&self, item: &str) -> Result<(), KeyringFault> {
            if *self.gone.lock().unwrap() {
                return Err(KeyringFault::Absent);
            }
            self.items.lock().unwrap().retain(|(name, _)| name != item);
            Ok(())
        }
        fn probe(&self, item: &str) -> Result<[u8; 32], KeyringFault> {
            let found = self.get(item)?.ok_or(KeyringFault::ItemMissing)?;
            Ok(keyring::fingerprint(&found))
        }
    }

    fn vault(profile: &Path, drawer: &Arc<Drawer>) -> Vault {
        Vault::new(profile, Arc::clone(drawer) as _, Arc::new(SystemClock))
    }

    fn make(vault: &Vault) -> Words {
        let words = Words::generate(12, WordLanguage::English).unwrap();
        vault
            .create(NewWallet {
                words: words.clone(),
                secret: Secret::new("283917".to_owned()),
                sealing: Sealing::Keyring,
                phrase: None,
                backup: BackupState::Checked,
            })
            .unwrap();
        words
    }

    fn files(profile: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(profile.join("vault")).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name != "lock").collect()
    }

    #[test]
    fn removing_leaves_neither_files_nor_the_keyrings_item() {
        let profile = tempfile::tempdir().unwrap();
        let drawer = Arc::new(Drawer::default());
        let vault = vault(profile.path(), &drawer);
        let words = make(&vault);
        assert!(vault.is_restored_by(&words).unwrap());
        let other = Words::generate(12, WordLanguage::English).unwrap();
        assert!(!vault.is_restored_by(&other).unwrap());
        assert_eq!(drawer.items.lock().unwrap().len(), 1);

        vault.remove().unwrap();
        assert_eq!(files(profile.path()), Vec::<String>::new());
        assert!(drawer.items.lock().unwrap().is_empty());
        assert!(!vault.is_unlocked());
        assert_eq!(vault.status().unwrap().state, VaultState::Empty);
        // There is room for another one.
        make(&vault);
    }

    #[test]
    fn a_removal_that_was_cut_short_is_finished_by_whoever_looks_next() {
        let profile = tempfile::tempdir().unwrap();
        let drawer = Arc::new(Drawer::default());
        let first = vault(profile.path(), &drawer);
        make(&first);
        SeedFile::retire(&first.folder).unwrap();
        drop(first);
        assert!(files(profile.path()).len() > 1, "the rest is still there");

        let next = vault(profile.path(), &drawer);
        assert_eq!(next.status().unwrap().state, VaultState::Empty);
        assert_eq!(files(profile.path()), Vec::<String>::new());
        assert!(drawer.items.lock().unwrap().is_empty());
    }

    #[test]
    fn a_keyring_that_is_gone_and_a_damaged_wallet_keep_nothing() {
        let profile = tempfile::tempdir().unwrap();
        let drawer = Arc::new(Drawer::default());
        let vault = vault(profile.path(), &drawer);
        make(&vault);
        *drawer.gone.lock().unwrap() = true;
        std::fs::write(profile.path().join("vault/seed.sealed"), b"dust").unwrap();
        assert_eq!(vault.require_empty(), Err(AgentError::AlreadyExists));
        vault.remove().unwrap();
        assert_eq!(files(profile.path()), Vec::<String>::new());
        vault.require_empty().unwrap();
    }
}
