//! The bank of the sandbox: it mints for whoever asks, by signing an ordinary transaction.

use std::sync::Arc;

use alloy_consensus::{SignableTransaction, TxEip1559, crypto::secp256k1::sign_message};
use alloy_eips::eip2718::Encodable2718;
use alloy_primitives::{Address, B256, TxKind, U256};
use alloy_sol_types::{SolCall, sol};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
    chain::Chain,
    error::Error,
    genesis::{SANDBOX_CHAIN_ID, SANDBOX_YUAN},
    limits::TOP_UP,
    submission::Submissions,
    transaction::{Envelope, Rejection, SignedTransaction},
};

sol! {
    function mint(address to, uint256 value);
}

/// Gas of a mint: two fresh storage slots, the event, room to spare.
const MINT_GAS: u64 = 150_000;

/// The bank's private key; wiped when dropped, never printed.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct BankKey([u8; 32]);

impl BankKey {
    /// A new key.
    pub fn generate() -> Result<Self, Error> {
        // All but one in 2^127 strings of 32 bytes are keys.
        loop {
            let mut key = Self([0; 32]);
            getrandom::fill(&mut key.0).map_err(|error| Error::Random(error.to_string()))?;
            if key.address().is_ok() {
                return Ok(key);
            }
        }
    }

    /// The key that the store holds.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Error> {
        Ok(Self(bytes.try_into().map_err(|_| {
            Error::Damaged("the bank's key is not 32 bytes")
        })?))
    }

    /// For the store.
    pub fn as_slice(&self) -> &[u8] {
        &self.0
    }

    /// The bank's account: whoever signs with this key.
    pub fn address(&self) -> Result<Address, Error> {
        let probe = B256::repeat_byte(1);
        self.sign(probe)
            .and_then(|signature| signature.recover_address_from_prehash(&probe).ok())
            .ok_or(Error::Damaged("the bank's key is no key"))
    }

    fn sign(&self, hash: B256) -> Option<alloy_primitives::Signature> {
        sign_message(B256::from(self.0), hash).ok()
    }
}

/// Why a top-up was refused.
#[derive(Debug, thiserror::Error)]
pub enum TopUpError {
    /// Nothing, or more than [`TOP_UP`].
    #[error("a top-up is 0.01 to 1000000.00 yuan (1 to {TOP_UP} fen)")]
    Amount,
    /// The transaction was not let in.
    #[error(transparent)]
    Rejected(#[from] Rejection),
}

/// See the module.
pub struct Bank {
    key: BankKey,
    address: Address,
    chain: Arc<Chain>,
    submissions: Submissions,
    // One top-up at a time: the next one counts on the nonce of the one before.
    turn: tokio::sync::Mutex<()>,
}

impl Bank {
    /// Opens the counter.
    pub fn new(key: BankKey, chain: Arc<Chain>, submissions: Submissions) -> Result<Self, Error> {
        let address = key.address()?;
        Ok(Self {
            key,
            address,
            chain,
            submissions,
            turn: tokio::sync::Mutex::default(),
        })
    }

    /// Mints `fen` for `to` and answers the hash of the transaction that does it.
    pub async fn top_up(&self, to: Address, fen: U256) -> Result<B256, TopUpError> {
        if fen.is_zero() || fen > U256::from(TOP_UP) {
            return Err(TopUpError::Amount);
        }
        let _turn = self.turn.lock().await;
        let mint = TxEip1559 {
            chain_id: SANDBOX_CHAIN_ID,
            nonce: self.chain.pending_nonce(self.address),
            gas_limit: MINT_GAS,
            max_fee_per_gas: 0,
            max_priority_fee_per_gas: 0,
            to: TxKind::Call(SANDBOX_YUAN),
            value: U256::ZERO,
            access_list: Default::default(),
            input: mintCall { to, value: fen }.abi_encode().into(),
        };
        let signature = self
            .key
            .sign(mint.signature_hash())
            .ok_or(Rejection::InvalidSignature)?;
        let raw = Envelope::from(mint.into_signed(signature))
            .encoded_2718()
            .into();
        Ok(self
            .submissions
            .submit(SignedTransaction::decode(raw)?)
            .await?)
    }
}
