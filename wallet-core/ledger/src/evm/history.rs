//! What a history needs besides logs: when an account came to life, and coin
//! that moved without a log.

use std::sync::Arc;

use alloy_primitives::{Address, B256, U64, U256};
use serde::Deserialize;
use serde_json::json;

use super::{EvmLedger, transactions};
use crate::error::LedgerError;
use crate::ledger::{Agreement, CoinTransfer, TransactionStatus};
use crate::pool::Node;
use crate::tokens;

/// Blocks whose transactions are read at a time, at most.
const MOST_BLOCKS: u64 = 1000;

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
    let nonce = ledger
        .pool
        .require::<U64>("eth_getTransactionCount", json!([account, at]));
    let Some(nonce) = or_unknown(nonce.await)? else {
        return Ok(None);
    };
    let coin = ledger
        .pool
        .require::<U256>("eth_getBalance", json!([account, at]));
    let Some(coin) = or_unknown(coin.await)? else {
        return Ok(None);
    };
    if !nonce.is_zero() || !coin.is_zero() {
        return Ok(Some(true));
    }
    for token in tokens {
        // A token that was not there yet has no balances: that is no lack of state.
        let held = tokens::balance_at(&ledger.pool, *token, account, block).await;
        if or_unknown(held)?.is_some_and(|held| !held.is_zero()) {
            return Ok(Some(true));
        }
    }
    Ok(Some(false))
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct FullBlock {
    hash: Option<B256>,
    timestamp: U64,
    #[serde(default)]
    transactions: Vec<FullTransaction>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
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
        let (block, agreement) = full_block(ledger, number).await?;
        let Some(block_hash) = block.hash else {
            return Err(LedgerError::Garbage("a block without a hash"));
        };
        for transaction in block.transactions {
            let Some(to) = transaction.to else { continue };
            let ours = transaction.from == account || to == account;
            if !ours || transaction.value.is_zero() {
                continue;
            }
            let status = transactions::status(ledger, transaction.hash).await?;
            let TransactionStatus::Included(inclusion) = status else {
                // Its block is being taken back, or never was.
                return Err(LedgerError::Unconfirmed);
            };
            if inclusion.success {
                found.push(CoinTransfer {
                    from: transaction.from,
                    to,
                    value: transaction.value,
                    block: number,
                    block_hash,
                    time: block.timestamp.to(),
                    transaction: transaction.hash,
                    agreement: if agreement == inclusion.agreement {
                        agreement
                    } else {
                        Agreement::Unconfirmed
                    },
                });
            }
        }
    }
    Ok(found)
}

/// A block as two endpoints tell it, else as one does.
async fn full_block(
    ledger: &EvmLedger,
    number: u64,
) -> Result<(FullBlock, Agreement), LedgerError> {
    let look = |node: Arc<Node>| async move {
        let params = json!([U64::from(number), true]);
        node.require::<FullBlock>("eth_getBlockByNumber", params)
            .await
    };
    let told = ledger.pool.look_each(look, |told| told.agreed().is_ok());
    let told = told.await;
    let agreement = match told.agreed() {
        Ok(block) if told.is_single() => return Ok((block, Agreement::Single)),
        Ok(block) => return Ok((block, Agreement::Agreed)),
        Err(_) => Agreement::Unconfirmed,
    };
    match told.good.first() {
        Some(block) => Ok((block.clone(), agreement)),
        None => Err(told.why_none()),
    }
}
