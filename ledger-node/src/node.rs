//! Starts and stops a node in this process.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use jiaozi_store::Durable;
use jiaozi_types::{Clock, SystemClock};
use tokio::{net::TcpListener, sync::watch};

use crate::{
    bank::Bank, chain::Chain, error::Error, ledger_thread, rpc::Rpc, server,
    submission::Submissions,
};

/// How long a stopping node waits for requests that are under way.
const GRACE: Duration = Duration::from_secs(3);

/// The file in the data folder that tells others where the node listens.
pub(crate) const ENDPOINT_FILE: &str = "endpoint";

/// What a node is to be.
#[derive(Clone)]
pub struct Config {
    /// The folder that holds the ledger; made if it is not there.
    pub data: PathBuf,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Allows to listen where other computers can reach it. Whoever reaches the sandbox sees every
    /// payment and can top up any account: it has no passwords.
    pub dangerously_beyond_loopback: bool,
    /// What time blocks are made at.
    pub clock: Arc<dyn Clock>,
}

impl Config {
    /// A node in `data`, on a free port of the loopback interface, with the system's clock.
    #[must_use]
    pub fn new(data: impl Into<PathBuf>) -> Self {
        Self {
            data: data.into(),
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            dangerously_beyond_loopback: false,
            clock: Arc::new(SystemClock),
        }
    }
}

/// A running node. Dropping it stops the node; [`NodeHandle::stop`] also waits for open requests.
pub struct NodeHandle {
    address: SocketAddr,
    endpoint: PathBuf,
    stop: watch::Sender<bool>,
    submissions: Submissions,
    chain: Arc<Chain>,
    server: tokio::task::JoinHandle<std::io::Result<()>>,
    ledger: Option<JoinHandle<()>>,
}

impl std::fmt::Debug for NodeHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NodeHandle")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Starts a node and returns once it answers. Needs a tokio runtime with I/O and time.
///
/// # Errors
/// [`Error::BeyondLoopback`]; [`Error::Store`] with `AlreadyOpen` when another node has the folder;
/// [`Error::Listen`]; and what the disk says.
pub async fn start(config: Config) -> Result<NodeHandle, Error> {
    if !config.listen.ip().is_loopback() && !config.dangerously_beyond_loopback {
        return Err(Error::BeyondLoopback(config.listen));
    }
    make_private(&config.data).map_err(|source| Error::File {
        path: config.data.clone(),
        source,
    })?;
    let (data, clock) = (config.data.clone(), Arc::clone(&config.clock));
    // Reading a large ledger takes a while.
    let opened =
        tokio::task::spawn_blocking(move || Chain::open(Durable::open(data.join("chain"))?, clock));
    let (chain, key) = opened
        .await
        .map_err(|error| Error::Thread(std::io::Error::other(error)))??;
    let chain = Arc::new(chain);
    let listen = |source| Error::Listen {
        address: config.listen,
        source,
    };
    let listener = TcpListener::bind(config.listen).await.map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;

    let (submissions, requests) = Submissions::new()?;
    let bank = Bank::new(key, Arc::clone(&chain), submissions.clone())?;
    let rpc = Arc::new(Rpc::new(Arc::clone(&chain), submissions.clone(), bank));
    let ledger = {
        let chain = Arc::clone(&chain);
        let builder = thread::Builder::new().name("ledger".into());
        builder
            .spawn(move || ledger_thread::run(&chain, &requests))
            .map_err(Error::Thread)?
    };
    let (stop, stopped) = watch::channel(false);
    let server = tokio::spawn(server::serve(
        listener,
        rpc,
        stopped,
        config.dangerously_beyond_loopback,
    ));
    let endpoint = config.data.join(ENDPOINT_FILE);
    let handle = NodeHandle {
        address,
        endpoint,
        stop,
        submissions,
        chain,
        server,
        ledger: Some(ledger),
    };
    handle.write_endpoint()?;
    tracing::info!(url = handle.url(), "the sandbox ledger is up");
    Ok(handle)
}

impl NodeHandle {
    /// Where it answers JSON-RPC over HTTP.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it answers over WebSocket.
    #[must_use]
    pub fn ws_url(&self) -> String {
        format!("ws://{}", self.address)
    }

    /// The address it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers what is under way, for at most three seconds, and stops. The folder is free when it
    /// returns.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        if tokio::time::timeout(GRACE, &mut self.server).await.is_err() {
            tracing::warn!("requests were cut off");
        }
    }

    /// Written whole under another name first: a reader never sees half a URL.
    fn write_endpoint(&self) -> Result<(), Error> {
        let draft = self.endpoint.with_extension("new");
        let write = || {
            fs::write(&draft, format!("{}\n", self.url()))?;
            fs::rename(&draft, &self.endpoint)
        };
        write().map_err(|source| Error::File {
            path: self.endpoint.clone(),
            source,
        })
    }
}

impl Drop for NodeHandle {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        self.server.abort();
        self.submissions.stop();
        if let Some(ledger) = self.ledger.take()
            && ledger.join().is_err()
        {
            tracing::error!("the ledger thread ended in a panic");
        }
        // Whoever starts a node here next writes its own.
        if let Err(error) = fs::remove_file(&self.endpoint) {
            tracing::debug!(%error, "no endpoint file to remove");
        }
        self.chain.close();
    }
}

/// Makes a folder that only its owner can look into: the bank's key is in it.
fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
