//! Proxies: who is connected to, and who resolves names.

use std::time::Duration;

use jiaozi_ledger::{Endpoint, EvmLedger, Finality, Ledger, PoolOptions, Proxy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::node::ScriptedNode;
use crate::{CHAIN, patient};

/// A name that nobody can resolve (RFC 2606): only a proxy ever sees it.
const NAME: &str = "rpc.jiaozi.invalid";

async fn proxy(scheme: &str) -> (TcpListener, PoolOptions) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("{scheme}://{}", listener.local_addr().unwrap());
    let options = PoolOptions {
        proxy: Some(Proxy::new(&url).unwrap()),
        ..patient()
    };
    (listener, options)
}

fn remote(options: PoolOptions) -> EvmLedger {
    let endpoint = Endpoint::new(&format!("https://{NAME}/KEY"), &[])
        .unwrap()
        .with_websocket(&format!("wss://{NAME}/KEY"))
        .unwrap();
    EvmLedger::with_options(CHAIN, Finality::Immediate, &[endpoint], options).unwrap()
}

/// The target of a SOCKS5 connection (RFC 1928), which is then refused.
async fn socks5_target(mut stream: TcpStream) -> (String, u16) {
    let mut greeting = [0; 2];
    stream.read_exact(&mut greeting).await.unwrap();
    assert_eq!(greeting[0], 5);
    let mut methods = vec![0; usize::from(greeting[1])];
    stream.read_exact(&mut methods).await.unwrap();
    stream.write_all(&[5, 0]).await.unwrap();
    let mut request = [0; 5];
    stream.read_exact(&mut request).await.unwrap();
    // Connect, to a domain name: an address would have been looked up here.
    assert_eq!(request[..4], [5, 1, 0, 3]);
    let mut name = vec![0; usize::from(request[4])];
    stream.read_exact(&mut name).await.unwrap();
    let port = stream.read_u16().await.unwrap();
    stream
        .write_all(&[5, 4, 0, 1, 0, 0, 0, 0, 0, 0])
        .await
        .unwrap();
    (String::from_utf8(name).unwrap(), port)
}

#[tokio::test]
async fn socks5_resolves_names_itself() {
    let (listener, options) = proxy("socks5").await;
    let ledger = remote(options);
    let served = async { socks5_target(listener.accept().await.unwrap().0).await };
    let (answer, target) = tokio::join!(ledger.head(), served);
    assert!(answer.unwrap_err().is_retryable());
    assert_eq!(target, (NAME.to_owned(), 443));
}

#[tokio::test]
async fn http_proxies_are_asked_to_connect() {
    let (listener, options) = proxy("http").await;
    let ledger = remote(options);
    let served = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"\r\n\r\n") {
            assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0);
        }
        let _ = stream.write_all(b"HTTP/1.1 503 No\r\n\r\n").await;
        String::from_utf8(bytes).unwrap()
    };
    let (answer, request) = tokio::join!(ledger.head(), served);
    assert!(answer.unwrap_err().is_retryable());
    assert!(
        request.starts_with(&format!("CONNECT {NAME}:443 ")),
        "{request}"
    );
    // The key in the path is for the node alone.
    assert!(!request.contains("KEY"));
}

#[tokio::test]
async fn websockets_go_through_the_proxy_too() {
    let (listener, options) = proxy("socks5h").await;
    let ledger = remote(PoolOptions {
        poll: Some(Duration::from_secs(3600)),
        ..options
    });
    let _heads = ledger.heads().unwrap();
    // The first poll, and the WebSocket.
    for _ in 0..2 {
        let (stream, _) = listener.accept().await.unwrap();
        assert_eq!(socks5_target(stream).await, (NAME.to_owned(), 443));
    }
}

#[tokio::test]
async fn nodes_on_this_computer_need_no_proxy() {
    let (listener, options) = proxy("socks5").await;
    drop(listener);
    let node = ScriptedNode::start().await;
    let ledger =
        EvmLedger::with_options(CHAIN, Finality::Immediate, &[node.endpoint()], options).unwrap();
    assert_eq!(ledger.head().await, Ok(100));
}
