//! Calls over HTTP.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use reqwest::{ClientBuilder, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::connections::Connections;
use super::{MAX_ANSWER, RpcError, read_answer, request, retry};
use crate::endpoint::Endpoint;
use crate::error::LedgerError;
use crate::pool::PoolOptions;

/// Connections that lie idle longer are closed, so that the next call is known
/// to be a reconnect.
const IDLE: Duration = Duration::from_secs(60);

/// What every connection to a node has in common, over HTTP as over WebSocket:
/// our TLS provider, the proxy, the endpoint's headers, no redirects.
pub(crate) fn connector(
    endpoint: &Endpoint,
    options: &PoolOptions,
) -> Result<ClientBuilder, LedgerError> {
    // More than one crate of the tree may bring a TLS provider: choose ours once.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder()
        .connect_timeout(options.connect_timeout)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .tcp_nodelay(true)
        .default_headers(endpoint.headers().clone());
    // A node on this computer is not reached through a proxy elsewhere.
    match options.proxy.as_ref().filter(|_| !endpoint.is_local()) {
        None => Ok(builder),
        Some(proxy) => Ok(builder.proxy(proxy.for_reqwest()?)),
    }
}

/// One node's HTTP side.
#[derive(Debug)]
pub(crate) struct HttpClient {
    endpoint: Endpoint,
    http: reqwest::Client,
    connections: Connections,
    next_id: AtomicU64,
}

impl HttpClient {
    pub(crate) fn new(endpoint: Endpoint, options: &PoolOptions) -> Result<Self, LedgerError> {
        let connections = Connections::default();
        let http = connector(&endpoint, options)?
            .connector_layer(connections.clone())
            .timeout(options.call_timeout)
            .pool_idle_timeout(IDLE)
            .build()
            .map_err(|_| LedgerError::Unreachable)?;
        Ok(Self {
            endpoint,
            http,
            connections,
            next_id: AtomicU64::new(1),
        })
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// How many connections were opened so far.
    pub(crate) fn connections(&self) -> u64 {
        self.connections.count()
    }

    /// Calls `method`. A JSON `null` result is `None`.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: &str,
        params: &Value,
    ) -> Result<Option<T>, RpcError> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let bytes = self.post(&request(id, method, params)).await?;
        read_answer(&bytes, id)
    }

    async fn post(&self, body: &Value) -> Result<Vec<u8>, RpcError> {
        let failed = |error: reqwest::Error| RpcError::Transport(transport(&error));
        let mut response = self
            .http
            .post(self.endpoint.url().clone())
            .json(body)
            .send()
            .await
            .map_err(failed)?;
        let status = response.status();
        let pause = retry::retry_after(response.headers(), SystemTime::now());
        let is_unavailable = status == StatusCode::SERVICE_UNAVAILABLE && pause.is_some();
        if status == StatusCode::TOO_MANY_REQUESTS || is_unavailable {
            return Err(RpcError::RateLimited(pause));
        }
        let too_large = || RpcError::Transport(LedgerError::Garbage("too large"));
        let told = response.content_length().unwrap_or_default();
        if usize::try_from(told).map_or(true, |told| told > MAX_ANSWER) {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if bytes.len().saturating_add(chunk.len()) > MAX_ANSWER {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        // Some nodes send JSON-RPC errors with a 4xx or 5xx status: let them be read.
        let looks_like_json = bytes.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'{');
        if looks_like_json {
            Ok(bytes)
        } else if status.is_server_error() {
            Err(RpcError::Transport(LedgerError::Unreachable))
        } else {
            Err(RpcError::Transport(LedgerError::Garbage("not JSON")))
        }
    }
}

pub(crate) fn transport(error: &reqwest::Error) -> LedgerError {
    if error.is_timeout() {
        LedgerError::Timeout
    } else {
        LedgerError::Unreachable
    }
}
