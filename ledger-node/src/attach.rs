//! One sandbox for all programs of a user: the first one hosts it, the others join it.
//!
//! Who holds the lock of the folder hosts. It leaves its URL in the file `endpoint`; after a kill the
//! file is stale and the lock is free, so that the next one hosts and writes its own.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::{
    SANDBOX_CHAIN_ID,
    error::Error,
    node::{Config, ENDPOINT_FILE, NodeHandle, start},
};

/// Tries to host or join, and the pause between them: 10 s in all, for a host that is just starting
/// or just ending.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(200);
/// How long a host may take to say its chain id.
const PROBE: Duration = Duration::from_secs(2);
/// Bytes of its answer that are read.
const PROBE_BYTES: u64 = 16 * 1024;

/// How this program has its sandbox.
#[derive(Debug)]
pub enum Attached {
    /// It runs here, as long as the handle lives.
    Hosted(NodeHandle),
    /// Another process hosts it. It ends with that process: attach again when it does not answer.
    Joined {
        /// Where it answers JSON-RPC over HTTP.
        url: String,
    },
}

impl Attached {
    /// Where the sandbox answers JSON-RPC over HTTP.
    #[must_use]
    pub fn url(&self) -> String {
        match self {
            Self::Hosted(node) => node.url(),
            Self::Joined { url } => url.clone(),
        }
    }
}

/// Hosts the sandbox in a folder, or joins the one that runs there.
///
/// # Errors
/// [`Error::Unreachable`] when another process holds the folder and does not answer for 10 s, and
/// those of [`start`].
pub async fn attach(sandbox_dir: impl Into<PathBuf>) -> Result<Attached, Error> {
    let config = Config::new(sandbox_dir);
    for _ in 0..TRIES {
        match start(config.clone()).await {
            Ok(node) => return Ok(Attached::Hosted(node)),
            Err(Error::Store(jiaozi_store::Error::AlreadyOpen(_))) => {}
            Err(error) => return Err(error),
        }
        if let Some(url) = running(&config.data).await {
            return Ok(Attached::Joined { url });
        }
        sleep(PAUSE).await;
    }
    Err(Error::Unreachable(config.data))
}

/// The URL in the endpoint file, if the sandbox answers there.
async fn running(folder: &Path) -> Option<String> {
    let text = tokio::task::spawn_blocking({
        let path = folder.join(ENDPOINT_FILE);
        move || std::fs::read_to_string(path)
    });
    let text = text.await.ok()?.ok()?;
    let url = text.trim();
    let address: SocketAddr = url.strip_prefix("http://")?.parse().ok()?;
    // Somebody else's port by now, or a file that somebody else wrote: only a local one is tried.
    if !address.ip().is_loopback() {
        return None;
    }
    let chain_id = timeout(PROBE, ask_chain_id(address)).await.ok()??;
    (chain_id == SANDBOX_CHAIN_ID).then(|| url.to_owned())
}

async fn ask_chain_id(address: SocketAddr) -> Option<u64> {
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}"#;
    let request = format!(
        "POST / HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(address).await.ok()?;
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    stream
        .take(PROBE_BYTES)
        .read_to_end(&mut answer)
        .await
        .ok()?;
    let answer = String::from_utf8(answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    if !head.starts_with("HTTP/1.1 200") {
        return None;
    }
    let answer: Value = serde_json::from_str(body).ok()?;
    let hex = answer.get("result")?.as_str()?.strip_prefix("0x")?;
    u64::from_str_radix(hex, 16).ok()
}
