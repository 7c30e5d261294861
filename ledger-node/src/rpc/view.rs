//! Blocks, transactions, receipts and logs in the form of the Ethereum JSON-RPC.

use alloy_consensus::Transaction as _;
use alloy_eips::eip2718::Typed2718;
use alloy_primitives::{B256, U64};
use serde_json::{Map, Value, json};

use super::error::RpcError;
use crate::{
    error::Error,
    log_query::FoundLog,
    record::{Block, Mined},
    transaction::SignedTransaction,
};

/// A number as a quantity.
pub fn quantity(number: u64) -> Value {
    json!(U64::from(number))
}

/// A block, with the transactions as given: hashes or objects.
pub fn block(block: &Block, transactions: Vec<Value>) -> Result<Value, RpcError> {
    let mut view = header(block)?;
    view.insert("transactions".into(), transactions.into());
    view.insert("uncles".into(), json!([]));
    view.insert("withdrawals".into(), json!([]));
    view.insert("size".into(), quantity(block.size));
    Ok(view.into())
}

/// A block's header, as `newHeads` tells it.
pub fn header(block: &Block) -> Result<Map<String, Value>, RpcError> {
    let mut view = object(&block.header)?;
    view.insert("hash".into(), json!(block.hash));
    view.insert("totalDifficulty".into(), quantity(0));
    Ok(view)
}

/// A transaction: mined, with its block and index, or waiting.
pub fn transaction(
    transaction: &SignedTransaction,
    mined: Option<(&Block, u32)>,
) -> Result<Value, RpcError> {
    let mut view = object(&transaction.envelope)?;
    view.insert("hash".into(), json!(transaction.hash));
    view.insert("from".into(), json!(transaction.sender));
    let (hash, number, index) = match mined {
        Some((block, index)) => {
            // What a transaction offers is not charged; `gasPrice` tells what it paid (EIP-1559).
            if transaction.envelope.is_dynamic_fee() {
                view.insert("gasPrice".into(), quantity(0));
            }
            (
                json!(block.hash),
                quantity(block.header.number),
                quantity(index.into()),
            )
        }
        None => {
            view.entry("gasPrice")
                .or_insert_with(|| json!(format!("{:#x}", transaction.envelope.max_fee_per_gas())));
            (Value::Null, Value::Null, Value::Null)
        }
    };
    view.insert("blockHash".into(), hash);
    view.insert("blockNumber".into(), number);
    view.insert("transactionIndex".into(), index);
    Ok(view.into())
}

/// A receipt.
pub fn receipt(block: &Block, index: u32, mined: &Mined) -> Result<Value, RpcError> {
    let transaction = mined.transaction()?;
    let envelope = &transaction.envelope;
    let logs: Vec<Value> = mined
        .logs
        .iter()
        .zip(mined.first_log..)
        .map(|(entry, log_index)| log(entry, block, mined.hash, index, log_index))
        .collect();
    Ok(json!({
        "transactionHash": mined.hash,
        "transactionIndex": quantity(index.into()),
        "blockHash": block.hash,
        "blockNumber": quantity(block.header.number),
        "from": mined.sender,
        "to": envelope.to(),
        "contractAddress": mined.contract(&transaction),
        "type": quantity(envelope.ty().into()),
        "status": quantity(mined.success.into()),
        "gasUsed": quantity(mined.gas_used),
        "cumulativeGasUsed": quantity(mined.cumulative_gas_used),
        "effectiveGasPrice": quantity(0),
        "logsBloom": mined.receipt(envelope.tx_type()).logs_bloom(),
        "logs": logs,
    }))
}

/// A log that a query found.
pub fn found_log(found: &FoundLog) -> Value {
    log(
        &found.log,
        &found.block,
        found.transaction,
        found.transaction_index,
        found.log_index,
    )
}

fn log(
    log: &alloy_primitives::Log,
    block: &Block,
    transaction: B256,
    index: u32,
    log_index: u64,
) -> Value {
    json!({
        "address": log.address,
        "topics": log.topics(),
        "data": log.data.data,
        "blockHash": block.hash,
        "blockNumber": quantity(block.header.number),
        "blockTimestamp": quantity(block.header.timestamp),
        "transactionHash": transaction,
        "transactionIndex": quantity(index.into()),
        "logIndex": quantity(log_index),
        // No block is ever taken back.
        "removed": false,
    })
}

fn object(value: &impl serde::Serialize) -> Result<Map<String, Value>, RpcError> {
    match serde_json::to_value(value) {
        Ok(Value::Object(object)) => Ok(object),
        _ => Err(Error::Damaged("a record has no JSON form").into()),
    }
}
