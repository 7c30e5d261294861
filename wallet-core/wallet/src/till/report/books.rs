//! The books of a period, from the records: which charges, payments and refunds
//! are in it, and their sums. A period that is closed gives the same sums again.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use alloy_primitives::U256;
use jiaozi_store::{KeyRange, Order};
use jiaozi_types::AssetId;

use super::super::records::{
    Balance, BookedRefund, HourSum, NamedSum, OtherPaymentRecord, PaidInRecord, ReportRecord, Sums,
    TillChargeRecord, TillRecord, TillSum, UnbookedRefundRecord, timed_number,
};
use super::check::Entry;
use super::part::{Blocks, Ended, Entered, Part, add, foreign_part, is_booked, part};
use crate::api::till::Assurance;
use crate::book::Book;
use crate::error::WalletError;

/// Charges that are read at a time.
const PAGE: usize = 1_000;

/// A period of the books.
#[derive(Debug, Clone)]
pub(crate) struct Period {
    /// Its blocks.
    pub(crate) blocks: Blocks,
    /// The asset of its sums.
    asset: AssetId,
    /// The number of the charge after the last that was made.
    pub(crate) next_charge: u32,
    /// The number of the first charge that was made in it.
    first_charge: u32,
    /// Charges that had not ended when it began.
    open_before: BTreeSet<u32>,
    /// Charges that had not ended when it was closed; none while it is not.
    open_after: Option<BTreeSet<u32>>,
    /// Refunds in it; none while it is not closed.
    refunds: Option<Vec<BookedRefund>>,
    /// What was received and refunded before it.
    pub(crate) opening: Balance,
}

/// What a period has.
#[derive(Debug, Clone, Default)]
pub(crate) struct Books {
    /// The sums.
    pub(crate) sums: Sums,
    /// Charges that have not ended, with their money.
    pub(crate) open: BTreeMap<u32, U256>,
    /// Refunds, in the ledger's order.
    pub(crate) refunds: Vec<BookedRefund>,
    /// What came, payment by payment.
    pub(crate) entries: Vec<Entry>,
}

impl Period {
    /// After `before`, to the block `last`.
    pub(crate) fn after(
        before: Option<&ReportRecord>,
        asset: AssetId,
        start: u64,
        last: u64,
        next_charge: u32,
    ) -> Self {
        Self {
            blocks: Blocks {
                first: before.map_or(start, |before| before.last_block.saturating_add(1)),
                last,
            },
            asset,
            next_charge,
            first_charge: before.map_or(0, |before| before.next_charge),
            open_before: before.map(ReportRecord::open_numbers).unwrap_or_default(),
            open_after: None,
            refunds: None,
            // A till that was set up for another asset begins anew.
            opening: before
                .filter(|before| before.asset.id() == asset)
                .map(|before| before.closing)
                .unwrap_or_default(),
        }
    }

    /// That of a report that was made after `before`.
    pub(crate) fn of(report: &ReportRecord, before: Option<&ReportRecord>) -> Self {
        Self {
            blocks: Blocks {
                first: report.first_block,
                last: report.last_block,
            },
            asset: report.asset.id(),
            next_charge: report.next_charge,
            first_charge: before.map_or(0, |before| before.next_charge),
            open_before: before.map(ReportRecord::open_numbers).unwrap_or_default(),
            open_after: Some(report.open_numbers()),
            refunds: Some(report.refunds.clone()),
            opening: report.opening,
        }
    }

    fn part(&self, charge: &TillChargeRecord) -> Result<Part, WalletError> {
        if charge.asset != self.asset {
            return foreign_part(charge, self.blocks, self.asset);
        }
        let entered = match charge.number {
            number if number >= self.first_charge => Entered::New,
            number if self.open_before.contains(&number) => Entered::Open,
            _ => Entered::Ended,
        };
        let open = self
            .open_after
            .as_ref()
            .map(|open| open.contains(&charge.number));
        part(charge, self.blocks, entered, open)
    }

    /// Every charge of the period with what it adds, in the order of their numbers.
    pub(crate) fn each_charge(
        &self,
        book: &Book,
        mut found: impl FnMut(TillChargeRecord, Part) -> Result<(), WalletError>,
    ) -> Result<(), WalletError> {
        let mut earlier = self.open_before.clone();
        for (key, _) in book.store().scan::<PaidInRecord>(
            &block_range(self.blocks),
            Order::Ascending,
            usize::MAX,
        )? {
            earlier.extend(timed_number(&key).filter(|number| *number < self.first_charge));
        }
        for number in earlier {
            if let Some(charge) = book.till_charge(number)? {
                let part = self.part(&charge)?;
                found(charge, part)?;
            }
        }
        let mut range = KeyRange {
            start: Bound::Included(self.first_charge.to_be_bytes().to_vec()),
            end: Bound::Excluded(self.next_charge.to_be_bytes().to_vec()),
        };
        while !range.is_empty() {
            let charges = book
                .store()
                .scan::<TillChargeRecord>(&range, Order::Ascending, PAGE)?;
            let Some((last, _)) = charges.last() else {
                break;
            };
            range = range.after(last);
            for (_, charge) in charges {
                let part = self.part(&charge)?;
                found(charge, part)?;
            }
        }
        Ok(())
    }

    /// Payments to other tills of the shop, in the ledger's order.
    pub(crate) fn others(&self, book: &Book) -> Result<Vec<OtherPaymentRecord>, WalletError> {
        let found = book.store().scan::<OtherPaymentRecord>(
            &block_range(self.blocks),
            Order::Ascending,
            usize::MAX,
        )?;
        let mut found: Vec<_> = found.into_iter().map(|(_, payment)| payment).collect();
        found.sort_by_key(|payment| (payment.block, payment.log_index));
        Ok(found)
    }

    /// Refunds that are final, in the ledger's order. One that another computer
    /// paid has no place, and is in the first period that knows of it.
    pub(crate) fn refunds(&self, book: &Book) -> Result<Vec<BookedRefund>, WalletError> {
        let mut refunds = match &self.refunds {
            Some(refunds) => refunds.clone(),
            None => book
                .all::<UnbookedRefundRecord>()?
                .into_iter()
                .map(|(_, unbooked)| unbooked.refund)
                .filter(|refund| {
                    let is_in =
                        |place: super::super::records::RefundPlace| place.block <= self.blocks.last;
                    refund.place.is_none_or(is_in)
                })
                .collect(),
        };
        refunds.sort_by_key(|refund| {
            let place = refund.place.map(|place| (place.block, place.transaction));
            (place, refund.number.clone())
        });
        Ok(refunds)
    }

    /// The books of the period.
    pub(crate) fn books(&self, book: &Book, settings: &TillRecord) -> Result<Books, WalletError> {
        let asset = settings.asset.id();
        let mut books = Books::default();
        let mut tally = Tally::default();
        self.each_charge(book, |charge, part| {
            if part.waits {
                books.open.insert(charge.number, part.carried_out);
            }
            let booked = charge
                .payments
                .iter()
                .filter(|paid| is_booked(paid, self.asset) && self.blocks.have(paid.block));
            books.entries.extend(booked.map(|paid| Entry {
                transaction: paid.transaction,
                log_index: paid.log_index,
                block: paid.block,
                till: charge.till,
                charge: charge.number,
                atoms: paid.atoms,
            }));
            tally.charge(&mut books.sums, &charge, &part, self, settings)
        })?;
        for payment in self.others(book)? {
            if payment.asset != asset {
                continue;
            }
            let sums = &mut books.sums;
            sums.others = add(sums.others, payment.atoms)?;
            sums.received = add(sums.received, payment.atoms)?;
            books.entries.push(Entry {
                transaction: payment.transaction,
                log_index: payment.log_index,
                block: payment.block,
                till: payment.till,
                charge: payment.number,
                atoms: payment.atoms,
            });
            tally.till(payment.till, 1, payment.atoms)?;
        }
        books.refunds = self.refunds(book)?;
        for refund in &books.refunds {
            if refund.asset == asset {
                books.sums.refunded = add(books.sums.refunded, refund.atoms)?;
            }
        }
        tally.write(&mut books.sums);
        Ok(books)
    }
}

/// What came in blocks after `block`, at every till.
pub(crate) fn received_after(
    book: &Book,
    settings: &TillRecord,
    block: u64,
) -> Result<U256, WalletError> {
    let Some(first) = block.checked_add(1) else {
        return Ok(U256::ZERO);
    };
    let blocks = Blocks {
        first,
        last: u64::MAX,
    };
    let asset = settings.asset.id();
    let mut sum = U256::ZERO;
    let marks =
        book.store()
            .scan::<PaidInRecord>(&block_range(blocks), Order::Ascending, usize::MAX)?;
    let numbers: BTreeSet<_> = marks
        .iter()
        .filter_map(|(key, _)| timed_number(key))
        .collect();
    for number in numbers {
        let Some(charge) = book.till_charge(number)? else {
            continue;
        };
        for paid in &charge.payments {
            let counts = paid.asset == asset && paid.assurance >= Assurance::Included;
            if counts && blocks.have(paid.block) {
                sum = add(sum, paid.atoms)?;
            }
        }
    }
    for (_, paid) in book.store().scan::<OtherPaymentRecord>(
        &block_range(blocks),
        Order::Ascending,
        usize::MAX,
    )? {
        if paid.asset == asset {
            sum = add(sum, paid.atoms)?;
        }
    }
    Ok(sum)
}

/// Keys that begin with one of these blocks.
fn block_range(blocks: Blocks) -> KeyRange {
    KeyRange {
        start: Bound::Included(blocks.first.to_be_bytes().to_vec()),
        end: match blocks.last.checked_add(1) {
            Some(end) => Bound::Excluded(end.to_be_bytes().to_vec()),
            None => Bound::Unbounded,
        },
    }
}

/// Sums under names, while they grow.
#[derive(Debug, Default)]
struct Tally {
    items: BTreeMap<String, (u64, U256)>,
    staff: BTreeMap<String, (u64, U256)>,
    hours: BTreeMap<u8, (u64, U256)>,
    tills: BTreeMap<u16, (u64, U256)>,
}

impl Tally {
    fn charge(
        &mut self,
        sums: &mut Sums,
        charge: &TillChargeRecord,
        part: &Part,
        period: &Period,
        settings: &TillRecord,
    ) -> Result<(), WalletError> {
        sums.received = add(sums.received, part.received)?;
        sums.sales = add(sums.sales, part.sales)?;
        sums.unasked = add(sums.unasked, part.unasked)?;
        sums.carried_in = add(sums.carried_in, part.carried_in)?;
        sums.carried_out = add(sums.carried_out, part.carried_out)?;
        if part.payments > 0 {
            self.till(charge.till, part.payments, part.received)?;
        }
        let counts = &mut sums.counts;
        let count = |number: &mut u32, is: bool| *number = number.saturating_add(is.into());
        count(&mut counts.open, part.waits);
        count(&mut counts.closed, part.ended == Some(Ended::Closed));
        count(&mut counts.revoked, part.ended == Some(Ended::Revoked));
        count(&mut counts.under, part.under);
        count(&mut counts.over, part.over);
        count(&mut counts.late, part.late);
        count(&mut counts.wrong_asset, part.wrong_asset);
        let ended_or_waits = part.waits || part.ended.is_some();
        count(
            &mut counts.taken_back,
            charge.standing.taken_back && ended_or_waits,
        );
        for paid in &charge.payments {
            if paid.asset != period.asset && period.blocks.have(paid.block) {
                let sum = sums.other_assets.entry(paid.asset).or_default();
                *sum = add(*sum, paid.atoms)?;
            }
        }
        let Some(Ended::Paid(at)) = part.ended else {
            return Ok(());
        };
        count(&mut sums.counts.paid, true);
        let staff = charge.staff.clone().unwrap_or_default();
        grow(self.staff.entry(staff).or_default(), 1, part.sales)?;
        let hour = hour(at, settings.utc_offset);
        grow(self.hours.entry(hour).or_default(), 1, part.sales)?;
        if charge.lines.is_empty() {
            let item = self.items.entry(String::new()).or_default();
            grow(item, 1, part.sales)?;
        }
        for line in &charge.lines {
            let total = line.price.saturating_mul(U256::from(line.quantity));
            let item = self.items.entry(line.name.clone()).or_default();
            grow(item, line.quantity.into(), total)?;
        }
        Ok(())
    }

    fn till(&mut self, till: u16, payments: u64, atoms: U256) -> Result<(), WalletError> {
        grow(self.tills.entry(till).or_default(), payments, atoms)
    }

    fn write(self, sums: &mut Sums) {
        sums.items = named(self.items);
        sums.staff = named(self.staff);
        let hours = self.hours.into_iter();
        sums.hours = hours
            .map(|(hour, (count, atoms))| HourSum {
                hour,
                count: u32::try_from(count).unwrap_or(u32::MAX),
                atoms,
            })
            .collect();
        let tills = self.tills.into_iter();
        sums.tills = tills
            .map(|(till, (payments, atoms))| TillSum {
                till,
                payments,
                atoms,
            })
            .collect();
    }
}

fn grow(sum: &mut (u64, U256), count: u64, atoms: U256) -> Result<(), WalletError> {
    *sum = (sum.0.saturating_add(count), add(sum.1, atoms)?);
    Ok(())
}

/// The largest sum first.
fn named(sums: BTreeMap<String, (u64, U256)>) -> Vec<NamedSum> {
    let mut named: Vec<_> = sums
        .into_iter()
        .map(|(name, (count, atoms))| NamedSum { name, count, atoms })
        .collect();
    named.sort_by(|a, b| b.atoms.cmp(&a.atoms).then_with(|| a.name.cmp(&b.name)));
    named
}

/// The hour of the day, 0 to 23, `offset` minutes ahead of UTC.
fn hour(at: u64, offset: i32) -> u8 {
    let minutes = i64::from(offset).saturating_mul(60);
    let local = i64::try_from(at)
        .unwrap_or(i64::MAX)
        .saturating_add(minutes);
    u8::try_from(local.rem_euclid(86_400).div_euclid(3_600)).unwrap_or(0)
}
