//! Driving a payment on, at once or after a crash.

use super::record::{PaymentRecord, Phase};
use super::{Approved, Desk, Included, Payment, Signed, Submitted};
use crate::error::WalletError;

/// A payment that is not over.
#[derive(Debug, Clone)]
pub enum Live {
    /// To be sent.
    Signed(Payment<Signed>),
    /// To be found in a block.
    Submitted(Payment<Submitted>),
    /// To become final.
    Included(Payment<Included>),
}

/// What one look at the ledger gave.
#[derive(Debug)]
pub enum Step {
    /// A new state; look again at once.
    Moved(Live),
    /// Nothing new; look again after a while.
    Waits(Live),
    /// The end.
    Over(PaymentRecord),
}

/// Does the next thing.
pub async fn advance(live: Live, desk: &Desk) -> Result<Step, WalletError> {
    match live {
        Live::Signed(payment) => payment.submit(desk).await,
        Live::Submitted(payment) => payment.look(desk).await,
        Live::Included(payment) => payment.look(desk).await,
    }
}

/// Takes up a payment from its durable state. Signed bytes are treated as sent:
/// the ledger is asked for them first, and only then are they sent again.
pub fn resume(record: PaymentRecord, desk: &Desk) -> Result<Step, WalletError> {
    let PaymentRecord { terms, phase } = record;
    Ok(match phase {
        Phase::Approved => {
            let payment = Payment {
                terms,
                state: Approved,
            };
            Step::Over(payment.interrupted(desk)?.into_record())
        }
        Phase::Signed { envelope } | Phase::Submitted { envelope } => {
            Step::Moved(Live::Submitted(Payment {
                terms,
                state: Submitted {
                    envelope,
                    sent_at: 0,
                },
            }))
        }
        Phase::Included { envelope, place } => Step::Moved(Live::Included(Payment {
            terms,
            state: Included { envelope, place },
        })),
        over => Step::Over(PaymentRecord { terms, phase: over }),
    })
}
