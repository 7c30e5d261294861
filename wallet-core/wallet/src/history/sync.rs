//! Reading the ledger's transfers, a range of blocks at a time.
//!
//! A look asks where the ledger stands, opens the blocks that are new or may
//! have changed (all above the newest final block), and reads open blocks from
//! the newest down. What a range brought and the note that it was read are one
//! durable batch: a kill loses nothing that was counted and repeats one range.
//! Ranges grow and shrink with what they bring; while one is written, the next
//! is fetched.
//!
//! What is not seen: coin that contracts send along the way, and coin that came
//! while nobody looked for longer than [`COIN_BLOCKS`] blocks. The balance has
//! both, and the cursor says so (`coin_unseen`).

use std::collections::{HashMap, HashSet};

use alloy_primitives::{Address as EvmAddress, B256, U256};
use futures_util::{StreamExt, TryStreamExt, stream};
use jiaozi_ledger::{Agreement, Ledger, LedgerError, TransactionStatus, Transfer};
use jiaozi_types::{Amount, Asset, AssetId, Timestamp};

use super::rows::RowBatch;
use super::start;
use crate::api::ErrorCode;
use crate::book::{Book, cursor_key};
use crate::error::WalletError;
use crate::network::Network;
use crate::records::{
    ActivityRecord, COIN_INDEX, ChargeRecord, CursorRecord, EntryRecord, Gap, OriginRecord,
};

/// Blocks that a look reads whose answer somebody waits for.
pub const PROMPT: u64 = 10_000;
/// Blocks that a look in the background reads.
pub const STEADY: u64 = 50_000;
/// Entries that are written together.
const PART: usize = 1000;
/// What a range should bring: enough for few questions, little enough to lose.
const WANTED: usize = 2000;
/// The widest range.
const WIDEST: u64 = 50_000;
/// Blocks that are looked through for coin when its balance has moved.
const COIN_BLOCKS: u64 = 200;
/// Block times that are asked for side by side.
const TIMES_AT_ONCE: usize = 8;
/// Blocks that an endpoint may lag behind another one and still be asked.
const LAG: u64 = 32;
/// Entries whose second opinion is asked for at one look.
const OPINIONS: usize = 20;

/// Whose history is read, from where.
pub struct Reader<'a> {
    /// The records.
    pub book: &'a Book,
    /// The ledger.
    pub ledger: &'a dyn Ledger,
    /// Its network.
    pub network: &'a Network,
    /// The account's index.
    pub account: u32,
    /// Its address.
    pub address: EvmAddress,
}

/// What a look at the ledger brought.
#[derive(Debug, Default)]
pub struct Synced {
    /// Entries that were not known before, or say something else now, of blocks
    /// that were new at this look.
    pub entries: Vec<EntryRecord>,
    /// Whether rows came or went otherwise: older ones, or such that the ledger
    /// took back.
    pub rows_changed: bool,
    /// Whether a balance is another than at the last look.
    pub balances_changed: bool,
    /// Whether everything is read.
    pub complete: bool,
}

/// A range and what the ledger says of it.
struct Fetched {
    range: Gap,
    transfers: Vec<Transfer>,
    times: HashMap<u64, u64>,
    charges: HashMap<B256, ChargeRecord>,
}

impl Reader<'_> {
    /// Brings balances up to date and reads open blocks, newest first: at least
    /// one range, then on until `budget` blocks are read. `tell` hears of every
    /// range that is on the disk.
    pub async fn look(
        &self,
        now: Timestamp,
        budget: u64,
        mut tell: impl FnMut(&CursorRecord),
    ) -> Result<Synced, WalletError> {
        let mut cursor = self.book.cursor(self.network.chain, self.account)?;
        let seen = cursor.head;
        let first_look = cursor.start.is_none();
        let known = self.place(&mut cursor).await?;
        let mut synced = Synced::default();
        self.look_at_balances(&mut cursor, seen, first_look, &mut synced)
            .await?;
        cursor.seen_at = now.as_unix();
        self.save(&cursor)?;
        // Payments of before the first look are no news.
        let news_from = if first_look {
            u64::MAX
        } else {
            seen.saturating_add(1)
        };
        let mut left = budget.max(1);
        let mut fetched = match cursor.newest(cursor.span) {
            Some(range) => Some(self.fetch(range).await?),
            None => None,
        };
        while let Some(now) = fetched.take() {
            left = left.saturating_sub(now.range.blocks());
            cursor.span = next_span(cursor.span, now.range, now.transfers.len());
            cursor.close(now.range);
            let entries = self.entries(&now, &mut cursor)?;
            let next = cursor.newest(cursor.span).filter(|_| left > 0);
            let fetch = async {
                match next {
                    Some(range) => self.fetch(range).await.map(Some),
                    None => Ok(None),
                }
            };
            let (written, next) = futures_util::future::join(
                self.write(now.range, entries, &cursor, &known, news_from),
                fetch,
            )
            .await;
            synced.take(written?);
            tell(&cursor);
            fetched = next?;
        }
        synced.rows_changed |= self.second_opinions(&mut cursor).await?;
        synced.complete = cursor.gaps.is_empty();
        Ok(synced)
    }

    /// Where the ledger stands: opens what is new or may have changed. Gives the
    /// known entries of blocks that are read again, by their key.
    async fn place(
        &self,
        cursor: &mut CursorRecord,
    ) -> Result<HashMap<Vec<u8>, EntryRecord>, WalletError> {
        let head = self.ledger.head().await?;
        let mut final_block = self.ledger.final_block().await?.min(head);
        // The endpoint that gives the logs may lag behind the one that gave the
        // head: blocks count as read for good a little later.
        if self.network.endpoints.len() > 1 {
            final_block = final_block.min(head.saturating_sub(LAG));
        }
        let Some(start) = cursor.start else {
            let origin = self.book.store().get::<OriginRecord>(&[])?;
            let made_at = origin.map(|origin| origin.made_at);
            let (ledger, network) = (self.ledger, self.network);
            let start = start::first_block(ledger, network, self.address, made_at, head).await?;
            cursor.start = Some(start);
            cursor.open(Gap {
                from: start,
                to: head,
            });
            cursor.head = head;
            cursor.final_block = final_block;
            return Ok(HashMap::new());
        };
        if head < cursor.final_block {
            // What was final cannot go. The endpoint lags far behind, or play
            // money's ledger was begun anew: that one is read anew as well.
            if self.network.real_money {
                return Err(LedgerError::Unconfirmed.into());
            }
            tracing::info!(chain = %self.network.chain, "the ledger was begun anew");
            let known = self.all()?;
            *cursor = CursorRecord {
                start: Some(start.min(head)),
                head,
                final_block,
                ..CursorRecord::default()
            };
            cursor.open(Gap {
                from: start.min(head),
                to: head,
            });
            // Nothing above the new head will be read: it goes at once.
            self.forget(known.values().filter(|entry| entry.block > head))?;
            return Ok(known);
        }
        let known = self.fresh(cursor)?;
        let changing = cursor.final_block.saturating_add(1).max(start);
        cursor.open(Gap {
            from: changing,
            to: head,
        });
        cursor.head = head;
        cursor.final_block = cursor.final_block.max(final_block);
        cursor.forget_final();
        Ok(known)
    }

    /// The account's entries that were not final at the last look, by their key.
    fn fresh(&self, cursor: &CursorRecord) -> Result<HashMap<Vec<u8>, EntryRecord>, WalletError> {
        let mut found = HashMap::new();
        for key in cursor.fresh.keys() {
            let key = hex::decode(key).unwrap_or_default();
            if let Some(entry) = self.book.store().get::<EntryRecord>(&key)? {
                found.insert(key, entry);
            }
        }
        Ok(found)
    }

    /// All entries of the account.
    fn all(&self) -> Result<HashMap<Vec<u8>, EntryRecord>, WalletError> {
        let entries = self.book.all::<EntryRecord>()?.into_iter();
        Ok(entries
            .filter(|(_, entry)| entry.chain == self.network.chain && entry.account == self.account)
            .collect())
    }

    async fn fetch(&self, range: Gap) -> Result<Fetched, WalletError> {
        let tokens: Vec<_> = self.network.token_contracts().collect();
        let transfers = self
            .ledger
            .transfers(&tokens, self.address, range.from, range.to)
            .await?;
        let mut untimed: Vec<_> = transfers
            .iter()
            .filter(|transfer| transfer.time.is_none())
            .map(|transfer| transfer.block)
            .collect();
        untimed.dedup();
        let times = stream::iter(untimed)
            .map(|block| async move { Ok((block, self.ledger.block_time(block).await?)) })
            .buffer_unordered(TIMES_AT_ONCE)
            .try_collect::<HashMap<_, _>>()
            .await
            .map_err(|error: LedgerError| WalletError::from(error))?;
        let came_in = transfers.iter().any(|transfer| transfer.to == self.address);
        let charges = if came_in {
            self.paid_charges(&tokens, range).await?
        } else {
            HashMap::new()
        };
        Ok(Fetched {
            range,
            transfers,
            times,
            charges,
        })
    }

    /// Charges of this wallet that were paid in the blocks, by transaction.
    async fn paid_charges(
        &self,
        tokens: &[EvmAddress],
        range: Gap,
    ) -> Result<HashMap<B256, ChargeRecord>, WalletError> {
        let mut open = HashMap::new();
        for (key, charge) in self.book.all::<ChargeRecord>()? {
            if let Ok(nonce) = B256::try_from(key.as_slice())
                && charge.chain == self.network.chain
            {
                open.insert(nonce, charge);
            }
        }
        let nonces: Vec<_> = open.keys().copied().collect();
        if nonces.is_empty() {
            return Ok(HashMap::new());
        }
        let used = self
            .ledger
            .authorizations(tokens, &nonces, range.from, range.to)
            .await?;
        Ok(used
            .into_iter()
            .filter_map(|(nonce, transaction)| Some((transaction, open.remove(&nonce)?)))
            .collect())
    }

    /// The entries of a range. Those that one endpoint alone has told of, where
    /// there are several, wait for a second one's word.
    fn entries(
        &self,
        fetched: &Fetched,
        cursor: &mut CursorRecord,
    ) -> Result<Vec<EntryRecord>, WalletError> {
        let mut entries = Vec::with_capacity(fetched.transfers.len());
        for transfer in &fetched.transfers {
            // Payments made here stand in the history already.
            if transfer.from == self.address
                && self.book.payment_of(transfer.transaction)?.is_some()
            {
                continue;
            }
            let Some(entry) = self.entry(transfer, fetched) else {
                continue;
            };
            let known = match entry.unconfirmed {
                true => self.book.store().get::<EntryRecord>(&entry.key())?,
                false => None,
            };
            let confirmed = |known: EntryRecord| known.stands_like(&entry) && !known.unconfirmed;
            note(cursor, &entry, !known.is_some_and(confirmed));
            entries.push(entry);
        }
        Ok(entries)
    }

    /// Writes what a range brought, and that it was read, off this thread.
    async fn write(
        &self,
        range: Gap,
        entries: Vec<EntryRecord>,
        cursor: &CursorRecord,
        known: &HashMap<Vec<u8>, EntryRecord>,
        news_from: u64,
    ) -> Result<Synced, WalletError> {
        let mut gone = Vec::new();
        if !known.is_empty() {
            let found: HashSet<_> = entries.iter().map(EntryRecord::key).collect();
            let blocks = range.from..=range.to;
            for (key, entry) in known {
                let missing = blocks.contains(&entry.block) && !found.contains(key);
                if missing && !self.coin_stands(entry).await? {
                    gone.push(entry.clone());
                }
            }
        }
        let (book, cursor) = (self.book.clone(), cursor.clone());
        let key = cursor_key(self.network.chain, self.account);
        let work = tokio::task::spawn_blocking(move || {
            write_parts(&book, &entries, &gone, (&key, &cursor), news_from)
        });
        work.await.map_err(|_| ErrorCode::Internal)?
    }

    /// Whether coin, which no log shows, is still where it was.
    async fn coin_stands(&self, entry: &EntryRecord) -> Result<bool, WalletError> {
        if entry.log_index != COIN_INDEX {
            return Ok(false);
        }
        Ok(match self.ledger.status(entry.transaction).await? {
            TransactionStatus::Included(place) => place.success && place.block == entry.block,
            TransactionStatus::Pending | TransactionStatus::Unknown => false,
        })
    }

    fn entry(&self, transfer: &Transfer, fetched: &Fetched) -> Option<EntryRecord> {
        let id = AssetId::Token {
            chain: self.network.chain,
            contract: transfer.token,
        };
        let asset = self.network.asset(id)?;
        // Transfers of nothing are how forged histories are made.
        if transfer.value.is_zero() {
            return None;
        }
        let time = transfer
            .time
            .or_else(|| fetched.times.get(&transfer.block).copied())?;
        let charge = fetched.charges.get(&transfer.transaction);
        Some(EntryRecord {
            chain: self.network.chain,
            account: self.account,
            from: transfer.from,
            to: transfer.to,
            amount: Amount::from_atoms(transfer.value, asset.clone()),
            block: transfer.block,
            block_hash: transfer.block_hash,
            time,
            transaction: transfer.transaction,
            log_index: transfer.log_index,
            reference: charge.map(|charge| charge.reference.clone()),
            note: charge.and_then(|charge| charge.note.clone()),
            unconfirmed: transfer.agreement == Agreement::Unconfirmed,
        })
    }

    /// Balances as they are; where coin came or went unexplained, the blocks
    /// since the last look are searched for it.
    async fn look_at_balances(
        &self,
        cursor: &mut CursorRecord,
        seen: u64,
        first_look: bool,
        synced: &mut Synced,
    ) -> Result<(), WalletError> {
        let assets: Vec<_> = self.network.assets().map(Asset::id).collect();
        let balances = stream::iter(assets)
            .map(|asset| async move {
                let atoms = match asset.contract() {
                    Some(token) => self.ledger.token_balance(token, self.address).await?,
                    None => self.ledger.coin_balance(self.address).await?,
                };
                Ok((asset, atoms))
            })
            .buffered(TIMES_AT_ONCE)
            .try_collect::<Vec<_>>()
            .await
            .map_err(|error: LedgerError| WalletError::from(error))?;
        let coin = |balances: &[(AssetId, U256)]| {
            let found = balances
                .iter()
                .find(|(id, _)| *id == self.network.coin.id());
            found.map(|(_, atoms)| *atoms).unwrap_or_default()
        };
        let (before, after) = (coin(&cursor.balances), coin(&balances));
        synced.balances_changed = balances != cursor.balances;
        cursor.balances = balances;
        if after == before {
            return Ok(());
        }
        let blocks = cursor.head.saturating_sub(seen);
        // What was there at the first look came before it; a fall is mostly fees.
        if first_look || blocks > COIN_BLOCKS {
            cursor.coin_unseen |= after > before;
            return Ok(());
        }
        let from = seen.saturating_add(1);
        let moved = self
            .ledger
            .coin_transfers(self.address, from, cursor.head)
            .await?;
        let mut found = Vec::new();
        for transfer in moved {
            if self.book.payment_of(transfer.transaction)?.is_some() {
                continue;
            }
            let entry = EntryRecord {
                chain: self.network.chain,
                account: self.account,
                from: transfer.from,
                to: transfer.to,
                amount: Amount::from_atoms(transfer.value, self.network.coin.clone()),
                block: transfer.block,
                block_hash: Some(transfer.block_hash),
                time: transfer.time,
                transaction: transfer.transaction,
                log_index: COIN_INDEX,
                reference: None,
                note: None,
                unconfirmed: transfer.agreement == Agreement::Unconfirmed,
            };
            note(cursor, &entry, true);
            found.push(entry);
        }
        let came_in = found.iter().any(|entry| entry.to == self.address);
        cursor.coin_unseen |= after > before && !came_in;
        let key = cursor_key(self.network.chain, self.account);
        synced.take(write_parts(self.book, &found, &[], (&key, cursor), from)?);
        Ok(())
    }

    /// Asks after entries that one endpoint alone has told of, where there are
    /// several: only what two say is final. Whether one changed.
    async fn second_opinions(&self, cursor: &mut CursorRecord) -> Result<bool, WalletError> {
        let asked = OPINIONS.min(cursor.doubted.len());
        if asked == 0 {
            return Ok(false);
        }
        let mut changed = false;
        for _ in 0..asked {
            let Some(text) = cursor.doubted.pop_front() else {
                break;
            };
            let key = hex::decode(&text).unwrap_or_default();
            let Some(entry) = self.book.store().get::<EntryRecord>(&key)? else {
                continue;
            };
            let answer = self.ledger.status(entry.transaction).await;
            let confirmed = matches!(answer, Ok(TransactionStatus::Included(place))
                if place.success && place.block == entry.block && place.agreement != Agreement::Unconfirmed);
            if !confirmed {
                cursor.doubted.push_back(text);
                continue;
            }
            let entry = EntryRecord {
                unconfirmed: false,
                ..entry
            };
            let mut batch = self.book.row_batch();
            batch.put(&key, &entry)?;
            batch.put_row(entry.time, &row_of(&entry))?;
            batch.commit()?;
            changed = true;
        }
        self.save(cursor)?;
        Ok(changed)
    }

    fn forget<'e>(&self, gone: impl Iterator<Item = &'e EntryRecord>) -> Result<(), WalletError> {
        let mut batch = self.book.row_batch();
        for entry in gone {
            batch.delete::<EntryRecord>(&entry.key())?;
            batch.delete_row(entry.time, &row_of(entry))?;
        }
        batch.commit()
    }

    fn save(&self, cursor: &CursorRecord) -> Result<(), WalletError> {
        let key = cursor_key(self.network.chain, self.account);
        Ok(self.book.store().put(&key, cursor)?)
    }
}

/// Notes what may still change of an entry.
fn note(cursor: &mut CursorRecord, entry: &EntryRecord, doubt: bool) {
    let key = hex::encode(entry.key());
    if entry.block > cursor.final_block {
        cursor.fresh.insert(key.clone(), entry.block);
    }
    if doubt && entry.unconfirmed && !cursor.doubted.contains(&key) {
        cursor.doubted.push_back(key);
    }
}

/// The span of the next range, by what the last one brought.
fn next_span(span: u64, read: Gap, found: usize) -> u64 {
    if found > WANTED.saturating_mul(2) {
        (read.blocks() / 2).max(1)
    } else if found < WANTED / 2 && read.blocks() >= span {
        span.saturating_mul(2).min(WIDEST)
    } else {
        span
    }
}

fn row_of(entry: &EntryRecord) -> ActivityRecord {
    ActivityRecord::Entry {
        chain: entry.chain,
        key: entry.key(),
    }
}

/// Writes entries in parts, the cursor with the last of them: each part is one
/// durable batch.
fn write_parts(
    book: &Book,
    entries: &[EntryRecord],
    gone: &[EntryRecord],
    (cursor_key, cursor): (&[u8], &CursorRecord),
    news_from: u64,
) -> Result<Synced, WalletError> {
    let mut synced = Synced::default();
    let mut parts = entries.chunks(PART).peekable();
    loop {
        let part = parts.next().unwrap_or_default();
        let mut batch = book.row_batch();
        for entry in part {
            match add(book, &mut batch, entry)? {
                Added::New if entry.block >= news_from => synced.entries.push(entry.clone()),
                Added::New | Added::Changed => synced.rows_changed = true,
                Added::Known => {}
            }
        }
        if parts.peek().is_some() {
            batch.commit()?;
            continue;
        }
        for old in gone {
            // One that stands in another block by now is not gone.
            let now = book.store().get::<EntryRecord>(&old.key())?;
            if now.is_some_and(|now| now.block == old.block) {
                batch.delete::<EntryRecord>(&old.key())?;
                batch.delete_row(old.time, &row_of(old))?;
                synced.rows_changed = true;
            }
        }
        batch.put(cursor_key, cursor)?;
        batch.commit()?;
        return Ok(synced);
    }
}

enum Added {
    /// It was not known, or stands in another block now.
    New,
    /// It is believed now.
    Changed,
    /// Nothing is new about it.
    Known,
}

/// Adds an entry to the batch. One that moved to a block of another time leaves
/// no old row behind; one that was believed once stays so where it stands.
fn add(book: &Book, batch: &mut RowBatch<'_>, entry: &EntryRecord) -> Result<Added, WalletError> {
    let key = entry.key();
    let row = row_of(entry);
    let mut added = Added::New;
    if let Some(known) = book.store().get::<EntryRecord>(&key)? {
        if known.stands_like(entry) {
            if !known.unconfirmed || entry.unconfirmed {
                return Ok(Added::Known);
            }
            added = Added::Changed;
        }
        if known.time != entry.time {
            batch.delete_row(known.time, &row)?;
        }
    }
    batch.put(&key, entry)?;
    batch.put_row(entry.time, &row)?;
    Ok(added)
}

impl Synced {
    fn take(&mut self, other: Self) {
        self.entries.extend(other.entries);
        self.rows_changed |= other.rows_changed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_follow_what_they_bring() {
        let read = |from, to| Gap { from, to };
        // Full blocks: half of what was asked for.
        assert_eq!(next_span(1000, read(1, 1000), 9000), 500);
        assert_eq!(next_span(1, read(1, 1), 9000), 1);
        // Empty ones: twice, up to a bound.
        assert_eq!(next_span(1000, read(1, 1000), 3), 2000);
        assert_eq!(next_span(WIDEST, read(1, WIDEST), 0), WIDEST);
        // The few newest blocks say nothing about the others.
        assert_eq!(next_span(1000, read(1, 3), 0), 1000);
        assert_eq!(next_span(1000, read(1, 1000), WANTED), 1000);
    }
}
