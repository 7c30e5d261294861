//! The ledger as everybody may read it: the latest state, the blocks, and news of both.
//!
//! One thread writes (see `ledger_thread`): it makes a block durable first and publishes it here
//! second, so that nobody is ever told of anything that a power cut could take back.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use alloy_consensus::{EMPTY_OMMER_ROOT_HASH, EMPTY_ROOT_HASH, Header};
use alloy_primitives::{Address, B256, Bytes, U256};
use jiaozi_store::{Batch, Durable, KeyRange, KeyValue, Order};
use jiaozi_types::Clock;
use tokio::sync::broadcast;

use crate::{
    bank::BankKey,
    error::Error,
    evm::BlockContext,
    genesis,
    limits::BLOCK_GAS,
    pool::{Pool, Waiting},
    record::{self, Block, Journaled, Mined, Position},
    state::{Account, Changes, State},
    transaction::SignedTransaction,
};

/// Blocks that a slow subscriber may fall behind before it is cut off.
const NEWS: usize = 256;

/// The latest block and the state after it; they change together.
pub struct Latest {
    /// The block.
    pub block: Arc<Block>,
    /// The state.
    pub state: State,
}

/// A block that has become durable, with its transactions.
#[derive(Clone, Debug)]
pub struct Published {
    /// The block.
    pub block: Arc<Block>,
    /// Its transactions, in order.
    pub mined: Arc<Vec<Mined>>,
}

/// See the module.
pub struct Chain {
    store: RwLock<Option<Durable>>,
    latest: RwLock<Latest>,
    pool: Mutex<Pool>,
    news: broadcast::Sender<Published>,
    clock: Arc<dyn Clock>,
}

impl Chain {
    /// Opens the ledger in a store, making its genesis block if the store is new, and answers it
    /// together with the key of its bank.
    pub fn open(store: Durable, clock: Arc<dyn Clock>) -> Result<(Self, BankKey), Error> {
        match store.get(record::META, record::META_FORMAT)? {
            None => write_genesis(&store, clock.now().as_unix())?,
            Some(bytes) => {
                let bytes = bytes
                    .as_slice()
                    .try_into()
                    .map_err(|_| Error::Damaged("no format"))?;
                let found = u32::from_be_bytes(bytes);
                if found != record::FORMAT {
                    return Err(Error::NewerFormat {
                        found,
                        supported: record::FORMAT,
                    });
                }
            }
        }
        let bank = store
            .get(record::META, record::META_BANK)?
            .ok_or(Error::Damaged("no bank"))?;
        let bank = BankKey::from_slice(&bank)?;
        let head = read_head(&store)?.ok_or(Error::Damaged("no head"))?;
        let block = read_block(&store, head.0)?.ok_or(Error::Damaged("no latest block"))?;
        let state = load_state(&store, &block)?;
        let pool = load_pool(&store, &state)?;
        let chain = Self {
            store: RwLock::new(Some(store)),
            latest: RwLock::new(Latest {
                block: Arc::new(block),
                state,
            }),
            pool: Mutex::new(pool),
            news: broadcast::Sender::new(NEWS),
            clock,
        };
        Ok((chain, bank))
    }

    /// The latest block and its state. Hold it briefly: the next block waits for it.
    pub fn latest(&self) -> RwLockReadGuard<'_, Latest> {
        self.latest.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The waiting transactions. Hold it briefly, and lock it after [`Self::latest`] if both are
    /// needed.
    pub fn pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// News of every block from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Published> {
        self.news.subscribe()
    }

    /// The block that would be made now, on top of `latest`.
    pub fn next_block(&self, latest: &Latest) -> BlockContext {
        let header = &latest.block.header;
        BlockContext {
            number: header.number.saturating_add(1),
            // A clock that is set back must not make time go back.
            timestamp: self.clock.now().as_unix().max(header.timestamp),
            parent: latest.block.hash,
        }
    }

    /// The nonce that `address` signs next, with what waits counted.
    pub fn pending_nonce(&self, address: Address) -> u64 {
        // Both at once: between them a block may move transactions from one to the other.
        let latest = self.latest();
        self.pool()
            .pending_nonce(address, latest.state.nonce(address))
    }

    /// Writes a batch durably.
    pub fn commit(&self, batch: Batch) -> Result<(), Error> {
        self.with_store(|store| Ok(store.commit(batch)?))
    }

    /// The number and hash of the latest block that is on the disk.
    pub fn durable_head(&self) -> Result<(u64, B256), Error> {
        self.with_store(read_head)?.ok_or(Error::Damaged("no head"))
    }

    /// Makes a durable block the latest one, forgets what it took from the pool, and tells everybody.
    pub fn publish(&self, changes: Changes, block: Block, mined: Vec<Mined>, taken: &[Waiting]) {
        let block = Arc::new(block);
        {
            let mut latest = self.latest.write().unwrap_or_else(PoisonError::into_inner);
            latest.state.apply(changes);
            latest.state.add_block_hash(block.header.number, block.hash);
            latest.block = Arc::clone(&block);
            self.pool().forget_taken(taken);
        }
        // Nobody listening is no error.
        let _ = self.news.send(Published {
            block,
            mined: Arc::new(mined),
        });
    }

    /// A block by its number.
    pub fn block(&self, number: u64) -> Result<Option<Arc<Block>>, Error> {
        let head = Arc::clone(&self.latest().block);
        if number == head.header.number {
            return Ok(Some(head));
        }
        if number > head.header.number {
            return Ok(None);
        }
        Ok(self
            .with_store(|store| read_block(store, number))?
            .map(Arc::new))
    }

    /// The number of the block with a hash.
    pub fn block_number(&self, hash: B256) -> Result<Option<u64>, Error> {
        let found =
            self.with_store(|store| Ok(store.get(record::BLOCK_HASHES, hash.as_slice())?))?;
        let found = found.map(|bytes| record::number(&bytes)).transpose()?;
        // A block is on the disk shortly before it is published.
        Ok(found.filter(|number| *number <= self.latest().block.header.number))
    }

    /// Where a transaction was mined.
    pub fn position(&self, hash: B256) -> Result<Option<Position>, Error> {
        let found = self.with_store(|store| Ok(store.get(record::POSITIONS, hash.as_slice())?))?;
        let found = found
            .map(|bytes| Position::from_bytes(&bytes))
            .transpose()?;
        Ok(found.filter(|position| position.block <= self.latest().block.header.number))
    }

    /// The transaction at a position.
    pub fn mined(&self, position: Position) -> Result<Option<Mined>, Error> {
        let found = self.with_store(|store| Ok(store.get(record::MINED, &position.to_bytes())?))?;
        found.map(|bytes| record::decode(&bytes)).transpose()
    }

    /// All transactions of a block, in order.
    pub fn mined_in(&self, block: &Block) -> Result<Vec<Mined>, Error> {
        if block.transactions == 0 {
            return Ok(Vec::new());
        }
        let range = KeyRange::prefix(&block.header.number.to_be_bytes());
        let rows = self.scan(record::MINED, &range, usize::MAX)?;
        rows.iter()
            .map(|(_, bytes)| record::decode(bytes))
            .collect()
    }

    /// Rows of a tree, ascending.
    pub fn scan(
        &self,
        tree: &str,
        range: &KeyRange,
        limit: usize,
    ) -> Result<Vec<jiaozi_store::Entry>, Error> {
        self.with_store(|store| Ok(store.scan(tree, range, Order::Ascending, limit)?))
    }

    /// Closes the files; whatever reads them afterwards is refused.
    pub fn close(&self) {
        self.store
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
    }

    fn with_store<T>(&self, read: impl FnOnce(&Durable) -> Result<T, Error>) -> Result<T, Error> {
        let store = self.store.read().unwrap_or_else(PoisonError::into_inner);
        read(store.as_ref().ok_or(Error::Stopping)?)
    }
}

/// The header of a block that ends in `changes`.
pub fn header(context: BlockContext, parent_state: B256, changes: &Changes) -> Header {
    Header {
        parent_hash: context.parent,
        number: context.number,
        timestamp: context.timestamp,
        mix_hash: context.parent,
        gas_limit: BLOCK_GAS,
        state_root: changes.commit_to(parent_state),
        ommers_hash: EMPTY_OMMER_ROOT_HASH,
        transactions_root: EMPTY_ROOT_HASH,
        receipts_root: EMPTY_ROOT_HASH,
        base_fee_per_gas: Some(0),
        withdrawals_root: Some(EMPTY_ROOT_HASH),
        blob_gas_used: Some(0),
        excess_blob_gas: Some(0),
        parent_beacon_block_root: Some(B256::ZERO),
        ..Header::default()
    }
}

/// Adds to a batch what makes a block the latest one: itself, the state, the head.
pub fn write_block(batch: &mut Batch, block: &Block, changes: &Changes) {
    let number = block.header.number.to_be_bytes();
    batch.put(record::BLOCKS, number, record::encode(block));
    batch.put(record::BLOCK_HASHES, block.hash.as_slice(), number);
    batch.put(
        record::META,
        record::META_HEAD,
        [&number[..], block.hash.as_slice()].concat(),
    );
    for (address, account) in &changes.accounts {
        batch.put(
            record::ACCOUNTS,
            address.as_slice(),
            record::encode(account),
        );
    }
    for (address, slot, value) in &changes.storage {
        let key = [address.as_slice(), &slot.to_be_bytes::<32>()].concat();
        if value.is_zero() {
            batch.delete(record::SLOTS, key);
        } else {
            batch.put(record::SLOTS, key, value.to_be_bytes::<32>());
        }
    }
    for (hash, code) in &changes.code {
        batch.put(record::CODE, hash.as_slice(), code.as_ref());
    }
}

fn write_genesis(store: &Durable, timestamp: u64) -> Result<(), Error> {
    let bank = BankKey::generate()?;
    let changes = genesis::changes(bank.address()?, timestamp)?;
    let context = BlockContext {
        number: 0,
        timestamp,
        parent: B256::ZERO,
    };
    let header = header(context, B256::ZERO, &changes);
    let size = alloy_rlp::Encodable::length(&header) as u64;
    let block = Block {
        hash: header.hash_slow(),
        transactions: 0,
        size,
        header,
    };
    let mut batch = Batch::new();
    write_block(&mut batch, &block, &changes);
    batch.put(
        record::META,
        record::META_FORMAT,
        record::FORMAT.to_be_bytes(),
    );
    batch.put(record::META, record::META_BANK, bank.as_slice());
    Ok(store.commit(batch)?)
}

fn read_head(store: &Durable) -> Result<Option<(u64, B256)>, Error> {
    let Some(bytes) = store.get(record::META, record::META_HEAD)? else {
        return Ok(None);
    };
    let damaged = Error::Damaged("the head is not 40 bytes");
    let Some((number, hash)) = bytes.split_first_chunk() else {
        return Err(damaged);
    };
    let hash = B256::try_from(hash).map_err(|_| damaged)?;
    Ok(Some((u64::from_be_bytes(*number), hash)))
}

fn read_block(store: &Durable, number: u64) -> Result<Option<Block>, Error> {
    let bytes = store.get(record::BLOCKS, &number.to_be_bytes())?;
    bytes.map(|bytes| record::decode(&bytes)).transpose()
}

fn load_state(store: &Durable, head: &Block) -> Result<State, Error> {
    let rows = |tree| store.scan(tree, &KeyRange::all(), Order::Ascending, usize::MAX);
    let damaged = |_| Error::Damaged("a key of the state has the wrong length");
    let mut changes = Changes::default();
    for (key, bytes) in rows(record::ACCOUNTS)? {
        let address = Address::try_from(key.as_slice()).map_err(damaged)?;
        changes
            .accounts
            .push((address, record::decode::<Account>(&bytes)?));
    }
    for (key, bytes) in rows(record::SLOTS)? {
        let (address, slot) = key
            .split_at_checked(20)
            .ok_or(Error::Damaged("a slot has no address"))?;
        let address = Address::try_from(address).map_err(damaged)?;
        changes.storage.push((
            address,
            U256::from_be_slice(slot),
            U256::from_be_slice(&bytes),
        ));
    }
    for (key, bytes) in rows(record::CODE)? {
        changes.code.push((
            B256::try_from(key.as_slice()).map_err(damaged)?,
            Bytes::from(bytes),
        ));
    }
    let mut state = State::default();
    state.apply(changes);
    for number in head.header.number.saturating_sub(255)..=head.header.number {
        let block = read_block(store, number)?.ok_or(Error::Damaged("a block is missing"))?;
        state.add_block_hash(number, block.hash);
    }
    Ok(state)
}

fn load_pool(store: &Durable, state: &State) -> Result<Pool, Error> {
    let mut pool = Pool::default();
    for (key, bytes) in store.scan(
        record::JOURNAL,
        &KeyRange::all(),
        Order::Ascending,
        usize::MAX,
    )? {
        let Journaled { hash, sender, raw } = record::decode(&bytes)?;
        let transaction = SignedTransaction::trusted(raw, hash, sender)
            .map_err(|_| Error::Damaged("a waiting transaction does not decode"))?;
        let next = state.nonce(sender);
        if transaction.nonce() >= next {
            let waiting = Waiting {
                arrival: record::number(&key)?,
                transaction: Arc::new(transaction),
            };
            pool.restore(waiting, next);
        }
    }
    Ok(pool)
}
