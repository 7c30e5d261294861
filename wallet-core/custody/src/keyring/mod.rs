//! The operating system's keyring: it keeps one random secret of the wallet.
//! It never holds the only copy of anything: the words restore all.

use jiaozi_types::agent::{AgentError, KeyringFault};

use crate::memory::Key;

mod os;

pub use os::OsKeyring;

/// A store of secrets that survives restarts. Every call ends within 10 s.
pub trait Keyring: Send + Sync {
    /// The store's id, as in `secret-service`.
    fn backend(&self) -> Result<String, KeyringFault>;
    /// Keeps `secret` under `item`, in place of any earlier one.
    fn set(&self, item: &str, secret: &Key) -> Result<(), KeyringFault>;
    /// The secret under `item`; none when there is none.
    fn get(&self, item: &str) -> Result<Option<Key>, KeyringFault>;
    /// Forgets the secret under `item`.
    fn delete(&self, item: &str) -> Result<(), KeyringFault>;
    /// Reads `item` in a fresh process and gives the SHA-256 of its secret:
    /// what only lives in this process's memory is not found there.
    fn probe(&self, item: &str) -> Result<[u8; 32], KeyringFault>;
}

/// Writes a random secret, reads it back in a fresh process, deletes it. Gives
/// the store's id when it kept what it was given.
pub fn self_test(keyring: &dyn Keyring) -> Result<String, AgentError> {
    let fault = |fault| AgentError::Keyring { fault };
    let mut name = [0u8; 8];
    getrandom::fill(&mut name).map_err(|_| AgentError::Internal)?;
    let item = format!("self-test-{}", hex::encode(name));
    let secret = Key::random().map_err(|_| AgentError::Internal)?;
    let backend = keyring.backend().map_err(fault)?;
    keyring.set(&item, &secret).map_err(fault)?;
    let found = keyring.probe(&item);
    // The item is of no use to anybody; failing to delete it is no failure.
    let deleted = keyring.delete(&item);
    if deleted.is_err() {
        tracing::warn!("the keyring's test item could not be deleted");
    }
    if found.map_err(fault)? == fingerprint(&secret) {
        Ok(backend)
    } else {
        Err(fault(KeyringFault::NotPersistent))
    }
}

/// SHA-256 of a secret, to compare it without showing it.
pub fn fingerprint(secret: &Key) -> [u8; 32] {
    use sha2::{Digest, Sha256};
    Sha256::digest(secret.get()).into()
}
