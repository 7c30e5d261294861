//! Where payments are kept: each save is one durable batch of the record and
//! the indices that lead to it.

use alloy_primitives::{Address as EvmAddress, B256};
use jiaozi_store::{KeyRange, Order};
use jiaozi_types::{ChainId, PurchaseId};
use serde::{Deserialize, Serialize};

use super::Terms;
use super::record::PaymentRecord;
use crate::api::ErrorCode;
use crate::book::Book;
use crate::error::WalletError;
use crate::history::RowBatch;
use crate::records::ActivityRecord;

/// Marks a payment that is not over. Key: the purchase id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LiveRecord {
    chain: ChainId,
}

crate::records::first_version!(LiveRecord, "live");

/// Marks a payment that is over and still looked back at. Key: the purchase id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WatchRecord {
    chain: ChainId,
}

crate::records::first_version!(WatchRecord, "watch");

/// Leads from a transaction to its payment. Key: the transaction's hash.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HashRecord {
    id: PurchaseId,
}

crate::records::first_version!(HashRecord, "payment_hash");

impl Book {
    /// Saves where a payment stands. When it returns, the disk has it.
    pub(crate) fn save_payment(&self, record: &PaymentRecord) -> Result<(), WalletError> {
        let mut batch = self.row_batch();
        put(&mut batch, record)?;
        batch.commit()
    }

    /// Puts one attempt at a purchase in the place of another, at once.
    pub(crate) fn replace_payment(
        &self,
        old: &PaymentRecord,
        new: &PaymentRecord,
    ) -> Result<(), WalletError> {
        let mut batch = self.row_batch();
        batch.delete_row(old.terms.created_at, &row(old))?;
        put(&mut batch, new)?;
        batch.commit()
    }

    /// Forgets a payment for which nothing was signed.
    pub(crate) fn forget_payment(&self, record: &PaymentRecord) -> Result<(), WalletError> {
        let id = record.terms.id;
        let mut batch = self.row_batch();
        batch.delete::<PaymentRecord>(id.as_bytes())?;
        batch.delete::<LiveRecord>(id.as_bytes())?;
        batch.delete::<WatchRecord>(id.as_bytes())?;
        batch.delete_row(record.terms.created_at, &row(record))?;
        batch.commit()
    }

    /// A payment by its purchase id.
    pub(crate) fn payment(&self, id: PurchaseId) -> Result<Option<PaymentRecord>, WalletError> {
        Ok(self.store().get(id.as_bytes())?)
    }

    /// The payment that a transaction belongs to.
    pub(crate) fn payment_of(
        &self,
        transaction: B256,
    ) -> Result<Option<PaymentRecord>, WalletError> {
        match self.store().get::<HashRecord>(transaction.as_slice())? {
            Some(found) => self.payment(found.id),
            None => Ok(None),
        }
    }

    /// Payments that are not over.
    pub(crate) fn live_payments(&self) -> Result<Vec<PaymentRecord>, WalletError> {
        let live =
            self.store()
                .scan::<LiveRecord>(&KeyRange::all(), Order::Ascending, usize::MAX)?;
        let mut records = Vec::with_capacity(live.len());
        for (key, _) in live {
            records.extend(self.store().get::<PaymentRecord>(&key)?);
        }
        Ok(records)
    }

    /// Payments that are over and still looked back at.
    pub(crate) fn watched_payments(&self) -> Result<Vec<PaymentRecord>, WalletError> {
        let mut records = Vec::new();
        for (key, _) in self.all::<WatchRecord>()? {
            records.extend(self.store().get::<PaymentRecord>(&key)?);
        }
        Ok(records)
    }

    /// The first transaction nonce from `ledger` on that no payment under way
    /// other than `own` has reserved: gaps are filled, as all above one waits.
    pub(crate) fn next_nonce(&self, own: &Terms, ledger: u64) -> Result<u64, WalletError> {
        let reserved = self.reserved(own.chain(), own.from)?;
        let mut next = ledger;
        while reserved
            .iter()
            .any(|(nonce, id)| *nonce == next && *id != own.id)
        {
            next = next.checked_add(1).ok_or(ErrorCode::Internal)?;
        }
        Ok(next)
    }

    /// The payment under way that has reserved `nonce`.
    pub(crate) fn payment_over(
        &self,
        chain: ChainId,
        from: EvmAddress,
        nonce: u64,
    ) -> Result<Option<PurchaseId>, WalletError> {
        let reserved = self.reserved(chain, from)?;
        let found = reserved.into_iter().find(|(at, _)| *at == nonce);
        Ok(found.map(|(_, id)| id))
    }

    /// Whether a payment under way stands over a nonce above `nonce`.
    pub(crate) fn is_awaited(
        &self,
        chain: ChainId,
        from: EvmAddress,
        nonce: u64,
    ) -> Result<bool, WalletError> {
        let reserved = self.reserved(chain, from)?;
        Ok(reserved.iter().any(|(above, _)| *above > nonce))
    }

    /// Nonces of payments under way.
    fn reserved(
        &self,
        chain: ChainId,
        from: EvmAddress,
    ) -> Result<Vec<(u64, PurchaseId)>, WalletError> {
        let live = self.live_payments()?;
        Ok(live
            .iter()
            .filter(|record| record.terms.chain() == chain && record.terms.from == from)
            .filter_map(|record| Some((record.nonce()?, record.terms.id)))
            .collect())
    }
}

/// The record and all that leads to it.
fn put(batch: &mut RowBatch<'_>, record: &PaymentRecord) -> Result<(), WalletError> {
    let id = record.terms.id;
    let (key, chain) = (id.as_bytes().as_slice(), record.terms.chain());
    batch.put(key, record)?;
    batch.put_row(record.terms.created_at, &row(record))?;
    if record.phase.is_over() {
        batch.delete::<LiveRecord>(key)?;
    } else {
        batch.put(key, &LiveRecord { chain })?;
    }
    if record.phase.is_over() && !record.envelopes.is_empty() {
        batch.put(key, &WatchRecord { chain })?;
    } else {
        batch.delete::<WatchRecord>(key)?;
    }
    let signed = record.envelopes.iter().map(|signed| signed.transaction);
    for transaction in signed.chain(record.transaction()) {
        batch.put(transaction.as_slice(), &HashRecord { id })?;
    }
    Ok(())
}

fn row(record: &PaymentRecord) -> ActivityRecord {
    ActivityRecord::Payment {
        chain: record.terms.chain(),
        id: record.terms.id,
    }
}
