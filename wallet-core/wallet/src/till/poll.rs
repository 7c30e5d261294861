//! One look at the ledger, for all charges at once: the head, then every
//! transfer in the blocks since the last look, matched against the receiving
//! addresses. What it costs grows with blocks and payments, not with charges.
//!
//! What was read and how far are written in one batch: after a kill the same
//! blocks are read again and nothing counts twice. Blocks that the ledger took
//! back are noticed by the hash of the newest that was read, and are read again
//! from the fork; payments that are in none of them any more are taken back.

use std::collections::{BTreeMap, HashMap, HashSet};

use alloy_primitives::{Address as EvmAddress, B256, U256};
use jiaozi_ledger::{Agreement, Ledger, LedgerError, Transfer};
use jiaozi_store::{KeyRange, Order};
use jiaozi_types::{Asset, AssetId};

use super::branches::Branches;
use super::records::{
    AddressRecord, MarkRecord, OtherPaymentRecord, PaymentRecord, TillChargeRecord,
    TillCursorRecord, branch_key,
};
use super::standing::Look;
use super::turn::Turn;
use crate::api::Checked;
use crate::api::till::{Assurance, ChargeState, PaymentRole};
use crate::book::Book;
use crate::error::WalletError;
use crate::network::Network;

/// Blocks that are read at a time.
const SPAN: u64 = 500;
/// Parts of so many blocks that one look reads; the rest is the next look's.
const PARTS: usize = 8;
/// Marks that are kept: forks deeper than that are read again from the newest final block.
const MARKS: usize = 64;
/// Charges that end by one look, at most.
const DUE: usize = 500;
/// Charges whose payments become final by one look, at most.
const FINAL: usize = 2_000;
/// Payments that a second endpoint is asked about by one look, at most.
const DOUBTS: usize = 4;
/// Seconds that a charge may be in the future: clocks are set right by little.
const TOLERATED: u64 = 60;
/// Charges whose coin is looked at by one look, at most.
const COINS: usize = 16;

/// What one look works with.
pub(crate) struct Poll<'a> {
    pub(crate) book: &'a Book,
    pub(crate) ledger: &'a dyn Ledger,
    pub(crate) network: &'a Network,
    pub(crate) branches: &'a Branches,
    pub(crate) turn: &'a Turn,
}

/// What it found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Charges that changed.
    pub(crate) changed: Vec<TillChargeRecord>,
    /// The newest block.
    pub(crate) head: u64,
    /// Whether all of the ledger up to there is read.
    pub(crate) whole: bool,
    /// Whether there is a block that the last look did not see.
    pub(crate) grew: bool,
}

impl Poll<'_> {
    /// Looks, at the time `began`; charges whose time is over are ended where
    /// `may_end` is.
    pub(crate) async fn look(&self, began: u64, may_end: bool) -> Result<Found, WalletError> {
        let head = self.ledger.head().await?;
        let final_block = self.ledger.final_block().await?.min(head);
        let mut cursor = self.cursor(head)?;
        let mut found = Found {
            head,
            grew: head > cursor.highest,
            ..Found::default()
        };
        self.rewind(&mut cursor, head).await?;
        let mut parts = 0;
        while cursor.next <= head && parts < PARTS {
            match self.read_part(&mut cursor, head, began).await? {
                Some(changed) => found.changed.extend(changed),
                None => self.rewind(&mut cursor, head).await?,
            }
            parts = parts.saturating_add(1);
        }
        // An endpoint that lags behind what was read before does not show the present.
        found.whole = cursor.next > head && head >= cursor.highest;
        if !found.whole {
            return Ok(found);
        }
        found.changed.extend(self.settle(final_block, began)?);
        if cursor.final_block < final_block {
            cursor.final_block = final_block;
            while cursor.marks.len() > 1
                && cursor
                    .marks
                    .get(1)
                    .is_some_and(|mark| mark.block <= final_block)
            {
                cursor.marks.pop_front();
            }
            // Read again when it is lost: no write of its own.
            self.book.store().put(&[], &cursor)?;
        }
        found
            .changed
            .extend(self.ask_again(began, final_block).await?);
        if may_end {
            found
                .changed
                .extend(self.end(Look { began, block: head }).await?);
        }
        Ok(found)
    }

    /// After a start: a charge that was made in the future was made by a clock
    /// that has gone back since. It is open for its whole time from now on,
    /// rather than for as long as the clock was wrong.
    pub(crate) fn rebase(&self, now: u64) -> Result<Vec<TillChargeRecord>, WalletError> {
        let _turn = self.turn.take();
        let mut batch = self.book.till_batch()?;
        for number in self.book.till_due(u64::MAX, usize::MAX)? {
            let Some(before) = self.book.till_charge(number)? else {
                continue;
            };
            if before.created_at <= now.saturating_add(TOLERATED) {
                continue;
            }
            let mut after = before.clone();
            after.expires_at = now.saturating_add(before.seconds.into());
            if let Some(since) = &mut after.standing.unclear_since {
                *since = now.min(*since);
            }
            batch.change(&before, after, now)?;
        }
        batch.commit()
    }

    fn cursor(&self, head: u64) -> Result<TillCursorRecord, WalletError> {
        let kept = self.book.till_cursor()?;
        let chain = self.network.chain;
        Ok(kept
            .filter(|cursor| cursor.chain == chain)
            .unwrap_or_else(|| TillCursorRecord {
                chain,
                start: head,
                next: head,
                highest: head.saturating_sub(1),
                final_block: 0,
                marks: Default::default(),
                seen_at: 0,
            }))
    }

    /// Goes back to the newest block that still stands. A ledger that is shorter
    /// than it was, or an endpoint that lags, is waited for.
    async fn rewind(&self, cursor: &mut TillCursorRecord, head: u64) -> Result<(), WalletError> {
        while let Some(mark) = cursor.marks.back().copied() {
            if mark.block <= cursor.final_block {
                break;
            }
            if mark.block > head {
                return Err(LedgerError::Behind.into());
            }
            match self.ledger.block_hash(mark.block).await? {
                Some(hash) if hash == mark.hash => break,
                Some(_) => {
                    tracing::warn!(block = mark.block, "the ledger took blocks back");
                    cursor.marks.pop_back();
                    let stands = cursor.marks.back().map(|mark| mark.block);
                    let stands = stands.unwrap_or(cursor.final_block).max(cursor.final_block);
                    cursor.next = stands.saturating_add(1).max(cursor.start).min(cursor.next);
                }
                None => return Err(LedgerError::Behind.into()),
            }
        }
        Ok(())
    }

    /// Reads the next blocks; nothing where they do not follow on what was read.
    async fn read_part(
        &self,
        cursor: &mut TillCursorRecord,
        head: u64,
        now: u64,
    ) -> Result<Option<Vec<TillChargeRecord>>, WalletError> {
        let from = cursor.next;
        let to = head.min(from.saturating_add(SPAN.saturating_sub(1)));
        // Asked before the logs: if the ledger is reorganised between the two, the
        // next look sees another hash and reads them again.
        let hash = self
            .ledger
            .block_hash(to)
            .await?
            .ok_or(LedgerError::Behind)?;
        let tokens = self.tokens();
        let contracts: Vec<_> = tokens.keys().copied().collect();
        let transfers = self.ledger.all_transfers(&contracts, from, to).await?;
        // Asked last: a fork since the newest mark was found standing would else be
        // hidden behind the new mark for good. One that comes now changes the new
        // mark as well, and the next look sees it.
        if !self.follows(cursor).await? {
            return Ok(None);
        }
        let mut own: BTreeMap<u32, Vec<PaymentRecord>> = BTreeMap::new();
        let mut others = Vec::new();
        let mut times = HashMap::new();
        for transfer in &transfers {
            let Some(asset) = tokens.get(&transfer.token) else {
                continue;
            };
            if transfer.value.is_zero() {
                continue;
            }
            if let Some(leads) = self
                .book
                .store()
                .get::<AddressRecord>(transfer.to.as_slice())?
            {
                let time = self.time_of(transfer, &mut times).await?;
                let payment = payment(transfer, asset.id(), time);
                own.entry(leads.number).or_default().push(payment);
            } else if let Some((till, number)) = self.branches.find(transfer.to) {
                let time = self.time_of(transfer, &mut times).await?;
                others.push(other(transfer, asset.id(), time, till, number));
            }
        }
        let read = TillCursorRecord {
            next: to.saturating_add(1),
            highest: if to == head {
                to
            } else {
                cursor.highest.max(to)
            },
            marks: {
                let mut marks = cursor.marks.clone();
                marks.push_back(MarkRecord { block: to, hash });
                while marks.len() > MARKS {
                    marks.pop_front();
                }
                marks
            },
            seen_at: now,
            ..cursor.clone()
        };
        let again = from <= cursor.highest;
        let gone_from = (to == head).then(|| to.saturating_add(1));
        let _turn = self.turn.take();
        let mut batch = self.book.till_batch()?;
        if again {
            self.forget_others(&mut batch, from, to, gone_from)?;
            // Charges that lose payments are not all among those that get some.
            for number in self.book.till_fresh(u64::MAX, usize::MAX)? {
                own.entry(number).or_default();
            }
        }
        for payment in others {
            let key = branch_key(payment.block, payment.transaction, payment.log_index);
            batch.records().put(&key, &payment)?;
        }
        for (number, told) in own {
            let Some(before) = self.book.till_charge(number)? else {
                continue;
            };
            let mut after = before.clone();
            merge(&mut after, told, (from, to), gone_from, again);
            stand(&mut after, now, None);
            batch.change(&before, after, now)?;
        }
        batch.records().put(&[], &read)?;
        let changed = batch.commit()?;
        *cursor = read;
        Ok(Some(changed))
    }

    /// Whether the newest block that was read still stands.
    async fn follows(&self, cursor: &TillCursorRecord) -> Result<bool, WalletError> {
        match cursor.marks.back() {
            Some(mark) if mark.block > cursor.final_block => {
                let hash = self.ledger.block_hash(mark.block).await?;
                Ok(hash == Some(mark.hash))
            }
            _ => Ok(true),
        }
    }

    fn tokens(&self) -> HashMap<EvmAddress, &Asset> {
        let tokens = self.network.tokens.iter();
        tokens
            .filter_map(|token| Some((token.asset.id().contract()?, &token.asset)))
            .collect()
    }

    async fn time_of(
        &self,
        transfer: &Transfer,
        known: &mut HashMap<u64, u64>,
    ) -> Result<u64, WalletError> {
        if let Some(time) = transfer.time.or(known.get(&transfer.block).copied()) {
            return Ok(time);
        }
        let time = self.ledger.block_time(transfer.block).await?;
        known.insert(transfer.block, time);
        Ok(time)
    }

    /// Payments to other tills in blocks that are read again.
    fn forget_others(
        &self,
        batch: &mut super::journal::TillBatch<'_>,
        from: u64,
        to: u64,
        gone_from: Option<u64>,
    ) -> Result<(), WalletError> {
        let end = match gone_from {
            Some(_) => std::ops::Bound::Unbounded,
            None => std::ops::Bound::Excluded(to.saturating_add(1).to_be_bytes().to_vec()),
        };
        let range = KeyRange {
            start: std::ops::Bound::Included(from.to_be_bytes().to_vec()),
            end,
        };
        let known =
            self.book
                .store()
                .scan::<OtherPaymentRecord>(&range, Order::Ascending, usize::MAX)?;
        for (key, _) in known {
            batch.records().delete::<OtherPaymentRecord>(&key)?;
        }
        Ok(())
    }

    /// Payments whose blocks are final now.
    fn settle(&self, final_block: u64, now: u64) -> Result<Vec<TillChargeRecord>, WalletError> {
        let fresh = self.book.till_fresh(final_block, FINAL)?;
        if fresh.is_empty() {
            return Ok(Vec::new());
        }
        let _turn = self.turn.take();
        let mut batch = self.book.till_batch()?;
        for number in fresh {
            let Some(before) = self.book.till_charge(number)? else {
                continue;
            };
            let mut after = before.clone();
            for payment in &mut after.payments {
                let sure = payment.checked != Checked::Unconfirmed && payment.block <= final_block;
                if sure && payment.asset.chain() == self.network.chain {
                    payment.assurance = Assurance::Final;
                }
            }
            stand(&mut after, now, None);
            batch.change(&before, after, now)?;
        }
        batch.commit()
    }

    /// Asks again about payments that one endpoint alone has told of.
    async fn ask_again(
        &self,
        now: u64,
        final_block: u64,
    ) -> Result<Vec<TillChargeRecord>, WalletError> {
        let contracts: Vec<_> = self.tokens().keys().copied().collect();
        let mut changed = Vec::new();
        for number in self.book.till_doubts(DOUBTS)? {
            let Some(charge) = self.book.till_charge(number)? else {
                continue;
            };
            let doubted = charge
                .payments
                .iter()
                .find(|payment| payment.checked == Checked::Unconfirmed);
            let Some(block) = doubted.map(|payment| payment.block) else {
                continue;
            };
            let told = self.ledger.all_transfers(&contracts, block, block).await?;
            let _turn = self.turn.take();
            let Some(before) = self.book.till_charge(number)? else {
                continue;
            };
            let mut after = before.clone();
            for payment in &mut after.payments {
                let same = |transfer: &&Transfer| {
                    transfer.transaction == payment.transaction
                        && transfer.block == payment.block
                        && transfer.log_index == payment.log_index
                        && transfer.value == payment.atoms
                };
                if let Some(transfer) = told.iter().find(same)
                    && transfer.agreement != Agreement::Unconfirmed
                {
                    payment.checked = checked(transfer.agreement);
                    payment.assurance = match payment.block <= final_block {
                        true => Assurance::Final,
                        false => Assurance::Included,
                    };
                }
            }
            // What not even the one that told it repeats was never there.
            let stands = |payment: &PaymentRecord| {
                payment.checked != Checked::Unconfirmed
                    || payment.block != block
                    || told
                        .iter()
                        .any(|told| told.transaction == payment.transaction)
            };
            after.payments.retain(stands);
            stand(&mut after, now, None);
            let mut batch = self.book.till_batch()?;
            batch.change(&before, after, now)?;
            changed.extend(batch.commit()?);
        }
        Ok(changed)
    }

    /// Ends charges whose time is over, by a look that saw everything.
    async fn end(&self, look: Look) -> Result<Vec<TillChargeRecord>, WalletError> {
        let due = self.book.till_due(look.began, DUE)?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let mut coins = HashMap::new();
        let mut waits = HashSet::new();
        for number in &due {
            let Some(charge) = self.book.till_charge(*number)? else {
                continue;
            };
            let mut ended = charge.clone();
            stand(&mut ended, look.began, Some(look));
            if !matches!(
                ended.standing.state,
                ChargeState::Closed | ChargeState::Revoked
            ) {
                continue;
            }
            // Coin leaves no log: it is looked for once, at the end.
            if coins.len() >= COINS {
                waits.insert(*number);
                continue;
            }
            let coin = self.ledger.coin_balance(charge.address).await?;
            coins.insert(*number, coin);
        }
        let _turn = self.turn.take();
        let mut batch = self.book.till_batch()?;
        for number in due {
            let Some(before) = self.book.till_charge(number)? else {
                continue;
            };
            if waits.contains(&number) {
                continue;
            }
            let mut after = before.clone();
            if let Some(coin) = coins.get(&number) {
                add_balance(&mut after, self.network.coin.id(), *coin, look);
            }
            stand(&mut after, look.began, Some(look));
            batch.change(&before, after, look.began)?;
        }
        batch.commit()
    }
}

/// Puts a charge where its money and the look say.
pub(crate) fn stand(charge: &mut TillChargeRecord, now: u64, look: Option<Look>) {
    let came = charge.came();
    charge.standing = charge.standing.after(&charge.asked(), &came, now, look);
}

/// Adds what lies on an address beyond what is known to have come, of an asset
/// that leaves no log or of another network.
pub(crate) fn add_balance(
    charge: &mut TillChargeRecord,
    asset: AssetId,
    balance: U256,
    look: Look,
) {
    let more = balance.saturating_sub(charge.received(asset));
    if more.is_zero() {
        return;
    }
    charge.payments.push(PaymentRecord {
        asset,
        transaction: B256::ZERO,
        log_index: u64::try_from(charge.payments.len()).unwrap_or(u64::MAX),
        from: EvmAddress::ZERO,
        atoms: more,
        block: look.block,
        time: look.began,
        assurance: Assurance::Final,
        role: PaymentRole::WrongAsset,
        checked: Checked::Single,
    });
}

/// Brings a charge's payments to what was read of blocks `from..=to`, and drops
/// those of blocks that are no more. Payments that are known keep their role.
pub(crate) fn merge(
    charge: &mut TillChargeRecord,
    told: Vec<PaymentRecord>,
    (from, to): (u64, u64),
    gone_from: Option<u64>,
    again: bool,
) {
    let chain = charge.chain();
    let is_read = |payment: &PaymentRecord| {
        // Balances stand for no block, and other networks were not read.
        let here = payment.asset.chain() == chain && payment.transaction != B256::ZERO;
        let read = (from..=to).contains(&payment.block)
            || gone_from.is_some_and(|gone| payment.block >= gone);
        here && read && again
    };
    let (mut old, mut kept): (Vec<_>, Vec<_>) = std::mem::take(&mut charge.payments)
        .into_iter()
        .partition(is_read);
    for mut payment in told {
        let same = |known: &PaymentRecord| {
            known.transaction == payment.transaction
                && known.asset == payment.asset
                && known.atoms == payment.atoms
                && known.from == payment.from
        };
        let exact = |known: &PaymentRecord| same(known) && known.log_index == payment.log_index;
        if kept.iter().any(exact) {
            continue;
        }
        let at = old
            .iter()
            .position(exact)
            .or_else(|| old.iter().position(same));
        payment.role = match at.map(|at| old.swap_remove(at)) {
            Some(known) => known.role,
            None if payment.asset != charge.asset => PaymentRole::WrongAsset,
            None => charge.standing.role(),
        };
        kept.push(payment);
    }
    if !old.is_empty() {
        charge.standing.taken_back = true;
    }
    kept.sort_by_key(|payment| (payment.block, payment.log_index));
    charge.payments = kept;
}

fn checked(agreement: Agreement) -> Checked {
    match agreement {
        Agreement::Single => Checked::Single,
        Agreement::Agreed => Checked::Agreed,
        Agreement::Unconfirmed => Checked::Unconfirmed,
    }
}

pub(crate) fn payment(transfer: &Transfer, asset: AssetId, time: u64) -> PaymentRecord {
    PaymentRecord {
        asset,
        transaction: transfer.transaction,
        log_index: transfer.log_index,
        from: transfer.from,
        atoms: transfer.value,
        block: transfer.block,
        time,
        assurance: match transfer.agreement {
            Agreement::Unconfirmed => Assurance::Seen,
            Agreement::Single | Agreement::Agreed => Assurance::Included,
        },
        role: PaymentRole::Counts,
        checked: checked(transfer.agreement),
    }
}

fn other(
    transfer: &Transfer,
    asset: AssetId,
    time: u64,
    till: u16,
    number: u32,
) -> OtherPaymentRecord {
    OtherPaymentRecord {
        till,
        number,
        asset,
        atoms: transfer.value,
        from: transfer.from,
        transaction: transfer.transaction,
        log_index: transfer.log_index,
        block: transfer.block,
        time,
        checked: checked(transfer.agreement),
    }
}
