//! Driving a payment on, at once or after a crash.

use super::record::{Envelope, PaymentRecord, Phase};
use super::{Approved, Awaiting, Desk, Included, Payment, Signed, Submitted};
use crate::error::WalletError;

/// A payment that is not over.
#[derive(Debug, Clone)]
pub enum Live {
    /// To be signed on another computer.
    Awaiting(Payment<Awaiting>),
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

impl Live {
    /// What was signed for it, as far as this value knows: a replacement that
    /// was signed meanwhile is on the disk only.
    pub fn envelopes(&self) -> &[Envelope] {
        match self {
            Self::Awaiting(payment) => &payment.envelopes,
            Self::Signed(payment) => &payment.envelopes,
            Self::Submitted(payment) => &payment.envelopes,
            Self::Included(payment) => &payment.envelopes,
        }
    }
}

/// Does the next thing.
pub async fn advance(live: Live, desk: &Desk) -> Result<Step, WalletError> {
    match live {
        // Only a person brings it on.
        waiting @ Live::Awaiting(_) => Ok(Step::Waits(waiting)),
        Live::Signed(payment) => payment.submit(desk).await,
        Live::Submitted(payment) => payment.look(desk).await,
        Live::Included(payment) => payment.look(desk).await,
    }
}

/// Takes up a payment from its durable state. Signed bytes are treated as sent:
/// the ledger is asked for them first, and only then are they sent again.
pub fn resume(record: PaymentRecord, desk: &Desk) -> Result<Step, WalletError> {
    let phase = record.phase.clone();
    Ok(match phase {
        Phase::Approved => {
            let payment = taken_up(record, Approved { earlier: None });
            Step::Over(payment.interrupted(desk)?)
        }
        Phase::AwaitsSignature { nonce } => {
            Step::Waits(Live::Awaiting(taken_up(record, Awaiting { nonce })))
        }
        Phase::Signed | Phase::Submitted => Step::Moved(again(record)),
        Phase::Included { found } => Step::Moved(Live::Included(taken_up(
            record,
            Included {
                found,
                doubtful: 0,
                sent_at: 0,
            },
        ))),
        Phase::Settled { .. }
        | Phase::Failed { .. }
        | Phase::Replaced { .. }
        | Phase::Expired { .. } => Step::Over(record),
    })
}

/// A payment whose envelopes are to be looked for, from whatever phase.
pub(super) fn again(record: PaymentRecord) -> Live {
    Live::Submitted(taken_up(record, Submitted { sent_at: 0 }))
}

fn taken_up<S>(record: PaymentRecord, state: S) -> Payment<S> {
    Payment {
        terms: record.terms,
        envelopes: record.envelopes,
        sight: record.sight,
        state,
    }
}
