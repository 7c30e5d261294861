//! How the server is set up, checked.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use url::Url;

use crate::limits;

/// How the server is set up.
#[derive(Debug, Clone)]
pub struct ServeOptions {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The certificate and its key; needed to listen beyond this computer.
    pub tls: Option<Tls>,
    /// How customers reach the server, where it is not by the address it listens on.
    pub public_url: Option<String>,
    /// Other names by which the server may be called.
    pub hosts: Vec<String>,
    /// Pages of these origins may call it (`https://shop.example`).
    pub allowed_origins: Vec<String>,
    /// Requests a second of one token.
    pub requests_a_second: u32,
}

impl ServeOptions {
    /// On this computer only, without TLS.
    pub fn new(listen: SocketAddr) -> Self {
        Self {
            listen,
            tls: None,
            public_url: None,
            hosts: Vec::new(),
            allowed_origins: Vec::new(),
            requests_a_second: limits::REQUESTS_A_SECOND,
        }
    }
}

/// A certificate and its key, in files.
#[derive(Debug, Clone)]
pub struct Tls {
    /// The chain in PEM, the server's own first.
    pub certificate: PathBuf,
    /// The key in PEM.
    pub key: PathBuf,
}

/// Why the server cannot be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Beyond this computer, everything is encrypted.
    #[error("listening beyond this computer needs a certificate")]
    TlsNeeded,
    /// The certificate or its key cannot be used.
    #[error("the certificate or its key cannot be used")]
    Certificate,
    /// The public URL, an origin or a host's name is malformed.
    #[error("the public URL, an origin or a name is malformed")]
    Malformed,
    /// The address cannot be listened on.
    #[error("the address cannot be listened on")]
    Listen(#[source] std::io::Error),
    /// The till is not set up, or its records are sealed.
    #[error(transparent)]
    Wallet(#[from] jiaozi_wallet::WalletError),
}

/// Refuses what must not be listened on.
pub(crate) fn tls(options: &ServeOptions) -> Result<Option<Arc<ServerConfig>>, ConfigError> {
    match &options.tls {
        Some(files) => Ok(Some(Arc::new(server_config(files)?))),
        None if options.listen.ip().is_loopback() => Ok(None),
        None => Err(ConfigError::TlsNeeded),
    }
}

fn server_config(files: &Tls) -> Result<ServerConfig, ConfigError> {
    let bad = |error: &dyn std::fmt::Display| {
        tracing::error!(%error, "certificate or key");
        ConfigError::Certificate
    };
    let chain = read_chain(&files.certificate).map_err(|error| bad(&error))?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| bad(&error))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| bad(&error))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| bad(&error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn read_chain(file: &Path) -> Result<Vec<CertificateDer<'static>>, rustls::pki_types::pem::Error> {
    CertificateDer::pem_file_iter(file)?.collect()
}

/// The beginning of every link to this server, without a slash at its end.
pub(crate) fn public_url(options: &ServeOptions, bound: SocketAddr) -> Result<String, ConfigError> {
    let Some(text) = &options.public_url else {
        let scheme = if options.tls.is_some() {
            "https"
        } else {
            "http"
        };
        return Ok(format!("{scheme}://{bound}"));
    };
    let url = Url::parse(text).map_err(|_| ConfigError::Malformed)?;
    let plain = matches!(url.scheme(), "https" | "http")
        && url.host().is_some()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    match plain {
        true => Ok(url.as_str().trim_end_matches('/').to_owned()),
        false => Err(ConfigError::Malformed),
    }
}
