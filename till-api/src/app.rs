//! What every call has at hand.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use jiaozi_types::Clock;
use jiaozi_wallet::Till;
use jiaozi_wallet::till::access::{Access, OnceKey};
use tokio::sync::{Semaphore, mpsc, watch};

use crate::guard::{Hosts, Origins};
use crate::problem::Problem;
use crate::rate::Rates;
use crate::webhooks::Poke;

/// The server.
pub struct App {
    /// The till.
    pub till: Till,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The beginning of every link to this server.
    pub public_url: String,
    /// The names that the server goes by.
    pub hosts: Hosts,
    /// Pages of other origins that may call it.
    pub origins: Origins,
    /// Whether it speaks TLS.
    pub is_encrypted: bool,
    /// Requests by peer.
    pub peers: Rates<IpAddr>,
    /// Requests by token.
    pub tokens: Rates<String>,
    /// Changes when something happens at the till.
    pub pulse: watch::Receiver<u64>,
    /// Turns true when the server is to end.
    pub stop: watch::Receiver<bool>,
    /// Room for callers that are told of events as they happen.
    pub streams: Arc<Semaphore>,
    /// Wakes the sender of webhooks.
    pub webhooks: mpsc::UnboundedSender<Poke>,
    /// Held by whatever is to be finished before the process ends.
    pub work: mpsc::Sender<()>,
    /// One at a time works under an idempotency key.
    pub turns: Turns,
}

impl App {
    /// The records of the shop's software.
    pub fn access(&self) -> Result<Access, Problem> {
        Ok(self.till.access()?)
    }

    /// The Unix second.
    pub fn now(&self) -> u64 {
        self.clock.now().as_unix()
    }

    /// The link of a charge's checkout page, by the charge's id.
    pub fn page_url(&self, charge: &str) -> Result<String, Problem> {
        let number = charge
            .rsplit('-')
            .next()
            .and_then(|number| number.parse().ok());
        let number = number.ok_or(jiaozi_wallet::api::ErrorCode::Internal)?;
        let token = self.access()?.page_token(number)?;
        Ok(format!("{}/pay/{token}", self.public_url))
    }
}

/// Work on the disk, away from the threads that answer others.
pub async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, jiaozi_wallet::WalletError> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.map_err(|_| jiaozi_wallet::api::ErrorCode::Internal)?;
    Ok(done?)
}

/// Turns by idempotency key.
#[derive(Debug, Default)]
pub struct Turns(Mutex<HashMap<[u8; 16], Weak<tokio::sync::Mutex<()>>>>);

impl Turns {
    /// The turn of a key; to be locked, and held as long as the work takes.
    pub fn of(&self, key: &OnceKey) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.len() >= 1_024 {
            turns.retain(|_, turn| turn.strong_count() > 0);
        }
        if let Some(turn) = turns.get(&key.id()).and_then(Weak::upgrade) {
            return turn;
        }
        let turn = Arc::new(tokio::sync::Mutex::new(()));
        turns.insert(key.id(), Arc::downgrade(&turn));
        turn
    }
}

/// Waits until the server is to end.
pub async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error means that nobody is left who could say so: it ends as well.
    let _ = stop.wait_for(|stop| *stop).await;
}
