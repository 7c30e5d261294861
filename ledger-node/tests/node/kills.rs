//! SIGKILL at any moment: money is conserved, and what was once said stays said.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use alloy_primitives::{B256, Bytes, U256};
use serde_json::{Value, json};

use crate::support::{Account, Client, hash_of, totalSupplyCall};

struct Process {
    child: Child,
    client: Client,
}

impl Process {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_jiaozi-node"))
            .args(["--listen", "127.0.0.1:0", "--data"])
            .arg(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let url = line
            .trim()
            .strip_prefix("listening on ")
            .expect("it comes up after a kill");
        Self {
            child,
            client: Client::new(url),
        }
    }

    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// How far a round's payers have come, so that the kill comes while they are at work, however slow
/// the disk is.
#[derive(Default)]
struct Progress {
    acknowledged: AtomicU64,
    receipts: AtomicU64,
}

impl Progress {
    async fn reaches(&self, acknowledged: u64, receipts: u64) {
        while self.acknowledged.load(Ordering::Relaxed) < acknowledged
            || self.receipts.load(Ordering::Relaxed) < receipts
        {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// A test that fails leaves no node behind.
impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Pays until the node is gone; answers what it acknowledged and the receipts that it showed.
async fn pay_until_dead(
    client: Client,
    payer: Account,
    to: Vec<Account>,
    from: u64,
    progress: Arc<Progress>,
) -> (Vec<Bytes>, HashMap<B256, Value>) {
    let (mut sent, mut receipts) = (Vec::new(), HashMap::new());
    for nonce in from.. {
        let raw = payer.pay(
            nonce,
            to[usize::try_from(nonce).unwrap() % to.len()].address,
            1 + nonce % 3,
        );
        let request = |method: &str, params: Value| json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        match client
            .send(&request("eth_sendRawTransaction", json!([raw])))
            .await
        {
            Ok(answer) if answer["result"].is_string() => {
                sent.push(raw);
                progress.acknowledged.fetch_add(1, Ordering::Relaxed);
            }
            Ok(answer) => panic!("refused: {answer}"),
            Err(_) => break,
        }
        let early = sent[sent.len() / 2].clone();
        match client
            .send(&request(
                "eth_getTransactionReceipt",
                json!([hash_of(&early)]),
            ))
            .await
        {
            Ok(answer) if answer["result"].is_object() => {
                receipts.insert(hash_of(&early), answer["result"].clone());
                progress.receipts.fetch_add(1, Ordering::Relaxed);
            }
            Ok(_) => {}
            Err(_) => break,
        }
    }
    (sent, receipts)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_said_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let people: Vec<_> = (0..4)
        .map(|n| Account::named(&format!("person {n}")))
        .collect();
    const EACH: u64 = 1_000_000;
    let mut node = Process::start(folder.path());
    for person in &people {
        node.client.top_up(person.address, EACH).await;
    }
    let mut receipts: HashMap<B256, Value> = HashMap::new();
    let mut acknowledged: Vec<Bytes> = Vec::new();
    for round in 0..8 {
        let mut paying = Vec::new();
        let progress = Arc::new(Progress::default());
        for person in &people {
            let next = node
                .client
                .ok(
                    "eth_getTransactionCount",
                    json!([person.address, "pending"]),
                )
                .await;
            let task = pay_until_dead(
                node.client.clone(),
                person.clone(),
                people.clone(),
                crate::support::number(&next),
                progress.clone(),
            );
            paying.push(tokio::spawn(task));
        }
        // Some rounds end before the first block, others deep in the work.
        progress.reaches(1 + 3 * round, round / 2).await;
        tokio::time::sleep(Duration::from_millis(17 * round % 50)).await;
        node.kill();
        for task in paying {
            let (sent, seen) = task.await.unwrap();
            acknowledged.extend(sent);
            receipts.extend(seen);
        }
        // Killed while it starts, too.
        if round % 3 == 1 {
            let mut starting = Command::new(env!("CARGO_BIN_EXE_jiaozi-node"))
                .args(["--listen", "127.0.0.1:0", "--data"])
                .arg(folder.path())
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            tokio::time::sleep(Duration::from_millis(round * 4)).await;
            starting.kill().unwrap();
            starting.wait().unwrap();
        }
        node = Process::start(folder.path());
        // Four balances are read one after the other, so nothing may move meanwhile.
        for person in &people {
            node.client.wait_until_mined(person.address).await;
        }
        let mut sum = 0;
        for person in &people {
            sum += node.client.balance(person.address).await;
        }
        assert_eq!(sum, EACH * people.len() as u64, "round {round}");
    }
    assert!(
        acknowledged.len() > 20 && receipts.len() > 5,
        "{} {}",
        acknowledged.len(),
        receipts.len()
    );
    assert_eq!(
        node.client.view(totalSupplyCall {}).await,
        U256::from(EACH * people.len() as u64)
    );
    for (hash, receipt) in &receipts {
        assert_eq!(node.client.receipt(*hash).await, *receipt);
    }
    // What was acknowledged is mined, even if it was in no block when the node died.
    for raw in &acknowledged {
        assert_eq!(node.client.receipt(hash_of(raw)).await["status"], "0x1");
    }
    node.kill();
}
