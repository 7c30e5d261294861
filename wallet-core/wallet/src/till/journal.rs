//! Where charges are kept: each change is one durable batch of the record, what
//! leads to it, and the event that tells of it.

use std::collections::BTreeSet;

use jiaozi_store::{KeyRange, Order, SealedBatch};

use super::records::{
    AddressRecord, CounterRecord, DayRecord, DoubtRecord, DueRecord, EarlierRecord, FreshRecord,
    OrderRecord, OwedRecord, PaidInRecord, RefundRecord, StaffRecord, TillChargeRecord,
    TillCursorRecord, TillEventRecord, TillRecord, UngatheredRecord, day_key, order_key, timed_key,
    timed_number,
};
use super::standing;
use crate::api::till::{Assurance, ChargeState, TillEventKind};
use crate::book::Book;
use crate::error::WalletError;

impl Book {
    /// How the till is set up.
    pub(crate) fn till(&self) -> Result<Option<TillRecord>, WalletError> {
        Ok(self.store().get(&[])?)
    }

    /// What is given out next.
    pub(crate) fn till_counter(&self) -> Result<CounterRecord, WalletError> {
        Ok(self.store().get(&[])?.unwrap_or_default())
    }

    /// What is left of charges from before this profile.
    pub(crate) fn earlier(&self) -> Result<EarlierRecord, WalletError> {
        Ok(self.store().get(&[])?.unwrap_or_default())
    }

    /// How far the ledger was read for the till.
    pub(crate) fn till_cursor(&self) -> Result<Option<TillCursorRecord>, WalletError> {
        Ok(self.store().get(&[])?)
    }

    /// Who works at the till.
    pub(crate) fn till_staff(&self) -> Result<StaffRecord, WalletError> {
        Ok(self.store().get(&[])?.unwrap_or_default())
    }

    /// A charge by its number.
    pub(crate) fn till_charge(&self, number: u32) -> Result<Option<TillChargeRecord>, WalletError> {
        Ok(self.store().get(&number.to_be_bytes())?)
    }

    /// A refund by the shop's number of it.
    pub(crate) fn till_refund(&self, number: &str) -> Result<Option<RefundRecord>, WalletError> {
        Ok(self.store().get(&order_key(number))?)
    }

    /// The number of the charge with an order number.
    pub(crate) fn till_order(&self, order: &str) -> Result<Option<u32>, WalletError> {
        let found = self.store().get::<OrderRecord>(&order_key(order))?;
        Ok(found.map(|found| found.number))
    }

    /// Charges that a look has something to do with at `now`, the longest due first.
    pub(crate) fn till_due(&self, now: u64, limit: usize) -> Result<Vec<u32>, WalletError> {
        let range = KeyRange {
            start: std::ops::Bound::Unbounded,
            end: std::ops::Bound::Included(timed_key(now, u32::MAX).to_vec()),
        };
        let found = self
            .store()
            .scan::<DueRecord>(&range, Order::Ascending, limit)?;
        Ok(numbers(found))
    }

    /// Charges with a payment that is not final though its block is at most `block`.
    pub(crate) fn till_fresh(&self, block: u64, limit: usize) -> Result<Vec<u32>, WalletError> {
        let range = KeyRange {
            start: std::ops::Bound::Unbounded,
            end: std::ops::Bound::Included(timed_key(block, u32::MAX).to_vec()),
        };
        let found = self
            .store()
            .scan::<FreshRecord>(&range, Order::Ascending, limit)?;
        Ok(numbers(found))
    }

    /// Charges with a payment that a second endpoint is to be asked about.
    pub(crate) fn till_doubts(&self, limit: usize) -> Result<Vec<u32>, WalletError> {
        let found = self
            .store()
            .scan::<DoubtRecord>(&KeyRange::all(), Order::Ascending, limit)?;
        Ok(numbers(found))
    }

    /// Begins a change of charges. The caller holds the till's turn.
    pub(crate) fn till_batch(&self) -> Result<TillBatch<'_>, WalletError> {
        Ok(TillBatch {
            batch: self.store().batch(),
            counter: self.till_counter()?,
            changed: Vec::new(),
        })
    }
}

fn numbers<T>(found: Vec<(Vec<u8>, T)>) -> Vec<u32> {
    found
        .iter()
        .filter_map(|(key, _)| timed_number(key))
        .collect()
}

/// Changes of charges that become durable together.
#[must_use = "nothing is written before commit"]
pub(crate) struct TillBatch<'a> {
    batch: SealedBatch<'a>,
    /// What is given out next.
    pub(crate) counter: CounterRecord,
    changed: Vec<TillChargeRecord>,
}

impl<'a> TillBatch<'a> {
    /// The batch underneath, for records that lead to no charge.
    pub(crate) fn records(&mut self) -> &mut SealedBatch<'a> {
        &mut self.batch
    }

    /// A new charge.
    pub(crate) fn create(&mut self, charge: &TillChargeRecord) -> Result<(), WalletError> {
        let leads = AddressRecord {
            number: charge.number,
        };
        self.batch.put(charge.address.as_slice(), &leads)?;
        self.batch
            .put(&day_key(charge.day, charge.number), &DayRecord {})?;
        if let Some(order) = &charge.order {
            let number = charge.number;
            self.batch.put(&order_key(order), &OrderRecord { number })?;
        }
        self.put(None, charge)?;
        self.event(
            TillEventKind::ChargeCreated,
            charge.created_at,
            charge,
            None,
        )
    }

    /// A charge that changed, with what leads to it. Tells its event where
    /// something that people see is different.
    pub(crate) fn change(
        &mut self,
        before: &TillChargeRecord,
        mut after: TillChargeRecord,
        now: u64,
    ) -> Result<(), WalletError> {
        if *before == after {
            return Ok(());
        }
        let kind = what_happened(before, &after);
        if kind.is_some() {
            after.version = before.version.saturating_add(1);
        }
        self.put(Some(before), &after)?;
        match kind {
            Some(kind) => self.event(kind, now, &after, None),
            None => Ok(()),
        }
    }

    /// A charge that changed, of which the caller tells the event.
    pub(crate) fn touch(
        &mut self,
        before: &TillChargeRecord,
        after: &TillChargeRecord,
    ) -> Result<(), WalletError> {
        self.put(Some(before), after)
    }

    fn put(
        &mut self,
        before: Option<&TillChargeRecord>,
        after: &TillChargeRecord,
    ) -> Result<(), WalletError> {
        let number = after.number;
        let key = number.to_be_bytes();
        let due = |charge: &TillChargeRecord| {
            let at = charge.standing.due(&charge.asked(), &charge.came())?;
            let open = matches!(
                charge.standing.state,
                ChargeState::Open | ChargeState::Unclear
            );
            Some((at, DueRecord { open }))
        };
        let (old, new) = (before.and_then(due), due(after));
        if old != new {
            if let Some((at, _)) = old {
                self.batch.delete::<DueRecord>(&timed_key(at, number))?;
            }
            if let Some((at, record)) = new {
                self.batch.put(&timed_key(at, number), &record)?;
            }
        }
        let blocks = |charge: &TillChargeRecord| -> BTreeSet<u64> {
            charge.payments.iter().map(|paid| paid.block).collect()
        };
        let (old, new) = (before.map(blocks).unwrap_or_default(), blocks(after));
        for block in old.difference(&new) {
            self.batch
                .delete::<PaidInRecord>(&timed_key(*block, number))?;
        }
        for block in new.difference(&old) {
            self.batch
                .put(&timed_key(*block, number), &PaidInRecord {})?;
        }
        let (old, new) = (
            before.and_then(TillChargeRecord::fresh_block),
            after.fresh_block(),
        );
        if old != new {
            if let Some(block) = old {
                self.batch
                    .delete::<FreshRecord>(&timed_key(block, number))?;
            }
            if let Some(block) = new {
                self.batch.put(&timed_key(block, number), &FreshRecord {})?;
            }
        }
        match (
            before.is_some_and(TillChargeRecord::is_owed),
            after.is_owed(),
        ) {
            (false, true) => self.batch.put(&key, &OwedRecord {})?,
            (true, false) => self.batch.delete::<OwedRecord>(&key)?,
            _ => {}
        }
        match (
            before.is_some_and(TillChargeRecord::is_doubted),
            after.is_doubted(),
        ) {
            (false, true) => self.batch.put(&key, &DoubtRecord {})?,
            (true, false) => self.batch.delete::<DoubtRecord>(&key)?,
            _ => {}
        }
        let old = before.map(TillChargeRecord::ungathered).unwrap_or_default();
        let new = after.ungathered();
        let sum = self.counter.ungathered.saturating_sub(old);
        self.counter.ungathered = sum.saturating_add(new);
        match (old.is_zero(), new.is_zero()) {
            (true, false) => self.batch.put(&key, &UngatheredRecord {})?,
            (false, true) => self.batch.delete::<UngatheredRecord>(&key)?,
            _ => {}
        }
        self.batch.put(&key, after)?;
        self.changed.push(after.clone());
        Ok(())
    }

    /// Something that happened to a charge.
    pub(crate) fn event(
        &mut self,
        kind: TillEventKind,
        at: u64,
        charge: &TillChargeRecord,
        number: Option<String>,
    ) -> Result<(), WalletError> {
        let came = charge.came();
        self.happened(&TillEventRecord {
            at,
            kind,
            charge: Some(charge.id()),
            version: charge.version,
            state: Some(charge.standing.state),
            flags: standing::flags(&charge.standing, &charge.asked(), &came),
            paid: Some((charge.asset, standing::sum(&came, Assurance::Included))),
            number,
        })
    }

    /// Something that happened, whatever it is about.
    pub(crate) fn happened(&mut self, event: &TillEventRecord) -> Result<(), WalletError> {
        self.counter.event = self.counter.event.saturating_add(1);
        Ok(self.batch.put(&self.counter.event.to_be_bytes(), event)?)
    }

    /// Writes all of it; gives the charges that changed.
    pub(crate) fn commit(mut self) -> Result<Vec<TillChargeRecord>, WalletError> {
        self.batch.put(&[], &self.counter)?;
        self.batch.commit()?;
        Ok(self.changed)
    }
}

/// What people see of a change; none where they see nothing.
fn what_happened(before: &TillChargeRecord, after: &TillChargeRecord) -> Option<TillEventKind> {
    use ChargeState as S;
    let (old, new) = (before.standing.state, after.standing.state);
    if old != new {
        return Some(match new {
            S::Open => TillEventKind::ChargeReopened,
            S::Unclear => TillEventKind::ChargeUnclear,
            S::Paid => TillEventKind::ChargePaid,
            S::Closed => TillEventKind::ChargeClosed,
            S::Revoked => TillEventKind::ChargeRevoked,
        });
    }
    let seen = |charge: &TillChargeRecord| {
        (
            charge.payments.clone(),
            charge.refunds.clone(),
            charge.gathered,
            charge.expires_at,
        )
    };
    (seen(before) != seen(after)).then_some(TillEventKind::ChargeChanged)
}
