//! Where a transaction stands, by the network's own rule of finality.

use alloy_primitives::{B256, U64, U256};
use serde_json::json;

use super::{EvmLedger, wire};
use crate::error::LedgerError;
use crate::ledger::{Agreement, Finality, Inclusion, Ledger, TransactionStatus};

pub(super) async fn status(
    ledger: &EvmLedger,
    hash: B256,
) -> Result<TransactionStatus, LedgerError> {
    let receipt: Option<wire::Receipt> = ledger
        .ask("eth_getTransactionReceipt", json!([hash]))
        .await?;
    let Some(receipt) = receipt else {
        let known: Option<wire::Transaction> = ledger
            .ask("eth_getTransactionByHash", json!([hash]))
            .await?;
        return match known {
            Some(transaction) if transaction.hash == hash => Ok(TransactionStatus::Pending),
            Some(_) => Err(LedgerError::Garbage("another transaction")),
            None => Ok(TransactionStatus::Unknown),
        };
    };
    if receipt.transaction_hash != hash {
        return Err(LedgerError::Garbage("another transaction's receipt"));
    }
    let (Some(block), Some(block_hash)) = (receipt.block_number, receipt.block_hash) else {
        return Ok(TransactionStatus::Pending);
    };
    let success = receipt
        .status
        .ok_or(LedgerError::Garbage("a receipt without status"))?
        == U64::from(1);
    let price = receipt.effective_gas_price.unwrap_or(U256::ZERO);
    let fee = receipt
        .gas_used
        .checked_mul(price)
        .ok_or(LedgerError::Garbage("a fee beyond reason"))?;
    let block = block.to();
    let is_final = is_final(ledger, block).await?;
    Ok(TransactionStatus::Included(Inclusion {
        block,
        block_hash,
        success,
        fee,
        is_final,
        agreement: if ledger.pool.is_single() {
            Agreement::Single
        } else {
            Agreement::Unconfirmed
        },
    }))
}

async fn is_final(ledger: &EvmLedger, block: u64) -> Result<bool, LedgerError> {
    match ledger.finality {
        Finality::Immediate => Ok(true),
        Finality::Depth(depth) => {
            let head = ledger.head().await?;
            Ok(head
                .checked_sub(block)
                .is_some_and(|above| above >= u64::from(depth)))
        }
        Finality::Finalized => {
            let finalized: Option<wire::Block> = ledger
                .ask("eth_getBlockByNumber", json!(["finalized", false]))
                .await?;
            let number = finalized.and_then(|finalized| finalized.number);
            Ok(number.is_some_and(|number| number.to::<u64>() >= block))
        }
    }
}
