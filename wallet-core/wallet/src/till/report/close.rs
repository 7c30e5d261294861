//! How the day stands, and its close.

use jiaozi_ledger::Ledger;
use jiaozi_store::{KeyRange, Order};

use super::super::Till;
use super::super::branches::Branches;
use super::super::records::{
    Balance, ReportRecord, TillCursorRecord, TillEventRecord, TillRecord, UnbookedRefundRecord,
    order_key,
};
use super::super::turn::Turn;
use super::books::{Period, received_after};
use super::check::{self, Addresses};
use super::part::add;
use crate::api::till::{ReportKind, ReportView, TillEventKind};
use crate::api::{Checked, ErrorCode, WalletEvent};
use crate::book::Book;
use crate::error::WalletError;

impl Till {
    /// How the day stands (X), or its close (Z): numbered, kept, and the same for
    /// ever. Reads the ledger up to now first, and compares it with the books.
    ///
    /// A Z report takes the blocks that are final and that the nodes agree on, so
    /// that nothing in it can be taken back; the rest is the next one's.
    ///
    /// # Errors
    /// `report_nothing_new` where nothing happened since the last Z report;
    /// `till_not_set_up`; those of nodes that do not answer: then nothing is closed.
    pub async fn report(&self, kind: ReportKind) -> Result<ReportView, WalletError> {
        self.report_view(&self.report_record(kind).await?)
    }

    pub(super) async fn report_record(
        &self,
        kind: ReportKind,
    ) -> Result<ReportRecord, WalletError> {
        self.catch_up().await?;
        let (book, settings) = (self.book()?, self.settings()?);
        let network = self.network(&settings)?;
        let ledger = self.wallet.ledger(&network).await?;
        let desk = Desk {
            book: &book,
            settings: &settings,
            ledger: ledger.as_ref(),
            branches: &self.shared().branches,
            turn: &self.shared().turn,
        };
        match kind {
            ReportKind::X => desk.look(self.now()).await,
            ReportKind::Z => {
                let _closing = self.shared().closing.lock().await;
                let record = desk.close(self.now()).await?;
                self.wallet.tell(WalletEvent::Till);
                Ok(record)
            }
        }
    }

    /// Every Z report, newest first.
    pub fn reports(&self) -> Result<Vec<ReportView>, WalletError> {
        let all = KeyRange::all();
        let found =
            self.book()?
                .store()
                .scan::<ReportRecord>(&all, Order::Descending, usize::MAX)?;
        found
            .iter()
            .map(|(_, report)| self.report_view(report))
            .collect()
    }

    /// A Z report by its number.
    pub fn report_of(&self, number: u32) -> Result<ReportView, WalletError> {
        self.report_view(&self.book()?.till_report(number)?)
    }
}

impl Book {
    /// A Z report by its number.
    pub(crate) fn till_report(&self, number: u32) -> Result<ReportRecord, WalletError> {
        let found = self.store().get(&number.to_be_bytes())?;
        found.ok_or_else(|| ErrorCode::ReportUnknown.into())
    }

    /// The last Z report.
    pub(crate) fn last_till_report(&self) -> Result<Option<ReportRecord>, WalletError> {
        let last = self
            .store()
            .scan(&KeyRange::all(), Order::Descending, 1)?
            .pop();
        Ok(last.map(|(_, report)| report))
    }
}

/// What a report is made with.
pub(crate) struct Desk<'a> {
    pub(crate) book: &'a Book,
    pub(crate) settings: &'a TillRecord,
    pub(crate) ledger: &'a dyn Ledger,
    pub(crate) branches: &'a Branches,
    pub(crate) turn: &'a Turn,
}

impl Desk<'_> {
    /// How the day stands. All of the ledger was read just before.
    pub(crate) async fn look(&self, now: u64) -> Result<ReportRecord, WalletError> {
        let cursor = self.cursor()?;
        let last = cursor.next.saturating_sub(1);
        self.make(0, last, &cursor, now).await
    }

    /// Closes the day. Only one does so at a time.
    pub(crate) async fn close(&self, now: u64) -> Result<ReportRecord, WalletError> {
        let cursor = self.cursor()?;
        let last = self.closable(&cursor)?;
        let before = self.book.last_till_report()?;
        let number = before.map_or(0, |before| before.number);
        let number = number.checked_add(1).ok_or(ErrorCode::StoreDamaged)?;
        self.make(number, last, &cursor, now).await
    }

    fn cursor(&self) -> Result<TillCursorRecord, WalletError> {
        let cursor = self.book.till_cursor()?;
        cursor.ok_or_else(|| ErrorCode::NodeBusy.into())
    }

    /// The last block that is final and of which nothing is doubted.
    fn closable(&self, cursor: &TillCursorRecord) -> Result<u64, WalletError> {
        let mut last = cursor.final_block.min(cursor.next.saturating_sub(1));
        for number in self.book.till_doubts(usize::MAX)? {
            let Some(charge) = self.book.till_charge(number)? else {
                continue;
            };
            for payment in &charge.payments {
                if payment.checked == Checked::Unconfirmed {
                    last = last.min(payment.block.saturating_sub(1));
                }
            }
        }
        Ok(last)
    }

    async fn make(
        &self,
        number: u32,
        last: u64,
        cursor: &TillCursorRecord,
        now: u64,
    ) -> Result<ReportRecord, WalletError> {
        let before = self.book.last_till_report()?;
        let period = |next_charge| {
            Period::after(
                before.as_ref(),
                self.settings.asset.id(),
                cursor.start,
                last,
                next_charge,
            )
        };
        let blocks = period(0).blocks;
        // Nothing new is final: the period has charges, and no block.
        let last = last.max(blocks.first.saturating_sub(1));
        let token = check::token(self.settings.asset.id())?;
        let refunds = period(0).refunds(self.book)?;
        let addresses = Addresses {
            book: self.book,
            till: self.settings.till,
            branches: self.branches,
        };
        let told = check::read(self.ledger, token, blocks, &addresses, &refunds).await?;
        let head = cursor.next.saturating_sub(1);
        let from = match &before {
            Some(before) => before.to,
            None => self.ledger.block_time(blocks.first.min(head)).await?,
        };
        let to = match last >= head {
            true => now,
            false => self.ledger.block_time(last).await?.saturating_add(1),
        };
        // From here on nothing is waited for, and no charge changes.
        let _turn = self.turn.take();
        let next_charge = self.book.till_counter()?.number;
        let period = period(next_charge);
        let mut books = period.books(self.book, self.settings)?;
        books.sums.waiting = match number {
            0 => received_after(
                self.book,
                self.settings,
                cursor.final_block.max(blocks.first.saturating_sub(1)),
            )?,
            _ => received_after(self.book, self.settings, last)?,
        };
        let known = refunds.iter().map(|refund| &refund.number);
        let known: std::collections::HashSet<_> = known.collect();
        // A refund that became final since the ledger was read is the next one's.
        let mut late = alloy_primitives::U256::ZERO;
        for refund in &books.refunds {
            if !known.contains(&refund.number) && refund.asset == self.settings.asset.id() {
                late = add(late, refund.atoms)?;
            }
        }
        books
            .refunds
            .retain(|refund| known.contains(&refund.number));
        books.sums.refunded = books.sums.refunded.saturating_sub(late);
        let opening = period.opening;
        let record = ReportRecord {
            number,
            made_at: now,
            shop: self.settings.shop.clone(),
            till: self.settings.till,
            asset: self.settings.asset.clone(),
            utc_offset: self.settings.utc_offset,
            from,
            to: to.max(from),
            first_block: blocks.first,
            last_block: last,
            next_charge,
            check: check::compare(
                &told,
                &books.entries,
                (self.settings.till, &books.refunds),
                token,
            )?,
            open: books.open,
            opening,
            closing: Balance {
                received: add(opening.received, books.sums.received)?,
                refunded: add(opening.refunded, books.sums.refunded)?,
            },
            refunds: books.refunds,
            sums: books.sums,
        };
        if number > 0 {
            self.keep(&record)?;
        }
        Ok(record)
    }

    /// Writes a Z report with its event: all of it or nothing.
    fn keep(&self, record: &ReportRecord) -> Result<(), WalletError> {
        if is_empty(record) {
            return Err(ErrorCode::ReportNothingNew.into());
        }
        let mut batch = self.book.till_batch()?;
        batch.records().put(&record.number.to_be_bytes(), record)?;
        for refund in &record.refunds {
            let key = order_key(&refund.number);
            batch.records().delete::<UnbookedRefundRecord>(&key)?;
        }
        batch.happened(&TillEventRecord {
            at: record.made_at,
            kind: TillEventKind::DayClosed,
            charge: None,
            version: 0,
            state: None,
            flags: Default::default(),
            paid: Some((record.asset.id(), record.sums.sales)),
            number: Some(record.number.to_string()),
        })?;
        batch.commit()?;
        Ok(())
    }
}

/// Whether there is nothing to close: no money moved and no charge ended.
fn is_empty(record: &ReportRecord) -> bool {
    let sums = &record.sums;
    let counts = &sums.counts;
    sums.received.is_zero()
        && sums.other_assets.is_empty()
        && record.refunds.is_empty()
        && [counts.paid, counts.closed, counts.revoked] == [0, 0, 0]
}
