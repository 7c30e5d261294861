//! Well-formed answers that are not true.

use std::collections::HashMap;

use alloy_primitives::{Bytes, keccak256};
use serde_json::{Value, json};

use crate::fault::Fault;
use crate::node::Node;

/// `balanceOf(address)`.
const BALANCE_OF: &str = "0x70a08231";
/// Blocks that a false receipt lies back: deep enough for every rule of the tests.
const DEPTH: u64 = 20;

/// What a liar has to remember to be believed.
#[derive(Debug, Default)]
pub struct Liar {
    /// The first answer to each question.
    first: HashMap<String, Value>,
    /// Transactions that were swallowed.
    swallowed: Vec<String>,
}

impl Liar {
    /// Remembers the first answer to a question, from before there was any fault.
    pub fn remember(&mut self, call: &Value, result: &Value) {
        self.first
            .entry(question(call))
            .or_insert_with(|| result.clone());
    }

    /// The first answer that was given to the question.
    pub fn first(&self, call: &Value) -> Option<Value> {
        self.first.get(&question(call)).cloned()
    }

    /// Takes a transaction out of the way; gives its hash.
    pub fn swallow(&mut self, call: &Value) -> Option<Value> {
        let bytes: Bytes = call["params"][0].as_str()?.parse().ok()?;
        let hash = keccak256(&bytes).to_string();
        self.swallowed.push(hash.clone());
        Some(json!(hash))
    }

    fn swallowed(&self, hash: &Value) -> bool {
        self.swallowed
            .iter()
            .any(|known| hash.as_str() == Some(known))
    }
}

fn question(call: &Value) -> String {
    format!("{} {}", call["method"], call["params"])
}

/// Whether the call hands a transaction in.
pub fn is_submission(method: &str) -> bool {
    method.ends_with("_sendRawTransaction")
}

/// The untrue result of a call whose true one is `result` (null when it was not passed on).
pub async fn untrue(
    fault: Fault,
    call: &Value,
    result: Value,
    liar: &tokio::sync::Mutex<Liar>,
    node: &Node,
) -> Value {
    let method = call["method"].as_str().unwrap_or_default();
    let name = method.split_once('_').map_or(method, |(_, name)| name);
    match (fault, name) {
        (Fault::StaleState, _) if !is_submission(method) => {
            let mut liar = liar.lock().await;
            liar.remember(call, &result);
            liar.first(call).unwrap_or(result)
        }
        (Fault::FalseBalance, "getBalance") => json!("0xffffffffffffffffffff"),
        (Fault::FalseBalance, "call") => {
            let transaction = &call["params"][0];
            let data = transaction["data"]
                .as_str()
                .or(transaction["input"].as_str());
            match data {
                Some(data) if data.starts_with(BALANCE_OF) => {
                    json!(format!("0x{:064x}", 9_999_999_999_u64))
                }
                _ => result,
            }
        }
        (Fault::EpochsAhead, "epochNumber") => {
            let digits = result.as_str().and_then(|text| text.strip_prefix("0x"));
            let epoch = digits.and_then(|digits| u64::from_str_radix(digits, 16).ok());
            epoch.map_or(result.clone(), |epoch| {
                json!(format!("0x{:x}", epoch.saturating_add(Fault::AHEAD)))
            })
        }
        (Fault::WrongChain, "chainId") => json!("0x7a69a"),
        (Fault::WrongChain, "version") => json!("501402"),
        (Fault::WrongChain, "getStatus") => {
            let mut status = result;
            status["chainId"] = json!("0x7a69a");
            status
        }
        (Fault::FalseFailure, "getTransactionReceipt") => {
            let mut receipt = result;
            if receipt.is_object() {
                // Core Space counts the other way round: 0 is success.
                let core = receipt.get("outcomeStatus").is_some();
                let (field, failed) = if core {
                    ("outcomeStatus", "0x1")
                } else {
                    ("status", "0x0")
                };
                receipt[field] = json!(failed);
                receipt["logs"] = json!([]);
            }
            receipt
        }
        (Fault::FalseReceipt, "getTransactionReceipt") => {
            let hash = &call["params"][0];
            if result.is_null() && liar.lock().await.swallowed(hash) {
                let invented = if method.starts_with("cfx_") {
                    invented_in_core_space(hash, node).await
                } else {
                    invented(hash, node).await
                };
                invented.unwrap_or(result)
            } else {
                result
            }
        }
        _ => result,
    }
}

/// A receipt of success, some blocks back on the true ledger.
async fn invented(hash: &Value, node: &Node) -> Option<Value> {
    let head = node.ask("eth_blockNumber", json!([])).await.ok()?;
    let head = u64::from_str_radix(head.as_str()?.strip_prefix("0x")?, 16).ok()?;
    let number = format!("0x{:x}", head.saturating_sub(DEPTH));
    let block = node
        .ask("eth_getBlockByNumber", json!([number, false]))
        .await
        .ok()?;
    Some(json!({
        "transactionHash": hash, "transactionIndex": "0x0", "type": "0x2",
        "blockNumber": number, "blockHash": block["hash"],
        "status": "0x1", "gasUsed": "0x5208", "cumulativeGasUsed": "0x5208",
        "effectiveGasPrice": "0x1", "logs": [], "contractAddress": null,
        "from": "0x0000000000000000000000000000000000000001",
        "to": "0x0000000000000000000000000000000000000002",
        "logsBloom": format!("0x{}", "00".repeat(256)),
    }))
}

/// The same in Conflux Core Space.
async fn invented_in_core_space(hash: &Value, node: &Node) -> Option<Value> {
    let newest = json!(["latest_state"]);
    let head = node.ask("cfx_epochNumber", newest).await.ok()?;
    let head = u64::from_str_radix(head.as_str()?.strip_prefix("0x")?, 16).ok()?;
    let epoch = format!("0x{:x}", head.saturating_sub(DEPTH));
    let block = node
        .ask("cfx_getBlockByEpochNumber", json!([epoch, false]))
        .await
        .ok()?;
    Some(json!({
        "transactionHash": hash, "index": "0x0", "type": "0x2",
        "epochNumber": epoch, "blockHash": block["hash"],
        "outcomeStatus": "0x0", "gasUsed": "0x5208", "gasFee": "0x5208",
        "effectiveGasPrice": "0x1", "logs": [], "contractCreated": null,
        "gasCoveredBySponsor": false, "storageCoveredBySponsor": false,
        "storageCollateralized": "0x0", "storageReleased": [],
        "txExecErrorMsg": null, "space": "native",
    }))
}
