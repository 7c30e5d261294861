//! Accounts, storage and code as of the latest block, in memory; what the EVM reads.
//!
//! Only the latest state is kept. A block's changes are collected as a [`Changes`], written with the
//! block, and applied here once they are durable.

use std::{collections::HashMap, convert::Infallible};

use alloy_primitives::{Address, B256, Bytes, KECCAK256_EMPTY, U256, keccak256};
use alloy_rlp::{Encodable, RlpDecodable, RlpEncodable};
use revm::{
    DatabaseRef,
    bytecode::Bytecode,
    database::{AccountState, CacheDB},
    state::AccountInfo,
};

/// An account without its storage.
#[derive(Clone, Debug, PartialEq, Eq, RlpEncodable, RlpDecodable)]
pub struct Account {
    /// Transactions sent, or contracts made.
    pub nonce: u64,
    /// Native coin; the sandbox issues none.
    pub balance: U256,
    /// Keccak-256 of the code.
    pub code_hash: B256,
}

impl Account {
    fn is_empty(&self) -> bool {
        self.nonce == 0 && self.balance.is_zero() && self.code_hash == KECCAK256_EMPTY
    }
}

/// The latest state.
#[derive(Debug, Default)]
pub struct State {
    accounts: HashMap<Address, Account>,
    storage: HashMap<(Address, U256), U256>,
    code: HashMap<B256, Bytecode>,
    /// Hashes of the blocks that the BLOCKHASH instruction may ask for.
    block_hashes: HashMap<u64, B256>,
}

/// What one block changes, in a fixed order.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// New contents of accounts.
    pub accounts: Vec<(Address, Account)>,
    /// New contents of storage slots; zero means that the slot is cleared.
    pub storage: Vec<(Address, U256, U256)>,
    /// New code, under its hash.
    pub code: Vec<(B256, Bytes)>,
}

impl State {
    /// The number that `address` signs its next transaction with, as far as blocks go.
    pub fn nonce(&self, address: Address) -> u64 {
        self.accounts
            .get(&address)
            .map_or(0, |account| account.nonce)
    }

    /// Native coin of `address`, in wei.
    pub fn balance(&self, address: Address) -> U256 {
        self.accounts
            .get(&address)
            .map_or(U256::ZERO, |account| account.balance)
    }

    /// Contents of a storage slot.
    pub fn slot(&self, address: Address, slot: U256) -> U256 {
        self.storage
            .get(&(address, slot))
            .copied()
            .unwrap_or_default()
    }

    /// Code of `address`; empty when it is no contract.
    pub fn code(&self, address: Address) -> Bytes {
        let hash = self.accounts.get(&address).map(|account| account.code_hash);
        hash.and_then(|hash| self.code.get(&hash))
            .map(Bytecode::original_bytes)
            .unwrap_or_default()
    }

    /// Takes over what has become durable.
    pub fn apply(&mut self, changes: Changes) {
        self.accounts.extend(changes.accounts);
        for (address, slot, value) in changes.storage {
            if value.is_zero() {
                self.storage.remove(&(address, slot));
            } else {
                self.storage.insert((address, slot), value);
            }
        }
        for (hash, code) in changes.code {
            self.code.insert(hash, Bytecode::new_raw(code));
        }
    }

    /// Remembers the hash of a block, and forgets that of the one 256 before it.
    pub fn add_block_hash(&mut self, number: u64, hash: B256) {
        self.block_hashes.insert(number, hash);
        if let Some(old) = number.checked_sub(256) {
            self.block_hashes.remove(&old);
        }
    }
}

impl DatabaseRef for State {
    type Error = Infallible;

    fn basic_ref(&self, address: Address) -> Result<Option<AccountInfo>, Infallible> {
        Ok(self.accounts.get(&address).map(|account| AccountInfo {
            balance: account.balance,
            nonce: account.nonce,
            code_hash: account.code_hash,
            code: None,
            ..AccountInfo::default()
        }))
    }

    fn code_by_hash_ref(&self, code_hash: B256) -> Result<Bytecode, Infallible> {
        Ok(self.code.get(&code_hash).cloned().unwrap_or_default())
    }

    fn storage_ref(&self, address: Address, index: U256) -> Result<U256, Infallible> {
        Ok(self.slot(address, index))
    }

    fn block_hash_ref(&self, number: u64) -> Result<B256, Infallible> {
        Ok(self.block_hashes.get(&number).copied().unwrap_or_default())
    }
}

impl Changes {
    /// What executing on top of `base` has changed. Since Cancun a contract is destroyed only in the
    /// transaction that made it, so no account of `base` ever goes away.
    pub fn of(executed: &CacheDB<&State>) -> Self {
        let base = executed.db;
        let mut changes = Self::default();
        for (address, touched) in &executed.cache.accounts {
            if touched.account_state == AccountState::NotExisting {
                continue;
            }
            let account = Account {
                nonce: touched.info.nonce,
                balance: touched.info.balance,
                code_hash: touched.info.code_hash,
            };
            let before = base.accounts.get(address);
            if before != Some(&account) && !(before.is_none() && account.is_empty()) {
                if !base.code.contains_key(&account.code_hash)
                    && let Some(code) = executed.cache.contracts.get(&account.code_hash)
                    && !code.is_empty()
                {
                    changes
                        .code
                        .push((account.code_hash, code.original_bytes()));
                }
                changes.accounts.push((*address, account));
            }
            for (slot, value) in &touched.storage {
                if base.slot(*address, *slot) != *value {
                    changes.storage.push((*address, *slot, *value));
                }
            }
        }
        changes
            .accounts
            .sort_unstable_by_key(|(address, _)| *address);
        changes
            .storage
            .sort_unstable_by_key(|(address, slot, _)| (*address, *slot));
        changes.code.sort_unstable_by_key(|(hash, _)| *hash);
        changes.code.dedup();
        changes
    }

    /// The state commitment after these changes: a chain of hashes, not the trie root of Ethereum,
    /// which nobody here asks proofs of and which would be most of the work of a block.
    pub fn commit_to(&self, parent: B256) -> B256 {
        let mut bytes = parent.to_vec();
        for (address, account) in &self.accounts {
            address.encode(&mut bytes);
            account.encode(&mut bytes);
        }
        for (address, slot, value) in &self.storage {
            address.encode(&mut bytes);
            slot.encode(&mut bytes);
            value.encode(&mut bytes);
        }
        for (hash, _) in &self.code {
            hash.encode(&mut bytes);
        }
        keccak256(bytes)
    }
}
