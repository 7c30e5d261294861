//! What a history needs besides logs: what is final, when an account came to
//! life, and coin that moved without a log.

use alloy_primitives::{Address, B256, U64, U256};
use serde::Deserialize;
use serde_json::json;

use super::{EvmLedger, tokens, wire};
use crate::error::LedgerError;
use crate::ledger::{CoinTransfer, Finality, Ledger};

/// Blocks whose transactions are read at a time, at most.
const MOST_BLOCKS: u64 = 1000;

pub(super) async fn final_block(ledger: &EvmLedger) -> Result<u64, LedgerError> {
    match ledger.finality {
        Finality::Immediate => ledger.head().await,
        Finality::Depth(depth) => Ok(ledger.head().await?.saturating_sub(u64::from(depth))),
        Finality::Finalized => {
            let block: Option<wire::Block> = ledger
                .ask("eth_getBlockByNumber", json!(["finalized", false]))
                .await?;
            let number = block.and_then(|block| block.number);
            Ok(number.map_or(0, |number| number.to()))
        }
    }
}

/// Nodes word the lack of an old state in many ways: any refusal counts as one.
fn or_unknown<T>(answer: Result<T, LedgerError>) -> Result<Option<T>, LedgerError> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(LedgerError::Node(_) | LedgerError::Reverted | LedgerError::NotAToken) => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) async fn active_by(
    ledger: &EvmLedger,
    account: Address,
    tokens: &[Address],
    block: u64,
) -> Result<Option<bool>, LedgerError> {
    let at = U64::from(block);
    let nonce = ledger.require::<U64>("eth_getTransactionCount", json!([account, at]));
    let Some(nonce) = or_unknown(nonce.await)? else {
        return Ok(None);
    };
    let coin = ledger.require::<U256>("eth_getBalance", json!([account, at]));
    let Some(coin) = or_unknown(coin.await)? else {
        return Ok(None);
    };
    if !nonce.is_zero() || !coin.is_zero() {
        return Ok(Some(true));
    }
    for token in tokens {
        // A token that was not there yet has no balances: that is no lack of state.
        let held = tokens::balance_at(ledger, *token, account, block).await;
        if or_unknown(held)?.is_some_and(|held| !held.is_zero()) {
            return Ok(Some(true));
        }
    }
    Ok(Some(false))
}

#[derive(Debug, Deserialize)]
struct BlockName {
    hash: Option<B256>,
}

pub(super) async fn block_hash(
    ledger: &EvmLedger,
    block: u64,
) -> Result<Option<B256>, LedgerError> {
    let found: Option<BlockName> = ledger
        .ask("eth_getBlockByNumber", json!([U64::from(block), false]))
        .await?;
    Ok(found.and_then(|found| found.hash))
}

#[derive(Debug, Deserialize)]
struct FullBlock {
    hash: Option<B256>,
    timestamp: U64,
    #[serde(default)]
    transactions: Vec<FullTransaction>,
}

#[derive(Debug, Deserialize)]
struct FullTransaction {
    hash: B256,
    from: Address,
    to: Option<Address>,
    value: U256,
}

pub(super) async fn coin_transfers(
    ledger: &EvmLedger,
    account: Address,
    from: u64,
    to: u64,
) -> Result<Vec<CoinTransfer>, LedgerError> {
    let to = to.min(from.saturating_add(MOST_BLOCKS));
    let mut found = Vec::new();
    for number in from..=to {
        let block: FullBlock = ledger
            .require("eth_getBlockByNumber", json!([U64::from(number), true]))
            .await?;
        let Some(block_hash) = block.hash else {
            return Err(LedgerError::Garbage("a block without a hash"));
        };
        for transaction in block.transactions {
            let Some(to) = transaction.to else { continue };
            let ours = transaction.from == account || to == account;
            if !ours || transaction.value.is_zero() || !succeeded(ledger, transaction.hash).await? {
                continue;
            }
            found.push(CoinTransfer {
                from: transaction.from,
                to,
                value: transaction.value,
                block: number,
                block_hash,
                time: block.timestamp.to(),
                transaction: transaction.hash,
            });
        }
    }
    Ok(found)
}

async fn succeeded(ledger: &EvmLedger, transaction: B256) -> Result<bool, LedgerError> {
    let receipt: Option<wire::Receipt> = ledger
        .ask("eth_getTransactionReceipt", json!([transaction]))
        .await?;
    Ok(receipt.is_some_and(|receipt| receipt.status == Some(U64::from(1))))
}
