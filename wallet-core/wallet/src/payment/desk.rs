//! What the saga works with.

use std::sync::Arc;

use alloy_primitives::B256;
use jiaozi_ledger::{Inclusion, Ledger};
use jiaozi_types::Clock;

use super::record::Found;
use super::{Payment, State};
use crate::api::Sight;
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
    /// Makes a state durable, then hands it on. What was seen besides in the
    /// state before is forgotten, unless it is said again.
    pub(super) fn enter<A, S: State>(
        &self,
        from: Payment<A>,
        state: S,
        sight: Option<Sight>,
    ) -> Result<Payment<S>, WalletError> {
        let payment = Payment {
            terms: from.terms,
            envelopes: from.envelopes,
            sight,
            state,
        };
        self.book.save_payment(&payment.record(self))?;
        Ok(payment)
    }

    /// Keeps what a look found, if that is new.
    pub(super) fn note<S: State>(
        &self,
        payment: &mut Payment<S>,
        sight: Option<Sight>,
    ) -> Result<(), WalletError> {
        if payment.sight != sight {
            payment.sight = sight;
            self.book.save_payment(&payment.record(self))?;
        }
        Ok(())
    }

    /// An inclusion with its block's time.
    pub(super) async fn found(
        &self,
        transaction: B256,
        inclusion: &Inclusion,
    ) -> Result<Found, WalletError> {
        let time = self.ledger.block_time(inclusion.block).await?;
        Ok(Found::new(transaction, inclusion, time))
    }
}
