//! Transfers out of the ledger's logs, in ranges that nodes accept.

use alloy_primitives::{Address, B256, U64, U256};
use alloy_sol_types::SolEvent;
use serde_json::json;

use super::{EvmLedger, Token, wire};
use crate::error::LedgerError;
use crate::ledger::Transfer;

/// Blocks asked for at a time; halved when a node finds it too many.
const RANGE: u64 = 1000;

pub(super) async fn transfers(
    ledger: &EvmLedger,
    tokens: &[Address],
    account: Address,
    from: u64,
    to: u64,
) -> Result<Vec<Transfer>, LedgerError> {
    let mut found = Vec::new();
    let mut start = from;
    let mut range = RANGE;
    while !tokens.is_empty() && start <= to {
        let end = start.saturating_add(range.saturating_sub(1)).min(to);
        match both_ways(ledger, tokens, account, start, end).await {
            Ok(mut part) => {
                found.append(&mut part);
                let Some(next) = end.checked_add(1) else {
                    break;
                };
                start = next;
            }
            // "Too many results" has no agreed code: a smaller range is worth a try.
            Err(LedgerError::Node(_)) if range > 1 => range /= 2,
            Err(error) => return Err(error),
        }
    }
    found.sort_by_key(|transfer| (transfer.block, transfer.log_index));
    found.dedup();
    Ok(found)
}

async fn both_ways(
    ledger: &EvmLedger,
    tokens: &[Address],
    account: Address,
    from: u64,
    to: u64,
) -> Result<Vec<Transfer>, LedgerError> {
    let signature = Token::Transfer::SIGNATURE_HASH;
    let account = account.into_word();
    let mut found = Vec::new();
    for topics in [
        json!([signature, account]),
        json!([signature, null, account]),
    ] {
        let filter = json!({
            "address": tokens, "topics": topics,
            "fromBlock": U64::from(from), "toBlock": U64::from(to),
        });
        let logs: Vec<wire::Log> = ledger.require("eth_getLogs", json!([filter])).await?;
        for log in logs {
            let transfer = read(&log)?;
            let ours = transfer.from.into_word() == account || transfer.to.into_word() == account;
            let asked = tokens.contains(&transfer.token) && (from..=to).contains(&transfer.block);
            // A node that answers with other logs than were asked for is not believed.
            if !ours || !asked {
                return Err(LedgerError::Garbage("logs that were not asked for"));
            }
            if !log.removed {
                found.push(transfer);
            }
        }
    }
    Ok(found)
}

fn read(log: &wire::Log) -> Result<Transfer, LedgerError> {
    let garbage = LedgerError::Garbage("a transfer log that cannot be read");
    let [signature, from, to] = log.topics.as_slice() else {
        return Err(garbage);
    };
    let (Some(block), Some(transaction), Some(log_index)) =
        (log.block_number, log.transaction_hash, log.log_index)
    else {
        return Err(garbage);
    };
    if *signature != Token::Transfer::SIGNATURE_HASH || log.data.len() != 32 {
        return Err(garbage);
    }
    let address = |word: &B256| -> Option<Address> {
        let (zeros, rest) = word.as_slice().split_at_checked(12)?;
        zeros
            .iter()
            .all(|b| *b == 0)
            .then(|| Address::from_slice(rest))
    };
    Ok(Transfer {
        token: log.address,
        from: address(from).ok_or(LedgerError::Garbage("a malformed address"))?,
        to: address(to).ok_or(LedgerError::Garbage("a malformed address"))?,
        value: U256::from_be_slice(&log.data),
        block: block.to(),
        transaction,
        log_index: log_index.to(),
    })
}
