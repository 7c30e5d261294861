//! The one writer of the ledger: lets transactions in, makes blocks, and makes both durable.
//!
//! ```text
//! wait for a submission, or for the next block's time if something is ready
//! let in all that has arrived        -> one commit to the journal -> answer them
//! if a block is due: execute, commit -> publish
//! ```
//!
//! A commit that fails may or may not have reached the disk. The journal's: the callers are told so,
//! and the transactions are dropped from the pool. The block's: the disk is read again until it
//! answers, and the block is published if its hash is the head there; otherwise its transactions go
//! back into the pool and another block is made.

use std::{
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::{Duration, Instant},
};

use jiaozi_store::Batch;

use crate::{
    block_builder::{self, Built},
    chain::Chain,
    limits::BLOCK_INTERVAL,
    record::{self, Journaled},
    submission::{Request, Submission},
    transaction::Rejection,
};

/// Submissions that are let in with one commit.
const GROUP: usize = 2_048;
/// Between two looks at a disk that does not answer.
const DISK_PAUSE: Duration = Duration::from_millis(250);
/// How often to wake with nothing to do.
const IDLE: Duration = Duration::from_secs(60);

/// Runs until it is told to stop, or every door is closed.
pub fn run(chain: &Arc<Chain>, requests: &Receiver<Request>) {
    let mut writer = Writer {
        chain: Arc::clone(chain),
        next_block: Instant::now(),
        doubt: None,
    };
    loop {
        let mut group = Vec::new();
        let stop = match requests.recv_timeout(writer.patience()) {
            Ok(request) => gather(request, requests, &mut group),
            Err(RecvTimeoutError::Timeout) => false,
            Err(RecvTimeoutError::Disconnected) => true,
        };
        writer.admit(group);
        if stop {
            return;
        }
        if Instant::now() >= writer.next_block {
            writer.make_block();
        }
    }
}

/// Takes what has arrived, up to a bound. Answers whether to stop.
fn gather(first: Request, requests: &Receiver<Request>, group: &mut Vec<Submission>) -> bool {
    let mut next = Some(first);
    while let Some(request) = next {
        match request {
            Request::Stop => return true,
            Request::Admit(submission) => group.push(submission),
        }
        next = if group.len() < GROUP {
            requests.try_recv().ok()
        } else {
            None
        };
    }
    false
}

struct Writer {
    chain: Arc<Chain>,
    next_block: Instant,
    /// A block of which it is not known whether it is on the disk.
    doubt: Option<Built>,
}

impl Writer {
    fn patience(&self) -> Duration {
        if self.doubt.is_some() || self.chain.pool().has_ready() {
            self.next_block.saturating_duration_since(Instant::now())
        } else {
            IDLE
        }
    }

    /// Lets a group of transactions in, with one commit, and answers all of them after it.
    fn admit(&mut self, group: Vec<Submission>) {
        if group.is_empty() {
            return;
        }
        if self.doubt.is_some() {
            // Some of what the pool holds may be mined already: nothing can be compared with it.
            for submission in group {
                answer(
                    submission,
                    Err(Rejection::Storage("it does not answer".into())),
                );
            }
            return;
        }
        let mut batch = Batch::new();
        let mut admitted = Vec::new();
        {
            let latest = self.chain.latest();
            let mut pool = self.chain.pool();
            for submission in group {
                let transaction = &submission.transaction;
                let (nonce, balance) = (
                    latest.state.nonce(transaction.sender),
                    latest.state.balance(transaction.sender),
                );
                match pool.admit(Arc::clone(transaction), nonce, balance) {
                    Ok(place) => {
                        if let Some(replaced) = place.replaced {
                            batch.delete(record::JOURNAL, replaced.to_be_bytes());
                        }
                        let row = Journaled {
                            hash: transaction.hash,
                            sender: transaction.sender,
                            raw: transaction.raw.clone(),
                        };
                        batch.put(
                            record::JOURNAL,
                            place.arrival.to_be_bytes(),
                            record::encode(&row),
                        );
                        admitted.push(submission);
                    }
                    Err(rejection) => answer(submission, Err(rejection)),
                }
            }
        }
        let outcome = self.chain.commit(batch).map_err(|error| {
            tracing::error!(%error, "transactions could not be written to the journal");
            Rejection::Storage(error.to_string())
        });
        if outcome.is_err() {
            let mut pool = self.chain.pool();
            for submission in &admitted {
                pool.remove(submission.transaction.hash);
            }
        }
        for submission in admitted {
            answer(submission, outcome.clone());
        }
    }

    fn make_block(&mut self) {
        if let Some(built) = self.doubt.take() {
            self.settle(built);
            return;
        }
        let built = {
            let latest = self.chain.latest();
            block_builder::build(
                &latest,
                self.chain.next_block(&latest),
                &mut self.chain.pool(),
            )
        };
        let Some(mut built) = built else { return };
        self.next_block = Instant::now() + BLOCK_INTERVAL;
        match self.chain.commit(std::mem::take(&mut built.batch)) {
            Ok(()) => self.publish(built),
            Err(error) => {
                tracing::error!(%error, "a block could not be written");
                self.settle(built);
            }
        }
    }

    /// Finds out what became of a block whose commit failed.
    fn settle(&mut self, built: Built) {
        match self.chain.durable_head() {
            Ok((_, hash)) if hash == built.block.hash => self.publish(built),
            Ok(_) => {
                let latest = self.chain.latest();
                let mut pool = self.chain.pool();
                pool.give_back(&built.taken, |sender| latest.state.nonce(sender));
                self.next_block = Instant::now() + DISK_PAUSE;
            }
            Err(error) => {
                tracing::error!(%error, "the disk does not answer");
                self.doubt = Some(built);
                self.next_block = Instant::now() + DISK_PAUSE;
            }
        }
    }

    fn publish(&self, built: Built) {
        let Built {
            block,
            mined,
            changes,
            taken,
            ..
        } = built;
        self.chain.publish(changes, block, mined, &taken);
    }
}

fn answer(submission: Submission, outcome: Result<(), Rejection>) {
    // The caller may have hung up.
    let _ = submission.reply.send(outcome);
}
