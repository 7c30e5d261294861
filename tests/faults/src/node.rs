//! The node behind the proxy, asked directly: for passing on, and for the truth.

use std::time::Duration;

use serde_json::{Value, json};

/// No answer from the node takes longer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A node's own refusal, or that it cannot be reached.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeError {
    /// It does not answer.
    Unreachable,
    /// Its JSON-RPC error.
    Refused(Value),
}

/// A node's URL and connections to it.
#[derive(Debug, Clone)]
pub struct Node {
    url: String,
    http: reqwest::Client,
}

impl Node {
    /// The node at `url`.
    #[must_use]
    pub fn new(url: &str) -> Self {
        // More than one crate of the tree may bring a TLS provider: choose ours once.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .no_proxy()
            .tcp_nodelay(true)
            .timeout(PATIENCE)
            .build()
            .expect("a plain client");
        Self {
            url: url.to_owned(),
            http,
        }
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Passes a body on; gives status and body of the answer.
    pub(crate) async fn pass(
        &self,
        path: &str,
        body: Vec<u8>,
    ) -> Result<(u16, Vec<u8>), NodeError> {
        let url = format!("{}{path}", self.url.trim_end_matches('/'));
        let request = self
            .http
            .post(url)
            .header("content-type", "application/json")
            .body(body);
        let answer = request.send().await.map_err(|_| NodeError::Unreachable)?;
        let status = answer.status().as_u16();
        let body = answer.bytes().await.map_err(|_| NodeError::Unreachable)?;
        Ok((status, body.to_vec()))
    }

    /// Calls `method`; gives its result.
    ///
    /// # Errors
    /// What the node refused with, or that it cannot be reached.
    pub async fn ask(&self, method: &str, params: Value) -> Result<Value, NodeError> {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let (_, body) = self.pass("", body.to_string().into_bytes()).await?;
        let mut answer: Value =
            serde_json::from_slice(&body).map_err(|_| NodeError::Unreachable)?;
        match answer.get_mut("error") {
            Some(error) if !error.is_null() => Err(NodeError::Refused(error.take())),
            _ => Ok(answer["result"].take()),
        }
    }
}
