//! Signed: the bytes are on the disk; a node may or may not have them.

use jiaozi_ledger::LedgerError;

use super::record::{Envelope, Phase};
use super::{Desk, Failed, Live, Payment, Step, Submitted};
use crate::api::ErrorCode;
use crate::error::WalletError;

/// Signed.
#[derive(Debug, Clone)]
pub struct Signed {
    pub(super) envelope: Envelope,
}

impl Payment<Signed> {
    /// Sends the bytes. While no node answers, the payment stays signed and the
    /// same bytes are sent again later.
    pub async fn submit(self, desk: &Desk) -> Result<Step, WalletError> {
        match desk.ledger.submit(&self.state.envelope.bytes).await {
            Ok(()) => Ok(Step::Moved(Live::Submitted(self.submitted(desk)?))),
            // Someone has this nonce on the ledger. It may well be these bytes.
            Err(LedgerError::NonceTooLow | LedgerError::Underpriced) => {
                Ok(Step::Moved(Live::Submitted(self.submitted(desk)?)))
            }
            // Its time is over: the ledger is asked whether it came through somehow.
            Err(error) if error.is_retryable() && self.terms.is_past(desk.clock.now()) => {
                Ok(Step::Moved(Live::Submitted(self.submitted(desk)?)))
            }
            Err(error) if error.is_retryable() => {
                tracing::info!(payment = %self.terms.id, %error, "not sent yet");
                Ok(Step::Waits(Live::Signed(self)))
            }
            Err(LedgerError::WrongChain { .. }) => Ok(Step::Waits(Live::Signed(self))),
            Err(error) => {
                let code = match error {
                    LedgerError::InsufficientFunds => ErrorCode::NotEnoughForFee,
                    _ => ErrorCode::LedgerRefused,
                };
                let transaction = Some(self.state.envelope.transaction);
                let failed = Failed::enter(self.terms, desk, transaction, None, code)?;
                Ok(Step::Over(failed.into_record()))
            }
        }
    }

    fn submitted(self, desk: &Desk) -> Result<Payment<Submitted>, WalletError> {
        let sent_at = desk.clock.now().as_unix();
        let state = Submitted {
            envelope: self.state.envelope,
            sent_at,
        };
        desk.enter(self.terms, state, |state| Phase::Submitted {
            envelope: state.envelope.clone(),
        })
    }
}
