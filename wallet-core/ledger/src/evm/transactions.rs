//! Where a transaction stands: each endpoint's own view first, held against that
//! endpoint's own block; then what follows from all of them.

use std::sync::Arc;

use alloy_primitives::{B256, U64, U256};
use serde_json::json;

use super::{EvmLedger, wire};
use crate::error::LedgerError;
use crate::ledger::{Agreement, Finality, Inclusion, Nonces, TransactionStatus};
use crate::pool::{self, Node};

pub(super) async fn status(
    ledger: &EvmLedger,
    hash: B256,
) -> Result<TransactionStatus, LedgerError> {
    let finality = ledger.finality;
    let look = |node: Arc<Node>| async move { view_of(&node, hash, finality).await };
    let answers = ledger.pool.look_each(look, pool::is_status_clear).await;
    pool::status(&answers)
}

/// What one endpoint says, with its own word on finality.
async fn view_of(
    node: &Node,
    hash: B256,
    finality: Finality,
) -> Result<TransactionStatus, LedgerError> {
    let receipt: Option<wire::Receipt> =
        node.ask("eth_getTransactionReceipt", json!([hash])).await?;
    let Some(receipt) = receipt else {
        let known: Option<wire::Transaction> =
            node.ask("eth_getTransactionByHash", json!([hash])).await?;
        return match known {
            Some(transaction) if transaction.hash == hash => Ok(TransactionStatus::Pending),
            Some(_) => Err(node.distrust("another transaction")),
            None => Ok(TransactionStatus::Unknown),
        };
    };
    if receipt.transaction_hash != hash {
        return Err(node.distrust("another transaction's receipt"));
    }
    let (Some(number), Some(block_hash)) = (receipt.block_number, receipt.block_hash) else {
        return Ok(TransactionStatus::Pending);
    };
    let success = match receipt.status.map(|status| status.to::<u64>()) {
        Some(1) => true,
        Some(0) => false,
        _ => return Err(node.distrust("a receipt without status")),
    };
    let price = receipt.effective_gas_price.unwrap_or(U256::ZERO);
    let Some(fee) = receipt.gas_used.checked_mul(price) else {
        return Err(node.distrust("a fee beyond reason"));
    };
    // A receipt whose block is not (or no longer) the node's own proves nothing:
    // either it is false, or the ledger is being reorganised at this moment.
    let block: Option<wire::Block> = node
        .ask("eth_getBlockByNumber", json!([number, false]))
        .await?;
    let bears_out = |block: &wire::Block| {
        block.number == Some(number) && block.hash == Some(block_hash) && block.may_hold(hash)
    };
    if !block.as_ref().is_some_and(bears_out) {
        return Err(LedgerError::Garbage("a receipt that its block denies"));
    }
    let block = number.to();
    Ok(TransactionStatus::Included(Inclusion {
        block,
        block_hash,
        success,
        fee,
        is_final: is_final(node, block, finality).await?,
        agreement: Agreement::Single,
    }))
}

/// Whether the endpoint by itself calls the block final.
async fn is_final(node: &Node, block: u64, finality: Finality) -> Result<bool, LedgerError> {
    if finality == Finality::Immediate {
        return Ok(true);
    }
    let newest = final_block_of(node, finality).await?;
    Ok(newest.is_some_and(|newest| newest >= block))
}

/// The newest block that the endpoint by itself calls final.
async fn final_block_of(node: &Node, finality: Finality) -> Result<Option<u64>, LedgerError> {
    match finality {
        Finality::Immediate => node.ask_head().await.map(Some),
        Finality::Depth(depth) => {
            let head = node.ask_head().await?;
            Ok(head.checked_sub(u64::from(depth)))
        }
        // The risk is told by Core Space only: `finalized` is the stricter rule.
        Finality::Finalized | Finality::Risk(_) => {
            let finalized: Option<wire::Block> = node
                .ask("eth_getBlockByNumber", json!(["finalized", false]))
                .await?;
            let number = finalized.and_then(|finalized| finalized.number);
            Ok(number.map(|number| number.to()))
        }
    }
}

pub(super) async fn final_block(ledger: &EvmLedger) -> Result<u64, LedgerError> {
    let finality = ledger.finality;
    let look = |node: Arc<Node>| async move {
        let newest = final_block_of(&node, finality).await?;
        Ok(newest.unwrap_or_default())
    };
    let told = ledger.pool.look_each(look, |told| told.good.len() > 1);
    pool::reached(&told.await)
}

pub(super) async fn nonces(
    ledger: &EvmLedger,
    account: alloy_primitives::Address,
) -> Result<Nonces, LedgerError> {
    let look = |node: Arc<Node>| async move {
        let count = |tag: &'static str| {
            let params = json!([account, tag]);
            node.require::<U64>("eth_getTransactionCount", params)
        };
        let (latest, pending) = futures_util::try_join!(count("latest"), count("pending"))?;
        Ok(Nonces {
            latest: latest.to(),
            pending: pending.to(),
        })
    };
    // `pending` is the highest of all: everyone is waited for.
    let answers = ledger.pool.look_each(look, |_| false).await;
    pool::nonces(&answers)
}
