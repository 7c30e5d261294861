//! Each fault does to a call what its name says, on a real node, and ends when it should.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiaozi_faults::{Fault, Moment, Node, NodeError, Plan, Proxy};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Somebody with play money, and a stranger.
const RICH: &str = "0x1111111111111111111111111111111111111111";

struct Stage {
    proxy: Proxy,
    node: Node,
    _host: jiaozi_node::NodeHandle,
    _folder: tempfile::TempDir,
}

async fn stage() -> Stage {
    let folder = tempfile::tempdir().unwrap();
    let host = jiaozi_node::start(jiaozi_node::Config::new(folder.path()))
        .await
        .unwrap();
    Stage {
        proxy: Proxy::start(&host.url()).await.unwrap(),
        node: Node::new(&host.url()),
        _host: host,
        _folder: folder,
    }
}

/// Posts `body` through the proxy on a connection of its own; gives all that comes until the proxy
/// closes or nothing comes any more.
async fn raw(proxy: &Proxy, body: &Value) -> String {
    let address = proxy.url().replace("http://", "");
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let body = body.to_string();
    let request = format!(
        "POST / HTTP/1.1\r\nhost: {address}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    // A call that is answered leaves the connection open: the end of its answer is found below.
    while !whole(&bytes) {
        match tokio::time::timeout(Duration::from_secs(10), stream.read_buf(&mut bytes)).await {
            Ok(Ok(1..)) => {}
            _ => break,
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .and_then(|length| length.parse::<usize>().ok());
    length.is_some_and(|length| body.len() >= length)
}

fn call(method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params })
}

fn answer(text: &str) -> Value {
    let (_, body) = text.split_once("\r\n\r\n").unwrap_or_default();
    serde_json::from_str(body).unwrap_or_default()
}

#[tokio::test]
async fn without_a_plan_everything_passes() {
    let stage = stage().await;
    let through = answer(&raw(&stage.proxy, &call("eth_chainId", json!([]))).await);
    let direct = stage.node.ask("eth_chainId", json!([])).await.unwrap();
    assert_eq!(through["result"], direct);
    assert_eq!(through["id"], 7);
}

#[tokio::test]
async fn each_fault_of_the_way_is_what_it_is_called() {
    let stage = stage().await;
    let chain = call("eth_chainId", json!([]));
    for fault in Fault::ALL {
        stage.proxy.inflict(Plan::always(fault));
        if fault == Fault::SlowLoris || fault.lies() {
            continue; // tried below
        }
        let text = raw(&stage.proxy, &chain).await;
        assert_eq!(stage.proxy.struck(), 1, "{fault:?}");
        let good = answer(&text)["result"].is_string();
        match fault {
            Fault::Drop | Fault::DisconnectAfterAccept => assert_eq!(text, ""),
            Fault::Delay | Fault::Duplicate | Fault::Reorder => assert!(good, "{text}"),
            Fault::Truncate => {
                assert!(
                    text.contains("200 Said") && answer(&text).is_null(),
                    "{text}"
                )
            }
            Fault::CorruptJson => assert!(answer(&text).is_null(), "{text}"),
            Fault::WrongId => assert_eq!(answer(&text)["id"], 8),
            Fault::Html => assert!(text.contains("200 Said") && text.contains("<h1>")),
            Fault::ServerError => assert!(text.contains("HTTP/1.1 50") && text.contains("<h1>")),
            Fault::TooManyRequests => {
                assert!(text.contains("429") && text.contains("retry-after: 1"))
            }
            other => panic!("{other:?} is not tried"),
        }
    }
    stage.proxy.heal();
    assert!(answer(&raw(&stage.proxy, &chain).await)["result"].is_string());
}

#[tokio::test]
async fn a_slow_loris_never_ends() {
    let stage = stage().await;
    stage.proxy.inflict(Plan::always(Fault::SlowLoris));
    let chain = call("eth_chainId", json!([]));
    let whole = tokio::time::timeout(Duration::from_secs(2), raw(&stage.proxy, &chain)).await;
    assert!(whole.is_err());
}

#[tokio::test]
async fn calls_arrive_or_do_not() {
    let stage = stage().await;
    // Top-ups are the calls that leave a trace.
    let top_up = call("sandbox_topUp", json!([RICH, "100"]));
    let mut expected = 0;
    for (fault, arrives) in [
        (Fault::Drop, 0),
        (Fault::TooManyRequests, 0),
        (Fault::DisconnectAfterAccept, 1),
        (Fault::Truncate, 1),
        (Fault::Duplicate, 2),
    ] {
        stage.proxy.inflict(Plan::always(fault));
        raw(&stage.proxy, &top_up).await;
        expected += arrives * 100;
        let mut held = 0;
        for _ in 0..200 {
            held = balance(&stage.node).await;
            if held >= expected {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(held, expected, "{fault:?}");
    }
}

fn balance_of() -> Value {
    let data = format!("0x70a08231{:0>64}", &RICH[2..]);
    json!([{ "to": jiaozi_node::SANDBOX_YUAN, "data": data }, "latest"])
}

async fn balance(node: &Node) -> u128 {
    let held = node.ask("eth_call", balance_of()).await.unwrap();
    u128::from_str_radix(held.as_str().unwrap().trim_start_matches("0x"), 16).unwrap()
}

#[tokio::test]
async fn liars_are_well_formed_and_wrong() {
    let stage = stage().await;
    let through = |method: &'static str, params: Value| {
        let proxy = &stage.proxy;
        async move { answer(&raw(proxy, &call(method, params)).await)["result"].clone() }
    };
    let before = through("eth_call", balance_of()).await;
    stage.proxy.inflict(Plan::always(Fault::FalseBalance));
    assert_ne!(through("eth_call", balance_of()).await, before);
    stage.proxy.inflict(Plan::always(Fault::WrongChain));
    assert_eq!(through("eth_chainId", json!([])).await, "0x7a69a");

    // What was true once is said for ever.
    stage.proxy.inflict(Plan::always(Fault::StaleState));
    let hash = through("sandbox_topUp", json!([RICH, "100"])).await;
    while balance(&stage.node).await == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(through("eth_call", balance_of()).await, before);
    stage.proxy.heal();
    assert_ne!(through("eth_call", balance_of()).await, before);

    // An executed transaction is called failed.
    stage.proxy.inflict(Plan::always(Fault::FalseFailure));
    let receipt = through("eth_getTransactionReceipt", json!([hash])).await;
    assert_eq!(receipt["status"], "0x0");

    // One that nobody has is called executed.
    stage.proxy.inflict(Plan::always(Fault::FalseReceipt));
    let hash = through("eth_sendRawTransaction", json!(["0x02aabb"])).await;
    let receipt = through("eth_getTransactionReceipt", json!([hash.clone()])).await;
    assert_eq!(receipt["status"], "0x1");
    let block = json!([receipt["blockNumber"], false]);
    let block = stage.node.ask("eth_getBlockByNumber", block).await.unwrap();
    assert_eq!(receipt["blockHash"], block["hash"]);
    let truth = stage.node.ask("eth_getTransactionReceipt", json!([hash]));
    assert_eq!(truth.await.unwrap(), Value::Null);
}

#[tokio::test]
async fn the_seed_repeats_and_methods_are_told_apart() {
    let stage = stage().await;
    let pattern = |seed| {
        let proxy = &stage.proxy;
        async move {
            proxy.inflict(Plan::sometimes(Fault::Html, 400, seed).only(&["eth_chainId"]));
            let mut struck = Vec::new();
            for _ in 0..40 {
                let spared = raw(proxy, &call("eth_blockNumber", json!([]))).await;
                assert!(answer(&spared)["result"].is_string());
                struck.push(answer(&raw(proxy, &call("eth_chainId", json!([]))).await).is_null());
            }
            struck
        }
    };
    let (one, same, other) = (pattern(1).await, pattern(1).await, pattern(2).await);
    assert_eq!(one, same);
    assert_ne!(one, other);
    let hit = one.iter().filter(|struck| **struck).count();
    assert!((5..30).contains(&hit), "{hit} of 40");
}

#[tokio::test]
async fn watchers_see_both_sides_and_a_dead_node_is_a_closed_connection() {
    let stage = stage().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    stage.proxy.watch(move |call| {
        log.lock().unwrap().push((call.method.clone(), call.moment));
    });
    raw(&stage.proxy, &call("eth_chainId", json!([]))).await;
    let expected = [Moment::Before, Moment::After].map(|moment| ("eth_chainId".to_owned(), moment));
    assert_eq!(*seen.lock().unwrap(), expected);

    stage.proxy.point_at("http://127.0.0.1:9");
    assert_eq!(raw(&stage.proxy, &call("eth_chainId", json!([]))).await, "");
    let nobody = Node::new("http://127.0.0.1:9");
    let direct = nobody.ask("eth_chainId", json!([])).await;
    assert_eq!(direct, Err(NodeError::Unreachable));
}

/// What a WebSocket client sends first (RFC 6455, section 1.3).
const HANDSHAKE: &str = "GET / HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\n\
    connection: Upgrade\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
    sec-websocket-version: 13\r\n\r\n";

#[tokio::test]
async fn websockets_pass_through() {
    let stage = stage().await;
    let address = stage.proxy.url().replace("http://", "");
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream.write_all(HANDSHAKE.as_bytes()).await.unwrap();
    let mut bytes = Vec::new();
    while !bytes.windows(4).any(|window| window == b"\r\n\r\n") {
        assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0);
    }
    let text = String::from_utf8_lossy(&bytes);
    assert!(text.starts_with("HTTP/1.1 101"), "{text}");
    assert!(text.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "{text}");
    // A masked text frame with a call; the answer is a frame with its result.
    let body = call("eth_chainId", json!([])).to_string();
    let mut frame = vec![0x81, 0x80 | u8::try_from(body.len()).unwrap(), 0, 0, 0, 0];
    frame.extend_from_slice(body.as_bytes());
    stream.write_all(&frame).await.unwrap();
    let mut answer = Vec::new();
    while !String::from_utf8_lossy(&answer).contains("result") {
        assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0);
    }

    stage.proxy.inflict(Plan::always(Fault::Drop));
    let mut stream = TcpStream::connect(&address).await.unwrap();
    stream.write_all(HANDSHAKE.as_bytes()).await.unwrap();
    assert_eq!(stream.read_buf(&mut Vec::new()).await.unwrap_or(0), 0);
}
