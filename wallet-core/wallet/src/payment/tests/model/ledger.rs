//! A ledger of one account, and the node through which it is seen.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU8, Ordering};

use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use async_trait::async_trait;
use jiaozi_ledger::{
    Agreement, Call, FeeQuote, FinalState, Inclusion, Ledger, LedgerError, NodeFacts, Nonces,
    TokenFacts, TransactionStatus, Transfer,
};
use jiaozi_types::ChainId;
use jiaozi_types::agent::TokenDomain;
use serde::{Deserialize, Serialize};

use super::super::super::Act;
use super::super::START;

/// What signed bytes stand for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Slip {
    /// The purchase; none for what another program sends.
    pub(super) purchase: Option<u8>,
    /// The account's nonce; none when somebody else carries the authorization.
    pub(super) nonce: Option<u64>,
    /// What it does.
    pub(super) act: Act,
    /// The authorization that it carries or cancels, and its end.
    pub(super) authorization: Option<(B256, u64)>,
    /// The wallet that signed it.
    pub(super) signer: usize,
    /// Makes bytes differ.
    pub(super) price: u64,
}

impl Slip {
    pub(super) fn bytes(&self) -> Bytes {
        serde_json::to_vec(self).unwrap().into()
    }

    pub(super) fn hash(&self) -> B256 {
        keccak256(self.bytes())
    }
}

/// The node that answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mischief {
    Honest,
    /// It does not answer.
    Silent,
    /// It takes what is sent, and does not say so.
    TakesAndTimesOut,
    /// It takes what is sent, and says that it refuses.
    TakesAndRefuses,
    /// It says that it takes what is sent, and drops it.
    SwallowsWhatIsSent,
    /// It knows nothing newer than the newest final block, and nothing that waits.
    Stale,
    /// It says of all it was sent that it is executed and final; nobody agrees.
    FalseReceipt,
    /// It says of all it was sent that it is executed and refused; nobody agrees.
    FalseRefusal,
    /// Its answers that need a second voice find none.
    Disagrees,
}

struct Block {
    hash: B256,
    time: u64,
    slips: Vec<Slip>,
}

struct World {
    blocks: Vec<Block>,
    /// All that was ever sent: nothing is forgotten.
    sent: BTreeSet<Slip>,
    /// The highest number of blocks there ever were, less the depth: these are final.
    made: u64,
    mischief: Mischief,
}

/// What has come of the slips of some blocks.
#[derive(Default)]
struct Outcome {
    nonce: u64,
    spent: BTreeMap<B256, Option<Slip>>,
    /// Whether each did what it should, by its block.
    done: Vec<(Slip, usize, bool)>,
}

pub(super) struct ModelLedger {
    depth: u64,
    world: Mutex<World>,
    /// Questions that are still answered; then the asking process dies.
    fuse: AtomicU8,
    pub(super) died: tokio::sync::Notify,
}

impl World {
    fn outcome(&self, blocks: usize) -> Outcome {
        let mut outcome = Outcome::default();
        for (index, block) in self.blocks.iter().take(blocks).enumerate() {
            for slip in &block.slips {
                outcome.execute(slip, index, block.time);
            }
        }
        outcome
    }

    fn now(&self) -> Outcome {
        self.outcome(self.blocks.len())
    }
}

impl Outcome {
    fn execute(&mut self, slip: &Slip, block: usize, time: u64) {
        if slip.nonce.is_some() {
            self.nonce += 1;
        }
        let success = match (slip.act, slip.authorization) {
            (_, None) => true,
            (Act::Cancels, Some((nonce, _))) => {
                let free = !self.spent.contains_key(&nonce);
                if free {
                    self.spent.insert(nonce, None);
                }
                free
            }
            (Act::Pays, Some((nonce, before))) => {
                let valid = time < before && !self.spent.contains_key(&nonce);
                if valid {
                    self.spent.insert(nonce, Some(slip.clone()));
                }
                valid
            }
        };
        self.done.push((slip.clone(), block, success));
    }

    fn is_legal(&self, slip: &Slip) -> bool {
        let once = !self.done.iter().any(|(done, ..)| done == slip);
        once && slip.nonce.is_none_or(|nonce| nonce == self.nonce)
    }

    fn payments(&self, purchase: u8) -> Vec<&Slip> {
        let paid = |(slip, _, success): &&(Slip, usize, bool)| {
            *success && slip.act == Act::Pays && slip.purchase == Some(purchase)
        };
        let paid = self.done.iter().filter(paid);
        paid.map(|(slip, ..)| slip).collect()
    }
}

impl ModelLedger {
    pub(super) fn new(depth: u64) -> Self {
        let genesis = Block {
            hash: B256::ZERO,
            time: START,
            slips: Vec::new(),
        };
        let world = World {
            blocks: vec![genesis],
            sent: BTreeSet::new(),
            made: 0,
            mischief: Mischief::Honest,
        };
        Self {
            depth,
            world: Mutex::new(world),
            fuse: AtomicU8::new(u8::MAX),
            died: tokio::sync::Notify::new(),
        }
    }

    pub(super) fn become_a(&self, mischief: Mischief) {
        self.world.lock().unwrap().mischief = mischief;
    }

    pub(super) fn light_fuse(&self, questions: u8) {
        self.fuse.store(questions, Ordering::SeqCst);
    }

    /// One question more; the process that asks it may die of it.
    async fn asked(&self) {
        let left = self.fuse.load(Ordering::SeqCst);
        if left == 0 {
            self.died.notify_one();
            std::future::pending::<()>().await;
        }
        if left != u8::MAX {
            self.fuse.store(left - 1, Ordering::SeqCst);
        }
    }

    /// How many blocks are final.
    fn final_blocks(&self, world: &World) -> usize {
        usize::try_from(world.made.saturating_sub(self.depth) + 1).unwrap()
    }

    /// Makes a block of what is legal and `chosen`.
    pub(super) fn mine(&self, chosen: u64, seconds: u64) {
        let mut world = self.world.lock().unwrap();
        let time = world.blocks.last().unwrap().time + seconds;
        let mut outcome = world.now();
        let mut slips = Vec::new();
        // Those with a nonce come in their order, whatever the order of sending.
        loop {
            let legal = world
                .sent
                .iter()
                .enumerate()
                .filter(|(index, _)| chosen >> (index % 64) & 1 == 1)
                .map(|(_, slip)| slip)
                .find(|slip| outcome.is_legal(slip));
            let Some(slip) = legal.cloned() else { break };
            outcome.execute(&slip, world.blocks.len(), time);
            slips.push(slip);
        }
        let hash = keccak256(format!("{:?} {time} {chosen} {}", slips, world.made));
        world.blocks.push(Block { hash, time, slips });
        world.made = world
            .made
            .max(u64::try_from(world.blocks.len()).unwrap() - 1);
    }

    /// Takes back up to `depth` blocks, none of which is final.
    pub(super) fn reorg(&self, depth: u64) {
        let mut world = self.world.lock().unwrap();
        let kept = world
            .blocks
            .len()
            .saturating_sub(usize::try_from(depth).unwrap());
        let kept = kept.max(self.final_blocks(&world));
        world.blocks.truncate(kept);
    }

    /// Somebody sends an authorization that was seen in a transaction of their own.
    pub(super) fn carry(&self, which: usize) {
        let mut world = self.world.lock().unwrap();
        let seen: Vec<_> = world
            .sent
            .iter()
            .filter(|slip| slip.act == Act::Pays && slip.authorization.is_some())
            .cloned()
            .collect();
        if let Some(slip) = seen.get(which % seen.len().max(1)) {
            let carried = Slip {
                nonce: None,
                ..slip.clone()
            };
            world.sent.insert(carried);
        }
    }

    pub(super) fn elsewhere(&self, ahead: u64) {
        let mut world = self.world.lock().unwrap();
        let nonce = world.now().nonce + ahead;
        let price = u64::try_from(world.sent.len()).unwrap();
        world.sent.insert(Slip {
            purchase: None,
            nonce: Some(nonce),
            act: Act::Pays,
            authorization: None,
            signer: usize::MAX,
            price,
        });
    }

    /// Of all that was sent for a purchase, whatever is executed and may yet be
    /// excludes the rest: one account nonce, or one authorization nonce.
    pub(super) fn nothing_can_be_paid_twice(&self) {
        let world = self.world.lock().unwrap();
        let settled = world.outcome(self.final_blocks(&world).min(world.blocks.len()));
        let mut instruments = BTreeMap::<u8, BTreeSet<_>>::new();
        for slip in world.sent.iter().filter(|slip| slip.act == Act::Pays) {
            let Some(purchase) = slip.purchase else {
                continue;
            };
            assert!(world.now().payments(purchase).len() <= 1, "paid twice");
            let executed = settled
                .done
                .iter()
                .any(|(done, _, success)| done == slip && *success);
            let alive = slip.nonce.is_none_or(|nonce| nonce >= settled.nonce);
            let instrument = match slip.authorization {
                Some((nonce, _)) => (None, Some(nonce)),
                None => (slip.nonce, None),
            };
            if executed || alive {
                instruments.entry(purchase).or_default().insert(instrument);
            }
        }
        for (purchase, instruments) in instruments {
            assert!(
                instruments.len() <= 1,
                "{purchase} could be paid by {instruments:?}"
            );
        }
    }

    /// Which wallet's signature paid a purchase.
    pub(super) fn paid_by(&self, purchase: u8) -> Option<usize> {
        let world = self.world.lock().unwrap();
        let now = world.now();
        now.payments(purchase).first().map(|slip| slip.signer)
    }

    /// Whether an authorization was used or cancelled.
    pub(super) fn is_spent(&self, nonce: B256) -> bool {
        self.world.lock().unwrap().now().spent.contains_key(&nonce)
    }

    /// The number of blocks that the node shows.
    fn shown(&self, world: &World) -> usize {
        match world.mischief {
            Mischief::Stale => self.final_blocks(world).min(world.blocks.len()),
            _ => world.blocks.len(),
        }
    }

    fn answers(&self, world: &World, needs_agreement: bool) -> Result<(), LedgerError> {
        match world.mischief {
            Mischief::Silent => Err(LedgerError::Unreachable),
            Mischief::Disagrees | Mischief::FalseReceipt | Mischief::FalseRefusal
                if needs_agreement =>
            {
                Err(LedgerError::Unconfirmed)
            }
            _ => Ok(()),
        }
    }

    fn inclusion(&self, world: &World, block: usize, success: bool) -> Inclusion {
        let number = u64::try_from(block).unwrap();
        Inclusion {
            block: number,
            block_hash: world.blocks[block].hash,
            success,
            fee: U256::ZERO,
            is_final: block < self.final_blocks(world),
            agreement: Agreement::Agreed,
        }
    }
}

#[async_trait]
impl Ledger for ModelLedger {
    fn chain(&self) -> ChainId {
        ChainId::Eip155(jiaozi_types::sandbox::CHAIN_ID)
    }

    async fn node(&self) -> Result<NodeFacts, LedgerError> {
        Err(LedgerError::Unreachable)
    }

    async fn head(&self) -> Result<u64, LedgerError> {
        self.asked().await;
        let world = self.world.lock().unwrap();
        self.answers(&world, false)?;
        Ok(u64::try_from(self.shown(&world)).unwrap() - 1)
    }

    async fn coin_balance(&self, _: Address) -> Result<U256, LedgerError> {
        Err(LedgerError::Unreachable)
    }

    async fn token_balance(&self, _: Address, _: Address) -> Result<U256, LedgerError> {
        Err(LedgerError::Unreachable)
    }

    async fn token(&self, _: Address) -> Result<TokenFacts, LedgerError> {
        Err(LedgerError::NotAToken)
    }

    async fn authorization_domain(&self, _: Address) -> Result<Option<TokenDomain>, LedgerError> {
        Ok(None)
    }

    async fn authorization_used(
        &self,
        _: Address,
        _: Address,
        nonce: B256,
    ) -> Result<bool, LedgerError> {
        self.asked().await;
        let world = self.world.lock().unwrap();
        self.answers(&world, true)?;
        Ok(world.outcome(self.shown(&world)).spent.contains_key(&nonce))
    }

    async fn nonces(&self, _: Address) -> Result<Nonces, LedgerError> {
        self.asked().await;
        let world = self.world.lock().unwrap();
        self.answers(&world, true)?;
        let latest = world.outcome(self.shown(&world)).nonce;
        let waits = |nonce| world.sent.iter().any(|slip| slip.nonce == Some(nonce));
        let mut pending = latest;
        while world.mischief == Mischief::Honest && waits(pending) {
            pending += 1;
        }
        Ok(Nonces { latest, pending })
    }

    async fn final_state(&self, _: Address) -> Result<FinalState, LedgerError> {
        self.asked().await;
        let world = self.world.lock().unwrap();
        self.answers(&world, true)?;
        // After a reorg the chain may be shorter than what was final; the rest stands.
        let blocks = self.final_blocks(&world).min(world.blocks.len());
        Ok(FinalState {
            block: u64::try_from(blocks).unwrap() - 1,
            time: world.blocks[blocks - 1].time,
            nonce: world.outcome(blocks).nonce,
        })
    }

    async fn quote(&self, _: &Call) -> Result<FeeQuote, LedgerError> {
        Err(LedgerError::Unreachable)
    }

    async fn submit(&self, signed: &Bytes) -> Result<(), LedgerError> {
        self.asked().await;
        let answer = {
            let mut world = self.world.lock().unwrap();
            let slip: Slip = serde_json::from_slice(signed).unwrap();
            self.answers(&world, false)?;
            let used = world.now().nonce > slip.nonce.unwrap();
            if world.mischief != Mischief::SwallowsWhatIsSent {
                world.sent.insert(slip);
            }
            match world.mischief {
                Mischief::TakesAndTimesOut => Err(LedgerError::Timeout),
                Mischief::TakesAndRefuses => Err(LedgerError::InsufficientFunds),
                _ if used => Err(LedgerError::NonceTooLow),
                _ => Ok(()),
            }
        };
        // It has arrived, and the process may die before it knows.
        self.asked().await;
        answer
    }

    async fn status(&self, transaction: B256) -> Result<TransactionStatus, LedgerError> {
        self.asked().await;
        let world = self.world.lock().unwrap();
        self.answers(&world, false)?;
        let shown = self.shown(&world);
        let sent = world.sent.iter().any(|slip| slip.hash() == transaction);
        let done = world.outcome(shown).done;
        let found = done.iter().find(|(slip, ..)| slip.hash() == transaction);
        let lie = |success| {
            TransactionStatus::Included(Inclusion {
                success,
                block_hash: B256::repeat_byte(0x66),
                // A careless adapter is assumed: who agrees is what counts.
                is_final: true,
                agreement: Agreement::Unconfirmed,
                ..self.inclusion(&world, shown - 1, success)
            })
        };
        Ok(match (world.mischief, found) {
            (Mischief::FalseReceipt, _) => lie(true),
            (Mischief::FalseRefusal, _) => lie(false),
            (_, Some((_, block, success))) => {
                TransactionStatus::Included(self.inclusion(&world, *block, *success))
            }
            (Mischief::Stale, None) => TransactionStatus::Unknown,
            (_, None) if sent => TransactionStatus::Pending,
            (_, None) => TransactionStatus::Unknown,
        })
    }

    async fn transfers(
        &self,
        _: &[Address],
        _: Address,
        _: u64,
        _: u64,
    ) -> Result<Vec<Transfer>, LedgerError> {
        Ok(Vec::new())
    }

    async fn authorizations(
        &self,
        _: &[Address],
        nonces: &[B256],
        _: u64,
        _: u64,
    ) -> Result<Vec<(B256, B256)>, LedgerError> {
        self.asked().await;
        let world = self.world.lock().unwrap();
        self.answers(&world, false)?;
        let spent = world.outcome(self.shown(&world)).spent;
        let used = |nonce: &B256| Some((*nonce, spent.get(nonce)?.as_ref()?.hash()));
        Ok(nonces.iter().filter_map(used).collect())
    }

    async fn block_time(&self, block: u64) -> Result<u64, LedgerError> {
        self.asked().await;
        let world = self.world.lock().unwrap();
        self.answers(&world, false)?;
        let block = world.blocks.get(usize::try_from(block).unwrap());
        Ok(block.ok_or(LedgerError::Garbage("no such block"))?.time)
    }
}
