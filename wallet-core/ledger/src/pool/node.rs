//! One endpoint of a pool: asked within its rates, on the right chain, its
//! record kept.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::Instant;

use super::agreement::SeenHead;
use super::dialect::Dialect;
use super::health::Health;
use super::rate::Throttle;
use super::{PoolOptions, Question};
use crate::endpoint::Endpoint;
use crate::error::LedgerError;
use crate::rpc::{HttpClient, RpcError};

/// How long a chain id that was found right is trusted at most.
const TRUSTED: Duration = Duration::from_secs(600);
/// How long a head says where its node is.
const HEAD_FRESH: Duration = Duration::from_secs(20);
/// A head that has not grown for so long stands still.
const STILL: Duration = Duration::from_secs(60);

/// A head, when it was told, and when it last grew by a step that can be.
#[derive(Debug, Clone, Copy)]
struct ToldHead {
    number: u64,
    at: Instant,
    grown_at: Option<Instant>,
}

/// One endpoint.
#[derive(Debug)]
pub(crate) struct Node {
    http: HttpClient,
    dialect: Arc<dyn Dialect>,
    patience: Duration,
    throttle: Option<Throttle>,
    health: Mutex<Health>,
    head: Mutex<Option<ToldHead>>,
    leap: u64,
    /// When the chain id was found right, after how many connections.
    verified: Mutex<Option<(Instant, u64)>>,
    verifying: tokio::sync::Mutex<()>,
    /// What the node calls itself, once it was asked.
    client: OnceLock<String>,
    /// Whether its WebSocket tells heads.
    live: AtomicBool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Node {
    pub(super) fn new(
        endpoint: &Endpoint,
        dialect: Arc<dyn Dialect>,
        options: &PoolOptions,
    ) -> Result<Self, LedgerError> {
        Ok(Self {
            http: HttpClient::new(endpoint.clone(), options)?,
            dialect,
            patience: options.patience,
            throttle: endpoint.rate().map(Throttle::new),
            health: Mutex::new(Health::new(endpoint.is_local())),
            head: Mutex::new(None),
            leap: options.leap,
            verified: Mutex::new(None),
            verifying: tokio::sync::Mutex::new(()),
            client: OnceLock::new(),
            live: AtomicBool::new(false),
        })
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        self.http.endpoint()
    }

    /// Calls `method` once the node's chain is known to be right. `None` for a
    /// JSON null.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        method: &str,
        params: Value,
    ) -> Result<Option<T>, LedgerError> {
        Ok(self.call(method, params).await?)
    }

    /// Like [`Self::ask`], where null is no answer.
    pub(crate) async fn require<T: DeserializeOwned>(
        &self,
        method: &str,
        params: Value,
    ) -> Result<T, LedgerError> {
        self.ask(method, params)
            .await?
            .ok_or(LedgerError::Garbage("null"))
    }

    /// Like [`Self::ask`], with the node's refusal as it said it.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: &str,
        params: Value,
    ) -> Result<Option<T>, RpcError> {
        self.verify().await?;
        let answer = self.attempt(method, &params).await?;
        // What came over a new connection may have come from another node.
        self.verify().await?;
        Ok(answer)
    }

    /// The node's head, noted.
    pub(crate) async fn ask_head(&self) -> Result<u64, LedgerError> {
        let Question { method, params } = self.dialect.ask_head();
        let answer: Value = self.require(method, params).await?;
        match self.dialect.read_head(&answer) {
            Some(head) => {
                self.note_head(head);
                Ok(head)
            }
            None => Err(self.distrust("a head that is no number")),
        }
    }

    /// Whether the node has the block, by what it told lately or tells now.
    pub(crate) async fn has_reached(&self, block: u64) -> Result<bool, LedgerError> {
        if self.head().is_some_and(|seen| seen.number >= block) {
            return Ok(true);
        }
        Ok(self.ask_head().await? >= block)
    }

    /// The node's name: printable ASCII, at most 64 characters; `None` when it
    /// keeps it to itself. Asked for once.
    pub(crate) async fn client(&self) -> Option<String> {
        if let Some(known) = self.client.get() {
            return Some(known.clone());
        }
        let Question { method, params } = self.dialect.ask_client();
        let told: String = self.ask(method, params).await.ok()??;
        let name: String = told
            .chars()
            .filter(char::is_ascii_graphic)
            .take(64)
            .collect();
        if name.is_empty() {
            return None;
        }
        Some(self.client.get_or_init(|| name).clone())
    }

    /// Notes that the node told something that cannot be: it is left alone for
    /// a while. Gives the error to return.
    pub(crate) fn distrust(&self, what: &'static str) -> LedgerError {
        let error = LedgerError::Garbage(what);
        self.note_failure(&error, None);
        error
    }

    async fn attempt<T: DeserializeOwned>(
        &self,
        method: &str,
        params: &Value,
    ) -> Result<Option<T>, RpcError> {
        if let Some(throttle) = &self.throttle {
            let wait = throttle.take(self.dialect.is_costly(method));
            if !wait.is_zero() {
                tokio::time::sleep(wait).await;
            }
        }
        let running = Running::new(self);
        let answer = self.http.call(method, params).await;
        running.end(&answer);
        answer
    }

    /// Compares the chain id at the first call, after each new connection, after
    /// a failure, and every ten minutes.
    async fn verify(&self) -> Result<(), RpcError> {
        if self.is_verified() {
            return Ok(());
        }
        let _one = self.verifying.lock().await;
        if self.is_verified() {
            return Ok(());
        }
        let before = self.http.connections();
        let Question { method, params } = self.dialect.ask_chain();
        let answer: Value = self
            .attempt(method, &params)
            .await?
            .ok_or_else(|| RpcError::Transport(self.distrust("no chain id")))?;
        let Some(found) = self.dialect.read_chain(&answer) else {
            return Err(RpcError::Transport(
                self.distrust("a chain id that is none"),
            ));
        };
        let wanted = self.dialect.chain();
        if found != wanted {
            let error = LedgerError::WrongChain { wanted, found };
            self.note_failure(&error, None);
            tracing::warn!(endpoint = %self.endpoint(), %error, "an endpoint is on another chain");
            return Err(RpcError::Transport(error));
        }
        // The question itself may have opened one connection.
        let seen = self.http.connections().min(before.saturating_add(1));
        *lock(&self.verified) = Some((Instant::now(), seen));
        Ok(())
    }

    fn is_verified(&self) -> bool {
        let Some((at, connections)) = *lock(&self.verified) else {
            return false;
        };
        at.elapsed() < TRUSTED && connections >= self.http.connections()
    }

    fn note_failure(&self, error: &LedgerError, asked: Option<Duration>) {
        tracing::debug!(endpoint = %self.endpoint(), %error, "an endpoint failed");
        if !matches!(error, LedgerError::RateLimited) {
            *lock(&self.verified) = None;
        }
        self.health().failed(error, asked, Instant::now());
    }

    pub(super) fn note_head(&self, number: u64) {
        let now = Instant::now();
        let mut head = lock(&self.head);
        let (mut grown_at, known) =
            head.map_or((None, number), |told| (told.grown_at, told.number));
        if number != known {
            let step = number.checked_sub(known);
            grown_at = step.is_some_and(|step| step <= self.leap).then_some(now);
        }
        *head = Some(ToldHead {
            number,
            at: now,
            grown_at,
        });
    }

    /// The head that the node told lately.
    pub(super) fn head(&self) -> Option<SeenHead> {
        let told = (*lock(&self.head))?;
        let seen = SeenHead {
            number: told.number,
            grows: told.grown_at.is_some_and(|at| at.elapsed() < STILL),
        };
        (told.at.elapsed() < HEAD_FRESH).then_some(seen)
    }

    pub(crate) fn dialect(&self) -> &dyn Dialect {
        self.dialect.as_ref()
    }

    /// Whether its WebSocket tells heads.
    pub(super) fn is_live(&self) -> bool {
        self.live.load(Ordering::Acquire)
    }

    pub(super) fn set_live(&self, live: bool) {
        self.live.store(live, Ordering::Release);
    }

    pub(super) fn health(&self) -> MutexGuard<'_, Health> {
        lock(&self.health)
    }
}

/// A call under way. One that is dropped has been overtaken by other endpoints;
/// one that was waited for as long as the pool ever waits has failed.
struct Running<'a> {
    node: &'a Node,
    since: Instant,
    ended: bool,
}

impl<'a> Running<'a> {
    fn new(node: &'a Node) -> Self {
        Self {
            node,
            since: Instant::now(),
            ended: false,
        }
    }

    fn end<T>(mut self, answer: &Result<T, RpcError>) {
        self.ended = true;
        match answer {
            Ok(_) | Err(RpcError::Refused(_)) => self.node.health().answered(self.since.elapsed()),
            Err(RpcError::Transport(error)) => self.node.note_failure(error, None),
            Err(RpcError::RateLimited(pause)) => {
                self.node.note_failure(&LedgerError::RateLimited, *pause);
            }
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        let took = self.since.elapsed();
        if took >= self.node.patience {
            self.node.note_failure(&LedgerError::Timeout, None);
        } else {
            self.node.health().overtaken(took);
        }
    }
}
