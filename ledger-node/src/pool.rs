//! Transactions that wait for a block: one queue a sender, ordered by nonce, gaps held.
//!
//! Of each sender only the transaction with the account's next nonce is *ready*; ready ones go into
//! blocks in the order in which they arrived. A second transaction with a nonce that still waits
//! replaces the first if it offers at least a tenth more of tip and of cap, and strictly more.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use alloy_consensus::Transaction as _;
use alloy_primitives::{Address, B256, U256};

use crate::{
    limits::{POOL_BYTES, POOL_PER_SENDER, POOL_TRANSACTIONS},
    transaction::{Rejection, SignedTransaction},
};

/// A waiting transaction and its place in the order of arrival, which is also its journal key.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Grows with each arrival.
    pub arrival: u64,
    /// The transaction.
    pub transaction: Arc<SignedTransaction>,
}

/// What letting a transaction in did.
#[derive(Debug, PartialEq, Eq)]
pub struct Admitted {
    /// Its place in the order of arrival.
    pub arrival: u64,
    /// The arrival of the one that it replaced.
    pub replaced: Option<u64>,
}

/// All that waits.
#[derive(Debug, Default)]
pub struct Pool {
    queues: HashMap<Address, BTreeMap<u64, Waiting>>,
    by_hash: HashMap<B256, Arc<SignedTransaction>>,
    ready: BTreeMap<u64, Waiting>,
    bytes: usize,
    next_arrival: u64,
}

impl Pool {
    /// Lets a transaction in, or says why not. `next_nonce` and `balance` are its sender's.
    ///
    /// # Errors
    /// The [`Rejection`]s about nonces, funds and room.
    pub fn admit(
        &mut self,
        transaction: Arc<SignedTransaction>,
        next_nonce: u64,
        balance: U256,
    ) -> Result<Admitted, Rejection> {
        let nonce = transaction.nonce();
        if self.by_hash.contains_key(&transaction.hash) {
            return Err(Rejection::AlreadyKnown);
        }
        if nonce < next_nonce {
            return Err(Rejection::NonceTooLow {
                next: next_nonce,
                found: nonce,
            });
        }
        if nonce - next_nonce >= POOL_PER_SENDER as u64 {
            return Err(Rejection::NonceTooHigh {
                next: next_nonce,
                found: nonce,
            });
        }
        let cost = transaction.envelope.value();
        if cost > balance {
            return Err(Rejection::InsufficientFunds { balance, cost });
        }
        let replaced = self
            .queues
            .get(&transaction.sender)
            .and_then(|queue| queue.get(&nonce))
            .cloned();
        match &replaced {
            Some(old) if !outbids(&transaction, &old.transaction) => {
                return Err(Rejection::Underpriced);
            }
            Some(_) => {}
            None if self.by_hash.len() >= POOL_TRANSACTIONS
                || self.bytes.saturating_add(transaction.raw.len()) > POOL_BYTES =>
            {
                return Err(Rejection::PoolFull);
            }
            None => {}
        }
        if let Some(old) = &replaced {
            self.forget(old);
        }
        let arrival = self.next_arrival;
        self.next_arrival += 1;
        let sender = transaction.sender;
        self.insert(Waiting {
            arrival,
            transaction,
        });
        if nonce == next_nonce {
            self.promote(sender, nonce);
        }
        Ok(Admitted {
            arrival,
            replaced: replaced.map(|old| old.arrival),
        })
    }

    /// Puts in what the journal of an earlier run holds.
    pub fn restore(&mut self, waiting: Waiting, next_nonce: u64) {
        self.next_arrival = self.next_arrival.max(waiting.arrival.saturating_add(1));
        let sender = waiting.transaction.sender;
        self.insert(waiting);
        self.promote(sender, next_nonce);
    }

    /// Makes ready again what [`Self::take_ready`] gave out, after its block could not be written.
    pub fn give_back(&mut self, taken: &[Waiting], next_nonce: impl Fn(Address) -> u64) {
        let senders: HashSet<Address> = taken
            .iter()
            .map(|waiting| waiting.transaction.sender)
            .collect();
        for sender in senders {
            // One may have been made ready on the strength of those that are back.
            for other in self
                .queues
                .get(&sender)
                .into_iter()
                .flat_map(BTreeMap::values)
            {
                self.ready.remove(&other.arrival);
            }
            self.promote(sender, next_nonce(sender));
        }
    }

    /// Forgets what [`Self::take_ready`] gave out, once its block is published.
    pub fn forget_taken(&mut self, taken: &[Waiting]) {
        for waiting in taken {
            self.forget(waiting);
        }
    }

    /// Takes a waiting transaction out for good.
    pub fn remove(&mut self, hash: B256) {
        let Some(transaction) = self.by_hash.get(&hash) else {
            return;
        };
        let queue = self.queues.get(&transaction.sender);
        if let Some(waiting) = queue
            .and_then(|queue| queue.get(&transaction.nonce()))
            .cloned()
        {
            self.forget(&waiting);
        }
    }

    /// The ready transaction that came first.
    pub fn peek_ready(&self) -> Option<&Waiting> {
        self.ready.first_key_value().map(|(_, first)| first)
    }

    /// Takes the ready transaction that came first, for a block. It stays known, and counts for its
    /// sender's pending nonce, until the block is published.
    pub fn take_ready(&mut self) -> Option<Waiting> {
        self.ready.pop_first().map(|(_, first)| first)
    }

    /// Makes the next transaction of a sender ready, once the one before it is executed.
    pub fn promote(&mut self, sender: Address, next_nonce: u64) {
        if let Some(next) = self
            .queues
            .get(&sender)
            .and_then(|queue| queue.get(&next_nonce))
        {
            self.ready.insert(next.arrival, next.clone());
        }
    }

    /// Whether a block has anything to hold.
    pub fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// A waiting transaction by its hash.
    pub fn get(&self, hash: B256) -> Option<Arc<SignedTransaction>> {
        self.by_hash.get(&hash).cloned()
    }

    /// The nonce after those that wait without a gap: what the sender signs next.
    pub fn pending_nonce(&self, sender: Address, next_nonce: u64) -> u64 {
        let queue = self.queues.get(&sender);
        let waits = |nonce: &u64| queue.is_some_and(|queue| queue.contains_key(nonce));
        (next_nonce..)
            .find(|nonce| !waits(nonce))
            .unwrap_or(next_nonce)
    }

    /// The hashes of at most `limit` transactions that are ready.
    pub fn ready_hashes(&self, limit: usize) -> Vec<B256> {
        self.ready
            .values()
            .take(limit)
            .map(|waiting| waiting.transaction.hash)
            .collect()
    }

    fn insert(&mut self, waiting: Waiting) {
        let transaction = &waiting.transaction;
        self.bytes = self.bytes.saturating_add(transaction.raw.len());
        self.by_hash
            .insert(transaction.hash, Arc::clone(transaction));
        self.queues
            .entry(transaction.sender)
            .or_default()
            .insert(transaction.nonce(), waiting);
    }

    fn forget(&mut self, waiting: &Waiting) {
        let transaction = &waiting.transaction;
        self.bytes = self.bytes.saturating_sub(transaction.raw.len());
        self.by_hash.remove(&transaction.hash);
        self.ready.remove(&waiting.arrival);
        if let Some(queue) = self.queues.get_mut(&transaction.sender) {
            queue.remove(&transaction.nonce());
            if queue.is_empty() {
                self.queues.remove(&transaction.sender);
            }
        }
    }
}

/// Whether `new` offers a tenth more than `old`, in tip and in cap, and more in any case.
fn outbids(new: &SignedTransaction, old: &SignedTransaction) -> bool {
    let above = |old: u128| old.saturating_add((old / 10).max(1));
    let (new, old) = (&new.envelope, &old.envelope);
    new.priority_fee_or_price() >= above(old.priority_fee_or_price())
        && new.max_fee_per_gas() >= above(old.max_fee_per_gas())
}
