//! Connections: as many as there may be, encrypted where that is asked for, and
//! closed where a caller is slow on purpose.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tower_service::Service;

use crate::app::stopped;
use crate::guard::Peer;
use crate::limits;
use crate::patience::Patience;
use crate::rate;

/// Serves until `stop` turns true, and then until the requests under way are
/// answered, or for a bounded time.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    router: Router,
    mut stop: watch::Receiver<bool>,
) {
    let room = Arc::new(Semaphore::new(limits::CONNECTIONS));
    let peers = Arc::new(Peers::default());
    let graceful = GracefulShutdown::new();
    let tls = tls.map(TlsAcceptor::from);
    loop {
        let permit = Arc::clone(&room).acquire_owned();
        let accepted = async {
            let permit = permit.await.map_err(io::Error::other)?;
            Ok::<_, io::Error>((listener.accept().await?, permit))
        };
        let ((stream, address), permit) = tokio::select! {
            () = stopped(&mut stop) => break,
            accepted = accepted => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Of one connection, or of a table that is full for a moment.
                    tracing::debug!(%error, "not accepted");
                    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                    continue;
                }
            },
        };
        let peer = address.ip();
        let Some(place) = Peers::enter(&peers, peer) else {
            continue;
        };
        // Without it small answers wait for the caller's acknowledgements.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "no TCP_NODELAY");
        }
        let held = (permit, place);
        let (router, watcher, tls) = (router.clone(), graceful.watcher(), tls.clone());
        tokio::spawn(connection(stream, peer, tls, router, watcher, held));
    }
    drop(listener);
    let _ = timeout(limits::FAREWELL, graceful.shutdown()).await;
}

async fn connection(
    stream: TcpStream,
    peer: IpAddr,
    tls: Option<TlsAcceptor>,
    router: Router,
    watcher: Watcher,
    _held: (OwnedSemaphorePermit, Place),
) {
    match tls {
        None => talk(stream, peer, router, watcher).await,
        Some(tls) => match timeout(limits::HANDSHAKE, tls.accept(stream)).await {
            Ok(Ok(stream)) => talk(stream, peer, router, watcher).await,
            Ok(Err(error)) => tracing::debug!(%error, "no TLS"),
            Err(_) => tracing::debug!("the handshake takes too long"),
        },
    }
}

async fn talk(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    peer: IpAddr,
    router: Router,
    watcher: Watcher,
) {
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        let mut router = router.clone();
        async move {
            let answer = router.call(request.map(Body::new)).await;
            Ok::<_, Infallible>(answer.unwrap_or_else(|never| match never {}))
        }
    });
    let stream = Patience::new(stream, limits::UNREAD);
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits::HEADERS_WAIT)
        .max_headers(limits::HEADERS)
        .max_buf_size(limits::HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection ended");
    }
}

/// Connections by peer.
#[derive(Debug, Default)]
struct Peers(Mutex<HashMap<IpAddr, usize>>);

/// A connection's place among its peer's.
#[derive(Debug)]
struct Place {
    peers: Arc<Peers>,
    peer: IpAddr,
}

impl Peers {
    /// A place, where the peer has not as many connections as it may have. This
    /// computer's own programs, a proxy among them, share all there are.
    fn enter(peers: &Arc<Self>, ip: IpAddr) -> Option<Place> {
        let most = if ip.is_loopback() {
            limits::CONNECTIONS
        } else {
            limits::PEER_CONNECTIONS
        };
        let peer = rate::peer(ip);
        let mut counts = peers.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(peer).or_default();
        if *count >= most {
            return None;
        }
        *count = count.saturating_add(1);
        Some(Place {
            peers: Arc::clone(peers),
            peer,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.peers.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.peer) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.remove(&self.peer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_peer_cannot_take_all_connections() {
        let peers = Arc::new(Peers::default());
        let ip: IpAddr = "192.0.2.1".parse().unwrap();
        let mut places: Vec<_> = std::iter::from_fn(|| Peers::enter(&peers, ip)).collect();
        assert_eq!(places.len(), limits::PEER_CONNECTIONS);
        assert!(Peers::enter(&peers, "192.0.2.2".parse().unwrap()).is_some());
        places.pop();
        assert!(Peers::enter(&peers, ip).is_some());
    }
}
