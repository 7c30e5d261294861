//! Listing and finding charges, newest first.
//!
//! Charges are sealed one by one, so that a search has to open each. A day's
//! rows are read once, when something is first looked for in it, and those that
//! change are read anew; days are forgotten again, the longest unused first.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiaozi_store::{KeyRange, Order};
use jiaozi_types::{Address, Amount, Asset};

use super::Till;
use super::records::{DayRecord, TillChargeRecord, day_key, timed_number};
use crate::api::ErrorCode;
use crate::api::till::{ChargePage, ChargeQuery, ChargeState};
use crate::book::Book;
use crate::error::WalletError;

/// Rows that are kept in memory.
const KEPT: usize = 400_000;
/// Rows that one call looks through before it gives what it found so far.
const LOOKED: usize = 200_000;
/// Rows of a day that are read at a time.
const PART: usize = 1_000;
/// Charges of a page where nothing else is said, and at most.
const PAGE: u32 = 50;
const MOST: u32 = 200;

/// A place in the list: day and number.
type Place = (u32, u32);

/// Rows of charges by day.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    days: Mutex<Days>,
}

#[derive(Debug, Default)]
struct Days {
    days: HashMap<u32, Day>,
    /// Counts uses: the lowest is the longest unused.
    uses: u64,
}

#[derive(Debug, Default)]
struct Day {
    rows: BTreeMap<u32, Row>,
    /// Charges that changed since they were read.
    stale: HashSet<u32>,
    used: u64,
}

/// What queries ask of a charge.
#[derive(Debug)]
struct Row {
    state: ChargeState,
    owed: bool,
    /// Lower case, a line each.
    text: Box<str>,
}

impl Row {
    fn of(charge: &TillChargeRecord, asset: &Asset) -> Self {
        let mut lines = vec![charge.code.clone(), charge.id()];
        lines.extend(charge.order.clone());
        lines.extend(charge.note.clone());
        lines.extend(charge.staff.clone());
        lines.extend(charge.lines.iter().map(|line| line.name.clone()));
        if asset.id() == charge.asset {
            lines.push(Amount::from_atoms(charge.atoms, asset.clone()).to_plain_string());
        }
        lines.push(Address::on(charge.chain(), charge.address).plain());
        for payment in &charge.payments {
            lines.push(payment.transaction.to_string());
            lines.push(Address::on(payment.asset.chain(), payment.from).plain());
        }
        lines.extend(charge.refunds.iter().map(|refund| refund.number.clone()));
        Self {
            state: charge.standing.state,
            owed: charge.is_owed(),
            text: lines.join("\n").to_lowercase().into(),
        }
    }
}

/// What is looked for.
struct Needle {
    text: Option<String>,
    state: Option<ChargeState>,
    to_return: bool,
}

impl Needle {
    fn fits(&self, row: &Row) -> bool {
        let text = |text: &String| row.text.contains(text.as_str());
        self.text.as_ref().is_none_or(text)
            && self.state.is_none_or(|state| row.state == state)
            && (row.owed || !self.to_return)
    }
}

impl Rows {
    fn days(&self) -> MutexGuard<'_, Days> {
        self.days.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Charges that changed on the disk.
    pub(crate) fn put(&self, changed: &[TillChargeRecord]) {
        let mut days = self.days();
        for charge in changed {
            if let Some(day) = days.days.get_mut(&charge.day) {
                day.stale.insert(charge.number);
            }
        }
    }

    /// Numbers of a day's charges below `below` that fit, newest first, at most
    /// `limit`; and how many rows the day has.
    fn find(
        &self,
        book: &Book,
        asset: &Asset,
        at: u32,
        below: u32,
        needle: &Needle,
        limit: usize,
    ) -> Result<(Vec<u32>, usize), WalletError> {
        let mut days = self.days();
        days.uses = days.uses.saturating_add(1);
        let uses = days.uses;
        if !days.days.contains_key(&at) {
            days.make_room();
            days.days.insert(at, read_day(book, asset, at)?);
        }
        let day = days.days.entry(at).or_default();
        day.used = uses;
        for number in std::mem::take(&mut day.stale) {
            if let Some(charge) = book.till_charge(number)? {
                day.rows.insert(number, Row::of(&charge, asset));
            }
        }
        let fitting = day.rows.range(..below).rev();
        let fitting = fitting.filter(|(_, row)| needle.fits(row));
        let found = fitting.map(|(number, _)| *number).take(limit).collect();
        Ok((found, day.rows.len()))
    }
}

impl Days {
    fn make_room(&mut self) {
        while self.days.values().map(|day| day.rows.len()).sum::<usize>() > KEPT {
            let oldest = self.days.iter().min_by_key(|(_, day)| day.used);
            let Some(oldest) = oldest.map(|(at, _)| *at) else {
                return;
            };
            self.days.remove(&oldest);
        }
    }
}

fn read_day(book: &Book, asset: &Asset, at: u32) -> Result<Day, WalletError> {
    let mut day = Day::default();
    let mut range = KeyRange::prefix(&at.to_be_bytes());
    loop {
        let part = book
            .store()
            .scan::<DayRecord>(&range, Order::Ascending, PART)?;
        let Some((last, _)) = part.last() else {
            return Ok(day);
        };
        range = range.after(last);
        for number in part.iter().filter_map(|(key, _)| timed_number(key)) {
            if let Some(charge) = book.till_charge(number)? {
                day.rows.insert(number, Row::of(&charge, asset));
            }
        }
    }
}

impl Till {
    /// A page of charges, newest first. A search that finds little gives what
    /// it found in a bounded time, with a place to go on from.
    pub async fn list(&self, query: ChargeQuery) -> Result<ChargePage, WalletError> {
        let till = self.clone();
        let page = tokio::task::spawn_blocking(move || till.page(query)).await;
        page.map_err(|_| ErrorCode::Internal)?
    }

    fn page(&self, query: ChargeQuery) -> Result<ChargePage, WalletError> {
        let (book, settings) = (self.book()?, self.settings()?);
        let (numbers, next) = find(&book, &self.shared().rows, &settings.asset, query)?;
        let mut charges = Vec::with_capacity(numbers.len());
        for number in numbers {
            let charge = book.till_charge(number)?;
            charges.push(self.charge_view(&charge.ok_or(ErrorCode::StoreDamaged)?)?);
        }
        Ok(ChargePage { charges, next })
    }
}

/// Numbers of the charges that fit, newest first, and where to go on.
pub(crate) fn find(
    book: &Book,
    rows: &Rows,
    asset: &Asset,
    query: ChargeQuery,
) -> Result<(Vec<u32>, Option<String>), WalletError> {
    let limit = query.limit.unwrap_or(PAGE);
    if !(1..=MOST).contains(&limit) {
        return Err(ErrorCode::BadInput.into());
    }
    let limit = usize::try_from(limit).map_err(|_| ErrorCode::BadInput)?;
    let after = query.after.as_deref().map(place).transpose()?;
    let day = query.day.as_deref().map(day_number).transpose()?;
    let text = query.text.map(|text| text.trim().to_lowercase());
    let needle = Needle {
        text: text.filter(|text| !text.is_empty()),
        state: query.state,
        to_return: query.to_return,
    };
    let plain = needle.text.is_none() && needle.state.is_none() && !needle.to_return;
    let mut found: Vec<Place> = Vec::new();
    // The end of what was looked at.
    let mut below = after;
    let mut looked = 0_usize;
    let mut next = None;
    while let Some(at) = next_day(book, below, day)? {
        let end = match below {
            Some((day, number)) if day == at => number,
            _ => u32::MAX,
        };
        let wanted = limit.saturating_sub(found.len()).saturating_add(1);
        let (numbers, size) = match plain {
            true => (of_day(book, at, end, wanted)?, 0),
            false => rows.find(book, asset, at, end, &needle, wanted)?,
        };
        found.extend(numbers.into_iter().map(|number| (at, number)));
        if found.len() > limit {
            found.truncate(limit);
            next = found.last().copied();
            break;
        }
        looked = looked.saturating_add(size);
        below = Some((at, 0));
        if looked >= LOOKED {
            next = below;
            break;
        }
    }
    let numbers = found.into_iter().map(|(_, number)| number).collect();
    Ok((numbers, next.map(|(day, number)| format!("{day}.{number}"))))
}

/// The newest day with charges below a place; only `day` where it is given.
fn next_day(
    book: &Book,
    below: Option<Place>,
    day: Option<u32>,
) -> Result<Option<u32>, WalletError> {
    let range = match day {
        Some(day) => KeyRange::prefix(&day.to_be_bytes()),
        None => KeyRange::all(),
    };
    let range = match below {
        Some((day, number)) => range.before(&day_key(day, number)),
        None => range,
    };
    if range.is_empty() {
        return Ok(None);
    }
    let found = book
        .store()
        .scan::<DayRecord>(&range, Order::Descending, 1)?;
    let day = |key: &[u8]| Some(u32::from_be_bytes(*key.first_chunk::<4>()?));
    Ok(found.first().and_then(|(key, _)| day(key)))
}

/// Numbers of a day's charges below `below`, newest first.
fn of_day(book: &Book, day: u32, below: u32, limit: usize) -> Result<Vec<u32>, WalletError> {
    let range = KeyRange::prefix(&day.to_be_bytes()).before(&day_key(day, below));
    let found = book
        .store()
        .scan::<DayRecord>(&range, Order::Descending, limit)?;
    Ok(found
        .iter()
        .filter_map(|(key, _)| timed_number(key))
        .collect())
}

fn place(text: &str) -> Result<Place, WalletError> {
    let parts = text.split_once('.').ok_or(ErrorCode::BadInput)?;
    let number = |part: &str| part.parse().map_err(|_| ErrorCode::BadInput);
    Ok((number(parts.0)?, number(parts.1)?))
}

/// Days since 1970 of `2026-11-28`.
pub(crate) fn day_number(text: &str) -> Result<u32, WalletError> {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    let date = time::Date::parse(text.trim(), &format).map_err(|_| ErrorCode::BadInput)?;
    let days = (date - time::Date::from_ordinal_date(1970, 1).map_err(|_| ErrorCode::Internal)?)
        .whole_days();
    Ok(u32::try_from(days).map_err(|_| ErrorCode::BadInput)?)
}
