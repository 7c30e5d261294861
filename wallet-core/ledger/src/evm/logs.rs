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
    let signature = Token::Transfer::SIGNATURE_HASH;
    let word = account.into_word();
    let mut found = Vec::new();
    let (paid, received) = (json!([signature, word]), json!([signature, null, word]));
    let both = futures_util::future::try_join(
        in_ranges(ledger, tokens, &paid, from, to),
        in_ranges(ledger, tokens, &received, from, to),
    );
    let (paid, received) = both.await?;
    for log in paid.iter().chain(&received) {
        let transfer = read_transfer(log)?;
        // A node that answers with other logs than were asked for is not believed.
        if transfer.from != account && transfer.to != account {
            return Err(LedgerError::Garbage("logs that were not asked for"));
        }
        found.push(transfer);
    }
    found.sort_by_key(|transfer| (transfer.block, transfer.log_index));
    found.dedup();
    Ok(found)
}

pub(super) async fn authorizations(
    ledger: &EvmLedger,
    tokens: &[Address],
    nonces: &[B256],
    from: u64,
    to: u64,
) -> Result<Vec<(B256, B256)>, LedgerError> {
    let signature = Token::AuthorizationUsed::SIGNATURE_HASH;
    let mut found = Vec::new();
    // Nodes bound the length of a filter.
    for some in nonces.chunks(100) {
        let topics = json!([signature, null, some]);
        for log in in_ranges(ledger, tokens, &topics, from, to).await? {
            let (Some(nonce), Some(transaction)) = (log.topics.get(2), log.transaction_hash) else {
                return Err(LedgerError::Garbage(
                    "an authorization log that cannot be read",
                ));
            };
            if !some.contains(nonce) {
                return Err(LedgerError::Garbage("logs that were not asked for"));
            }
            found.push((*nonce, transaction));
        }
    }
    Ok(found)
}

/// Logs of `tokens` with `topics` in `from..=to`, asked for in parts.
async fn in_ranges(
    ledger: &EvmLedger,
    tokens: &[Address],
    topics: &serde_json::Value,
    from: u64,
    to: u64,
) -> Result<Vec<wire::Log>, LedgerError> {
    let mut found = Vec::new();
    let mut start = from;
    let mut range = RANGE;
    while !tokens.is_empty() && start <= to {
        let end = start.saturating_add(range.saturating_sub(1)).min(to);
        let filter = json!({
            "address": tokens, "topics": topics,
            "fromBlock": U64::from(start), "toBlock": U64::from(end),
        });
        let logs: Vec<wire::Log> = match ledger.require("eth_getLogs", json!([filter])).await {
            Ok(logs) => logs,
            // "Too many results" has no agreed code: a smaller range is worth a try.
            Err(LedgerError::Node(_)) if range > 1 => {
                range /= 2;
                continue;
            }
            Err(error) => return Err(error),
        };
        for log in logs {
            let in_range = log
                .block_number
                .is_some_and(|block| (start..=end).contains(&block.to::<u64>()));
            if !in_range || !tokens.contains(&log.address) {
                return Err(LedgerError::Garbage("logs that were not asked for"));
            }
            if !log.removed {
                found.push(log);
            }
        }
        let Some(next) = end.checked_add(1) else {
            break;
        };
        start = next;
    }
    Ok(found)
}

fn read_transfer(log: &wire::Log) -> Result<Transfer, LedgerError> {
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
        block_hash: log.block_hash,
        transaction,
        log_index: log_index.to(),
        time: log.block_timestamp.map(|time| time.to()),
    })
}
