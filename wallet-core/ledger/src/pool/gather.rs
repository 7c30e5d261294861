//! Asking several endpoints at once: hedged for one good answer, or all of them
//! for everyone's.

use std::future::Future;
use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::Instant;

use super::{Answers, Node, Pool};
use crate::error::LedgerError;
use crate::rpc::{RpcError, RpcRefusal};

impl Pool {
    /// One good answer: `look` at the healthiest endpoint first, at the next when
    /// that one fails or is slower than it usually is. The first good answer
    /// wins, and so does an error that no other endpoint could mend.
    pub(crate) async fn look<T, F, Fut>(&self, look: F) -> Result<T, LedgerError>
    where
        F: Fn(Arc<Node>) -> Fut,
        Fut: Future<Output = Result<T, LedgerError>>,
    {
        let mut waiting = self.ready().await?.into_iter();
        let mut running = FuturesUnordered::new();
        let mut failed = Vec::new();
        let mut hedge_at = None;
        loop {
            let is_due = running.is_empty() || hedge_at.is_some_and(|at| Instant::now() >= at);
            if is_due {
                hedge_at = None;
                if let Some(node) = waiting.next() {
                    hedge_at = Instant::now().checked_add(node.health().hedge_after());
                    running.push(look(node));
                }
            }
            let next = async {
                match hedge_at {
                    Some(at) => tokio::time::timeout_at(at, running.next()).await.ok(),
                    None => Some(running.next().await),
                }
            };
            match next.await {
                // Time for the next endpoint.
                None => {}
                Some(None) => {
                    let none: Answers<T> = Answers {
                        configured: self.nodes.len(),
                        good: Vec::new(),
                        failed,
                    };
                    return Err(none.why_none());
                }
                Some(Some(Ok(answer))) => return Ok(answer),
                Some(Some(Err(error))) if is_final(&error) => return Err(error),
                Some(Some(Err(error))) => {
                    failed.push(error);
                    hedge_at = hedge_at.map(|_| Instant::now());
                }
            }
        }
    }

    /// Everyone's answer: `look` at all endpoints that are not paused, until
    /// `enough` has come, all have answered, or the slower ones have had their
    /// time.
    pub(crate) async fn look_each<T, F, Fut>(
        &self,
        look: F,
        enough: impl Fn(&Answers<T>) -> bool,
    ) -> Answers<T>
    where
        F: Fn(Arc<Node>) -> Fut,
        Fut: Future<Output = Result<T, LedgerError>>,
    {
        let mut answers = Answers {
            configured: self.nodes.len(),
            good: Vec::new(),
            failed: Vec::new(),
        };
        let nodes = match self.ready().await {
            Ok(nodes) => nodes,
            Err(error) => {
                answers.failed.push(error);
                return answers;
            }
        };
        let mut running: FuturesUnordered<Fut> = nodes.into_iter().map(look).collect();
        let mut until = None;
        while !running.is_empty() {
            let next = async {
                match until {
                    Some(until) => tokio::time::timeout_at(until, running.next()).await.ok(),
                    None => Some(running.next().await),
                }
            };
            match next.await {
                None => {
                    answers.failed.push(LedgerError::Timeout);
                    break;
                }
                Some(None) => break,
                Some(Some(Ok(answer))) => {
                    answers.good.push(answer);
                    until = until.or_else(|| Instant::now().checked_add(self.options.patience));
                    if enough(&answers) {
                        break;
                    }
                }
                Some(Some(Err(error))) => answers.failed.push(error),
            }
        }
        answers
    }

    /// Sends something to all endpoints at once and returns when one has taken
    /// it; the others are still told. `is_held` reads refusals that mean that
    /// the node has it already.
    ///
    /// A refusal that would be the end of a payment counts only when all
    /// endpoints refuse: one that could not be reached may have it.
    pub(crate) async fn broadcast<T>(
        &self,
        method: &'static str,
        params: Value,
        is_held: fn(&RpcRefusal) -> bool,
    ) -> Result<(), LedgerError>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let mut sending = FuturesUnordered::new();
        for node in &self.nodes {
            let (node, params) = (Arc::clone(node), params.clone());
            // A task of its own, so that it goes on when the first has succeeded.
            sending.push(tokio::spawn(async move {
                match node.call::<T>(method, params).await {
                    Ok(_) => Ok(()),
                    Err(RpcError::Refused(refusal)) if is_held(&refusal) => Ok(()),
                    Err(error) => Err(LedgerError::from(error)),
                }
            }));
        }
        let mut refused = Vec::new();
        while let Some(sent) = sending.next().await {
            match sent {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(error)) => refused.push(error),
                Err(_) => refused.push(LedgerError::Unreachable),
            }
        }
        Err(refusal_of_all(refused))
    }
}

/// What is known when nobody took what was sent.
fn refusal_of_all(refused: Vec<LedgerError>) -> LedgerError {
    let answers = Answers::<()> {
        configured: refused.len(),
        good: Vec::new(),
        failed: refused,
    };
    // That a nonce is used up ends nothing: the ledger is asked who used it.
    let used =
        |error: &&LedgerError| matches!(error, LedgerError::NonceTooLow | LedgerError::Underpriced);
    if let Some(error) = answers.failed.iter().find(used) {
        return error.clone();
    }
    match answers.failed.iter().find(|error| error.is_retryable()) {
        Some(error) => error.clone(),
        None => answers.why_none(),
    }
}

/// Whether no other endpoint could give a better answer.
fn is_final(error: &LedgerError) -> bool {
    !error.is_retryable() && !matches!(error, LedgerError::WrongChain { .. })
}
