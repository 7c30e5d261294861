//! Where an account's history begins, so that a young account on an old chain
//! does not read millions of blocks.
//!
//! - Words that were made here were paid by nobody before: a search by block
//!   time, with a day's margin for a clock that is wrong.
//! - Restored words: a search for the first block by which the account had sent
//!   something or held coin or a token. It needs a node that keeps old states;
//!   where none does, everything from the network's first block on is read. An
//!   account whose first money all left again without a transaction of its own
//!   can look younger than it is.

use alloy_primitives::Address as EvmAddress;
use jiaozi_ledger::{Ledger, LedgerError};

use crate::network::Network;

/// A stretch this short is read, not searched.
const SHORT: u64 = 20_000;
/// Seconds that this computer's clock may have been ahead when the words were made.
const MARGIN: u64 = 86_400;

/// The first block that counts for `address`, at most `head`.
pub(super) async fn first_block(
    ledger: &dyn Ledger,
    network: &Network,
    address: EvmAddress,
    made_at: Option<u64>,
    head: u64,
) -> Result<u64, LedgerError> {
    let low = network.first_block.min(head);
    if head.saturating_sub(low) <= SHORT {
        return Ok(low);
    }
    match made_at {
        Some(made_at) => by_time(ledger, made_at.saturating_sub(MARGIN), low, head).await,
        None => by_state(ledger, network, address, low, head).await,
    }
}

/// The first block in `low..=high` that is not older than `time`.
async fn by_time(
    ledger: &dyn Ledger,
    time: u64,
    mut low: u64,
    mut high: u64,
) -> Result<u64, LedgerError> {
    while low < high {
        let middle = low.midpoint(high);
        if ledger.block_time(middle).await? < time {
            low = middle.saturating_add(1);
        } else {
            high = middle;
        }
    }
    Ok(low)
}

/// The first block in `low..=high` by which the account was active; `low` where
/// nobody can tell.
async fn by_state(
    ledger: &dyn Ledger,
    network: &Network,
    address: EvmAddress,
    low: u64,
    high: u64,
) -> Result<u64, LedgerError> {
    let tokens: Vec<_> = network.token_contracts().collect();
    let (mut from, mut to) = (low, high);
    let mut silent = None;
    while from < to {
        let middle = from.midpoint(to);
        match ledger.active_by(address, &tokens, middle).await? {
            Some(true) => to = middle,
            answer => {
                // A state that is not kept any more: newer ones may tell.
                silent = answer.map(|_| middle);
                from = middle.saturating_add(1);
            }
        }
    }
    // Just before its first block the account is known to have been silent.
    let told = silent.is_some_and(|block| block.checked_add(1) == Some(from));
    Ok(if told { from } else { low })
}
