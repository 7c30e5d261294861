//! Between wallet and vault: passes frames on and tells the trap when the vault
//! is asked to sign and when it has.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiaozi_types::agent::{Call, Reply, Request, frame};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::trap::{Step, Trap};

/// A socket that leads to the vault's; it ends when it is dropped.
#[derive(Debug)]
pub struct VaultProxy {
    listener: JoinHandle<()>,
}

impl Drop for VaultProxy {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

/// Ids of calls to sign that wait for their reply.
type Signing = Arc<Mutex<HashSet<u32>>>;

impl VaultProxy {
    /// Listens on `path` for whoever wants the vault at `vault`.
    pub fn start(path: &Path, vault: PathBuf, trap: Arc<Trap>) -> Self {
        let listener = UnixListener::bind(path).unwrap();
        let listener = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (shell, _) = listener.accept().await.unwrap();
                while connections.try_join_next().is_some() {}
                let (vault, trap) = (vault.clone(), Arc::clone(&trap));
                connections.spawn(async move {
                    let _ = serve(shell, &vault, &trap).await; // either side is dead
                });
            }
        });
        Self { listener }
    }
}

async fn serve(shell: UnixStream, vault: &Path, trap: &Trap) -> io::Result<()> {
    let vault = connect(vault).await?;
    let (mut from_shell, mut to_shell) = shell.into_split();
    let (mut from_vault, mut to_vault) = vault.into_split();
    let signing = Signing::default();
    // Whichever side dies first ends the connection for both.
    tokio::select! {
        ended = ask(&mut from_shell, &mut to_vault, &signing, trap) => ended,
        ended = answer(&mut from_vault, &mut to_shell, &signing, trap) => ended,
    }
}

/// The vault may just be starting again.
async fn connect(vault: &Path) -> io::Result<UnixStream> {
    for _ in 0..3000 {
        if let Ok(stream) = UnixStream::connect(vault).await {
            return Ok(stream);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Err(io::ErrorKind::NotConnected.into())
}

async fn ask(
    from: &mut OwnedReadHalf,
    to: &mut OwnedWriteHalf,
    signing: &Signing,
    trap: &Trap,
) -> io::Result<()> {
    loop {
        let (bytes, payload) = read(from).await?;
        let call: Option<Call> = frame::decode(&payload).ok();
        if let Some(call) = call.filter(|call| matches!(call.request, Request::Sign(_))) {
            signing.lock().unwrap().insert(call.id);
            trap.reach(Step::AskedToSign);
        }
        to.write_all(&bytes).await?;
    }
}

async fn answer(
    from: &mut OwnedReadHalf,
    to: &mut OwnedWriteHalf,
    signing: &Signing,
    trap: &Trap,
) -> io::Result<()> {
    loop {
        let (bytes, payload) = read(from).await?;
        let reply: Option<Reply> = frame::decode(&payload).ok();
        let signed = reply.is_some_and(|reply| signing.lock().unwrap().remove(&reply.id));
        if signed {
            trap.reach(Step::Signed);
        }
        to.write_all(&bytes).await?;
        if signed {
            trap.reach(Step::HasSignature);
        }
    }
}

/// A frame, whole and as its payload.
async fn read(from: &mut OwnedReadHalf) -> io::Result<(Vec<u8>, Vec<u8>)> {
    let mut header = [0; frame::HEADER_LEN];
    from.read_exact(&mut header).await?;
    let length = frame::payload_len(header).map_err(io::Error::other)?;
    let mut payload = vec![0; length];
    from.read_exact(&mut payload).await?;
    Ok(([header.as_slice(), &payload].concat(), payload))
}
