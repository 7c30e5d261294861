//! The head as it grows: by polling, by WebSocket, and from one to the other.

use std::time::Duration;

use jiaozi_ledger::{EvmLedger, Finality, Ledger, PoolOptions};
use tokio::sync::watch;

use crate::node::{Fault, ScriptedNode};
use crate::{CHAIN, ledger, patient};

fn polling(every: Duration) -> PoolOptions {
    PoolOptions {
        poll: Some(every),
        ..patient()
    }
}

const NEVER: Duration = Duration::from_secs(3600);
const OFTEN: Duration = Duration::from_millis(20);

async fn until(heads: &mut watch::Receiver<Option<u64>>, head: u64) {
    heads.wait_for(|told| *told == Some(head)).await.unwrap();
}

#[tokio::test]
async fn polling_tells_each_head() {
    let node = ScriptedNode::start().await;
    let ledger = ledger(&[&node], polling(OFTEN));
    let mut heads = ledger.heads().unwrap();
    for head in [100, 101, 102] {
        node.grow(head);
        until(&mut heads, head).await;
    }
    // While it is away nothing is told, and when it is back it goes on.
    node.script().fault = Fault::Drop;
    node.disconnect();
    node.script().head = 110;
    while ledger.head().await.is_ok() {}
    node.script().fault = Fault::None;
    until(&mut heads, 110).await;
}

#[tokio::test]
async fn a_websocket_tells_heads_without_asking() {
    let node = ScriptedNode::start().await;
    let endpoints = [node.endpoint_with_websocket()];
    let ledger =
        EvmLedger::with_options(CHAIN, Finality::Immediate, &endpoints, polling(NEVER)).unwrap();
    let mut heads = ledger.heads().unwrap();
    until(&mut heads, 100).await;
    while !node.has_listener() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let asked = node.count("eth_blockNumber");
    for head in 101..120 {
        // A subscription takes a moment to stand: heads are told until one arrives.
        while *heads.borrow() != Some(head) {
            node.grow(head);
            let _ = tokio::time::timeout(Duration::from_millis(50), heads.changed()).await;
        }
    }
    assert_eq!(node.count("eth_blockNumber"), asked);
    assert!(ledger.endpoints().await[0].is_live);
}

#[tokio::test]
async fn a_lost_websocket_is_polled_for_and_comes_back() {
    let node = ScriptedNode::start().await;
    let endpoints = [node.endpoint_with_websocket()];
    let ledger =
        EvmLedger::with_options(CHAIN, Finality::Immediate, &endpoints, polling(OFTEN)).unwrap();
    let mut heads = ledger.heads().unwrap();
    while !ledger.endpoints().await[0].is_live {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    node.disconnect();
    node.script().head = 105;
    until(&mut heads, 105).await;
    while node.count("eth_subscribe") < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_websocket_of_another_chain_is_not_listened_to() {
    let (wrong, good) = (
        ScriptedNode::with(|script| script.chain = 7).await,
        ScriptedNode::start().await,
    );
    // HTTP leads to one node, the WebSocket to another.
    let socket = wrong.endpoint_with_websocket();
    let url = socket.host().replace("http://", "ws://");
    let endpoints = [good.endpoint().with_websocket(&url).unwrap()];
    let ledger =
        EvmLedger::with_options(CHAIN, Finality::Immediate, &endpoints, polling(OFTEN)).unwrap();
    let mut heads = ledger.heads().unwrap();
    until(&mut heads, 100).await;
    while wrong.count("eth_chainId") < 2 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!wrong.has_listener());
    assert!(!ledger.endpoints().await[0].is_live);
}

#[tokio::test]
async fn a_head_beyond_reason_wakes_nobody() {
    let (liar, honest) = (ScriptedNode::start().await, ScriptedNode::start().await);
    let ledger = ledger(&[&liar, &honest], polling(OFTEN));
    let mut heads = ledger.heads().unwrap();
    until(&mut heads, 100).await;
    liar.script().head = 900_000_000;
    honest.script().head = 101;
    until(&mut heads, 101).await;
    let asked = liar.count("eth_blockNumber");
    while liar.count("eth_blockNumber") < asked + 3 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(*heads.borrow(), Some(101));
}

#[tokio::test]
async fn nobody_is_asked_when_nobody_listens() {
    let node = ScriptedNode::start().await;
    let ledger = ledger(&[&node], polling(OFTEN));
    let mut heads = ledger.heads().unwrap();
    until(&mut heads, 100).await;
    drop(heads);
    // The poll that is under way may still come.
    let mut asked = node.count("eth_blockNumber");
    loop {
        tokio::time::sleep(OFTEN * 10).await;
        let now = node.count("eth_blockNumber");
        if now == asked {
            break;
        }
        asked = now;
    }
    // And again for the next listener.
    node.script().head = 130;
    let mut heads = ledger.heads().unwrap();
    until(&mut heads, 130).await;
}
