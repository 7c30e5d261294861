//! Included: a block holds it; it is not final, or not agreed, yet.

use jiaozi_ledger::{LedgerError, TransactionStatus};

use super::missing::{carrier, is_spent};
use super::record::{Act, Found, Phase};
use super::submitted::RESEND_AFTER;
use super::survey::sight_of;
use super::{Desk, Expired, Failed, Live, Payment, Settled, State, Step, Submitted};
use crate::api::{Checked, ErrorCode, Sight};
use crate::error::WalletError;

/// Looks after which an inclusion that no second endpoint confirms is called a
/// disagreement; endpoints are a few blocks apart.
const PATIENCE: u8 = 10;

/// Included.
#[derive(Debug, Clone)]
pub struct Included {
    pub(super) found: Found,
    /// Looks at which no second endpoint confirmed it.
    pub(super) doubtful: u8,
    /// When the bytes were last sent (Unix seconds).
    pub(super) sent_at: u64,
}

impl State for Included {
    fn phase(&self) -> Phase {
        Phase::Included {
            found: self.found.clone(),
        }
    }
}

impl Payment<Included> {
    /// Asks the ledger whether the block has become final, or has gone.
    pub async fn look(mut self, desk: &Desk) -> Result<Step, WalletError> {
        let known = &self.state.found;
        let inclusion = match desk.ledger.status(known.transaction).await {
            Ok(TransactionStatus::Included(inclusion)) => inclusion,
            // No block holds it: it is followed again from the start.
            Ok(TransactionStatus::Pending | TransactionStatus::Unknown) => {
                return Ok(Step::Waits(Live::Submitted(self.undone(desk)?)));
            }
            Err(error) => return self.unclear(desk, &error),
        };
        let found = Found::new(known.transaction, &inclusion, known.place.time);
        if found.place.block_hash != known.place.block_hash {
            self.state.found = desk.found(found.transaction, &inclusion).await?;
            self = self.kept(desk)?;
        } else if found != *known {
            self.state.found = found;
            self = self.kept(desk)?;
        }
        // The ledger promises that only what is agreed is final; money does not
        // hang on one promise.
        if inclusion.is_final && self.state.found.checked != Checked::Unconfirmed {
            return self.conclude(desk).await;
        }
        self.doubt(desk).await?;
        Ok(Step::Waits(Live::Included(self)))
    }

    /// While a second endpoint could confirm it and does not, one may lie: the
    /// bytes go on being sent, and the disagreement is told.
    async fn doubt(&mut self, desk: &Desk) -> Result<(), WalletError> {
        if self.state.found.checked != Checked::Unconfirmed {
            self.state.doubtful = 0;
            return desk.note(self, None);
        }
        self.state.doubtful = self.state.doubtful.saturating_add(1);
        let sight = (self.state.doubtful >= PATIENCE).then_some(Sight::NodesDisagree);
        desk.note(self, sight)?;
        let now = desk.clock.now().as_unix();
        if let Some(envelope) = self.envelopes.last()
            && now.abs_diff(self.state.sent_at) >= RESEND_AFTER
            && desk.ledger.submit(&envelope.bytes).await.is_ok()
        {
            self.state.sent_at = now;
        }
        Ok(())
    }

    /// It is final: what was it?
    pub(super) async fn conclude(self, desk: &Desk) -> Result<Step, WalletError> {
        let found = self.state.found.clone();
        let cancels = self.envelopes.iter().any(|envelope| {
            envelope.transaction == found.transaction && envelope.act == Act::Cancels
        });
        let failed = |code, closed| Failed {
            transaction: Some(found.transaction),
            place: Some(found.place.clone()),
            code,
            closed,
        };
        match (found.success, cancels) {
            (true, false) => return desk.over(self, Settled { found }),
            (true, true) => return desk.over(self, failed(ErrorCode::Cancelled, true)),
            (false, _) => {}
        }
        // It was refused. With an authorization somebody may have been faster.
        match is_spent(&self.terms, desk).await {
            Err(error) => return self.unclear(desk, &error),
            Ok(true) => {
                return match carrier(&self.terms, desk).await {
                    Err(error) => self.unclear(desk, &error),
                    Ok(None) => desk.over(self, failed(ErrorCode::AlreadyPaid, true)),
                    Ok(Some((transaction, inclusion))) => {
                        let mut paid = self;
                        paid.state.found = desk.found(transaction, &inclusion).await?;
                        Ok(Step::Waits(Live::Included(paid.kept(desk)?)))
                    }
                };
            }
            Ok(false) => {}
        }
        let void = self.terms.is_void_at(found.place.time);
        if void && !cancels {
            let transaction = found.transaction;
            return desk.over(self, Expired { transaction });
        }
        let closed = void || self.terms.authorization().is_none();
        let code = if cancels {
            ErrorCode::Cancelled
        } else {
            ErrorCode::Reverted
        };
        desk.over(self, failed(code, closed))
    }

    fn unclear(mut self, desk: &Desk, error: &LedgerError) -> Result<Step, WalletError> {
        tracing::debug!(payment = %self.terms.id, %error, "the ledger does not answer");
        if let Some(sight) = sight_of(error) {
            desk.note(&mut self, Some(sight))?;
        }
        Ok(Step::Waits(Live::Included(self)))
    }

    /// Makes what was found now durable.
    fn kept(self, desk: &Desk) -> Result<Self, WalletError> {
        let (state, sight) = (self.state.clone(), self.sight.clone());
        desk.enter(self, state, sight)
    }

    fn undone(self, desk: &Desk) -> Result<Payment<Submitted>, WalletError> {
        desk.enter(self, Submitted { sent_at: 0 }, Some(Sight::Returned))
    }
}
