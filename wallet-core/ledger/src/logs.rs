//! Transfers out of the ledger's logs, in ranges that nodes accept.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use alloy_primitives::{Address, B256, Bytes, U64, U256};
use alloy_sol_types::SolEvent;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::abi::Token;
use crate::error::LedgerError;
use crate::ledger::{Agreement, Transfer};
use crate::pool::{Answers, Node, Pool, Question};

/// A log, in the form of Ethereum's JSON-RPC.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Log {
    pub(crate) address: Address,
    pub(crate) topics: Vec<B256>,
    pub(crate) data: Bytes,
    pub(crate) block_number: Option<U64>,
    pub(crate) block_hash: Option<B256>,
    pub(crate) transaction_hash: Option<B256>,
    pub(crate) log_index: Option<U64>,
    pub(crate) block_timestamp: Option<U64>,
    #[serde(default)]
    pub(crate) removed: bool,
}

/// Epochs or blocks asked for at first; more while nodes accept it, half when one
/// finds it too many.
const FIRST: u64 = 1000;

pub(crate) async fn transfers(
    pool: &Pool,
    tokens: &[Address],
    account: Address,
    from: u64,
    to: u64,
) -> Result<Vec<Transfer>, LedgerError> {
    let signature = Token::Transfer::SIGNATURE_HASH;
    let word = account.into_word();
    let (sent, received) = (json!([signature, word]), json!([signature, null, word]));
    let (sent, received) = futures_util::try_join!(
        in_ranges(pool, tokens, &sent, from, to),
        in_ranges(pool, tokens, &received, from, to),
    )?;
    let mut found = Vec::new();
    for (log, agreement) in sent.into_iter().chain(received) {
        let transfer = read_transfer(&log, agreement)?;
        // A node that answers with other logs than were asked for is not believed.
        if transfer.from != account && transfer.to != account {
            return Err(LedgerError::Garbage("logs that were not asked for"));
        }
        found.push(transfer);
    }
    found.sort_by_key(|transfer| (transfer.block, transfer.log_index, transfer.transaction));
    // What an account sends to itself is found twice.
    found.dedup_by(|one, other| {
        Transfer {
            agreement: other.agreement,
            ..one.clone()
        } == *other
    });
    Ok(found)
}

pub(crate) async fn all_transfers(
    pool: &Pool,
    tokens: &[Address],
    from: u64,
    to: u64,
) -> Result<Vec<Transfer>, LedgerError> {
    // Tokens that number their pieces (ERC-721) have a topic more: they move no sums.
    let topics = json!([Token::Transfer::SIGNATURE_HASH]);
    let logs = in_ranges(pool, tokens, &topics, from, to).await?;
    let sums = logs.iter().filter(|(log, _)| log.topics.len() == 3);
    let mut found = sums
        .map(|(log, agreement)| read_transfer(log, *agreement))
        .collect::<Result<Vec<_>, _>>()?;
    found.sort_by_key(|transfer| (transfer.block, transfer.log_index, transfer.transaction));
    Ok(found)
}

pub(crate) async fn authorizations(
    pool: &Pool,
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
        for (log, _) in in_ranges(pool, tokens, &topics, from, to).await? {
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

/// Logs of `tokens` with `topics` in `from..=to`, asked for in parts that nodes
/// accept.
async fn in_ranges(
    pool: &Pool,
    tokens: &[Address],
    topics: &Value,
    from: u64,
    to: u64,
) -> Result<Vec<(Log, Agreement)>, LedgerError> {
    let mut found = Vec::new();
    let mut start = from;
    let mut longest = pool.dialect().log_range();
    let mut range = FIRST.min(longest);
    while !tokens.is_empty() && start <= to {
        let end = start.saturating_add(range.saturating_sub(1)).min(to);
        let told = in_range(pool, tokens, topics, (start, end)).await;
        // "Too many results" has no agreed code, and some nodes send them all the
        // same: a smaller range is worth a try.
        let is_refused = |error: &LedgerError| {
            matches!(
                error,
                LedgerError::Node(_) | LedgerError::Garbage("too large")
            )
        };
        let is_short = told.good.len() < told.configured.min(2);
        if is_short && range > 1 && told.failed.iter().any(is_refused) {
            range /= 2;
            longest = range;
            continue;
        }
        found.append(&mut counted(told)?);
        range = range.saturating_mul(2).min(longest);
        let Some(next) = end.checked_add(1) else {
            break;
        };
        start = next;
    }
    Ok(found)
}

/// What each endpoint that has reached the range's end tells of it.
async fn in_range(
    pool: &Pool,
    tokens: &[Address],
    topics: &Value,
    (start, end): (u64, u64),
) -> Answers<Vec<Log>> {
    let look = |node: Arc<Node>| {
        let Question { method, params } = node.dialect().ask_logs(tokens, topics, (start, end));
        async move {
            // Asked first: a node must have been there when it answers, or what
            // it has not seen yet would be missed for good.
            if !node.has_reached(end).await? {
                return Err(LedgerError::Behind);
            }
            let told: Vec<Value> = node.require(method, params).await?;
            let read = |log: &Value| node.dialect().read_log(log);
            let Some(mut logs) = told.iter().map(read).collect::<Option<Vec<Log>>>() else {
                return Err(node.distrust("logs that cannot be read"));
            };
            let is_asked_for = |log: &Log| {
                let block = log.block_number.map(|block| block.to::<u64>());
                block.is_some_and(|block| (start..=end).contains(&block))
                    && tokens.contains(&log.address)
            };
            if !logs.iter().all(is_asked_for) {
                return Err(node.distrust("logs that were not asked for"));
            }
            logs.retain(|log| !log.removed);
            Ok(logs)
        }
    };
    let told = pool.look_each(look, |told| told.agreed().is_ok());
    told.await
}

/// Every log that an endpoint told, with how many stand behind it.
fn counted(told: Answers<Vec<Log>>) -> Result<Vec<(Log, Agreement)>, LedgerError> {
    if told.good.is_empty() {
        return Err(told.why_none());
    }
    let is_single = told.is_single();
    let mut witnesses: HashMap<Log, (usize, Option<U64>)> = HashMap::new();
    for logs in told.good {
        // One endpoint is one witness, however often it repeats itself.
        let mut once = HashSet::new();
        for mut log in logs {
            // Not every node tells the time with the log.
            let time = log.block_timestamp.take();
            if once.insert(log.clone()) {
                let (count, known) = witnesses.entry(log).or_default();
                *count = count.saturating_add(1);
                *known = known.take().into_iter().chain(time).min();
            }
        }
    }
    let agreement = |count: usize| match count {
        _ if is_single => Agreement::Single,
        0 | 1 => Agreement::Unconfirmed,
        _ => Agreement::Agreed,
    };
    let mut all: Vec<_> = witnesses
        .into_iter()
        .map(|(mut log, (count, time))| {
            log.block_timestamp = time;
            (log, agreement(count))
        })
        .collect();
    all.sort_by_key(|(log, _)| (log.block_number, log.log_index));
    Ok(all)
}

fn read_transfer(log: &Log, agreement: Agreement) -> Result<Transfer, LedgerError> {
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
        agreement,
    })
}
