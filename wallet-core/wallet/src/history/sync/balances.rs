//! Balances, and the coin that came or went beside the logs.

use alloy_primitives::U256;
use futures_util::{StreamExt, TryStreamExt, stream};
use jiaozi_ledger::{Agreement, LedgerError};
use jiaozi_types::{Amount, Asset, AssetId};

use super::write::{note, write_parts};
use super::{Reader, Synced};
use crate::book::cursor_key;
use crate::error::WalletError;
use crate::records::{COIN_INDEX, CursorRecord, EntryRecord};

/// Blocks that are looked through for coin when its balance has moved.
pub(super) const COIN_BLOCKS: u64 = 200;
/// Balances that are asked for side by side.
const AT_ONCE: usize = 8;

impl Reader<'_> {
    /// Balances as they are; where coin came or went unexplained, the blocks
    /// since the last look are searched for it.
    pub(super) async fn look_at_balances(
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
            .buffered(AT_ONCE)
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
}
