//! The parts of nodes' answers that are read. Fields that are not needed are
//! not read, so that nodes may differ in them.

use alloy_primitives::{B256, Bytes, U64, U256};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Block {
    /// Of an epoch that is asked for by its number: that of its pivot block.
    pub(super) hash: Option<B256>,
    /// None while the block is in no epoch of the pivot chain.
    pub(super) epoch_number: Option<U64>,
    pub(super) timestamp: U64,
    pub(super) base_fee_per_gas: Option<U256>,
    /// Hashes, as long as no more is asked for.
    pub(super) transactions: Vec<B256>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Receipt {
    pub(super) transaction_hash: B256,
    pub(super) block_hash: B256,
    pub(super) epoch_number: Option<U64>,
    /// 0 executed, 1 failed, 2 skipped.
    pub(super) outcome_status: U64,
    pub(super) gas_fee: U256,
    pub(super) gas_covered_by_sponsor: bool,
    /// Bytes.
    pub(super) storage_collateralized: U64,
    pub(super) storage_covered_by_sponsor: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Transaction {
    pub(super) hash: B256,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Estimate {
    /// What the call needs at most on its way, refunds not counted.
    pub(super) gas_limit: U64,
    /// Bytes.
    pub(super) storage_collateralized: U64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sponsorship {
    pub(super) will_pay_tx_fee: bool,
    pub(super) will_pay_collateral: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Log {
    /// After CIP-37.
    pub(super) address: String,
    pub(super) topics: Vec<B256>,
    pub(super) data: Bytes,
    pub(super) epoch_number: Option<U64>,
    pub(super) block_hash: Option<B256>,
    pub(super) transaction_hash: Option<B256>,
    pub(super) log_index: Option<U64>,
}
