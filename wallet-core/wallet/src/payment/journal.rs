//! Where payments are kept: each save is one durable batch of the record and
//! the indices that lead to it.

use alloy_primitives::{Address as EvmAddress, B256};
use jiaozi_store::{KeyRange, Order};
use jiaozi_types::{ChainId, PurchaseId};
use serde::{Deserialize, Serialize};

use super::record::PaymentRecord;
use crate::book::Book;
use crate::error::WalletError;
use crate::records::ActivityRecord;

/// Marks a payment that is not over. Key: the purchase id.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LiveRecord {
    chain: ChainId,
}

crate::records::first_version!(LiveRecord, "live");

/// Leads from a transaction to its payment. Key: the transaction's hash.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HashRecord {
    id: PurchaseId,
}

crate::records::first_version!(HashRecord, "payment_hash");

impl Book {
    /// Saves where a payment stands. When it returns, the disk has it.
    pub(crate) fn save_payment(&self, record: &PaymentRecord) -> Result<(), WalletError> {
        let id = record.terms.id;
        let (key, chain) = (id.as_bytes().as_slice(), record.terms.chain());
        let mut batch = self.row_batch();
        batch.put(key, record)?;
        let row = ActivityRecord::Payment { chain, id };
        batch.put_row(record.terms.created_at, &row)?;
        if record.phase.is_over() {
            batch.delete::<LiveRecord>(key)?;
        } else {
            batch.put(key, &LiveRecord { chain })?;
        }
        if let Some(transaction) = record.phase.transaction() {
            batch.put(transaction.as_slice(), &HashRecord { id })?;
        }
        batch.commit()
    }

    /// Forgets a payment for which nothing was signed.
    pub(crate) fn forget_payment(&self, record: &PaymentRecord) -> Result<(), WalletError> {
        let id = record.terms.id;
        let row = ActivityRecord::Payment {
            chain: record.terms.chain(),
            id,
        };
        let mut batch = self.row_batch();
        batch.delete::<PaymentRecord>(id.as_bytes())?;
        batch.delete::<LiveRecord>(id.as_bytes())?;
        batch.delete_row(record.terms.created_at, &row)?;
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

    /// The first transaction nonce that no payment under way has reserved.
    pub(crate) fn next_nonce(
        &self,
        chain: ChainId,
        from: EvmAddress,
        ledger: u64,
    ) -> Result<u64, WalletError> {
        let mut next = ledger;
        for record in self.live_payments()? {
            let same = record.terms.chain() == chain && record.terms.from == from;
            if let Some(envelope) = record.phase.envelope().filter(|_| same) {
                next = next.max(envelope.nonce.saturating_add(1));
            }
        }
        Ok(next)
    }
}
