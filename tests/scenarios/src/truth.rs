//! What is really on the ledger, asked of the node itself: no wallet and no
//! proxy in between.

use jiaozi_faults::Node;
use serde_json::{Value, json};

/// The topic of `Transfer(address,address,uint256)` (ERC-20).
const TRANSFER: &str = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
/// Blocks that one question for logs may span.
const SPAN: u64 = 900;

/// The yuan's true ledger.
#[derive(Debug, Clone)]
pub struct Truth {
    node: Node,
    token: String,
}

/// A payment that the ledger holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// The paying address, in small letters.
    pub from: String,
    /// The paid address, in small letters.
    pub to: String,
    /// Fen.
    pub fen: u128,
    /// The transaction's hash.
    pub transaction: String,
}

impl Truth {
    /// The truth about `token` as the node at `url` knows it.
    pub fn new(url: &str, token: &str) -> Self {
        Self {
            node: Node::new(url),
            token: token.to_owned(),
        }
    }

    /// The node itself.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// The yuan's contract.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The newest block.
    pub async fn head(&self) -> u64 {
        number(&self.node.ask("eth_blockNumber", json!([])).await.unwrap())
            .try_into()
            .unwrap()
    }

    /// Fen in `account`.
    pub async fn balance(&self, account: &str) -> u128 {
        let data = format!("0x70a08231{:0>64}", &account[2..]);
        let call = json!([{ "to": self.token, "data": data }, "latest"]);
        number(&self.node.ask("eth_call", call).await.unwrap())
    }

    /// Every transfer in blocks `from..`.
    pub async fn transfers(&self, mut from: u64) -> Vec<Transfer> {
        let (mut all, head) = (Vec::new(), self.head().await);
        while from <= head {
            let to = head.min(from + SPAN);
            let filter = json!([{
                "address": self.token, "topics": [TRANSFER],
                "fromBlock": format!("0x{from:x}"), "toBlock": format!("0x{to:x}"),
            }]);
            let logs = self.node.ask("eth_getLogs", filter).await.unwrap();
            all.extend(logs.as_array().unwrap().iter().map(|log| Transfer {
                from: address(&log["topics"][1]),
                to: address(&log["topics"][2]),
                fen: number(&log["data"]),
                transaction: log["transactionHash"].as_str().unwrap().to_owned(),
            }));
            from = to + 1;
        }
        all
    }

    /// How often `payer` paid exactly `fen` to `payee`.
    pub async fn times_paid(&self, payer: &str, payee: &str, fen: u128) -> usize {
        let (payer, payee) = (payer.to_lowercase(), payee.to_lowercase());
        let all = self.transfers(0).await;
        let same = |one: &&Transfer| one.from == payer && one.to == payee && one.fen == fen;
        all.iter().filter(same).count()
    }

    /// Sandbox only: brings `fen` to `account` and waits until they are there.
    pub async fn top_up(&self, account: &str, fen: &str) {
        let before = self.balance(account).await;
        let call = json!([account, fen]);
        self.node.ask("sandbox_topUp", call).await.unwrap();
        while self.balance(account).await == before {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }
}

fn number(value: &Value) -> u128 {
    let digits = value.as_str().unwrap().trim_start_matches("0x");
    let digits = digits.trim_start_matches('0');
    u128::from_str_radix(if digits.is_empty() { "0" } else { digits }, 16).unwrap()
}

fn address(topic: &Value) -> String {
    format!("0x{}", &topic.as_str().unwrap()[26..])
}
