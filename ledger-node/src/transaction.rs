//! Signed transactions from outside: decoding, the checks that need no state, the sender.

use alloy_consensus::{
    EthereumTxEnvelope, Transaction as _, TxEip4844, transaction::SignerRecoverable,
};
use alloy_eips::eip2718::Decodable2718;
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};

use crate::{
    SANDBOX_CHAIN_ID, evm,
    limits::{TRANSACTION_BYTES, TRANSACTION_GAS},
};

/// A transaction of a type that Ethereum knows; of these only legacy, EIP-2930 and EIP-1559 are let in.
pub type Envelope = EthereumTxEnvelope<TxEip4844>;

/// A transaction whose signature has been checked.
#[derive(Clone, Debug)]
pub struct SignedTransaction {
    /// What was signed, and the signature.
    pub envelope: Envelope,
    /// The bytes it came in (EIP-2718).
    pub raw: Bytes,
    /// Keccak-256 of the bytes.
    pub hash: B256,
    /// Who signed it.
    pub sender: Address,
}

/// Why a transaction was not taken. The texts are those that wallets know from other nodes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The bytes are no transaction.
    #[error("cannot decode the transaction: {0}")]
    Undecodable(String),
    /// Blobs (EIP-4844), authorizations (EIP-7702) and what came later.
    #[error("transaction type not supported")]
    UnsupportedType,
    /// Signed before EIP-155, or without a chain id: it could be replayed elsewhere.
    #[error("only replay-protected (EIP-155) transactions allowed over RPC")]
    NotReplayProtected,
    /// Signed for another chain.
    #[error("invalid chain id for signer: have {found} want {SANDBOX_CHAIN_ID}")]
    WrongChain {
        /// The chain it is for.
        found: u64,
    },
    /// No key made this signature, or its `s` is in the upper half (EIP-2).
    #[error("invalid sender")]
    InvalidSignature,
    /// More than [`TRANSACTION_BYTES`].
    #[error("oversized data: transaction size {0}, limit {TRANSACTION_BYTES}")]
    TooLarge(usize),
    /// Less gas than it costs before its first instruction.
    #[error("intrinsic gas too low: gas {gas}, minimum needed {needed}")]
    IntrinsicGas {
        /// What it brings.
        gas: u64,
        /// What it needs.
        needed: u64,
    },
    /// More gas than one transaction may use.
    #[error("exceeds block gas limit: gas {0}, limit of a transaction {TRANSACTION_GAS}")]
    GasLimit(u64),
    /// The tip is above the fee cap.
    #[error("max priority fee per gas higher than max fee per gas")]
    TipAboveCap,
    /// Initialisation code beyond EIP-3860.
    #[error("max initcode size exceeded: code size {0}, limit {limit}", limit = evm::INIT_CODE_BYTES)]
    InitCode(usize),
    /// It waits in the pool already.
    #[error("already known")]
    AlreadyKnown,
    /// Its nonce has been used.
    #[error("nonce too low: next nonce {next}, tx nonce {found}")]
    NonceTooLow {
        /// The account's next nonce.
        next: u64,
        /// The transaction's.
        found: u64,
    },
    /// Its nonce is farther ahead than anything that could be let in before it.
    #[error("nonce too high: next nonce {next}, tx nonce {found}")]
    NonceTooHigh {
        /// The account's next nonce.
        next: u64,
        /// The transaction's.
        found: u64,
    },
    /// Another one with this nonce waits, and this one does not offer a tenth more.
    #[error("replacement transaction underpriced")]
    Underpriced,
    /// The account has less native coin than it sends.
    #[error("insufficient funds for gas * price + value: balance {balance}, tx cost {cost}")]
    InsufficientFunds {
        /// What it has, in wei.
        balance: U256,
        /// What it needs, in wei.
        cost: U256,
    },
    /// The pool has no room, for this sender or at all.
    #[error("txpool is full")]
    PoolFull,
    /// The node could not write it down; whether it will be mined is unknown until it is asked for.
    #[error("the node cannot write to its disk: {0}")]
    Storage(String),
    /// The node is stopping.
    #[error("the node is stopping")]
    Stopping,
}

impl SignedTransaction {
    /// Decodes and checks all that can be checked without the state. Recovers the sender, which
    /// takes tens of microseconds: keep it off the threads that serve connections.
    ///
    /// # Errors
    /// A [`Rejection`]; never [`Rejection::Storage`] or one that depends on the pool.
    pub fn decode(raw: Bytes) -> Result<Self, Rejection> {
        let envelope = decode_envelope(&raw)?;
        check(&envelope)?;
        let sender = envelope
            .recover_signer()
            .map_err(|_| Rejection::InvalidSignature)?;
        let hash = keccak256(&raw);
        Ok(Self {
            envelope,
            raw,
            hash,
            sender,
        })
    }

    /// Decodes what this node itself wrote down, together with the sender that it found then.
    ///
    /// # Errors
    /// [`Rejection::Undecodable`] when the record was damaged.
    pub fn trusted(raw: Bytes, hash: B256, sender: Address) -> Result<Self, Rejection> {
        let envelope = decode_envelope(&raw)?;
        Ok(Self {
            envelope,
            raw,
            hash,
            sender,
        })
    }

    /// Its nonce.
    pub fn nonce(&self) -> u64 {
        self.envelope.nonce()
    }
}

fn decode_envelope(raw: &[u8]) -> Result<Envelope, Rejection> {
    if raw.len() > TRANSACTION_BYTES {
        return Err(Rejection::TooLarge(raw.len()));
    }
    match raw.first() {
        None => return Err(Rejection::Undecodable("no bytes".into())),
        // A legacy transaction is an RLP list.
        Some(0x01 | 0x02 | 0xc0..=0xff) => {}
        Some(_) => return Err(Rejection::UnsupportedType),
    }
    Envelope::decode_2718_exact(raw).map_err(|error| Rejection::Undecodable(error.to_string()))
}

fn check(envelope: &Envelope) -> Result<(), Rejection> {
    match envelope.chain_id() {
        Some(SANDBOX_CHAIN_ID) => {}
        Some(found) => return Err(Rejection::WrongChain { found }),
        None => return Err(Rejection::NotReplayProtected),
    }
    let gas = envelope.gas_limit();
    if gas > TRANSACTION_GAS {
        return Err(Rejection::GasLimit(gas));
    }
    if envelope
        .max_priority_fee_per_gas()
        .is_some_and(|tip| tip > envelope.max_fee_per_gas())
    {
        return Err(Rejection::TipAboveCap);
    }
    if envelope.kind().is_create() && envelope.input().len() > evm::INIT_CODE_BYTES {
        return Err(Rejection::InitCode(envelope.input().len()));
    }
    // EIP-2681: the last nonce is not usable.
    if envelope.nonce() == u64::MAX {
        return Err(Rejection::NonceTooHigh {
            next: 0,
            found: u64::MAX,
        });
    }
    let needed = evm::intrinsic_gas(envelope);
    if gas < needed {
        return Err(Rejection::IntrinsicGas { gas, needed });
    }
    Ok(())
}
