//! A ledger in memory that grows, is reorganised and fails as the test says.

use std::sync::Mutex;

use alloy_primitives::{Address, B256, Bytes, U256};
use async_trait::async_trait;
use jiaozi_ledger::{
    Agreement, Call, CoinTransfer, FeeQuote, Inclusion, Ledger, LedgerError, NodeFacts, Nonces,
    TokenFacts, TransactionStatus, Transfer,
};
use jiaozi_types::agent::TokenDomain;
use jiaozi_types::{ChainId, sandbox};

/// Seconds between blocks, and when the first was made.
pub const STEP: u64 = 10;
pub const GENESIS: u64 = 1_800_000_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub transaction: B256,
    pub from: Address,
    pub to: Address,
    pub value: u64,
    pub coin: bool,
}

#[derive(Debug, Clone, Default)]
pub struct Block {
    pub hash: B256,
    pub moved: Vec<Moved>,
}

pub struct State {
    pub blocks: Vec<Block>,
    /// Blocks on top that make a block final.
    pub depth: u64,
    /// Calls for transfers that still succeed; none is unlimited.
    pub calls_left: Option<u32>,
    /// Ranges of transfers that were asked for, in order.
    pub asked: Vec<(u64, u64)>,
    pub agreement: Agreement,
    /// From which block on old states are kept; none keeps none.
    pub states_from: Option<u64>,
    pub looked_up: u32,
    salt: u64,
}

pub struct ChainLedger {
    pub state: Mutex<State>,
}

impl ChainLedger {
    pub fn new(depth: u64) -> Self {
        Self {
            state: Mutex::new(State {
                blocks: Vec::new(),
                depth,
                calls_left: None,
                asked: Vec::new(),
                agreement: Agreement::Single,
                states_from: None,
                looked_up: 0,
                salt: 0,
            }),
        }
    }

    /// Adds blocks of these transfers.
    pub fn mine(&self, blocks: impl IntoIterator<Item = Vec<Moved>>) {
        let mut state = self.state.lock().unwrap();
        for moved in blocks {
            state.salt += 1;
            let hash = B256::from(U256::from(state.salt));
            state.blocks.push(Block { hash, moved });
        }
    }

    /// Takes the newest blocks back; gives what was in them.
    pub fn take_back(&self, blocks: usize) -> Vec<Moved> {
        let mut state = self.state.lock().unwrap();
        let left = state.blocks.len().saturating_sub(blocks).max(1);
        let gone = state.blocks.split_off(left);
        gone.into_iter().flat_map(|block| block.moved).collect()
    }

    pub fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap());
    }

    pub fn asked(&self) -> Vec<(u64, u64)> {
        std::mem::take(&mut self.state.lock().unwrap().asked)
    }

    /// What the ledger has of `account`: transaction, block, value.
    pub fn truth(&self, account: Address) -> Vec<(B256, u64, u64)> {
        let state = self.state.lock().unwrap();
        let blocks = state.blocks.iter().enumerate();
        let all = blocks.flat_map(|(number, block)| {
            let ours = block
                .moved
                .iter()
                .filter(move |moved| moved.from == account || moved.to == account);
            ours.map(move |moved| (moved.transaction, number as u64, moved.value))
        });
        let mut all: Vec<_> = all.collect();
        all.sort();
        all
    }

    fn balance(&self, account: Address, coin: bool, block: u64) -> U256 {
        let state = self.state.lock().unwrap();
        let mut balance = U256::from(1_000_000_000_u64);
        let mut touched = false;
        for moved in state
            .blocks
            .iter()
            .take(block as usize + 1)
            .flat_map(|block| &block.moved)
        {
            if moved.coin != coin {
                continue;
            }
            if moved.to == account {
                balance += U256::from(moved.value);
                touched = true;
            }
            if moved.from == account {
                balance -= U256::from(moved.value);
                touched = true;
            }
        }
        if touched { balance } else { U256::ZERO }
    }

    fn newest(&self) -> u64 {
        (self.state.lock().unwrap().blocks.len() as u64).saturating_sub(1)
    }
}

#[async_trait]
impl Ledger for ChainLedger {
    fn chain(&self) -> ChainId {
        ChainId::Eip155(sandbox::CHAIN_ID)
    }

    async fn node(&self) -> Result<NodeFacts, LedgerError> {
        Err(LedgerError::Unreachable)
    }

    async fn head(&self) -> Result<u64, LedgerError> {
        Ok(self.newest())
    }

    async fn final_block(&self) -> Result<u64, LedgerError> {
        let depth = self.state.lock().unwrap().depth;
        Ok(self.newest().saturating_sub(depth))
    }

    async fn active_by(
        &self,
        account: Address,
        _: &[Address],
        block: u64,
    ) -> Result<Option<bool>, LedgerError> {
        let states_from = {
            let mut state = self.state.lock().unwrap();
            state.looked_up += 1;
            state.states_from
        };
        if states_from.is_none_or(|from| block < from) {
            return Ok(None);
        }
        Ok(Some(!self.balance(account, false, block).is_zero()))
    }

    async fn coin_balance(&self, account: Address) -> Result<U256, LedgerError> {
        Ok(self.balance(account, true, self.newest()))
    }

    async fn token_balance(&self, _: Address, account: Address) -> Result<U256, LedgerError> {
        Ok(self.balance(account, false, self.newest()))
    }

    async fn transfers(
        &self,
        tokens: &[Address],
        account: Address,
        from: u64,
        to: u64,
    ) -> Result<Vec<Transfer>, LedgerError> {
        let mut state = self.state.lock().unwrap();
        state.asked.push((from, to));
        if let Some(left) = &mut state.calls_left {
            *left = left.checked_sub(1).ok_or(LedgerError::Timeout)?;
        }
        let (mut found, agreement) = (Vec::new(), state.agreement);
        for number in from..=to {
            let block = state
                .blocks
                .get(number as usize)
                .ok_or(LedgerError::Node(1))?;
            let logs = block.moved.iter().filter(|moved| !moved.coin);
            for (log_index, moved) in logs.enumerate() {
                if moved.from == account || moved.to == account {
                    found.push(Transfer {
                        token: tokens[0],
                        from: moved.from,
                        to: moved.to,
                        value: U256::from(moved.value),
                        block: number,
                        block_hash: Some(block.hash),
                        transaction: moved.transaction,
                        log_index: log_index as u64,
                        time: (number % 2 == 0).then_some(GENESIS + number * STEP),
                        agreement,
                    });
                }
            }
        }
        Ok(found)
    }

    async fn coin_transfers(
        &self,
        account: Address,
        from: u64,
        to: u64,
    ) -> Result<Vec<CoinTransfer>, LedgerError> {
        let state = self.state.lock().unwrap();
        let mut found = Vec::new();
        for number in from..=to {
            let block = &state.blocks[number as usize];
            for moved in block.moved.iter().filter(|moved| moved.coin) {
                if moved.from == account || moved.to == account {
                    found.push(CoinTransfer {
                        from: moved.from,
                        to: moved.to,
                        value: U256::from(moved.value),
                        block: number,
                        block_hash: block.hash,
                        time: GENESIS + number * STEP,
                        transaction: moved.transaction,
                        agreement: state.agreement,
                    });
                }
            }
        }
        Ok(found)
    }

    async fn status(&self, transaction: B256) -> Result<TransactionStatus, LedgerError> {
        let state = self.state.lock().unwrap();
        for (number, block) in state.blocks.iter().enumerate() {
            if block
                .moved
                .iter()
                .any(|moved| moved.transaction == transaction)
            {
                return Ok(TransactionStatus::Included(Inclusion {
                    block: number as u64,
                    block_hash: block.hash,
                    success: true,
                    fee: U256::ZERO,
                    is_final: false,
                    agreement: state.agreement,
                }));
            }
        }
        Ok(TransactionStatus::Unknown)
    }

    async fn block_time(&self, block: u64) -> Result<u64, LedgerError> {
        self.state.lock().unwrap().looked_up += 1;
        Ok(GENESIS + block * STEP)
    }

    async fn authorizations(
        &self,
        _: &[Address],
        _: &[B256],
        _: u64,
        _: u64,
    ) -> Result<Vec<(B256, B256)>, LedgerError> {
        Ok(Vec::new())
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
        _: B256,
    ) -> Result<bool, LedgerError> {
        Ok(false)
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
}
