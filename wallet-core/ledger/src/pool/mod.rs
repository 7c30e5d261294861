//! Several endpoints of one network as one: the healthiest is asked first and a
//! second one when it is slow; what money is decided by is asked of all of them;
//! what is sent goes to all of them.
//!
//! ```text
//! look, require     one good answer, hedged                 quotes, old states
//! look_each         everyone's answer, bounded in time      status, nonces, logs
//! require_agreed    what two say alike                      tokens, authorizations
//! broadcast         to all; one that takes it is enough     signed bytes
//! heads, reports    what the endpoints are at               following, settings
//! ```
//!
//! An endpoint that fails, stalls, asks to slow down, talks nonsense or is on
//! another chain is left alone for a while that doubles each time; one that lags
//! behind the others, or is ahead of them beyond reason, is not read.

mod agreement;
mod dialect;
mod gather;
mod heads;
mod health;
mod node;
mod options;
mod rate;
mod report;
mod socket;

use std::sync::Arc;
use std::time::Duration;

use jiaozi_types::ChainId;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::Instant;

use crate::endpoint::Endpoint;
use crate::error::LedgerError;

pub(crate) use agreement::{Answers, is_status_clear, nonces, reached, status};
pub(crate) use dialect::{Dialect, Ethereum, Question};
use heads::{Followers, HeadFeed};
pub(crate) use node::Node;
pub use options::{PoolOptions, Proxy, ProxyError, RateBudget};
pub use report::EndpointReport;

/// How long a call waits for an endpoint to be ready for it again, when none is.
const TURN: Duration = Duration::from_secs(2);

/// The endpoints of one network.
#[derive(Debug)]
pub(crate) struct Pool {
    nodes: Vec<Arc<Node>>,
    dialect: Arc<dyn Dialect>,
    options: PoolOptions,
    feed: Arc<HeadFeed>,
    followers: Followers,
}

impl Pool {
    /// A pool of `endpoints` (at least one; the same URL counts once) that speak
    /// `dialect`.
    pub(crate) fn new(
        endpoints: &[Endpoint],
        dialect: Arc<dyn Dialect>,
        options: PoolOptions,
    ) -> Result<Self, LedgerError> {
        let mut nodes: Vec<Arc<Node>> = Vec::new();
        for endpoint in endpoints {
            if nodes
                .iter()
                .any(|node| node.endpoint().url() == endpoint.url())
            {
                continue;
            }
            let node = Node::new(endpoint, Arc::clone(&dialect), &options)?;
            nodes.push(Arc::new(node));
        }
        if nodes.is_empty() {
            return Err(LedgerError::Unreachable);
        }
        Ok(Self {
            feed: HeadFeed::new(&nodes, &options),
            followers: Followers::default(),
            nodes,
            dialect,
            options,
        })
    }

    /// The chain that every answer is about.
    pub(crate) fn chain(&self) -> ChainId {
        self.dialect.chain()
    }

    /// One good answer to one call. Null is none: another endpoint may know more.
    pub(crate) async fn require<T: DeserializeOwned + Send>(
        &self,
        method: &str,
        params: Value,
    ) -> Result<T, LedgerError> {
        self.look(|node| {
            let params = params.clone();
            async move { node.require(method, params).await }
        })
        .await
    }

    /// Asks the healthiest endpoint alone, once: for calls that must not be
    /// made twice.
    pub(crate) async fn ask_once<T: DeserializeOwned + Send>(
        &self,
        method: &str,
        params: Value,
    ) -> Result<Option<T>, LedgerError> {
        match self.ready().await?.into_iter().next() {
            Some(node) => node.ask(method, params).await,
            None => Err(LedgerError::Unreachable),
        }
    }

    /// The head that is credible, asked anew: of two endpoints where there are two.
    pub(crate) async fn head(&self) -> Result<u64, LedgerError> {
        let ask = |node: Arc<Node>| async move { node.ask_head().await };
        let answers = self.look_each(ask, |told| told.good.len() > 1).await;
        self.feed.publish();
        // Heads that others told a moment ago count as well.
        match (answers.good.is_empty(), self.feed.credible()) {
            (false, Some(head)) => Ok(head.number),
            _ => Err(answers.why_none()),
        }
    }

    /// Endpoints that may be asked now, the healthiest first. When there is none,
    /// waits a little for the first that is ready again.
    async fn ready(&self) -> Result<Vec<Arc<Node>>, LedgerError> {
        let soonest = match self.ranked() {
            Ok(ranked) => return Ok(ranked),
            Err((soonest, error)) if soonest > TURN => return Err(error),
            Err((soonest, _)) => soonest,
        };
        tokio::time::sleep(soonest).await;
        self.ranked().map_err(|(_, error)| error)
    }

    /// Endpoints that are not paused, the healthiest first; or how long until one
    /// is ready, and why none is.
    fn ranked(&self) -> Result<Vec<Arc<Node>>, (Duration, LedgerError)> {
        let now = Instant::now();
        let mut ready = Vec::new();
        let mut soonest = (Duration::MAX, LedgerError::Unreachable);
        for node in &self.nodes {
            let health = node.health();
            match health.pause(now) {
                None => ready.push((health.score(), node)),
                Some(left) if left < soonest.0 => {
                    let why = health.last_error().cloned();
                    soonest = (left, why.unwrap_or(LedgerError::Unreachable));
                }
                Some(_) => {}
            }
        }
        if ready.is_empty() {
            return Err(soonest);
        }
        ready.sort_by_key(|(score, _)| *score);
        let (credible, others): (Vec<_>, Vec<_>) = ready
            .into_iter()
            .map(|(_, node)| Arc::clone(node))
            .partition(|node| self.is_at_head(node));
        // Where nobody is where the others are, anybody is better than nobody.
        Ok(if credible.is_empty() {
            others
        } else {
            credible
        })
    }

    /// Whether the node is, as far as is known, neither behind the others nor
    /// ahead of them beyond reason.
    fn is_at_head(&self, node: &Node) -> bool {
        let (Some(seen), Some(credible)) = (node.head(), self.feed.credible()) else {
            return true;
        };
        !credible.is_sure || seen.number.abs_diff(credible.number) <= self.options.lag
    }
}
