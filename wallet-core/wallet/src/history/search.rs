//! Finding payments among many: what filters ask for, of every row, in memory.
//!
//! Records are sealed one by one, so a search over the store has to open each;
//! this is filled by one pass over them when something is first looked for,
//! and kept current after that.
//! Names are not in it: a name is turned into its addresses first.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use alloy_primitives::{Address as EvmAddress, B256};
use jiaozi_store::{KeyRange, Order, Record};
use jiaozi_types::{Amount, ChainId};

use crate::api::{ActivityQuery, Direction, DirectionFilter, ErrorCode, PaymentState, StateFilter};
use crate::book::Book;
use crate::error::WalletError;
use crate::payment::PaymentRecord;
use crate::payment_view;
use crate::records::{AccountRecord, ActivityKey, ActivityRecord, EntryRecord};

/// Records that are opened at a time.
const PART: usize = 2000;

/// A change of a row that is on the disk.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// It is new, or what it points at has changed.
    Put(ActivityKey, ActivityRecord),
    /// It is gone.
    Delete(ChainId, ActivityKey),
}

/// What filters ask for. Empty until something is looked for.
#[derive(Debug, Default)]
pub(crate) struct SearchIndex {
    /// One thread fills it; others wait for it.
    filling: Mutex<()>,
    state: Mutex<State>,
}

type Columns = HashMap<ChainId, BTreeMap<ActivityKey, Facts>>;

#[derive(Debug, Default)]
enum State {
    #[default]
    Empty,
    /// Being filled; what changes meanwhile waits here.
    Filling(Vec<Change>),
    Ready(Columns),
}

/// What filters ask of one row.
#[derive(Debug)]
struct Facts {
    row: ActivityRecord,
    time: u64,
    direction: Direction,
    standing: Standing,
    other: EvmAddress,
    transaction: Option<B256>,
    /// Note, memo, reference, claimed name, amount; lower case, a line each.
    text: Box<str>,
}

#[derive(Debug)]
enum Standing {
    /// A payment made here.
    Made(PaymentState),
    /// An entry: whether it is final depends on the account's last look.
    Entry {
        account: u32,
        block: u64,
        unconfirmed: bool,
    },
}

/// What a query asks, made ready to be compared.
pub(crate) struct Needle {
    text: String,
    /// The text when it can be a part of an address or hash: without `0x`.
    digits: Option<String>,
    named: HashSet<EvmAddress>,
    direction: DirectionFilter,
    state: StateFilter,
    from: Option<u64>,
    to: Option<u64>,
    /// The newest final block, by account.
    finals: HashMap<u32, u64>,
}

impl SearchIndex {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets everything: what counts as one's own has changed.
    pub(crate) fn forget(&self) {
        *self.state() = State::Empty;
    }

    /// Takes over what was written.
    pub(crate) fn apply(&self, book: &Book, changes: Vec<Change>) -> Result<(), WalletError> {
        match &mut *self.state() {
            State::Empty => Ok(()),
            State::Filling(waiting) => {
                waiting.extend(changes);
                Ok(())
            }
            State::Ready(columns) => apply(columns, book, changes),
        }
    }

    /// Fills it if it is empty.
    pub(crate) fn fill(&self, book: &Book) -> Result<(), WalletError> {
        let _turn = self.filling.lock().unwrap_or_else(PoisonError::into_inner);
        while !matches!(*self.state(), State::Ready(_)) {
            *self.state() = State::Filling(Vec::new());
            let filled = columns(book);
            let mut state = self.state();
            match (std::mem::take(&mut *state), filled) {
                (State::Filling(changes), Ok(mut columns)) => {
                    apply(&mut columns, book, changes)?;
                    *state = State::Ready(columns);
                }
                (_, Err(error)) => return Err(error),
                // Forgotten meanwhile: once more.
                (_, Ok(_)) => {}
            }
        }
        Ok(())
    }

    /// Up to `limit` rows of `chain` behind `after` that fit, newest first, and
    /// whether there are more.
    pub(crate) fn find(
        &self,
        book: &Book,
        chain: ChainId,
        needle: &Needle,
        after: Option<&ActivityKey>,
        limit: usize,
    ) -> Result<(Vec<(ActivityKey, ActivityRecord)>, bool), WalletError> {
        self.fill(book)?;
        let state = self.state();
        let State::Ready(columns) = &*state else {
            return Err(ErrorCode::Internal.into());
        };
        let Some(rows) = columns.get(&chain) else {
            return Ok((Vec::new(), false));
        };
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut found: Vec<_> = rows
            .range::<ActivityKey, _>((start, Bound::Unbounded))
            .filter(|(_, facts)| needle.fits(facts))
            .map(|(key, facts)| (key.clone(), facts.row.clone()))
            .take(limit.saturating_add(1))
            .collect();
        let more = found.len() > limit;
        found.truncate(limit);
        Ok((found, more))
    }
}

fn columns(book: &Book) -> Result<Columns, WalletError> {
    let own = Own::of(book)?;
    let mut columns = Columns::new();
    each::<EntryRecord>(book, |entry| {
        let row = ActivityRecord::Entry {
            chain: entry.chain,
            key: entry.key(),
        };
        let key = ActivityKey::new(entry.time, &row);
        let facts = of_entry(&entry, row, &own);
        columns.entry(entry.chain).or_default().insert(key, facts);
    })?;
    each::<PaymentRecord>(book, |record| {
        let row = ActivityRecord::Payment {
            chain: record.terms.chain(),
            id: record.terms.id,
        };
        let key = ActivityKey::new(record.terms.created_at, &row);
        let facts = of_payment(&record, row, &own);
        columns
            .entry(record.terms.chain())
            .or_default()
            .insert(key, facts);
    })?;
    Ok(columns)
}

/// Opens every record of a kind, a part at a time.
fn each<T: Record>(book: &Book, mut take: impl FnMut(T)) -> Result<(), WalletError> {
    let mut range = KeyRange::all();
    loop {
        let part = book.store().scan::<T>(&range, Order::Ascending, PART)?;
        let last = part.len() < PART;
        for (key, record) in part {
            range = range.after(&key);
            take(record);
        }
        if last {
            return Ok(());
        }
    }
}

/// Every account's address on every network that there are rows of.
struct Own(Vec<(u32, AccountRecord)>);

impl Own {
    fn of(book: &Book) -> Result<Self, WalletError> {
        Ok(Self(book.accounts()?))
    }

    fn account(&self, chain: ChainId, address: EvmAddress) -> Option<u32> {
        let found = self
            .0
            .iter()
            .find(|(_, account)| account.on(chain) == Some(address));
        found.map(|(index, _)| *index)
    }
}

fn apply(columns: &mut Columns, book: &Book, changes: Vec<Change>) -> Result<(), WalletError> {
    let own = Own::of(book)?;
    for change in changes {
        match change {
            Change::Delete(chain, key) => {
                columns.entry(chain).or_default().remove(&key);
            }
            Change::Put(key, row) => {
                let facts = match &row {
                    ActivityRecord::Payment { id, .. } => book
                        .payment(*id)?
                        .map(|record| of_payment(&record, row.clone(), &own)),
                    ActivityRecord::Entry { key, .. } => book
                        .store()
                        .get::<EntryRecord>(key)?
                        .map(|entry| of_entry(&entry, row.clone(), &own)),
                };
                if let Some(facts) = facts {
                    columns.entry(row.chain()).or_default().insert(key, facts);
                }
            }
        }
    }
    Ok(())
}

fn of_entry(entry: &EntryRecord, row: ActivityRecord, own: &Own) -> Facts {
    let outgoing = own.account(entry.chain, entry.from) == Some(entry.account);
    let other = if outgoing { entry.to } else { entry.from };
    Facts {
        row,
        time: entry.time,
        direction: match (outgoing, own.account(entry.chain, other).is_some()) {
            (_, true) => Direction::Own,
            (true, false) => Direction::Out,
            (false, false) => Direction::In,
        },
        standing: Standing::Entry {
            account: entry.account,
            block: entry.block,
            unconfirmed: entry.unconfirmed,
        },
        other,
        transaction: Some(entry.transaction),
        text: text(&entry.amount, &[&entry.reference, &entry.note]),
    }
}

fn of_payment(record: &PaymentRecord, row: ActivityRecord, own: &Own) -> Facts {
    let terms = &record.terms;
    Facts {
        row,
        time: terms.created_at,
        direction: if own.account(terms.chain(), terms.payee).is_some() {
            Direction::Own
        } else {
            Direction::Out
        },
        standing: Standing::Made(payment_view::standing(record).0),
        other: terms.payee,
        transaction: record.transaction(),
        text: text(
            &terms.amount,
            &[
                &terms.reference,
                &terms.note,
                &terms.memo,
                &terms.claimed_name,
                &Some(terms.id.to_string()),
            ],
        ),
    }
}

fn text(amount: &Amount, texts: &[&Option<String>]) -> Box<str> {
    let mut all = format!("{amount}\n{}", amount.to_plain_string());
    for text in texts.iter().filter_map(|text| text.as_ref()) {
        all.push('\n');
        all.push_str(text);
    }
    all.to_lowercase().into_boxed_str()
}

impl Needle {
    /// Makes `query` ready for the network `chain`.
    pub(crate) fn new(
        book: &Book,
        chain: ChainId,
        query: &ActivityQuery,
    ) -> Result<Self, WalletError> {
        let text = query.text.trim().to_lowercase();
        let bare = text.strip_prefix("0x").unwrap_or(&text);
        let digits = bare.bytes().all(|b| b.is_ascii_hexdigit()) && bare.len() >= 2;
        let digits = digits.then(|| bare.to_owned());
        let mut named = HashSet::new();
        if !text.is_empty() {
            for contact in book.contacts()? {
                let fits = contact.name.to_lowercase().contains(&text);
                if fits && contact.address.chain() == chain {
                    named.insert(contact.address.evm());
                }
            }
        }
        let mut finals = HashMap::new();
        for (account, _) in book.accounts()? {
            finals.insert(account, book.cursor(chain, account)?.final_block);
        }
        Ok(Self {
            text,
            digits,
            named,
            direction: query.direction,
            state: query.state,
            from: query.from,
            to: query.to,
            finals,
        })
    }

    fn fits(&self, facts: &Facts) -> bool {
        let direction = match self.direction {
            DirectionFilter::All => true,
            DirectionFilter::In => matches!(facts.direction, Direction::In | Direction::Own),
            DirectionFilter::Out => matches!(facts.direction, Direction::Out | Direction::Own),
        };
        let time = self.from.is_none_or(|from| facts.time >= from)
            && self.to.is_none_or(|to| facts.time < to);
        direction && time && self.state_fits(facts) && self.text_fits(facts)
    }

    fn state_fits(&self, facts: &Facts) -> bool {
        let state = match facts.standing {
            Standing::Made(state) => state,
            Standing::Entry {
                account,
                block,
                unconfirmed,
            } => {
                let newest = self.finals.get(&account).copied().unwrap_or_default();
                if block <= newest && !unconfirmed {
                    PaymentState::Settled
                } else {
                    PaymentState::Included
                }
            }
        };
        super::query::state_fits(state, self.state)
    }

    fn text_fits(&self, facts: &Facts) -> bool {
        if self.text.is_empty()
            || self.named.contains(&facts.other)
            || facts.text.contains(&self.text)
        {
            return true;
        }
        self.digits.as_ref().is_some_and(|digits| {
            let in_hex = |bytes: &[u8]| {
                let mut hex = [0; 64];
                let Some(hex) = hex.get_mut(..bytes.len().saturating_mul(2)) else {
                    return false;
                };
                hex::encode_to_slice(bytes, hex).is_ok()
                    && std::str::from_utf8(hex).is_ok_and(|hex| hex.contains(digits.as_str()))
            };
            in_hex(facts.other.as_slice())
                || facts
                    .transaction
                    .is_some_and(|hash| in_hex(hash.as_slice()))
        })
    }
}
