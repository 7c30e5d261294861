//! The hand that makes the blocks of a Conflux node which makes none by itself.

use std::time::Duration;

use jiaozi_faults::Node;
use serde_json::json;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

/// Between two blocks while nobody holds the hand.
const PAUSE: Duration = Duration::from_millis(100);
/// Transactions and bytes that one block may have.
const FULL: (u64, u64) = (100, 300_000);
/// Blocks after one with transactions: it is executed five epochs later, and
/// each more makes it harder to undo.
const AFTERWARDS: u64 = 8;

/// Makes blocks, all the time or when asked to.
pub(crate) struct Hand {
    node: Node,
    at_work: Mutex<Option<JoinHandle<()>>>,
}

impl Hand {
    /// A hand at work on the node whose Core Space answers at `url`.
    pub(crate) fn new(url: &str) -> Self {
        let node = Node::new(url);
        let worker = node.clone();
        let work = tokio::spawn(async move {
            loop {
                full(&worker).await;
                tokio::time::sleep(PAUSE).await;
            }
        });
        Self {
            node,
            at_work: Mutex::new(Some(work)),
        }
    }

    /// Makes no more blocks by itself.
    pub(crate) async fn rest(&self) {
        if let Some(work) = self.at_work.lock().await.take() {
            work.abort();
            let _ = work.await; // aborted is what it shall be
        }
    }

    /// A block of what waits, and so many more that it is executed.
    pub(crate) async fn make(&self) {
        full(&self.node).await;
        let asked = self
            .node
            .ask("test_generateEmptyBlocks", json!([AFTERWARDS]));
        asked.await.unwrap();
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        if let Some(work) = self.at_work.get_mut() {
            work.abort();
        }
    }
}

async fn full(node: &Node) {
    let (most, bytes) = FULL;
    let asked = node.ask("test_generateOneBlock", json!([most, bytes]));
    asked.await.unwrap();
}
