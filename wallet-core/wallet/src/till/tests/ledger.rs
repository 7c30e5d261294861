//! A ledger in memory: blocks of transfers, forks, silence.

use std::sync::Mutex;

use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use async_trait::async_trait;
use jiaozi_ledger::{
    Agreement, Call, FeeQuote, Ledger, LedgerError, NodeFacts, Nonces, TokenFacts,
    TransactionStatus, Transfer,
};
use jiaozi_types::agent::TokenDomain;
use jiaozi_types::{ChainId, sandbox};

use crate::network::Network;

/// Seconds between blocks, and when the first was made.
pub(super) const STEP: u64 = 10;
pub(crate) const GENESIS: u64 = 1_800_000_000;

/// A transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Moved {
    pub(super) transaction: B256,
    pub(super) token: Address,
    pub(super) from: Address,
    pub(super) to: Address,
    pub(super) value: u64,
}

pub(super) struct State {
    /// Hash and transfers of each block; the first is the genesis.
    pub(super) blocks: Vec<(B256, Vec<Moved>)>,
    /// The newest block that was ever final: it is not taken back.
    pub(super) settled: u64,
    pub(super) coin: Vec<(Address, u64)>,
    /// Authorizations that were used.
    pub(super) used: Vec<(Address, B256)>,
    pub(super) silent: bool,
    pub(super) agreement: Agreement,
    /// Questions since the last count.
    pub(super) asked: u32,
    /// A fork that comes while somebody asks: after so many more questions.
    pub(super) ambush: Option<(u32, Fork)>,
    salt: u64,
}

/// Blocks that are taken back, and whether what was in them comes again.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fork {
    pub(super) blocks: usize,
    pub(super) again: bool,
}

impl State {
    fn mine(&mut self, depth: u64, moved: Vec<Moved>) {
        self.salt += 1;
        let hash = keccak256(format!("block {}", self.salt));
        self.blocks.push((hash, moved));
        self.settled = self.settled.max(newest(self).saturating_sub(depth));
    }

    fn take_back(&mut self, blocks: usize) -> Vec<Moved> {
        let left = self.blocks.len().saturating_sub(blocks);
        let left = left.max(self.settled as usize + 1).min(self.blocks.len());
        let gone = self.blocks.split_off(left);
        gone.into_iter().flat_map(|(_, moved)| moved).collect()
    }

    fn fork(&mut self, depth: u64, fork: Fork) {
        let gone = self.take_back(fork.blocks);
        self.mine(depth, Vec::new());
        if fork.again {
            self.mine(depth, gone);
        }
        // A fork that is followed is longer.
        (0..fork.blocks).for_each(|_| self.mine(depth, Vec::new()));
    }
}

pub(super) struct Chain {
    depth: u64,
    yuan: Address,
    pub(super) state: Mutex<State>,
}

impl Chain {
    pub(super) fn new(depth: u64, network: &Network) -> Self {
        Self {
            depth,
            yuan: network.main_asset().id().contract().unwrap(),
            state: Mutex::new(State {
                blocks: vec![(B256::ZERO, Vec::new())],
                settled: 0,
                coin: Vec::new(),
                used: Vec::new(),
                silent: false,
                agreement: Agreement::Single,
                asked: 0,
                ambush: None,
                salt: 0,
            }),
        }
    }

    pub(super) fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap());
    }

    /// A transfer of yuan that is in no block yet.
    pub(super) fn pays(&self, from: Address, to: Address, fen: u64) -> Moved {
        let mut state = self.state.lock().unwrap();
        state.salt += 1;
        Moved {
            transaction: keccak256(format!("transaction {}", state.salt)),
            token: self.yuan,
            from,
            to,
            value: fen,
        }
    }

    pub(super) fn mine(&self, moved: Vec<Moved>) {
        self.set(|state| state.mine(self.depth, moved));
    }

    pub(super) fn fork(&self, fork: Fork) {
        self.set(|state| state.fork(self.depth, fork));
    }

    /// Pays in a block of its own.
    pub(super) fn pay(&self, from: Address, to: Address, fen: u64) {
        let moved = self.pays(from, to, fen);
        self.mine(vec![moved]);
    }

    /// Takes back the newest blocks, as far as they are not final; gives what was in them.
    pub(super) fn take_back(&self, blocks: usize) -> Vec<Moved> {
        self.state.lock().unwrap().take_back(blocks)
    }

    /// What the ledger has for an address, with blocks.
    pub(super) fn truth(&self, to: Address) -> Vec<(B256, u64, u64)> {
        let state = self.state.lock().unwrap();
        let mut all = Vec::new();
        for (number, (_, moved)) in state.blocks.iter().enumerate() {
            let ours = moved.iter().filter(|moved| moved.to == to);
            all.extend(ours.map(|moved| (moved.transaction, number as u64, moved.value)));
        }
        all
    }

    fn ask(&self) -> Result<std::sync::MutexGuard<'_, State>, LedgerError> {
        let mut state = self.state.lock().unwrap();
        state.asked += 1;
        state.ambush = match state.ambush {
            Some((0, fork)) => {
                state.fork(self.depth, fork);
                None
            }
            Some((left, fork)) => Some((left - 1, fork)),
            None => None,
        };
        match state.silent {
            true => Err(LedgerError::Unreachable),
            false => Ok(state),
        }
    }
}

fn newest(state: &State) -> u64 {
    state.blocks.len() as u64 - 1
}

#[async_trait]
impl Ledger for Chain {
    fn chain(&self) -> ChainId {
        ChainId::Eip155(sandbox::CHAIN_ID)
    }

    async fn node(&self) -> Result<NodeFacts, LedgerError> {
        Err(LedgerError::Unreachable)
    }

    async fn head(&self) -> Result<u64, LedgerError> {
        Ok(newest(&*self.ask()?))
    }

    async fn final_block(&self) -> Result<u64, LedgerError> {
        Ok(self.ask()?.settled)
    }

    async fn block_hash(&self, block: u64) -> Result<Option<B256>, LedgerError> {
        let state = self.ask()?;
        Ok(state.blocks.get(block as usize).map(|(hash, _)| *hash))
    }

    async fn block_time(&self, block: u64) -> Result<u64, LedgerError> {
        drop(self.ask()?);
        Ok(GENESIS + block * STEP)
    }

    async fn all_transfers(
        &self,
        tokens: &[Address],
        from: u64,
        to: u64,
    ) -> Result<Vec<Transfer>, LedgerError> {
        let state = self.ask()?;
        let mut found = Vec::new();
        for number in from..=to {
            let (hash, moved) = &state
                .blocks
                .get(number as usize)
                .ok_or(LedgerError::Behind)?;
            for (index, moved) in moved.iter().enumerate() {
                if tokens.contains(&moved.token) {
                    found.push(Transfer {
                        token: moved.token,
                        from: moved.from,
                        to: moved.to,
                        value: U256::from(moved.value),
                        block: number,
                        block_hash: Some(*hash),
                        transaction: moved.transaction,
                        log_index: index as u64,
                        time: Some(GENESIS + number * STEP),
                        agreement: state.agreement,
                    });
                }
            }
        }
        Ok(found)
    }

    async fn coin_balance(&self, account: Address) -> Result<U256, LedgerError> {
        let state = self.ask()?;
        let coin = state.coin.iter().filter(|(to, _)| *to == account);
        Ok(U256::from(coin.map(|(_, atoms)| atoms).sum::<u64>()))
    }

    async fn token_balance(&self, token: Address, account: Address) -> Result<U256, LedgerError> {
        let state = self.ask()?;
        let moved = state.blocks.iter().flat_map(|(_, moved)| moved);
        let moved = moved.filter(|moved| moved.token == token);
        let sum = moved.fold(0, |sum, moved| match account {
            _ if moved.to == account => sum + moved.value,
            _ if moved.from == account => sum - moved.value,
            _ => sum,
        });
        Ok(U256::from(sum))
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
        authorizer: Address,
        nonce: B256,
    ) -> Result<bool, LedgerError> {
        let state = self.ask()?;
        Ok(state.used.contains(&(authorizer, nonce)))
    }

    async fn nonces(&self, _: Address) -> Result<Nonces, LedgerError> {
        Err(LedgerError::Unreachable)
    }

    async fn quote(&self, _: &Call) -> Result<FeeQuote, LedgerError> {
        Err(LedgerError::Unreachable)
    }

    async fn submit(&self, _: &Bytes) -> Result<(), LedgerError> {
        Err(LedgerError::Unreachable)
    }

    async fn status(&self, _: B256) -> Result<TransactionStatus, LedgerError> {
        Err(LedgerError::Unreachable)
    }

    async fn transfers(
        &self,
        _: &[Address],
        _: Address,
        _: u64,
        _: u64,
    ) -> Result<Vec<Transfer>, LedgerError> {
        Err(LedgerError::Unreachable)
    }

    async fn authorizations(
        &self,
        _: &[Address],
        _: &[B256],
        _: u64,
        _: u64,
    ) -> Result<Vec<(B256, B256)>, LedgerError> {
        Err(LedgerError::Unreachable)
    }
}
