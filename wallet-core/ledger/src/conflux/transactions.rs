//! Where a transaction stands: each endpoint's own view first, held against that
//! endpoint's own block; then what follows from all of them.

use std::sync::Arc;

use alloy_primitives::{Address, B256, U64, U256};
use jiaozi_types::agent::CoreCarrier;
use serde_json::json;

use super::{CoreLedger, plain, wire};
use crate::error::LedgerError;
use crate::ledger::{Agreement, Finality, Inclusion, Nonces, TransactionStatus};
use crate::pool::{self, Node};

pub(super) async fn status(
    ledger: &CoreLedger,
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
        node.ask("cfx_getTransactionReceipt", json!([hash])).await?;
    let Some(receipt) = receipt else {
        // One that is in a block but not executed has no receipt either.
        let known: Option<wire::Transaction> =
            node.ask("cfx_getTransactionByHash", json!([hash])).await?;
        return match known {
            Some(transaction) if transaction.hash == hash => Ok(TransactionStatus::Pending),
            Some(_) => Err(node.distrust("another transaction")),
            None => Ok(TransactionStatus::Unknown),
        };
    };
    if receipt.transaction_hash != hash {
        return Err(node.distrust("another transaction's receipt"));
    }
    let Some(epoch) = receipt.epoch_number else {
        return Ok(TransactionStatus::Pending);
    };
    let success = match receipt.outcome_status.to::<u64>() {
        0 => true,
        1 => false,
        // Left out of this block's execution: another block may bring it.
        2 => return Ok(TransactionStatus::Pending),
        _ => return Err(node.distrust("a receipt without outcome")),
    };
    // A receipt whose block is not (or no longer) in the node's own ledger proves
    // nothing: either it is false, or the ledger is being reorganised just now.
    let block: Option<wire::Block> = node
        .ask("cfx_getBlockByHash", json!([receipt.block_hash, false]))
        .await?;
    let bears_out = |block: &wire::Block| {
        block.epoch_number == Some(epoch) && block.transactions.contains(&hash)
    };
    if !block.as_ref().is_some_and(bears_out) {
        return Err(LedgerError::Garbage("a receipt that its block denies"));
    }
    Ok(TransactionStatus::Included(Inclusion {
        block: epoch.to(),
        block_hash: receipt.block_hash,
        success,
        fee: paid_by_sender(&receipt),
        is_final: is_final(node, epoch.to(), receipt.block_hash, finality).await?,
        agreement: Agreement::Single,
    }))
}

/// Gas and collateral, as far as no sponsor paid them.
fn paid_by_sender(receipt: &wire::Receipt) -> U256 {
    let gas = if receipt.gas_covered_by_sponsor {
        U256::ZERO
    } else {
        receipt.gas_fee
    };
    if receipt.storage_covered_by_sponsor {
        return gas;
    }
    let collateral = CoreCarrier {
        storage_limit: receipt.storage_collateralized.to(),
        epoch_height: 0,
    };
    gas.saturating_add(collateral.collateral())
}

/// Whether the endpoint by itself calls the block final.
async fn is_final(
    node: &Node,
    epoch: u64,
    block: B256,
    finality: Finality,
) -> Result<bool, LedgerError> {
    match finality {
        Finality::Immediate => Ok(true),
        Finality::Depth(depth) => {
            let above = node.ask_head().await?.checked_sub(epoch);
            Ok(above.is_some_and(|above| above >= u64::from(depth)))
        }
        Finality::Finalized => is_pos_final(node, epoch).await,
        Finality::Risk(exponent) => {
            let risk: Option<U256> = node
                .ask("cfx_getConfirmationRiskByHash", json!([block]))
                .await?;
            match risk {
                Some(risk) => Ok(is_below(risk, exponent)),
                // Nodes tell it of recent blocks only.
                None => is_pos_final(node, epoch).await,
            }
        }
    }
}

/// Whether proof-of-stake votes have made the epoch final.
async fn is_pos_final(node: &Node, epoch: u64) -> Result<bool, LedgerError> {
    let finalized: U64 = node
        .require("cfx_epochNumber", json!(["latest_finalized"]))
        .await?;
    Ok(finalized.to::<u64>() >= epoch)
}

/// Whether a risk, told in parts of 2^256, is below 10^-exponent.
fn is_below(risk: U256, exponent: u8) -> bool {
    let parts = U256::from(10).checked_pow(U256::from(exponent));
    parts
        .and_then(|parts| U256::MAX.checked_div(parts))
        .is_some_and(|limit| risk < limit)
}

/// The newest epoch that two endpoints call final. Confirmation risk is told
/// block by block: there, what the node calls confirmed (a risk below 10^-8)
/// stands for it.
pub(super) async fn final_block(ledger: &CoreLedger) -> Result<u64, LedgerError> {
    let finality = ledger.finality;
    let look = |node: Arc<Node>| async move {
        let tag = match finality {
            Finality::Immediate => return node.ask_head().await,
            Finality::Depth(depth) => {
                return Ok(node.ask_head().await?.saturating_sub(u64::from(depth)));
            }
            Finality::Finalized => "latest_finalized",
            Finality::Risk(_) => "latest_confirmed",
        };
        let epoch: U64 = node.require("cfx_epochNumber", json!([tag])).await?;
        Ok(epoch.to())
    };
    let told = ledger.pool.look_each(look, |told| told.good.len() > 1);
    pool::reached(&told.await)
}

pub(super) async fn nonces(ledger: &CoreLedger, account: Address) -> Result<Nonces, LedgerError> {
    let account = plain(ledger.network, account);
    let look = |node: Arc<Node>| {
        let (state, waiting) = (json!([account, "latest_state"]), json!([account]));
        async move {
            let pending = async {
                match node.ask::<U64>("txpool_nextNonce", waiting).await {
                    // Not every node shows its pool.
                    Err(LedgerError::Node(_)) => Ok(None),
                    answer => answer,
                }
            };
            let latest = node.require::<U64>("cfx_getNextNonce", state);
            let (latest, pending) = futures_util::try_join!(latest, pending)?;
            Ok(Nonces {
                latest: latest.to(),
                pending: pending.unwrap_or_default().max(latest).to(),
            })
        }
    };
    // `pending` is the highest of all: everyone is waited for.
    let answers = ledger.pool.look_each(look, |_| false).await;
    pool::nonces(&answers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn risks_are_parts_of_everything() {
        // 0.9, as a node of a young chain tells it.
        let young: U256 = "0xe666666666666666666666666666666666666666666666666666666666666665"
            .parse()
            .unwrap();
        assert!(!is_below(young, 1));
        let parts = |exponent: u64| U256::MAX / U256::from(10).pow(U256::from(exponent));
        assert!(is_below(parts(9), 8));
        assert!(!is_below(parts(8), 8));
        assert!(!is_below(parts(7), 8));
        assert!(is_below(U256::ZERO, 8));
        assert!(!is_below(U256::ZERO, 200), "beyond what can be told");
    }

    #[test]
    fn what_a_sponsor_pays_is_no_fee() {
        let receipt = |gas: bool, storage: bool| wire::Receipt {
            transaction_hash: B256::ZERO,
            block_hash: B256::ZERO,
            epoch_number: None,
            outcome_status: U64::ZERO,
            gas_fee: U256::from(5),
            gas_covered_by_sponsor: gas,
            storage_collateralized: U64::from(1024),
            storage_covered_by_sponsor: storage,
        };
        let coin = U256::from(1_000_000_000_000_000_000_u64);
        let paid = |gas, storage| paid_by_sender(&receipt(gas, storage));
        assert_eq!(paid(false, false), coin + U256::from(5));
        assert_eq!(paid(true, false), coin);
        assert_eq!(paid(false, true), U256::from(5));
        assert_eq!(paid(true, true), U256::ZERO);
    }
}
