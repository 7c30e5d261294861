//! What is really on the ledger, asked of the node itself: no wallet and no
//! proxy in between.

use jiaozi_faults::Node;
use jiaozi_types::{Address, Unchecked};
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
    /// Whether the node speaks as Conflux Core Space does.
    core: bool,
}

/// A payment that the ledger holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// The paying address, in hexadecimal small letters.
    pub from: String,
    /// The paid address, in hexadecimal small letters.
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
            core: false,
        }
    }

    /// The same in Conflux Core Space.
    pub fn in_core_space(url: &str, token: &str) -> Self {
        Self {
            core: true,
            ..Self::new(url, token)
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

    /// The newest block; in Core Space the newest epoch that is executed.
    pub async fn head(&self) -> u64 {
        let head = if self.core {
            self.node.ask("cfx_epochNumber", json!(["latest_state"]))
        } else {
            self.node.ask("eth_blockNumber", json!([]))
        };
        number(&head.await.unwrap()).try_into().unwrap()
    }

    /// Fen in `account`.
    pub async fn balance(&self, account: &str) -> u128 {
        let data = format!("0x70a08231{:0>64}", &hexadecimal(account)[2..]);
        let (method, newest) = if self.core {
            ("cfx_call", "latest_state")
        } else {
            ("eth_call", "latest")
        };
        let call = json!([{ "to": self.token, "data": data }, newest]);
        number(&self.node.ask(method, call).await.unwrap())
    }

    /// Every transfer in blocks `from..`.
    pub async fn transfers(&self, mut from: u64) -> Vec<Transfer> {
        let (mut all, head) = (Vec::new(), self.head().await);
        while from <= head {
            let to = head.min(from + SPAN);
            let (method, first, last) = if self.core {
                ("cfx_getLogs", "fromEpoch", "toEpoch")
            } else {
                ("eth_getLogs", "fromBlock", "toBlock")
            };
            let filter = json!([{
                "address": self.token, "topics": [TRANSFER],
                first: format!("0x{from:x}"), last: format!("0x{to:x}"),
            }]);
            let logs = self.node.ask(method, filter).await.unwrap();
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
        let (payer, payee) = (hexadecimal(payer), hexadecimal(payee));
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

/// An address of either space as it stands in topics.
fn hexadecimal(account: &str) -> String {
    if account.starts_with("0x") {
        return account.to_lowercase();
    }
    let address: Address<Unchecked> = account.parse().unwrap();
    let chain = address.named_chain().unwrap();
    let raw = address.require_chain(chain).unwrap().evm();
    format!("{raw:?}")
}
