//! Removing the wallet from this computer: keys, and every record of the profile.
//!
//! The records are sealed under a key that is erased with the wallet, so that
//! none of them could be read afterwards: they go, too. Language and theme stay,
//! and so do backups in other folders.
//!
//! ```text
//! mark --> the vault erases the wallet --> records go --> unmark
//! ```
//!
//! A start that finds the mark looks at the vault: without a wallet the removal
//! is brought to its end, with one it never happened.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::PoisonError;

use jiaozi_types::agent::{RemovalProof, Request};

use super::{Wallet, lock};
use crate::api::{AppState, WalletEvent};
use crate::error::WalletError;
use crate::vault::VaultError;

/// There while a wallet is removed.
const MARK: &str = "removing";
/// What the names of the records begin with: their folder, its lock, and copies
/// of before a migration.
const RECORDS: &str = "store";

impl Wallet {
    /// Removes the wallet and its records from this computer, after the person
    /// has proved to the vault what `proof` says. A shell that stays opens the
    /// profile anew in a fresh process.
    ///
    /// # Errors
    /// `declined` and all before the proof: nothing has changed.
    pub async fn remove_wallet(&self, proof: RemovalProof) -> Result<AppState, WalletError> {
        let profile = &self.inner.profile;
        File::create(profile.join(MARK))?.sync_all()?;
        let outcome = self.inner.vault.call(Request::Remove { proof }).await;
        self.tell(WalletEvent::Vault);
        if let Err(error) = outcome {
            // A vault that refuses has changed nothing. One that is gone may have
            // erased the wallet: the next start looks.
            if let VaultError::Refused(_) = error {
                unmark(profile)?;
            }
            return Err(error.into());
        }
        // An agent that was unlocked elsewhere still has the keys.
        if let Err(error) = self.inner.vault.call(Request::Lock).await {
            tracing::warn!(%error, "an agent was not locked");
        }
        self.inner
            .book
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        lock(&self.inner.proposals).clear();
        lock(&self.inner.replacements).clear();
        self.change_preferences(|preferences| preferences.backup_folder = None)?;
        // Where files that are open cannot be deleted, the next start does it.
        if let Err(error) = finish(profile) {
            tracing::warn!(kind = ?error.kind(), "the removed wallet's records are not all deleted yet");
        }
        self.tell(WalletEvent::Settings);
        self.state().await
    }
}

/// Brings a removal to its end that was cut short after the vault had erased the
/// wallet; forgets one that was cut short before.
pub(super) fn settle(profile: &Path, has_wallet: bool) -> io::Result<()> {
    match (profile.join(MARK).exists(), has_wallet) {
        (false, _) => Ok(()),
        (true, true) => unmark(profile),
        (true, false) => finish(profile),
    }
}

/// Deletes the records, and the mark last.
fn finish(profile: &Path) -> io::Result<()> {
    for entry in fs::read_dir(profile)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(RECORDS) {
            continue;
        }
        match entry.file_type()?.is_dir() {
            true => fs::remove_dir_all(entry.path())?,
            false => fs::remove_file(entry.path())?,
        }
    }
    unmark(profile)
}

fn unmark(profile: &Path) -> io::Result<()> {
    match fs::remove_file(profile.join(MARK)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> tempfile::TempDir {
        let profile = tempfile::tempdir().unwrap();
        for folder in ["store", "store.before-v2", "vault"] {
            fs::create_dir(profile.path().join(folder)).unwrap();
            fs::write(profile.path().join(folder).join("db"), b"records").unwrap();
        }
        for file in ["preferences.json", "store.lock"] {
            fs::write(profile.path().join(file), b"{}").unwrap();
        }
        profile
    }

    fn has(profile: &tempfile::TempDir, name: &str) -> bool {
        profile.path().join(name).exists()
    }

    #[test]
    fn a_start_brings_a_removal_to_its_end_or_forgets_it() {
        let profile = profile();
        // A vault that is gone for another reason is no reason to delete records.
        settle(profile.path(), false).unwrap();
        assert!(has(&profile, "store/db"));

        // Cut short before the vault had erased anything.
        fs::write(profile.path().join(MARK), b"").unwrap();
        settle(profile.path(), true).unwrap();
        assert!(has(&profile, "store/db") && !has(&profile, MARK));

        // And after.
        fs::write(profile.path().join(MARK), b"").unwrap();
        settle(profile.path(), false).unwrap();
        for gone in ["store", "store.before-v2", "store.lock"] {
            assert!(!has(&profile, gone), "{gone}");
        }
        assert!(has(&profile, "preferences.json") && has(&profile, "vault/db"));
        assert!(!has(&profile, MARK));
    }
}
