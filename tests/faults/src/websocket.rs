//! WebSocket connections: passed through byte by byte, and cut or stalled by the faults that make
//! sense for a stream.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;

use crate::fault::Fault;
use crate::http::Request;

/// Bytes of the node that pass before a fault cuts or stalls the stream: the handshake and a little.
const BEFORE: u64 = 600;

/// Serves a connection that asks for a WebSocket.
pub async fn pass(
    mut wallet: TcpStream,
    request: Request,
    read_ahead: Vec<u8>,
    node: &str,
    fault: Option<Fault>,
) -> io::Result<()> {
    let refused = |status: &str| format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
    match fault {
        Some(Fault::Drop) => return Ok(()),
        Some(Fault::ServerError | Fault::Html) => {
            let refusal = refused("502 Bad Gateway");
            return wallet.write_all(refusal.as_bytes()).await;
        }
        Some(Fault::TooManyRequests) => {
            let refusal = refused("429 Too Many Requests\r\nretry-after: 1");
            return wallet.write_all(refusal.as_bytes()).await;
        }
        Some(Fault::Delay) => tokio::time::sleep(Duration::from_secs(1)).await,
        _ => {}
    }
    let mut upstream = TcpStream::connect(node).await?;
    upstream.write_all(&request.head).await?;
    upstream.write_all(&read_ahead).await?;
    match fault {
        Some(Fault::DisconnectAfterAccept | Fault::Truncate | Fault::CorruptJson) => {
            let (mut from_wallet, mut to_wallet) = wallet.split();
            let (from_node, mut to_node) = upstream.split();
            let mut from_node = from_node.take(BEFORE);
            let down = tokio::io::copy(&mut from_node, &mut to_wallet);
            let up = tokio::io::copy(&mut from_wallet, &mut to_node);
            tokio::select! { done = down => done.map(|_| ()), done = up => done.map(|_| ()) }
        }
        Some(Fault::SlowLoris) => {
            let mut byte = [0];
            while upstream.read(&mut byte).await? == 1 {
                wallet.write_all(&byte).await?;
                tokio::time::sleep(Duration::from_millis(250)).await;
            }
            Ok(())
        }
        _ => copy_bidirectional(&mut wallet, &mut upstream)
            .await
            .map(|_| ()),
    }
}
