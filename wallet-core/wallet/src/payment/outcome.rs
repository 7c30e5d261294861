//! The ends: settled, failed, replaced, expired.

use std::collections::BTreeMap;

use alloy_primitives::B256;

use super::record::{Found, PaymentRecord, Phase, Place};
use super::{Desk, Payment, State, Step};
use crate::api::ErrorCode;
use crate::error::WalletError;

/// Final by the network's rule.
#[derive(Debug, Clone)]
pub struct Settled {
    pub(super) found: Found,
}

/// Did not happen; no money moved.
#[derive(Debug, Clone)]
pub struct Failed {
    pub(super) transaction: Option<B256>,
    pub(super) place: Option<Place>,
    pub(super) code: ErrorCode,
    pub(super) closed: bool,
}

/// Another transaction of the account used the nonce, and that is final.
#[derive(Debug, Clone)]
pub struct Replaced {
    pub(super) transaction: B256,
    pub(super) closed: bool,
}

/// Its time was over before it was executed.
#[derive(Debug, Clone)]
pub struct Expired {
    pub(super) transaction: B256,
}

impl State for Settled {
    fn phase(&self) -> Phase {
        Phase::Settled {
            found: self.found.clone(),
        }
    }
}

impl State for Failed {
    fn phase(&self) -> Phase {
        Phase::Failed {
            transaction: self.transaction,
            place: self.place.clone(),
            code: self.code,
            values: BTreeMap::new(),
            closed: self.closed,
        }
    }
}

impl State for Replaced {
    fn phase(&self) -> Phase {
        Phase::Replaced {
            transaction: self.transaction,
            closed: self.closed,
        }
    }
}

impl State for Expired {
    fn phase(&self) -> Phase {
        Phase::Expired {
            transaction: self.transaction,
        }
    }
}

impl Desk {
    /// Brings a payment to its end.
    pub(super) fn end<A, S: State>(
        &self,
        from: Payment<A>,
        end: S,
    ) -> Result<PaymentRecord, WalletError> {
        Ok(self.enter(from, end, None)?.record(self))
    }

    /// The same, as a step.
    pub(super) fn over<A, S: State>(&self, from: Payment<A>, end: S) -> Result<Step, WalletError> {
        self.end(from, end).map(Step::Over)
    }
}
