//! The ledger beside the books: the transfers of the period are read anew and
//! compared entry by entry. It knows nothing of what the till read before.

use std::collections::{BTreeMap, HashMap};

use alloy_primitives::{Address as EvmAddress, B256, U256};
use jiaozi_ledger::{Agreement, Ledger};

use super::super::branches::Branches;
use super::super::records::{AddressRecord, BookedRefund, CheckRecord, DifferenceRecord};
use super::part::{Blocks, add};
use crate::api::ErrorCode;
use crate::api::till::DifferenceKind;
use crate::book::Book;
use crate::error::WalletError;

/// Blocks that are read at a time.
const SPAN: u64 = 500;

/// Money that came to a receiving address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The transaction.
    pub(crate) transaction: B256,
    /// The log's index in its block.
    pub(crate) log_index: u64,
    /// The block.
    pub(crate) block: u64,
    /// The till of the charge.
    pub(crate) till: u16,
    /// The charge's number.
    pub(crate) charge: u32,
    /// How much.
    pub(crate) atoms: U256,
}

/// What the ledger told.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    /// What came, and whether nodes agree on it.
    entries: Vec<(Entry, bool)>,
    /// Transfers in the transactions of refunds: where to, how much.
    paid: HashMap<B256, Vec<(EvmAddress, U256)>>,
}

/// What leads from addresses to charges.
pub(crate) struct Addresses<'a> {
    /// This till's.
    pub(crate) book: &'a Book,
    /// This till's number.
    pub(crate) till: u16,
    /// The other tills'.
    pub(crate) branches: &'a Branches,
}

impl Addresses<'_> {
    fn find(&self, address: EvmAddress) -> Result<Option<(u16, u32)>, WalletError> {
        let own = self.book.store().get::<AddressRecord>(address.as_slice())?;
        Ok(match own {
            Some(leads) => Some((self.till, leads.number)),
            None => self.branches.find(address),
        })
    }
}

/// Reads the transfers of `token` in `blocks`.
pub(crate) async fn read(
    ledger: &dyn Ledger,
    token: EvmAddress,
    blocks: Blocks,
    addresses: &Addresses<'_>,
    refunds: &[BookedRefund],
) -> Result<Told, WalletError> {
    let mut told = Told::default();
    let places = refunds.iter().filter_map(|refund| refund.place);
    let mut paid: HashMap<_, _> = places
        .map(|place| (place.transaction, Vec::new()))
        .collect();
    // A refund may have been booked after the block that it is in was closed.
    let before = refunds.iter().filter_map(|refund| refund.place);
    let mut before: Vec<_> = before.map(|place| place.block).collect();
    before.retain(|block| *block < blocks.first);
    before.sort_unstable();
    before.dedup();
    let mut spans: Vec<(u64, u64)> = before.into_iter().map(|block| (block, block)).collect();
    let mut from = blocks.first;
    while from <= blocks.last {
        let to = blocks.last.min(from.saturating_add(SPAN.saturating_sub(1)));
        spans.push((from, to));
        from = to.saturating_add(1);
    }
    for (from, to) in spans {
        for transfer in ledger.all_transfers(&[token], from, to).await? {
            if let Some(transfers) = paid.get_mut(&transfer.transaction) {
                transfers.push((transfer.to, transfer.value));
            }
            if transfer.value.is_zero() || !blocks.have(transfer.block) {
                continue;
            }
            let Some((till, charge)) = addresses.find(transfer.to)? else {
                continue;
            };
            let entry = Entry {
                transaction: transfer.transaction,
                log_index: transfer.log_index,
                block: transfer.block,
                till,
                charge,
                atoms: transfer.value,
            };
            let sure = transfer.agreement != Agreement::Unconfirmed;
            told.entries.push((entry, sure));
        }
    }
    told.paid = paid;
    Ok(told)
}

/// Compares what the ledger told with the books.
pub(crate) fn compare(
    told: &Told,
    books: &[Entry],
    (till, refunds): (u16, &[BookedRefund]),
    token: EvmAddress,
) -> Result<CheckRecord, WalletError> {
    let mut check = CheckRecord::default();
    let place = |entry: &Entry| (entry.block, entry.log_index, entry.transaction);
    let mut known: BTreeMap<_, _> = books.iter().map(|entry| (place(entry), entry)).collect();
    for (entry, sure) in &told.entries {
        let booked = known.remove(&place(entry));
        if *sure {
            check.ledger = add(check.ledger, entry.atoms)?;
        }
        let kind = match booked {
            _ if !sure => DifferenceKind::Unconfirmed,
            Some(booked) if booked == entry => continue,
            Some(_) => DifferenceKind::Differs,
            None => DifferenceKind::NotInBooks,
        };
        let books = booked.map(|booked| booked.atoms);
        check
            .differences
            .push(difference(kind, entry, Some(entry.atoms), books));
    }
    for entry in known.into_values() {
        let kind = DifferenceKind::NotOnLedger;
        check
            .differences
            .push(difference(kind, entry, None, Some(entry.atoms)));
    }
    for refund in refunds {
        let Some(place) = refund.place else { continue };
        // Refunds of another asset are in another token's transfers.
        if refund.asset.contract() != Some(token) {
            continue;
        }
        let paid = told.paid.get(&place.transaction);
        if paid.is_some_and(|paid| paid.contains(&(refund.to, refund.atoms))) {
            continue;
        }
        check.differences.push(DifferenceRecord {
            kind: DifferenceKind::RefundNotOnLedger,
            block: place.block,
            log_index: 0,
            transaction: place.transaction,
            till,
            charge: refund.charge,
            refund: Some(refund.number.clone()),
            ledger: None,
            books: Some(refund.atoms),
        });
    }
    check
        .differences
        .sort_by_key(|difference| (difference.block, difference.log_index));
    Ok(check)
}

fn difference(
    kind: DifferenceKind,
    entry: &Entry,
    ledger: Option<U256>,
    books: Option<U256>,
) -> DifferenceRecord {
    DifferenceRecord {
        kind,
        block: entry.block,
        log_index: entry.log_index,
        transaction: entry.transaction,
        till: entry.till,
        charge: entry.charge,
        refund: None,
        ledger,
        books,
    }
}

/// The contract of an asset that a till asks for.
pub(crate) fn token(asset: jiaozi_types::AssetId) -> Result<EvmAddress, WalletError> {
    Ok(asset.contract().ok_or(ErrorCode::TillAssetUnsuited)?)
}
