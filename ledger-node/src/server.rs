//! HTTP and WebSocket on one port.
//!
//! The node has no passwords, so it must not be reachable by web pages that happen to be open in a
//! browser of this computer. A page sends its `Origin`: one that is not of this computer is refused,
//! and so is a `Host` that is not (DNS rebinding). Requests have to be `application/json`, which a
//! page cannot send without asking first, and asking is never answered.

use std::{
    io,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    Router,
    body::Bytes,
    extract::{
        DefaultBodyLimit, Request, State, WebSocketUpgrade,
        ws::{CloseFrame, Message, WebSocket, close_code, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{any, post},
    serve::Listener,
};
use futures_util::{SinkExt, StreamExt};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch},
};

use crate::{
    limits::{CONNECTIONS, REQUEST_BYTES},
    rpc::{Connection, Outgoing, Rpc},
};

/// Messages of one WebSocket connection that are worked on at a time.
const WS_IN_FLIGHT: usize = 64;
/// Answers and news that may wait for a slow WebSocket client.
const WS_OUTGOING: usize = 1_024;

#[derive(Clone)]
struct Served {
    rpc: Arc<Rpc>,
    stop: watch::Receiver<bool>,
    /// Whether callers from other computers are served.
    beyond_loopback: bool,
}

/// Serves until `stop` turns true, and then until the requests under way are answered.
pub async fn serve(
    listener: TcpListener,
    rpc: Arc<Rpc>,
    stop: watch::Receiver<bool>,
    beyond_loopback: bool,
) -> io::Result<()> {
    let served = Served {
        rpc,
        stop: stop.clone(),
        beyond_loopback,
    };
    let router = Router::new()
        .route("/", post(http).merge(any(web_socket)))
        .layer(DefaultBodyLimit::max(REQUEST_BYTES))
        .layer(middleware::from_fn_with_state(served.clone(), only_local))
        .with_state(served);
    let listener = Bounded {
        listener,
        room: Arc::new(Semaphore::new(CONNECTIONS)),
    };
    axum::serve(listener, router)
        .with_graceful_shutdown(stopped(stop))
        .await
}

async fn stopped(mut stop: watch::Receiver<bool>) {
    // An error means that nobody is left who could say so: stop as well.
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn only_local(State(served): State<Served>, request: Request, next: Next) -> Response {
    if !served.beyond_loopback {
        let headers = request.headers();
        let text = |name| {
            headers
                .get(name)
                .map(|value| value.to_str().unwrap_or_default())
        };
        let origin = text(header::ORIGIN)
            .map(|origin| origin.split_once("://").map_or("", |(_, host)| host));
        for host in [text(header::HOST), origin].into_iter().flatten() {
            if !is_local(host) {
                return (
                    StatusCode::FORBIDDEN,
                    "only for programs of this computer\n",
                )
                    .into_response();
            }
        }
    }
    next.run(request).await
}

/// Whether an authority (`host` or `host:port`) is this computer.
fn is_local(authority: &str) -> bool {
    let host = match authority
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
    {
        Some((inside, _)) => inside,
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

async fn http(State(served): State<Served>, headers: HeaderMap, body: Bytes) -> Response {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !kind
        .split(';')
        .next()
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
    {
        return (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "send application/json\n",
        )
            .into_response();
    }
    match served.rpc.message(&body, None).await {
        Some(answer) => ([(header::CONTENT_TYPE, "application/json")], answer).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    }
}

async fn web_socket(
    State(served): State<Served>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    match upgrade {
        Ok(upgrade) => upgrade
            .max_message_size(REQUEST_BYTES)
            .max_frame_size(REQUEST_BYTES)
            .on_upgrade(|socket| converse(socket, served)),
        Err(_) => (
            StatusCode::METHOD_NOT_ALLOWED,
            "POST JSON-RPC, or open a WebSocket\n",
        )
            .into_response(),
    }
}

/// Talks with one WebSocket client until it leaves, falls behind, or the node stops.
async fn converse(socket: WebSocket, served: Served) {
    let (mut sink, mut stream) = socket.split();
    let (out, mut outgoing) = mpsc::channel(WS_OUTGOING);
    let connection = Connection::new(out.clone());
    let room = Arc::new(Semaphore::new(WS_IN_FLIGHT));
    let mut stop = pin!(stopped(served.stop.clone()));
    loop {
        let mut end = None;
        tokio::select! {
            message = outgoing.recv() => match message {
                Some(Outgoing::Text(text)) => {
                    if sink.send(Message::Text(text.into())).await.is_err() {
                        return;
                    }
                }
                Some(Outgoing::TooSlow) => end = Some((close_code::POLICY, "too slow to follow the blocks")),
                None => return,
            },
            message = stream.next() => match message {
                Some(Ok(Message::Text(text))) => answer(&served.rpc, &connection, &out, &room, text.into()).await,
                Some(Ok(Message::Binary(bytes))) => answer(&served.rpc, &connection, &out, &room, bytes).await,
                // Pings are answered by the library.
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
            },
            () = &mut stop => end = Some((close_code::AWAY, "the node is stopping")),
        }
        if let Some((code, reason)) = end {
            // The client may be gone already.
            let _ = sink
                .send(Message::Close(Some(CloseFrame {
                    code,
                    reason: reason.into(),
                })))
                .await;
            return;
        }
    }
}

/// Works on a message in a task of its own, so that a slow call does not hold up a quick one.
async fn answer(
    rpc: &Arc<Rpc>,
    connection: &Arc<Connection>,
    out: &mpsc::Sender<Outgoing>,
    room: &Arc<Semaphore>,
    message: Bytes,
) {
    let Ok(permit) = Arc::clone(room).acquire_owned().await else {
        return;
    };
    let (rpc, connection, out) = (Arc::clone(rpc), Arc::clone(connection), out.clone());
    tokio::spawn(async move {
        let _permit = permit;
        if let Some(text) = rpc.message(&message, Some(&connection)).await {
            // The client may have left.
            let _ = out.send(Outgoing::Text(text)).await;
        }
        connection.told();
    });
}

/// A listener that has a bounded number of connections open.
struct Bounded {
    listener: TcpListener,
    room: Arc<Semaphore>,
}

impl Listener for Bounded {
    type Io = Counted;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Counted, SocketAddr) {
        let permit = Arc::clone(&self.room).acquire_owned().await.ok();
        let (stream, address) = Listener::accept(&mut self.listener).await;
        // Without it small answers wait for the client's acknowledgements.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "no TCP_NODELAY");
        }
        (
            Counted {
                stream,
                _permit: permit,
            },
            address,
        )
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// A connection that gives its place back when it is closed.
struct Counted {
    stream: TcpStream,
    _permit: Option<OwnedSemaphorePermit>,
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::is_local;

    #[test]
    fn only_this_computer_is_local() {
        for local in [
            "localhost",
            "localhost:8545",
            "127.0.0.1:1",
            "127.9.9.9",
            "[::1]:8545",
            "[::1]",
        ] {
            assert!(is_local(local), "{local}");
        }
        for foreign in [
            "",
            "null",
            "example.com",
            "localhost.evil.com",
            "127.0.0.1.evil.com",
            "192.168.1.2:8545",
            "[::2]",
        ] {
            assert!(!is_local(foreign), "{foreign}");
        }
    }
}
