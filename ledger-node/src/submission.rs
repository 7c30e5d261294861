//! The way of a transaction from a connection to the ledger thread.
//!
//! Decoding and recovering the sender is most of the work of a payment: it runs on a pool of threads
//! of its own, as many as there are processors. The answer comes when the transaction is in the
//! journal, so that what was acknowledged survives a kill; all that arrives while the disk is busy
//! goes into the next write together.

use std::sync::{
    Arc,
    mpsc::{Sender, channel},
};

use alloy_primitives::{B256, Bytes};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::{
    error::Error,
    limits::SUBMISSIONS,
    transaction::{Rejection, SignedTransaction},
};

/// What the ledger thread is told.
pub enum Request {
    /// Let a transaction in, and answer when that is durable.
    Admit(Submission),
    /// Finish what was begun and end.
    Stop,
}

/// A transaction on its way.
pub struct Submission {
    /// The transaction.
    pub transaction: Arc<SignedTransaction>,
    /// Where the answer goes.
    pub reply: oneshot::Sender<Result<(), Rejection>>,
    // Held until the submission is answered: it bounds how many are under way.
    _permit: OwnedSemaphorePermit,
}

/// The door; cheap to clone.
#[derive(Clone)]
pub struct Submissions {
    requests: Sender<Request>,
    recovery: Arc<rayon::ThreadPool>,
    room: Arc<Semaphore>,
}

impl Submissions {
    /// A door, and the end at which the ledger thread waits.
    pub fn new() -> Result<(Self, std::sync::mpsc::Receiver<Request>), Error> {
        let (requests, receiver) = channel();
        let recovery = rayon::ThreadPoolBuilder::new()
            .thread_name(|n| format!("recovery-{n}"))
            .build()
            .map_err(|error| Error::Thread(std::io::Error::other(error)))?;
        let room = Arc::new(Semaphore::new(SUBMISSIONS));
        Ok((
            Self {
                requests,
                recovery: Arc::new(recovery),
                room,
            },
            receiver,
        ))
    }

    /// Decodes, checks and lets in a transaction as it came from outside.
    ///
    /// # Errors
    /// Any [`Rejection`].
    pub async fn submit_raw(&self, raw: Bytes) -> Result<B256, Rejection> {
        let permit = self.permit().await?;
        let (reply, decoded) = oneshot::channel();
        self.recovery.spawn_fifo(move || {
            // The caller may have hung up.
            let _ = reply.send(SignedTransaction::decode(raw));
        });
        let transaction = decoded.await.map_err(|_| Rejection::Stopping)??;
        self.admit(transaction, permit).await
    }

    /// Lets in a transaction that is decoded already.
    ///
    /// # Errors
    /// The [`Rejection`]s that depend on the pool and the disk.
    pub async fn submit(&self, transaction: SignedTransaction) -> Result<B256, Rejection> {
        let permit = self.permit().await?;
        self.admit(transaction, permit).await
    }

    /// Asks the ledger thread to end.
    pub fn stop(&self) {
        // It may have ended by itself.
        let _ = self.requests.send(Request::Stop);
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, Rejection> {
        Arc::clone(&self.room)
            .acquire_owned()
            .await
            .map_err(|_| Rejection::Stopping)
    }

    async fn admit(
        &self,
        transaction: SignedTransaction,
        permit: OwnedSemaphorePermit,
    ) -> Result<B256, Rejection> {
        let hash = transaction.hash;
        let (reply, answer) = oneshot::channel();
        let submission = Submission {
            transaction: Arc::new(transaction),
            reply,
            _permit: permit,
        };
        self.requests
            .send(Request::Admit(submission))
            .map_err(|_| Rejection::Stopping)?;
        answer.await.map_err(|_| Rejection::Stopping)??;
        Ok(hash)
    }
}
