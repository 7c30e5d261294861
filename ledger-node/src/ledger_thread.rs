//! The one writer of the ledger: lets transactions in, makes blocks, and makes both durable.
//!
//! ```text
//! wait for a submission, or for the next block's time if something is ready
//! let in all that has arrived
//! if a block is due, execute what is ready
//! write both with one commit: the block, and a journal of what is let in and in no block yet
//! publish the block, answer the submissions
//! ```
//!
//! A commit that fails may or may not have reached the disk. What was let in with it is dropped from
//! the pool, and its callers are told that it is unknown whether it will be mined. If a block was in
//! it, the disk is read again until it answers: the block is published if its hash is the head there;
//! otherwise its transactions are ready again, and another block is made.

use std::{
    collections::{BTreeMap, BTreeSet},
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
    transaction::{Rejection, SignedTransaction},
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
        writer.turn(group);
        if stop {
            return;
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

    /// Lets a group in, makes a block if one is due, writes both, and tells everybody.
    fn turn(&mut self, group: Vec<Submission>) {
        if self.is_due()
            && let Some(built) = self.doubt.take()
        {
            self.settle(built);
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
        let admitted = self.admit(group);
        let mut built = if self.is_due() { self.build() } else { None };
        let batch = admitted.journal(built.as_mut());
        let outcome = match self.chain.commit(batch) {
            Ok(()) => {
                built.into_iter().for_each(|built| self.publish(built));
                Ok(())
            }
            Err(error) => {
                tracing::error!(%error, "a commit failed");
                if built.is_some_and(|built| self.settle(built)) {
                    Ok(())
                } else {
                    let mut pool = self.chain.pool();
                    for submission in &admitted.submissions {
                        pool.remove(submission.transaction.hash);
                    }
                    Err(Rejection::Storage(error.to_string()))
                }
            }
        };
        for submission in admitted.submissions {
            answer(submission, outcome.clone());
        }
    }

    fn is_due(&self) -> bool {
        Instant::now() >= self.next_block
    }

    /// Lets in what can be let in, and answers the rest.
    fn admit(&self, group: Vec<Submission>) -> Admitted {
        let mut admitted = Admitted::default();
        if group.is_empty() {
            return admitted;
        }
        let latest = self.chain.latest();
        let mut pool = self.chain.pool();
        for submission in group {
            let transaction = &submission.transaction;
            let next = latest.state.nonce(transaction.sender);
            let balance = latest.state.balance(transaction.sender);
            match pool.admit(Arc::clone(transaction), next, balance) {
                Ok(place) => {
                    if let Some(replaced) = place.replaced
                        && admitted.arrivals.remove(&replaced).is_none()
                    {
                        admitted.replaced.push(replaced);
                    }
                    admitted
                        .arrivals
                        .insert(place.arrival, Arc::clone(transaction));
                    admitted.submissions.push(submission);
                }
                Err(rejection) => answer(submission, Err(rejection)),
            }
        }
        admitted
    }

    fn build(&mut self) -> Option<Built> {
        let latest = self.chain.latest();
        let context = self.chain.next_block(&latest);
        let built = block_builder::build(&latest, context, &mut self.chain.pool())?;
        self.next_block = Instant::now() + BLOCK_INTERVAL;
        Some(built)
    }

    /// Finds out what became of a block whose commit failed. Answers whether it is published.
    fn settle(&mut self, built: Built) -> bool {
        match self.chain.durable_head() {
            Ok((_, hash)) if hash == built.block.hash => {
                self.publish(built);
                return true;
            }
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
        false
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

/// What one turn has let in and not yet answered.
#[derive(Default)]
struct Admitted {
    submissions: Vec<Submission>,
    /// The transactions that were not replaced at once, by arrival.
    arrivals: BTreeMap<u64, Arc<SignedTransaction>>,
    /// Arrivals of earlier turns that were replaced.
    replaced: Vec<u64>,
}

impl Admitted {
    /// All that this turn has to write: the block, and the changes of the journal. What comes and is
    /// mined in one turn is never in the journal.
    fn journal(&self, built: Option<&mut Built>) -> Batch {
        let mut batch = Batch::new();
        let mut mined = BTreeSet::new();
        if let Some(built) = built {
            batch = std::mem::take(&mut built.batch);
            mined.extend(built.taken.iter().map(|waiting| waiting.arrival));
        }
        let earlier = mined
            .iter()
            .filter(|arrival| !self.arrivals.contains_key(arrival));
        for arrival in earlier.chain(&self.replaced) {
            batch.delete(record::JOURNAL, arrival.to_be_bytes());
        }
        for (arrival, transaction) in self
            .arrivals
            .iter()
            .filter(|(arrival, _)| !mined.contains(arrival))
        {
            let row = Journaled {
                hash: transaction.hash,
                sender: transaction.sender,
                raw: transaction.raw.clone(),
            };
            batch.put(record::JOURNAL, arrival.to_be_bytes(), record::encode(&row));
        }
        batch
    }
}

fn answer(submission: Submission, outcome: Result<(), Rejection>) {
    // The caller may have hung up.
    let _ = submission.reply.send(outcome);
}
