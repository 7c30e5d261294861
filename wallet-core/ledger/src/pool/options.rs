//! How a pool behaves: its patience, its proxy, the rates that nodes allow.

use std::fmt;
use std::time::Duration;

use url::Url;

use crate::error::LedgerError;

/// How a pool of endpoints behaves. The defaults fit public nodes.
#[derive(Debug, Clone)]
pub struct PoolOptions {
    /// The proxy for every endpoint that is not on this computer.
    pub proxy: Option<Proxy>,
    /// Time for a connection.
    pub connect_timeout: Duration,
    /// Time for a whole call, the answer's last byte included.
    pub call_timeout: Duration,
    /// How long slower endpoints are waited for, once one has answered, where
    /// several are asked for the same thing.
    pub patience: Duration,
    /// Between looks at the head where no WebSocket tells it; by default 250 ms
    /// on this computer and 2 s elsewhere.
    pub poll: Option<Duration>,
    /// Blocks that an endpoint may be behind the others and still be read.
    pub lag: u64,
    /// Blocks that one endpoint may be ahead of all others and still be believed.
    pub leap: u64,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            proxy: None,
            connect_timeout: Duration::from_secs(5),
            call_timeout: Duration::from_secs(20),
            patience: Duration::from_secs(4),
            poll: None,
            lag: 30,
            leap: 1000,
        }
    }
}

/// A proxy, of HTTP (`http`, `https`) or SOCKS5. Its URL may hold a password and
/// so never shows itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    url: Url,
}

/// Why a proxy cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a proxy is a URL, as in socks5h://127.0.0.1:9050 or http://host:3128")]
pub struct ProxyError;

impl Proxy {
    /// A proxy at `url`. `socks5` is taken for `socks5h`: names are resolved by
    /// the proxy, so that no look-up tells what Tor should hide.
    pub fn new(url: &str) -> Result<Self, ProxyError> {
        let url = url.trim();
        let url = match url.split_once("://") {
            Some(("socks5", rest)) => format!("socks5h://{rest}"),
            _ => url.to_owned(),
        };
        let url = Url::parse(&url).map_err(|_| ProxyError)?;
        let is_known = matches!(url.scheme(), "http" | "https" | "socks5h");
        if !is_known || url.host_str().is_none_or(str::is_empty) {
            return Err(ProxyError);
        }
        Ok(Self { url })
    }

    pub(crate) fn for_reqwest(&self) -> Result<reqwest::Proxy, LedgerError> {
        reqwest::Proxy::all(self.url.clone()).map_err(|_| LedgerError::Unreachable)
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = self.url.host_str().unwrap_or_default();
        write!(f, "{}://{host}", self.url.scheme())?;
        match self.url.port() {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Calls a second that a node allows, for the wallet to stay below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateBudget {
    /// Calls of any kind.
    pub calls: u32,
    /// Calls that cost the node more (`eth_call`, `eth_getTransaction*` and
    /// their kin of Conflux Core Space).
    pub costly: u32,
}

impl RateBudget {
    /// What Conflux's own public nodes allow.
    pub const CONFLUX_PUBLIC: Self = Self {
        calls: 50,
        costly: 5,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies() {
        let shown = |url: &str| Proxy::new(url).map(|proxy| proxy.to_string());
        // Names are the proxy's to resolve, and the password is nobody's to see.
        assert_eq!(
            shown("socks5://me:SECRET@127.0.0.1:9050"),
            Ok("socks5h://127.0.0.1:9050".to_owned())
        );
        assert_eq!(
            shown("http://proxy.example:3128"),
            Ok("http://proxy.example:3128".to_owned())
        );
        for bad in [
            "",
            "127.0.0.1:9050",
            "ftp://host",
            "socks4://host",
            "socks5://",
        ] {
            assert_eq!(shown(bad), Err(ProxyError), "{bad}");
        }
    }
}
