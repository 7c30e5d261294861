//! Included: a block holds it; the network's rule does not call it final yet.

use jiaozi_ledger::TransactionStatus;

use super::record::{Envelope, Phase, Place};
use super::{Desk, Live, Payment, Settled, Step, Submitted};
use crate::error::WalletError;

/// Included.
#[derive(Debug, Clone)]
pub struct Included {
    pub(super) envelope: Envelope,
    pub(super) place: Place,
}

impl Payment<Included> {
    /// Asks the ledger whether the block has become final, or has gone.
    pub async fn look(self, desk: &Desk) -> Result<Step, WalletError> {
        match desk.ledger.status(self.state.envelope.transaction).await {
            Ok(TransactionStatus::Included(inclusion))
                if inclusion.block_hash == self.state.place.block_hash =>
            {
                if inclusion.is_final {
                    self.settle(desk)
                } else {
                    Ok(Step::Waits(Live::Included(self)))
                }
            }
            // Another block holds it, or none: it is followed again from the start.
            Ok(_) => Ok(Step::Moved(Live::Submitted(self.undone(desk)?))),
            Err(error) => {
                tracing::debug!(payment = %self.terms.id, %error, "the ledger does not answer");
                Ok(Step::Waits(Live::Included(self)))
            }
        }
    }

    pub(super) fn settle(self, desk: &Desk) -> Result<Step, WalletError> {
        let state = Settled {
            transaction: self.state.envelope.transaction,
            place: self.state.place,
        };
        let settled = desk.enter(self.terms, state, |state| Phase::Settled {
            transaction: state.transaction,
            place: state.place.clone(),
        })?;
        Ok(Step::Over(settled.into_record()))
    }

    fn undone(self, desk: &Desk) -> Result<Payment<Submitted>, WalletError> {
        let state = Submitted {
            envelope: self.state.envelope,
            sent_at: 0,
        };
        desk.enter(self.terms, state, |state| Phase::Submitted {
            envelope: state.envelope.clone(),
        })
    }
}
