//! The keyring of this operating system: Secret Service on Linux, Keychain on
//! macOS, Credential Manager on Windows.
//!
//! None of them has time-outs, so every call runs on a thread of its own and is
//! given up after 10 s. Kernel keyrings and mocks are never used: they forget.

use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use jiaozi_types::agent::KeyringFault;
use keyring_core::{CredentialStore, Error};
use zeroize::Zeroizing;

use super::Keyring;
use crate::memory::Key;

/// The name under which the items stand.
const SERVICE: &str = "cn.jiaozi.vault";
/// How long a keyring may take, prompts of its own included.
const TIMEOUT: Duration = Duration::from_secs(10);

type Probe = dyn Fn(&str, Duration) -> Result<[u8; 32], KeyringFault> + Send + Sync;

/// The keyring of this operating system.
pub struct OsKeyring {
    probe: Box<Probe>,
    timeout: Duration,
}

impl OsKeyring {
    /// `probe` starts a fresh process that reads an item (see [`read_item`]) and
    /// gives the SHA-256 of its secret, within the given time.
    pub fn new(
        probe: impl Fn(&str, Duration) -> Result<[u8; 32], KeyringFault> + Send + Sync + 'static,
    ) -> Self {
        Self {
            probe: Box::new(probe),
            timeout: TIMEOUT,
        }
    }

    /// Runs `call` with the store, on a thread of its own. When the time is
    /// over the thread is left to itself and its answer is dropped.
    fn with_store<T: Send + 'static>(
        &self,
        call: impl FnOnce(&CredentialStore) -> Result<T, KeyringFault> + Send + 'static,
    ) -> Result<T, KeyringFault> {
        let (answer, wait) = mpsc::channel();
        thread::Builder::new()
            .name("keyring".to_owned())
            .spawn(move || {
                let result = store().and_then(|store| call(store.as_ref()));
                // The receiver is gone when the time was over.
                let _ = answer.send(result);
            })
            .map_err(|_| KeyringFault::Unresponsive)?;
        wait.recv_timeout(self.timeout)
            .unwrap_or(Err(KeyringFault::Unresponsive))
    }
}

impl Keyring for OsKeyring {
    fn backend(&self) -> Result<String, KeyringFault> {
        self.with_store(|_| Ok(BACKEND.to_owned()))
    }

    fn set(&self, item: &str, secret: &Key) -> Result<(), KeyringFault> {
        let item = item.to_owned();
        // Text, because some stores keep nothing else.
        let text = Zeroizing::new(hex::encode(secret.get()));
        self.with_store(move |store| {
            store
                .build(SERVICE, &item, None)
                .and_then(|entry| entry.set_password(&text))
                .map_err(|error| fault(&error))
        })
    }

    fn get(&self, item: &str) -> Result<Option<Key>, KeyringFault> {
        let item = item.to_owned();
        self.with_store(move |store| read(store, &item))
    }

    fn delete(&self, item: &str) -> Result<(), KeyringFault> {
        let item = item.to_owned();
        self.with_store(move |store| {
            let deleted = store
                .build(SERVICE, &item, None)
                .and_then(|entry| entry.delete_credential());
            match deleted {
                Ok(()) | Err(Error::NoEntry) => Ok(()),
                Err(error) => Err(fault(&error)),
            }
        })
    }

    fn probe(&self, item: &str) -> Result<[u8; 32], KeyringFault> {
        (self.probe)(item, self.timeout)
    }
}

fn read(store: &CredentialStore, item: &str) -> Result<Option<Key>, KeyringFault> {
    let found = store
        .build(SERVICE, item, None)
        .and_then(|entry| entry.get_password());
    let text = match found {
        Ok(text) => Zeroizing::new(text),
        Err(Error::NoEntry) => return Ok(None),
        Err(error) => return Err(fault(&error)),
    };
    let mut outcome = Ok(());
    let key = Key::fill(|bytes| outcome = hex::decode_to_slice(text.as_str(), bytes));
    outcome
        .map(|()| Some(key))
        .map_err(|_| KeyringFault::ItemMissing)
}

#[cfg(target_os = "linux")]
const BACKEND: &str = "secret-service";
#[cfg(target_os = "macos")]
const BACKEND: &str = "keychain";
#[cfg(windows)]
const BACKEND: &str = "credential-manager";

/// A fresh connection to the store; nothing of an earlier, stalled one is kept.
fn store() -> Result<Arc<CredentialStore>, KeyringFault> {
    #[cfg(target_os = "linux")]
    let opened = zbus_secret_service_keyring_store::Store::new().map(|store| store as _);
    #[cfg(target_os = "macos")]
    let opened = apple_native_keyring_store::keychain::Store::new().map(|store| store as _);
    #[cfg(windows)]
    let opened = windows_native_keyring_store::Store::new().map(|store| store as _);
    let store: Arc<CredentialStore> = opened.map_err(|error| fault(&error))?;
    match store.persistence() {
        keyring_core::CredentialPersistence::UntilDelete => Ok(store),
        _ => Err(KeyringFault::NotPersistent),
    }
}

/// What a store's error means here. Its text may name items, so it is not kept.
fn fault(error: &Error) -> KeyringFault {
    match error {
        Error::NoStorageAccess(_) => KeyringFault::Locked,
        Error::NoEntry | Error::BadEncoding(_) | Error::BadDataFormat(..) | Error::Ambiguous(_) => {
            KeyringFault::ItemMissing
        }
        _ => KeyringFault::Absent,
    }
}
