//! Submitted: a node was given the bytes; no block holds them.

use alloy_primitives::B256;
use jiaozi_ledger::{Agreement, Inclusion, LedgerError, Nonces};

use super::record::Phase;
use super::renewal::{Old, Renewal};
use super::survey::{Survey, sight_of, survey};
use super::{Desk, Included, Live, Payment, State, Step};
use crate::api::Sight;
use crate::error::WalletError;

/// Seconds after which bytes that no node remembers are sent again.
pub(super) const RESEND_AFTER: u64 = 5;
/// Seconds after which a payment that waits is worth a look at what it waits for.
const BLOCKED_AFTER: u64 = 5;
/// Seconds after which a payment that waits for nothing else is called slow.
const SLOW_AFTER: u64 = 60;

/// Submitted.
#[derive(Debug, Clone)]
pub struct Submitted {
    /// When the bytes were last sent (Unix seconds); zero after a restart, so
    /// that they are sent again once the ledger was asked.
    pub(super) sent_at: u64,
}

impl State for Submitted {
    fn phase(&self) -> Phase {
        Phase::Submitted
    }
}

/// What is told of a renewal: that a person is awaited for it.
pub(super) fn runs_out(renewal: Renewal) -> Option<Sight> {
    (renewal == Renewal::Awaited).then_some(Sight::RunsOut)
}

impl Payment<Submitted> {
    /// Asks the ledger what became of the bytes.
    pub async fn look(self, desk: &Desk) -> Result<Step, WalletError> {
        match survey(&self.envelopes, desk).await {
            Survey::Included(transaction, inclusion) => {
                self.found(desk, transaction, &inclusion).await
            }
            Survey::Pending if !self.terms.is_past(desk.clock.now()) => self.pending(desk).await,
            Survey::Pending | Survey::Nowhere => self.missing(desk).await,
            Survey::Unclear(error) => self.unclear(desk, &error),
        }
    }

    /// A block holds one of the envelopes, or what another computer sent instead.
    pub(super) async fn found(
        self,
        desk: &Desk,
        transaction: B256,
        inclusion: &Inclusion,
    ) -> Result<Step, WalletError> {
        let state = Included {
            found: desk.found(transaction, inclusion).await?,
            doubtful: 0,
            sent_at: self.state.sent_at,
        };
        let included = desk.enter(self, state, None)?;
        if inclusion.is_final && inclusion.agreement != Agreement::Unconfirmed {
            included.conclude(desk).await
        } else {
            Ok(Step::Waits(Live::Included(included)))
        }
    }

    /// It cannot be told at present.
    pub(super) fn unclear(mut self, desk: &Desk, error: &LedgerError) -> Result<Step, WalletError> {
        tracing::debug!(payment = %self.terms.id, %error, "the ledger does not answer");
        if let Some(sight) = sight_of(error) {
            desk.note(&mut self, Some(sight))?;
        }
        Ok(Step::Waits(Live::Submitted(self)))
    }

    /// A node holds it, and it waits for a block.
    async fn pending(mut self, desk: &Desk) -> Result<Step, WalletError> {
        let waited = desk.clock.now().as_unix().abs_diff(self.terms.created_at);
        let mut sight = None;
        if waited >= BLOCKED_AFTER {
            match desk.ledger.nonces(self.terms.from).await {
                // What a node still holds cannot come in any more.
                Ok(nonces) if self.nonce().is_some_and(|nonce| nonces.latest > nonce) => {
                    return self.missing(desk).await;
                }
                Ok(nonces) => sight = self.blocker(desk, nonces)?,
                Err(error) => return self.unclear(desk, &error),
            }
        }
        let renewal = self.renew(Old::Waits, desk).await?;
        if renewal == Renewal::Renewed {
            self.state.sent_at = 0; // the new one was never sent
        }
        if self.envelopes.len() > 1 {
            // What a node holds may be an older one: one that did not reach it, or
            // that it did not prefer to the old, is sent again.
            let _ = self.resend(desk).await;
        }
        let sight = runs_out(renewal).or(sight);
        let slow = (waited >= SLOW_AFTER).then_some(Sight::Slow);
        desk.note(&mut self, sight.or(slow))?;
        Ok(Step::Waits(Live::Submitted(self)))
    }

    /// What goes first: an earlier payment of the account, or a transaction
    /// that was not made here.
    pub(super) fn blocker(
        &self,
        desk: &Desk,
        nonces: Nonces,
    ) -> Result<Option<Sight>, WalletError> {
        if self.nonce().is_none_or(|nonce| nonces.latest >= nonce) {
            return Ok(None);
        }
        let (chain, from) = (self.terms.chain(), self.terms.from);
        let earlier = desk.book.payment_over(chain, from, nonces.latest)?;
        Ok(Some(Sight::Behind {
            payment: earlier.map(|id| id.to_string()),
        }))
    }

    /// The nonce that all envelopes stand over.
    pub(super) fn nonce(&self) -> Option<u64> {
        self.envelopes.last().map(|envelope| envelope.nonce)
    }

    /// Sends the newest envelope again, not too often.
    pub(super) async fn resend(&mut self, desk: &Desk) -> Result<(), LedgerError> {
        let now = desk.clock.now().as_unix();
        let due = now.abs_diff(self.state.sent_at) >= RESEND_AFTER;
        let Some(envelope) = self.envelopes.last().filter(|_| due) else {
            return Ok(());
        };
        match desk.ledger.submit(&envelope.bytes).await {
            Ok(()) | Err(LedgerError::NonceTooLow | LedgerError::Underpriced) => {
                self.state.sent_at = now;
                Ok(())
            }
            Err(error) => {
                tracing::info!(payment = %self.terms.id, %error, "not sent again yet");
                Err(error)
            }
        }
    }
}
