//! Reading the ledger's transfers on from where they were read last.

use std::collections::HashMap;

use alloy_primitives::{Address as EvmAddress, B256};
use jiaozi_ledger::{Ledger, Transfer};
use jiaozi_store::SealedBatch;
use jiaozi_types::{Amount, AssetId, Timestamp};

use crate::api::FinalityRule;
use crate::book::{Book, cursor_key};
use crate::error::WalletError;
use crate::network::Network;
use crate::records::{ActivityKey, ActivityRecord, ChargeRecord, CursorRecord, EntryRecord};

/// Entries that are written together.
const PART: usize = 500;

/// What a look at the ledger brought.
#[derive(Debug)]
pub struct Synced {
    /// Entries that were not known before.
    pub entries: Vec<EntryRecord>,
    /// Whether a balance is another than at the last look.
    pub balances_changed: bool,
}

/// Brings the history of one account up to the ledger's newest block.
pub async fn sync(
    book: &Book,
    ledger: &dyn Ledger,
    network: &Network,
    (account, address): (u32, EvmAddress),
    now: Timestamp,
) -> Result<Synced, WalletError> {
    let mut cursor = book.cursor(network.chain, account)?;
    let head = ledger.head().await?;
    // A ledger that was set back (a fresh sandbox, a restored test chain) is read anew.
    let from = if head.saturating_add(1) < cursor.next_block {
        network.first_block
    } else {
        cursor.next_block.max(network.first_block)
    };
    let mut entries = Vec::new();
    if from <= head {
        entries = read_entries(book, ledger, network, (account, address), (from, head)).await?;
    }
    let balances = balances(ledger, network, address).await?;
    let balances_changed = balances != cursor.balances;
    // Blocks that may still be taken back are read again at the next look.
    let depth = match network.finality {
        FinalityRule::Immediate => 0,
        FinalityRule::Depth { blocks } => u64::from(blocks),
        FinalityRule::Finalized | FinalityRule::Risk { .. } => 500,
    };
    let next_block = head
        .saturating_add(1)
        .saturating_sub(depth)
        .max(network.first_block);
    cursor = CursorRecord {
        next_block,
        head,
        seen_at: now.as_unix(),
        balances,
    };
    book.store()
        .put(&cursor_key(network.chain, account), &cursor)?;
    Ok(Synced {
        entries,
        balances_changed,
    })
}

async fn balances(
    ledger: &dyn Ledger,
    network: &Network,
    address: EvmAddress,
) -> Result<Vec<(AssetId, alloy_primitives::U256)>, WalletError> {
    let mut balances = Vec::new();
    for asset in network.assets() {
        let atoms = match asset.id().contract() {
            Some(token) => ledger.token_balance(token, address).await?,
            None => ledger.coin_balance(address).await?,
        };
        balances.push((asset.id(), atoms));
    }
    Ok(balances)
}

async fn read_entries(
    book: &Book,
    ledger: &dyn Ledger,
    network: &Network,
    (account, address): (u32, EvmAddress),
    (from, to): (u64, u64),
) -> Result<Vec<EntryRecord>, WalletError> {
    let tokens: Vec<_> = network
        .tokens
        .iter()
        .filter_map(|token| token.asset.id().contract())
        .collect();
    let transfers = ledger.transfers(&tokens, address, from, to).await?;
    let charges = if transfers.iter().any(|transfer| transfer.to == address) {
        paid_charges(book, ledger, network, &tokens, (from, to)).await?
    } else {
        HashMap::new()
    };
    let mut times = HashMap::new();
    let mut new = Vec::new();
    // Written in parts: each is one durable batch, and a kill loses none that was counted.
    for part in transfers.chunks(PART) {
        let mut batch = book.store().batch();
        for transfer in part {
            // Payments made here stand in the history already.
            if transfer.from == address && book.payment_of(transfer.transaction)?.is_some() {
                continue;
            }
            let time = match (transfer.time, times.get(&transfer.block)) {
                (Some(time), _) | (None, Some(&time)) => time,
                (None, None) => ledger.block_time(transfer.block).await?,
            };
            times.insert(transfer.block, time);
            let Some(entry) = entry(network, account, transfer, time, &charges) else {
                continue;
            };
            if add(book, &mut batch, &entry)? {
                new.push(entry);
            }
        }
        batch.commit()?;
    }
    Ok(new)
}

/// Charges of this wallet that were paid in the blocks, by transaction.
async fn paid_charges(
    book: &Book,
    ledger: &dyn Ledger,
    network: &Network,
    tokens: &[EvmAddress],
    (from, to): (u64, u64),
) -> Result<HashMap<B256, ChargeRecord>, WalletError> {
    let mut open = HashMap::new();
    for (key, charge) in book.all::<ChargeRecord>()? {
        if let Ok(nonce) = B256::try_from(key.as_slice())
            && charge.chain == network.chain
        {
            open.insert(nonce, charge);
        }
    }
    let nonces: Vec<_> = open.keys().copied().collect();
    if nonces.is_empty() {
        return Ok(HashMap::new());
    }
    let used = ledger.authorizations(tokens, &nonces, from, to).await?;
    Ok(used
        .into_iter()
        .filter_map(|(nonce, transaction)| Some((transaction, open.remove(&nonce)?)))
        .collect())
}

fn entry(
    network: &Network,
    account: u32,
    transfer: &Transfer,
    time: u64,
    charges: &HashMap<B256, ChargeRecord>,
) -> Option<EntryRecord> {
    let id = AssetId::Token {
        chain: network.chain,
        contract: transfer.token,
    };
    let asset = network.asset(id)?;
    // Transfers of nothing are how forged histories are made.
    if transfer.value.is_zero() {
        return None;
    }
    let charge = charges.get(&transfer.transaction);
    Some(EntryRecord {
        chain: network.chain,
        account,
        from: transfer.from,
        to: transfer.to,
        amount: Amount::from_atoms(transfer.value, asset.clone()),
        block: transfer.block,
        time,
        transaction: transfer.transaction,
        log_index: transfer.log_index,
        reference: charge.map(|charge| charge.reference.clone()),
        note: charge.and_then(|charge| charge.note.clone()),
    })
}

/// Adds an entry to the batch; whether it is new. One that moved to another
/// block leaves its old row behind.
fn add(book: &Book, batch: &mut SealedBatch<'_>, entry: &EntryRecord) -> Result<bool, WalletError> {
    let key = entry.key();
    let row = ActivityRecord::Entry {
        chain: entry.chain,
        key: key.clone(),
    };
    let known = book.store().get::<EntryRecord>(&key)?;
    match &known {
        Some(known) if known.block == entry.block && known.time == entry.time => return Ok(false),
        Some(known) if known.time != entry.time => {
            batch.delete::<ActivityRecord>(ActivityKey::new(known.time, &row).as_bytes())?;
        }
        _ => {}
    }
    batch.put(&key, entry)?;
    batch.put(ActivityKey::new(entry.time, &row).as_bytes(), &row)?;
    Ok(known.is_none())
}
