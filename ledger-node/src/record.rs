//! How blocks and transactions lie in the store: which trees, which keys, which bytes (RLP).

use alloy_consensus::{
    Header, Receipt, ReceiptEnvelope, ReceiptWithBloom, Transaction as _, TxReceipt, TxType,
};
use alloy_primitives::{Address, B256, Bloom, Bytes, Log};
use alloy_rlp::{Decodable, Encodable, RlpDecodable, RlpEncodable};

use crate::{error::Error, transaction::SignedTransaction};

/// The format of all below; a store of another one is not opened.
pub const FORMAT: u32 = 1;

/// `format`, `head` (number and hash of the latest block), `bank` (the bank's key).
pub const META: &str = "meta";
/// See [`META`].
pub const META_FORMAT: &[u8] = b"format";
/// See [`META`].
pub const META_HEAD: &[u8] = b"head";
/// See [`META`].
pub const META_BANK: &[u8] = b"bank";
/// Block number -> [`Block`].
pub const BLOCKS: &str = "block";
/// Block hash -> block number.
pub const BLOCK_HASHES: &str = "block-hash";
/// [`Position`] -> [`Mined`].
pub const MINED: &str = "mined";
/// Transaction hash -> [`Position`].
pub const POSITIONS: &str = "position";
/// Address -> [`Account`](crate::state::Account).
pub const ACCOUNTS: &str = "account";
/// Address and slot -> 32 bytes.
pub const SLOTS: &str = "slot";
/// Hash -> code.
pub const CODE: &str = "code";
/// Order of arrival -> [`Journaled`]: what was let in and is in no block yet.
pub const JOURNAL: &str = "journal";
/// See `log_query`.
pub const LOG_INDEX: &str = "log-index";

/// A block without its transactions.
#[derive(Clone, Debug, PartialEq, Eq, RlpEncodable, RlpDecodable)]
pub struct Block {
    /// Keccak-256 of the header.
    pub hash: B256,
    /// How many transactions it has.
    pub transactions: u64,
    /// Bytes of the header and the transactions.
    pub size: u64,
    /// The header as Ethereum knows it, except for the state root (see `Changes::commit_to`).
    pub header: Header,
}

/// A transaction in a block, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, RlpEncodable, RlpDecodable)]
pub struct Mined {
    /// Keccak-256 of the bytes.
    pub hash: B256,
    /// Who signed it.
    pub sender: Address,
    /// The bytes (EIP-2718).
    pub raw: Bytes,
    /// Whether it did what it was to do.
    pub success: bool,
    /// Gas it used.
    pub gas_used: u64,
    /// Gas used by the block up to and with it.
    pub cumulative_gas_used: u64,
    /// Index in the block of its first log.
    pub first_log: u64,
    /// What it logged.
    pub logs: Vec<Log>,
}

impl Mined {
    /// The transaction itself.
    pub fn transaction(&self) -> Result<SignedTransaction, Error> {
        SignedTransaction::trusted(self.raw.clone(), self.hash, self.sender)
            .map_err(|_| Error::Damaged("a transaction does not decode"))
    }

    /// The address of the contract that `transaction`, which is this one, makes.
    pub fn contract(&self, transaction: &SignedTransaction) -> Option<Address> {
        transaction
            .envelope
            .kind()
            .is_create()
            .then(|| self.sender.create(transaction.nonce()))
    }

    /// The receipt that the block's receipts root is over.
    pub fn receipt(&self, kind: TxType) -> ReceiptEnvelope {
        let receipt = Receipt {
            status: self.success.into(),
            cumulative_gas_used: self.cumulative_gas_used,
            logs: self.logs.clone(),
        };
        let logs_bloom: Bloom = receipt.bloom();
        let receipt = ReceiptWithBloom {
            receipt,
            logs_bloom,
        };
        match kind {
            TxType::Legacy => ReceiptEnvelope::Legacy(receipt),
            TxType::Eip2930 => ReceiptEnvelope::Eip2930(receipt),
            _ => ReceiptEnvelope::Eip1559(receipt),
        }
    }
}

/// A waiting transaction in the journal.
#[derive(Clone, Debug, PartialEq, Eq, RlpEncodable, RlpDecodable)]
pub struct Journaled {
    /// Keccak-256 of the bytes.
    pub hash: B256,
    /// Who signed it.
    pub sender: Address,
    /// The bytes (EIP-2718).
    pub raw: Bytes,
}

/// Where a transaction is. Sorts as blocks do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Block number.
    pub block: u64,
    /// Index in the block.
    pub index: u32,
}

impl Position {
    /// As a key: 8 bytes and 4, big-endian.
    pub fn to_bytes(self) -> [u8; 12] {
        let mut bytes = [0; 12];
        let (block, index) = bytes.split_at_mut(8);
        block.copy_from_slice(&self.block.to_be_bytes());
        index.copy_from_slice(&self.index.to_be_bytes());
        bytes
    }

    /// Back from a key.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let damaged = Error::Damaged("a position is not 12 bytes");
        let Some((block, index)) = bytes.split_first_chunk() else {
            return Err(damaged);
        };
        let Ok(index) = index.try_into() else {
            return Err(damaged);
        };
        Ok(Self {
            block: u64::from_be_bytes(*block),
            index: u32::from_be_bytes(index),
        })
    }
}

/// Reads a block number that a tree holds.
pub fn number(bytes: &[u8]) -> Result<u64, Error> {
    let bytes = bytes
        .try_into()
        .map_err(|_| Error::Damaged("a number is not 8 bytes"))?;
    Ok(u64::from_be_bytes(bytes))
}

/// RLP of a record.
pub fn encode(record: &impl Encodable) -> Vec<u8> {
    alloy_rlp::encode(record)
}

/// A record from RLP, all of it.
pub fn decode<T: Decodable>(bytes: &[u8]) -> Result<T, Error> {
    alloy_rlp::decode_exact(bytes).map_err(|_| Error::Damaged("a record does not decode"))
}
