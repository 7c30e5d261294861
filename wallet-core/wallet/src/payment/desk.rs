//! What the saga works with.

use std::sync::Arc;

use jiaozi_ledger::{Inclusion, Ledger};
use jiaozi_types::Clock;

use super::record::{PaymentRecord, Phase, Place};
use super::{Payment, Terms};
use crate::book::Book;
use crate::error::WalletError;
use crate::vault::VaultLink;

/// The vault that signs, the ledger that pays, the book that remembers.
#[derive(Clone)]
pub struct Desk {
    /// The vault.
    pub vault: Arc<VaultLink>,
    /// The payment's ledger.
    pub ledger: Arc<dyn Ledger>,
    /// The profile's records.
    pub book: Book,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl Desk {
    /// Makes a state durable, then hands it on.
    pub(super) fn enter<S>(
        &self,
        terms: Terms,
        state: S,
        phase: impl FnOnce(&S) -> Phase,
    ) -> Result<Payment<S>, WalletError> {
        let record = PaymentRecord {
            phase: phase(&state),
            terms,
        };
        self.book.save_payment(&record)?;
        Ok(Payment {
            terms: record.terms,
            state,
        })
    }

    /// The block of an inclusion, with its time.
    pub(super) async fn place(&self, inclusion: &Inclusion) -> Result<Place, WalletError> {
        let time = self.ledger.block_time(inclusion.block).await?;
        Ok(Place::new(inclusion, time))
    }
}
