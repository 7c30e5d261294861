//! JSON-RPC 2.0 over HTTP with bounds: time, size, and the id that was asked.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::StatusCode;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::endpoint::Endpoint;
use crate::error::LedgerError;

/// The largest answer that is read, in bytes.
const MAX_ANSWER: usize = 16 * 1024 * 1024;
/// Time for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Time for a whole call.
const CALL: Duration = Duration::from_secs(20);

/// One node.
#[derive(Debug)]
pub(crate) struct RpcClient {
    endpoint: Endpoint,
    http: reqwest::Client,
    next_id: AtomicU64,
}

/// A node's refusal, before it is mapped to our own errors.
#[derive(Debug, Deserialize)]
pub(crate) struct RpcRefusal {
    pub(crate) code: i64,
    #[serde(default)]
    pub(crate) message: String,
}

/// A failed call: on the way, or refused by the node.
#[derive(Debug)]
pub(crate) enum RpcError {
    Transport(LedgerError),
    Refused(RpcRefusal),
}

impl From<RpcError> for LedgerError {
    fn from(error: RpcError) -> Self {
        match error {
            RpcError::Transport(error) => error,
            RpcError::Refused(refusal) => refusal.into_error(),
        }
    }
}

impl RpcRefusal {
    /// Maps the wordings of the known nodes (geth, Anvil, Conflux, ours) to our
    /// own errors; the wording itself goes no further.
    pub(crate) fn into_error(self) -> LedgerError {
        let text = self.message.to_ascii_lowercase();
        let says = |parts: &[&str]| parts.iter().any(|part| text.contains(part));
        if says(&[
            "nonce too low",
            "nonce is too low",
            "too stale nonce",
            "stale nonce",
        ]) {
            LedgerError::NonceTooLow
        } else if says(&[
            "underpriced",
            "gas price too low to replace",
            "tx with same nonce already inserted",
        ]) {
            LedgerError::Underpriced
        } else if says(&[
            "insufficient funds",
            "insufficient balance",
            "notenoughcash",
            "out of balance",
            "notenoughbalance",
        ]) {
            LedgerError::InsufficientFunds
        } else if self.code == 3 || says(&["revert"]) {
            LedgerError::Reverted
        } else {
            LedgerError::Node(self.code)
        }
    }

    /// Whether the node says that it holds the transaction already.
    pub(crate) fn is_already_known(&self) -> bool {
        let text = self.message.to_ascii_lowercase();
        [
            "already known",
            "already imported",
            "known transaction",
            "tx already exist",
            "already inserted",
        ]
        .iter()
        .any(|part| text.contains(part))
            && !text.contains("same nonce")
    }
}

#[derive(Deserialize)]
struct Answer {
    id: Value,
    #[serde(default)]
    result: Option<Value>,
    #[serde(default)]
    error: Option<RpcRefusal>,
}

impl RpcClient {
    pub(crate) fn new(endpoint: Endpoint) -> Result<Self, LedgerError> {
        // More than one crate of the tree may bring a TLS provider: choose ours once.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .timeout(CALL)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .tcp_nodelay(true)
            .default_headers(endpoint.headers().clone())
            .build()
            .map_err(|_| LedgerError::Unreachable)?;
        Ok(Self {
            endpoint,
            http,
            next_id: AtomicU64::new(1),
        })
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Calls `method`. A JSON `null` result is `None`.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: &str,
        params: Value,
    ) -> Result<Option<T>, RpcError> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let body = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        let bytes = self.post(&body).await.map_err(RpcError::Transport)?;
        let garbage = |what| RpcError::Transport(LedgerError::Garbage(what));
        let answer: Answer = serde_json::from_slice(&bytes).map_err(|_| garbage("not JSON-RPC"))?;
        if let Some(refusal) = answer.error {
            return Err(RpcError::Refused(refusal));
        }
        if answer.id != json!(id) {
            return Err(garbage("another call's answer"));
        }
        match answer.result {
            None | Some(Value::Null) => Ok(None),
            Some(value) => serde_json::from_value(value)
                .map(Some)
                .map_err(|_| garbage("an unexpected value")),
        }
    }

    async fn post(&self, body: &Value) -> Result<Vec<u8>, LedgerError> {
        let mut response = self
            .http
            .post(self.endpoint.url().clone())
            .json(body)
            .send()
            .await
            .map_err(|error| transport(&error))?;
        let status = response.status();
        if status == StatusCode::TOO_MANY_REQUESTS {
            return Err(LedgerError::RateLimited);
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| transport(&error))? {
            if bytes.len().saturating_add(chunk.len()) > MAX_ANSWER {
                return Err(LedgerError::Garbage("too large"));
            }
            bytes.extend_from_slice(&chunk);
        }
        // Some nodes send JSON-RPC errors with a 4xx or 5xx status: let them be read.
        let looks_like_json = bytes.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'{');
        if looks_like_json {
            Ok(bytes)
        } else if status.is_server_error() {
            Err(LedgerError::Unreachable)
        } else {
            Err(LedgerError::Garbage("not JSON"))
        }
    }
}

fn transport(error: &reqwest::Error) -> LedgerError {
    if error.is_timeout() {
        LedgerError::Timeout
    } else {
        LedgerError::Unreachable
    }
}
