//! Signed: the bytes are on the disk; a node may or may not have them.

use jiaozi_ledger::LedgerError;

use super::record::Phase;
use super::renewal::{Old, Renewal};
use super::survey::sight_of;
use super::{Desk, Failed, Live, Payment, State, Step, Submitted};
use crate::api::{ErrorCode, Sight};
use crate::error::WalletError;

/// Seconds after which bytes that were never sent may be out of their time.
const RENEW_AFTER: u64 = 3600;

/// Signed.
#[derive(Debug, Clone)]
pub struct Signed;

impl State for Signed {
    fn phase(&self) -> Phase {
        Phase::Signed
    }
}

impl Payment<Signed> {
    /// Sends the bytes. While no node answers, the payment stays signed and the
    /// same bytes are sent again later.
    pub async fn submit(mut self, desk: &Desk) -> Result<Step, WalletError> {
        // It may have waited for a node longer than the ledger waits for it.
        let age = desk.clock.now().as_unix().abs_diff(self.terms.created_at);
        if age >= RENEW_AFTER && self.renew(Old::Gone, desk).await? == Renewal::Awaited {
            desk.note(&mut self, Some(Sight::RunsOut))?;
        }
        let Some(envelope) = self.envelopes.last() else {
            return Err(ErrorCode::Internal.into());
        };
        match desk.ledger.submit(&envelope.bytes).await {
            Ok(()) => Ok(Step::Moved(Live::Submitted(self.submitted(desk)?))),
            // Someone has this nonce on the ledger. It may well be these bytes.
            Err(LedgerError::NonceTooLow | LedgerError::Underpriced) => {
                Ok(Step::Moved(Live::Submitted(self.submitted(desk)?)))
            }
            // Its time is over: the ledger is asked whether it came through somehow.
            Err(error) if error.is_retryable() && self.terms.is_past(desk.clock.now()) => {
                Ok(Step::Moved(Live::Submitted(self.submitted(desk)?)))
            }
            Err(error)
                if error.is_retryable() || matches!(error, LedgerError::WrongChain { .. }) =>
            {
                tracing::info!(payment = %self.terms.id, %error, "not sent yet");
                if let Some(sight) = sight_of(&error) {
                    desk.note(&mut self, Some(sight))?;
                }
                Ok(Step::Waits(Live::Signed(self)))
            }
            // A refusal is one side's word, and proves nothing: it is looked back at.
            Err(error) => {
                let code = match error {
                    LedgerError::InsufficientFunds => ErrorCode::NotEnoughForFee,
                    _ => ErrorCode::LedgerRefused,
                };
                let failed = Failed {
                    transaction: Some(envelope.transaction),
                    place: None,
                    code,
                    closed: false,
                };
                desk.over(self, failed)
            }
        }
    }

    fn submitted(self, desk: &Desk) -> Result<Payment<Submitted>, WalletError> {
        let sent_at = desk.clock.now().as_unix();
        desk.enter(self, Submitted { sent_at }, None)
    }
}
