//! Submitted: a node holds the bytes, no block does.

use jiaozi_ledger::{Inclusion, LedgerError, TransactionStatus};

use super::record::{Envelope, Phase};
use super::{Desk, Failed, Included, Live, Method, Payment, Replaced, Step};
use crate::api::ErrorCode;
use crate::error::WalletError;

/// Seconds after which bytes that no node remembers are sent again.
const RESEND_AFTER: u64 = 5;

/// Submitted.
#[derive(Debug, Clone)]
pub struct Submitted {
    pub(super) envelope: Envelope,
    /// When the bytes were last sent (Unix seconds); zero after a restart, so
    /// that they are sent again once the ledger was asked.
    pub(super) sent_at: u64,
}

impl Payment<Submitted> {
    /// Asks the ledger what became of the bytes.
    pub async fn look(self, desk: &Desk) -> Result<Step, WalletError> {
        match desk.ledger.status(self.state.envelope.transaction).await {
            Ok(TransactionStatus::Included(inclusion)) => self.found(desk, &inclusion).await,
            Ok(TransactionStatus::Pending) => Ok(Step::Waits(Live::Submitted(self))),
            Ok(TransactionStatus::Unknown) => self.missing(desk).await,
            Err(error) => {
                tracing::debug!(payment = %self.terms.id, %error, "the ledger does not answer");
                Ok(Step::Waits(Live::Submitted(self)))
            }
        }
    }

    async fn found(self, desk: &Desk, inclusion: &Inclusion) -> Result<Step, WalletError> {
        let place = desk.place(inclusion).await?;
        if !inclusion.success {
            let transaction = Some(self.state.envelope.transaction);
            let failed = Failed::enter(
                self.terms,
                desk,
                transaction,
                Some(place),
                ErrorCode::Reverted,
            )?;
            return Ok(Step::Over(failed.into_record()));
        }
        let state = Included {
            envelope: self.state.envelope,
            place,
        };
        let included = desk.enter(self.terms, state, |state| Phase::Included {
            envelope: state.envelope.clone(),
            place: state.place.clone(),
        })?;
        if inclusion.is_final {
            included.settle(desk)
        } else {
            Ok(Step::Moved(Live::Included(included)))
        }
    }

    /// No node knows the bytes: their nonce may be used, their time over, or
    /// they were lost on the way and are sent again.
    async fn missing(self, desk: &Desk) -> Result<Step, WalletError> {
        let used = desk.ledger.nonces(self.terms.from).await?.latest > self.state.envelope.nonce;
        let spent = self.authorization_used(desk).await?;
        // What was included between the two questions is found at the next look.
        let status = desk.ledger.status(self.state.envelope.transaction).await?;
        if status != TransactionStatus::Unknown {
            return Ok(Step::Waits(Live::Submitted(self)));
        }
        let transaction = self.state.envelope.transaction;
        if spent {
            // The purchase was paid with the same words from another computer.
            let failed = Failed::enter(
                self.terms,
                desk,
                Some(transaction),
                None,
                ErrorCode::AlreadyPaid,
            )?;
            return Ok(Step::Over(failed.into_record()));
        }
        if used {
            let state = Replaced { transaction };
            let replaced = desk.enter(self.terms, state, |state| Phase::Replaced {
                transaction: state.transaction,
            })?;
            return Ok(Step::Over(replaced.into_record()));
        }
        if self.is_expired(desk).await? {
            let code = ErrorCode::AuthorizationExpired;
            let failed = Failed::enter(self.terms, desk, Some(transaction), None, code)?;
            return Ok(Step::Over(failed.into_record()));
        }
        self.resend(desk).await
    }

    async fn resend(mut self, desk: &Desk) -> Result<Step, WalletError> {
        let now = desk.clock.now().as_unix();
        if now.abs_diff(self.state.sent_at) >= RESEND_AFTER {
            match desk.ledger.submit(&self.state.envelope.bytes).await {
                Ok(()) | Err(LedgerError::NonceTooLow | LedgerError::Underpriced) => {
                    self.state.sent_at = now
                }
                Err(error) => {
                    tracing::info!(payment = %self.terms.id, %error, "not sent again yet")
                }
            }
        }
        Ok(Step::Waits(Live::Submitted(self)))
    }

    async fn authorization_used(&self, desk: &Desk) -> Result<bool, LedgerError> {
        match &self.terms.method {
            Method::Authorization { domain, nonce, .. } => {
                desk.ledger
                    .authorization_used(domain.contract, self.terms.from, *nonce)
                    .await
            }
            Method::Token | Method::Coin => Ok(false),
        }
    }

    /// Whether the ledger's own time is past the authorization's.
    async fn is_expired(&self, desk: &Desk) -> Result<bool, LedgerError> {
        let Some(valid_before) = self.terms.valid_before() else {
            return Ok(false);
        };
        if !self.terms.is_past(desk.clock.now()) {
            return Ok(false);
        }
        let head = desk.ledger.head().await?;
        Ok(desk.ledger.block_time(head).await? >= valid_before)
    }
}
