//! The wallet as shells see it. One file a subject.

mod activity;
mod backup;
mod cold;
mod contacts;
mod follow;
mod followed;
mod home;
mod ledgers;
mod open;
mod pay;
mod receive;
mod removal;
mod replace;
mod search;
mod settings;
mod shop;
mod till;
mod vault;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use async_trait::async_trait;
use jiaozi_ledger::Ledger;
use jiaozi_types::{ChainId, Clock, PurchaseId};
use tokio::sync::broadcast;

use crate::api::{ErrorCode, WalletEvent};
use crate::book::Book;
use crate::error::WalletError;
use crate::network::Network;
use crate::payment::{Proposal, Replacement};
use crate::preferences::Preferences;
use crate::vault::VaultLink;

pub use cold::{ColdSource, cold_frames};
pub use open::OpenOptions;
pub use shop::{ShopKeys, SignedCertificate};

/// Where the sandbox ledger comes from: the shell hosts it or joins one that runs.
#[async_trait]
pub trait SandboxHost: Send + Sync {
    /// The URL of a sandbox ledger that answers now.
    async fn attach(&self) -> Result<String, String>;
}

/// One profile's wallet. Cheap to clone; clones share it.
#[derive(Clone)]
pub struct Wallet {
    inner: Arc<Inner>,
}

struct Inner {
    profile: PathBuf,
    /// Held as long as the wallet lives: one process a profile.
    _lock: std::fs::File,
    vault: Arc<VaultLink>,
    sandbox: Arc<dyn SandboxHost>,
    clock: Arc<dyn Clock>,
    preferences: Mutex<Preferences>,
    /// None until the vault gave the key of the records.
    book: RwLock<Option<Book>>,
    ledgers: tokio::sync::Mutex<HashMap<ChainId, Arc<dyn Ledger>>>,
    proposals: Mutex<HashMap<PurchaseId, Proposal>>,
    /// Cancellations and higher fees that were shown, by the payment.
    replacements: Mutex<HashMap<PurchaseId, Replacement>>,
    /// One at a time looks at a payment or adds to it.
    turns: Mutex<HashMap<PurchaseId, Arc<tokio::sync::Mutex<()>>>>,
    /// One signature at a time, so that no transaction nonce is given out twice.
    signing: tokio::sync::Mutex<()>,
    /// One reader of the ledger's history at a time.
    reading: tokio::sync::Mutex<()>,
    /// Payments that a task follows.
    followed: followed::Followed,
    events: broadcast::Sender<WalletEvent>,
    till: crate::till::Shared,
}

/// None of these locks is held over code that can leave its value half-changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Wallet {
    /// Changes, as they happen. A receiver that is too slow misses some and
    /// should ask for everything anew.
    pub fn subscribe(&self) -> broadcast::Receiver<WalletEvent> {
        self.inner.events.subscribe()
    }

    pub(crate) fn tell(&self, event: WalletEvent) {
        // Nobody listening is no error.
        let _ = self.inner.events.send(event);
    }

    pub(crate) fn book(&self) -> Result<Book, WalletError> {
        let book = self
            .inner
            .book
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        book.ok_or_else(|| ErrorCode::Locked.into())
    }

    fn preferences(&self) -> Preferences {
        lock(&self.inner.preferences).clone()
    }

    /// The network in use.
    pub(crate) fn network(&self) -> Result<Network, WalletError> {
        let chain = self.preferences().network;
        let kept = match self.book() {
            Ok(book) => book.network(chain)?,
            Err(_) => None,
        };
        // Records that are still sealed, or a network that was removed.
        Ok(kept.unwrap_or_else(Network::sandbox))
    }
}
