//! The ends: settled, failed, replaced. Nothing follows them.

use std::collections::BTreeMap;

use alloy_primitives::B256;

use super::record::{PaymentRecord, Phase, Place};
use super::{Desk, Payment, Terms};
use crate::api::ErrorCode;
use crate::error::WalletError;

/// Final by the network's rule.
#[derive(Debug, Clone)]
pub struct Settled {
    pub(super) transaction: B256,
    pub(super) place: Place,
}

/// Did not happen; no money moved.
#[derive(Debug, Clone)]
pub struct Failed {
    pub(super) transaction: Option<B256>,
    pub(super) place: Option<Place>,
    pub(super) code: ErrorCode,
}

/// Another transaction of the account used the nonce.
#[derive(Debug, Clone)]
pub struct Replaced {
    pub(super) transaction: B256,
}

impl Failed {
    pub(super) fn enter(
        terms: Terms,
        desk: &Desk,
        transaction: Option<B256>,
        place: Option<Place>,
        code: ErrorCode,
    ) -> Result<Payment<Self>, WalletError> {
        desk.enter(
            terms,
            Self {
                transaction,
                place,
                code,
            },
            Self::phase,
        )
    }

    fn phase(&self) -> Phase {
        let (transaction, place) = (self.transaction, self.place.clone());
        Phase::Failed {
            transaction,
            place,
            code: self.code,
            values: BTreeMap::new(),
        }
    }
}

impl Payment<Settled> {
    /// As it lies on the disk.
    pub fn into_record(self) -> PaymentRecord {
        let Settled { transaction, place } = self.state;
        PaymentRecord {
            terms: self.terms,
            phase: Phase::Settled { transaction, place },
        }
    }
}

impl Payment<Failed> {
    /// As it lies on the disk.
    pub fn into_record(self) -> PaymentRecord {
        PaymentRecord {
            phase: self.state.phase(),
            terms: self.terms,
        }
    }
}

impl Payment<Replaced> {
    /// As it lies on the disk.
    pub fn into_record(self) -> PaymentRecord {
        let transaction = self.state.transaction;
        PaymentRecord {
            terms: self.terms,
            phase: Phase::Replaced { transaction },
        }
    }
}
