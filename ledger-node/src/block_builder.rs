//! Makes a block out of what is ready: executes it and collects everything that has to be written.

use alloy_consensus::{ReceiptEnvelope, Transaction as _, TxReceipt as _, proofs};
use alloy_primitives::Bloom;
use alloy_rlp::Encodable;
use jiaozi_store::Batch;
use revm::context::result::ExecutionResult;

use crate::{
    chain::{self, Latest},
    evm::{BlockContext, Executor},
    limits::BLOCK_GAS,
    log_query::LogIndex,
    pool::{Pool, Waiting},
    record::{self, Block, Mined, Position},
    state::Changes,
};

/// A block that is executed and not yet durable.
pub struct Built {
    /// The block.
    pub block: Block,
    /// Its transactions and what came of them.
    pub mined: Vec<Mined>,
    /// What it changes.
    pub changes: Changes,
    /// All that has to be written, at once, except for the journal.
    pub batch: Batch,
    /// What was taken from the pool for it.
    pub taken: Vec<Waiting>,
}

/// Makes the next block; none when nothing that is ready can be executed.
pub fn build(latest: &Latest, context: BlockContext, pool: &mut Pool) -> Option<Built> {
    let mut executor = Executor::new(&latest.state, context);
    let mut contents = Contents::default();
    let mut taken = Vec::new();
    while pool
        .peek_ready()
        .is_some_and(|first| contents.has_room(first))
    {
        let Some(waiting) = pool.take_ready() else {
            break;
        };
        let transaction = &waiting.transaction;
        match executor.execute(transaction) {
            Ok(result) => {
                contents.add(&waiting, result);
                pool.promote(transaction.sender, transaction.nonce().saturating_add(1));
            }
            // What has passed the pool's checks does not come here; if it does, it must not stop
            // the ledger. Should its journal row outlive it, the next start drops it again.
            Err(error) => {
                tracing::warn!(hash = %transaction.hash, error, "a transaction was dropped");
                pool.remove(transaction.hash);
                continue;
            }
        }
        taken.push(waiting);
    }
    if contents.mined.is_empty() {
        return None;
    }
    let changes = Changes::of(executor.changed());
    let block = contents.seal(context, latest, &changes);
    let mut batch = Batch::new();
    contents.write(&mut batch, context.number);
    chain::write_block(&mut batch, &block, &changes);
    Some(Built {
        block,
        mined: contents.mined,
        changes,
        batch,
        taken,
    })
}

/// What a block holds while it is being filled.
#[derive(Default)]
struct Contents {
    mined: Vec<Mined>,
    receipts: Vec<ReceiptEnvelope>,
    gas: u64,
    logs: u64,
}

impl Contents {
    fn has_room(&self, next: &Waiting) -> bool {
        self.gas
            .saturating_add(next.transaction.envelope.gas_limit())
            <= BLOCK_GAS
    }

    fn add(&mut self, waiting: &Waiting, result: ExecutionResult) {
        let transaction = &waiting.transaction;
        let gas_used = result.tx_gas_used();
        self.gas = self.gas.saturating_add(gas_used);
        let success = result.is_success();
        let mined = Mined {
            hash: transaction.hash,
            sender: transaction.sender,
            raw: transaction.raw.clone(),
            success,
            gas_used,
            cumulative_gas_used: self.gas,
            first_log: self.logs,
            // A transaction that fails has logged nothing.
            logs: if success {
                result.into_logs()
            } else {
                Vec::new()
            },
        };
        self.logs = self.logs.saturating_add(mined.logs.len() as u64);
        self.receipts
            .push(mined.receipt(transaction.envelope.tx_type()));
        self.mined.push(mined);
    }

    fn seal(&self, context: BlockContext, latest: &Latest, changes: &Changes) -> Block {
        let mut header = chain::header(context, latest.block.header.state_root, changes);
        let raw: Vec<&[u8]> = self.mined.iter().map(|mined| mined.raw.as_ref()).collect();
        header.transactions_root = proofs::ordered_trie_root_encoded(&raw);
        header.receipts_root = proofs::calculate_receipt_root(&self.receipts);
        header.logs_bloom = self
            .receipts
            .iter()
            .fold(Bloom::ZERO, |all, receipt| all | receipt.bloom());
        header.gas_used = self.gas;
        let bytes = raw.iter().map(|raw| raw.len()).sum::<usize>();
        Block {
            hash: header.hash_slow(),
            transactions: self.mined.len() as u64,
            size: header.length().saturating_add(bytes) as u64,
            header,
        }
    }

    fn write(&self, batch: &mut Batch, block: u64) {
        let mut index = LogIndex::default();
        for (mined, at) in self.mined.iter().zip(0..) {
            let position = Position { block, index: at };
            batch.put(record::MINED, position.to_bytes(), record::encode(mined));
            batch.put(
                record::POSITIONS,
                mined.hash.as_slice(),
                position.to_bytes(),
            );
            index.add(batch, position, &mined.logs);
        }
    }
}
