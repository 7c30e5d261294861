//! One connection to an agent: calls go out with ids, replies come back in any
//! order.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiaozi_types::agent::{
    AgentError, Appearance, Call, Hello, PROTOCOL_VERSION, Reply, Request, Response, frame,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::process::Child;
use tokio::sync::{mpsc, oneshot};

use super::VaultError;

type Answer = Result<Response, AgentError>;
type Waiting = Mutex<HashMap<u32, oneshot::Sender<Answer>>>;

/// A connection; clones share it.
#[derive(Clone)]
pub(super) struct Connection {
    shared: Arc<Shared>,
}

struct Shared {
    next_id: AtomicU32,
    outbox: mpsc::UnboundedSender<Vec<u8>>,
    waiting: Arc<Waiting>,
    open: Arc<AtomicBool>,
    /// The agent's process, ended with the last clone. None for a resident one.
    _child: Option<Child>,
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection")
            .field("open", &self.is_open())
            .finish()
    }
}

impl Connection {
    /// Talks over `reader` and `writer`, and introduces the shell.
    pub(super) async fn open(
        reader: impl AsyncRead + Unpin + Send + 'static,
        writer: impl AsyncWrite + Unpin + Send + 'static,
        child: Option<Child>,
        appearance: Appearance,
    ) -> Result<Self, VaultError> {
        let (outbox, inbox) = mpsc::unbounded_channel();
        let waiting = Arc::new(Waiting::default());
        let open = Arc::new(AtomicBool::new(true));
        tokio::spawn(write_frames(writer, inbox));
        tokio::spawn(read_replies(
            reader,
            Arc::clone(&waiting),
            Arc::clone(&open),
        ));
        let next_id = AtomicU32::new(1);
        let shared = Shared {
            next_id,
            outbox,
            waiting,
            open,
            _child: child,
        };
        let connection = Self {
            shared: Arc::new(shared),
        };
        let hello = Hello {
            protocol: PROTOCOL_VERSION,
            shell: env!("CARGO_PKG_NAME").to_owned(),
            appearance,
        };
        match connection.call(Request::Hello(hello)).await? {
            Response::Hello { protocol, .. } if protocol == PROTOCOL_VERSION => Ok(connection),
            Response::Hello { protocol, .. } => Err(AgentError::Protocol {
                vault: protocol,
                shell: PROTOCOL_VERSION,
            }
            .into()),
            _ => Err(VaultError::Gone),
        }
    }

    /// Whether the agent is still there.
    pub(super) fn is_open(&self) -> bool {
        self.shared.open.load(Ordering::Acquire)
    }

    /// Sends a request; the future waits for its reply.
    pub(super) fn begin(
        &self,
        request: Request,
    ) -> Result<
        (
            u32,
            impl Future<Output = Result<Response, VaultError>> + use<>,
        ),
        VaultError,
    > {
        let id = self.shared.next_id.fetch_add(1, Ordering::Relaxed);
        let frame = frame::encode(&Call { id, request }).map_err(|_| {
            VaultError::Refused(AgentError::BadRequest {
                what: "size".to_owned(),
            })
        })?;
        let (sender, receiver) = oneshot::channel();
        lock(&self.shared.waiting).insert(id, sender);
        if !self.is_open() || self.shared.outbox.send(frame).is_err() {
            lock(&self.shared.waiting).remove(&id);
            return Err(VaultError::Gone);
        }
        Ok((id, async move {
            Ok(receiver.await.map_err(|_| VaultError::Gone)??)
        }))
    }

    /// Sends a request and waits for its reply.
    pub(super) async fn call(&self, request: Request) -> Result<Response, VaultError> {
        self.begin(request)?.1.await
    }
}

/// A panic while the map was held cannot leave it half-changed.
fn lock(waiting: &Waiting) -> std::sync::MutexGuard<'_, HashMap<u32, oneshot::Sender<Answer>>> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn write_frames(
    mut writer: impl AsyncWrite + Unpin,
    mut frames: mpsc::UnboundedReceiver<Vec<u8>>,
) {
    while let Some(frame) = frames.recv().await {
        if writer.write_all(&frame).await.is_err() || writer.flush().await.is_err() {
            break;
        }
    }
}

/// Hands replies to who waits for them until the agent goes; then everyone
/// who still waits is told.
async fn read_replies(
    mut reader: impl AsyncRead + Unpin,
    waiting: Arc<Waiting>,
    open: Arc<AtomicBool>,
) {
    while let Some(reply) = read_reply(&mut reader).await {
        if let Some(sender) = lock(&waiting).remove(&reply.id) {
            let _ = sender.send(reply.result);
        }
    }
    open.store(false, Ordering::Release);
    lock(&waiting).clear();
}

async fn read_reply(reader: &mut (impl AsyncRead + Unpin)) -> Option<Reply> {
    let mut header = [0; frame::HEADER_LEN];
    reader.read_exact(&mut header).await.ok()?;
    let mut payload = zeroize::Zeroizing::new(vec![0; frame::payload_len(header).ok()?]);
    reader.read_exact(&mut payload).await.ok()?;
    frame::decode(&payload).ok()
}
