//! Where a node is reached: a URL and optional headers, both of which may hold
//! access keys and so never show themselves.

use std::fmt;
use std::net::IpAddr;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use crate::pool::RateBudget;

/// Where Conflux's own public nodes are, which count calls.
const CONFLUX_PUBLIC: [&str; 2] = ["confluxrpc.com", "confluxrpc.org"];

/// A node's address. `Debug` and `Display` show scheme and host only.
#[derive(Clone)]
pub struct Endpoint {
    url: Url,
    headers: HeaderMap,
    websocket: Option<Url>,
    rate: Option<RateBudget>,
}

/// Why an endpoint cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// Not a URL.
    #[error("an endpoint is a URL, as in https://host/path")]
    Malformed,
    /// Neither https nor http on this computer.
    #[error(
        "an endpoint starts with https:// or wss://, or with http:// or ws:// on this computer"
    )]
    NotPrivate,
    /// A header's name or value is malformed, or there are more than 16.
    #[error("a header's name or value is malformed")]
    Header,
}

impl Endpoint {
    /// An endpoint at `url`: `https`, or `http` on a loopback address only,
    /// because what is read over plain HTTP elsewhere can be changed on its way.
    pub fn new(url: &str, headers: &[(String, String)]) -> Result<Self, EndpointError> {
        let url = private_url(url, "https", "http")?;
        if headers.len() > 16 {
            return Err(EndpointError::Header);
        }
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name =
                HeaderName::from_bytes(name.as_bytes()).map_err(|_| EndpointError::Header)?;
            let mut value = HeaderValue::from_str(value).map_err(|_| EndpointError::Header)?;
            value.set_sensitive(true);
            map.insert(name, value);
        }
        let host = url.host_str().unwrap_or_default();
        let is_conflux = CONFLUX_PUBLIC
            .iter()
            .any(|domain| host == *domain || host.ends_with(&format!(".{domain}")));
        Ok(Self {
            rate: is_conflux.then_some(RateBudget::CONFLUX_PUBLIC),
            url,
            headers: map,
            websocket: None,
        })
    }

    /// The same node's WebSocket, which tells new blocks as they come: `wss`, or
    /// `ws` on a loopback address only.
    pub fn with_websocket(mut self, url: &str) -> Result<Self, EndpointError> {
        self.websocket = Some(private_url(url, "wss", "ws")?);
        Ok(self)
    }

    /// Stays below these rates. Conflux's own public nodes have theirs already.
    pub fn with_rate(mut self, rate: RateBudget) -> Self {
        self.rate = Some(rate);
        self
    }

    /// Scheme and host (and port, when it is not the usual one): what may be shown.
    pub fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match self.url.port() {
            Some(port) => format!("{}://{host}:{port}", self.url.scheme()),
            None => format!("{}://{host}", self.url.scheme()),
        }
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    pub(crate) fn websocket(&self) -> Option<&Url> {
        self.websocket.as_ref()
    }

    pub(crate) fn rate(&self) -> Option<RateBudget> {
        self.rate
    }

    /// Whether the node is on this computer.
    pub fn is_local(&self) -> bool {
        self.url.host_str().is_some_and(is_loopback)
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

/// A URL of the `private` scheme, or of the `plain` one on this computer.
fn private_url(url: &str, private: &str, plain: &str) -> Result<Url, EndpointError> {
    let url = Url::parse(url.trim()).map_err(|_| EndpointError::Malformed)?;
    let host = url.host_str().ok_or(EndpointError::Malformed)?;
    match url.scheme() {
        scheme if scheme == private => Ok(url),
        scheme if scheme == plain && is_loopback(host) => Ok(url),
        _ => Err(EndpointError::NotPrivate),
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host())
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_stays_on_this_computer() {
        for good in [
            "https://rpc.example/KEY",
            "http://127.0.0.1:8545",
            "http://[::1]:1",
            "http://localhost:1",
        ] {
            assert!(Endpoint::new(good, &[]).is_ok(), "{good}");
        }
        for bad in ["http://rpc.example", "http://10.0.0.1", "ws://127.0.0.1"] {
            assert_eq!(
                Endpoint::new(bad, &[]).unwrap_err(),
                EndpointError::NotPrivate,
                "{bad}"
            );
        }
        assert_eq!(
            Endpoint::new("rpc.example", &[]).unwrap_err(),
            EndpointError::Malformed
        );
    }

    #[test]
    fn keys_do_not_show() {
        let headers = [("x-api-key".to_owned(), "SECRET".to_owned())];
        let endpoint = Endpoint::new(
            "https://user:SECRET@rpc.example:8443/SECRET?k=SECRET",
            &headers,
        )
        .unwrap();
        assert_eq!(endpoint.to_string(), "https://rpc.example:8443");
        assert!(!format!("{endpoint:?}").contains("SECRET"));
    }
}
