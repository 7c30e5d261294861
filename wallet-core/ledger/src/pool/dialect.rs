//! What differs between kinds of nodes: how to ask for the chain, the head, the
//! name, a contract's answer and logs.

use std::fmt;

use alloy_primitives::{Address, Bytes, U64};
use jiaozi_types::ChainId;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::logs::Log;

/// A JSON-RPC method with its parameters.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) method: &'static str,
    pub(crate) params: Value,
}

impl Question {
    pub(crate) const fn new(method: &'static str, params: Value) -> Self {
        Self { method, params }
    }
}

/// A kind of node.
pub(crate) trait Dialect: fmt::Debug + Send + Sync + 'static {
    /// The chain that the nodes should be on.
    fn chain(&self) -> ChainId;
    /// Asks for the chain.
    fn ask_chain(&self) -> Question;
    /// Reads the answer; `None` when it makes no sense.
    fn read_chain(&self, answer: &Value) -> Option<ChainId>;
    /// Asks for the newest block's (or epoch's) number.
    fn ask_head(&self) -> Question;
    /// Reads the answer.
    fn read_head(&self, answer: &Value) -> Option<u64>;
    /// Asks for the node's name.
    fn ask_client(&self) -> Question;
    /// Subscribes to new heads, over WebSocket.
    fn subscribe_heads(&self) -> Question;
    /// Reads the head out of a notification's `params.result`.
    fn read_pushed_head(&self, pushed: &Value) -> Option<u64>;
    /// Asks a contract for something, by its newest state.
    fn ask_contract(&self, contract: Address, data: &Bytes) -> Question;
    /// Asks for the logs of `contracts` with `topics` in a range of blocks (or epochs).
    fn ask_logs(&self, contracts: &[Address], topics: &Value, range: (u64, u64)) -> Question;
    /// Reads one of the logs; `None` when it makes no sense.
    fn read_log(&self, log: &Value) -> Option<Log>;
    /// Whether public nodes count the method against the tighter of their rates.
    fn is_costly(&self, method: &str) -> bool;
}

/// Nodes that speak Ethereum JSON-RPC.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ethereum {
    /// The EIP-155 chain id.
    pub(crate) chain: u64,
}

fn quantity(value: &Value) -> Option<u64> {
    let number: U64 = serde_json::from_value(value.clone()).ok()?;
    Some(number.to())
}

impl Dialect for Ethereum {
    fn chain(&self) -> ChainId {
        ChainId::Eip155(self.chain)
    }

    fn ask_chain(&self) -> Question {
        Question::new("eth_chainId", json!([]))
    }

    fn read_chain(&self, answer: &Value) -> Option<ChainId> {
        quantity(answer).map(ChainId::Eip155)
    }

    fn ask_head(&self) -> Question {
        Question::new("eth_blockNumber", json!([]))
    }

    fn read_head(&self, answer: &Value) -> Option<u64> {
        quantity(answer)
    }

    fn ask_client(&self) -> Question {
        Question::new("web3_clientVersion", json!([]))
    }

    fn subscribe_heads(&self) -> Question {
        Question::new("eth_subscribe", json!(["newHeads"]))
    }

    fn read_pushed_head(&self, pushed: &Value) -> Option<u64> {
        quantity(pushed.get("number")?)
    }

    fn ask_contract(&self, contract: Address, data: &Bytes) -> Question {
        let call = json!({ "to": contract, "data": data });
        Question::new("eth_call", json!([call, "latest"]))
    }

    fn ask_logs(&self, contracts: &[Address], topics: &Value, range: (u64, u64)) -> Question {
        let filter = json!({
            "address": contracts, "topics": topics,
            "fromBlock": U64::from(range.0), "toBlock": U64::from(range.1),
        });
        Question::new("eth_getLogs", json!([filter]))
    }

    fn read_log(&self, log: &Value) -> Option<Log> {
        Log::deserialize(log).ok()
    }

    fn is_costly(&self, method: &str) -> bool {
        method == "eth_call" || method.starts_with("eth_getTransaction")
    }
}
