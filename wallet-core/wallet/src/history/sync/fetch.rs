//! What the ledger says of a range of blocks, as entries of the history.

use std::collections::HashMap;

use alloy_primitives::{Address as EvmAddress, B256};
use futures_util::{StreamExt, TryStreamExt, stream};
use jiaozi_ledger::{Agreement, LedgerError, Transfer};
use jiaozi_types::{Amount, AssetId};

use super::Reader;
use super::write::note;
use crate::error::WalletError;
use crate::records::{ChargeRecord, CursorRecord, EntryRecord, Gap};

/// Block times that are asked for side by side.
const TIMES_AT_ONCE: usize = 8;

/// A range and what the ledger says of it.
pub(super) struct Fetched {
    pub(super) range: Gap,
    pub(super) transfers: Vec<Transfer>,
    times: HashMap<u64, u64>,
    charges: HashMap<B256, ChargeRecord>,
}

impl Reader<'_> {
    pub(super) async fn fetch(&self, range: Gap) -> Result<Fetched, WalletError> {
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
    pub(super) fn entries(
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
}
