//! The parts of nodes' answers that are read. Fields that are not needed are
//! not read, so that nodes may differ in them.

use alloy_primitives::{B256, U64, U256};
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Block {
    pub(super) number: Option<U64>,
    pub(super) hash: Option<B256>,
    /// Hashes, where whole transactions were not asked for.
    #[serde(default)]
    transactions: Vec<Value>,
    pub(super) timestamp: U64,
    pub(super) base_fee_per_gas: Option<U256>,
}

impl Block {
    /// Whether the block lists the transaction. One that lists none, or lists
    /// them in another form, may hold anything.
    pub(super) fn may_hold(&self, transaction: B256) -> bool {
        let hash = |listed: &Value| listed.as_str()?.parse::<B256>().ok();
        let listed: Vec<B256> = self.transactions.iter().filter_map(hash).collect();
        listed.is_empty() || listed.contains(&transaction)
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Receipt {
    pub(super) transaction_hash: B256,
    pub(super) block_number: Option<U64>,
    pub(super) block_hash: Option<B256>,
    pub(super) status: Option<U64>,
    pub(super) gas_used: U256,
    pub(super) effective_gas_price: Option<U256>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Transaction {
    pub(super) hash: B256,
}
