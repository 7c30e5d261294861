//! What there is to say of each endpoint: for "test this network" and the
//! settings page.

use std::time::Duration;

use futures_util::future::join_all;
use jiaozi_types::ChainId;

use super::{Node, Pool};
use crate::error::LedgerError;

/// A look at one endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointReport {
    /// Scheme, host and port; nothing of what may be a key.
    pub host: String,
    /// Whether it answered at all, if only to refuse.
    pub reachable: bool,
    /// The chain that it is on, also when that is a wrong one.
    pub chain: Option<ChainId>,
    /// Its newest block.
    pub head: Option<u64>,
    /// Its name: printable ASCII, at most 64 characters; none when it keeps it
    /// to itself.
    pub client: Option<String>,
    /// How long its answers take, smoothed.
    pub latency: Option<Duration>,
    /// Whether its WebSocket tells new heads now.
    pub is_live: bool,
    /// Whether it is read: not when it lags behind the others or claims to be
    /// far ahead of them.
    pub is_at_head: bool,
    /// Why it cannot be used, or only in part.
    pub error: Option<LedgerError>,
}

impl Pool {
    /// Looks at every endpoint at once, paused or not, in the order of
    /// configuration.
    pub(crate) async fn reports(&self) -> Vec<EndpointReport> {
        let mut reports = join_all(self.nodes.iter().map(|node| look(node, self.chain()))).await;
        self.feed.publish();
        // Who lags is known once all have told.
        for (report, node) in reports.iter_mut().zip(&self.nodes) {
            report.is_at_head = report.head.is_some() && self.is_at_head(node);
        }
        reports
    }
}

async fn look(node: &Node, wanted: ChainId) -> EndpointReport {
    let head = node.ask_head().await;
    let client = match &head {
        Ok(_) => node.client().await,
        Err(_) => None,
    };
    let error = head.as_ref().err().cloned();
    let chain = match &error {
        None => Some(wanted),
        Some(LedgerError::WrongChain { found, .. }) => Some(*found),
        Some(_) => None,
    };
    EndpointReport {
        host: node.endpoint().host(),
        reachable: !matches!(error, Some(LedgerError::Unreachable | LedgerError::Timeout)),
        chain,
        head: head.ok(),
        client,
        latency: node.health().latency(),
        is_live: node.is_live(),
        is_at_head: false,
        error,
    }
}
