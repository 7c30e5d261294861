//! What can be signed, as data that the vault decodes and shows itself.

use alloy_primitives::{Address as EvmAddress, B256, Bytes, U256};
use serde::{Deserialize, Serialize};

use crate::amount::decimal_atoms;
use crate::id::PurchaseId;

/// A request to sign for one purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignRequest {
    /// The purchase that this pays. The vault remembers it: within one purchase
    /// payee, asset and amount never change, so that only the envelope (nonce,
    /// fee) may be signed again.
    pub purchase: PurchaseId,
    /// The account that pays: index `i` of m/44'/60'/0'/0/i.
    pub account: u32,
    /// What to sign.
    pub what: ToSign,
}

/// What to sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ToSign {
    /// An EIP-3009 authorization and the transaction of the same account that
    /// carries it to the token. Approved once, as one payment.
    CarriedAuthorization {
        /// The token's EIP-712 domain.
        domain: TokenDomain,
        /// The authorization; `from` must be the account.
        authorization: Authorization,
        /// The transaction around it.
        carrier: Carrier,
    },
    /// An EIP-3009 authorization alone, for the payee to submit.
    Authorization {
        /// The token's EIP-712 domain.
        domain: TokenDomain,
        /// The authorization; `from` must be the account.
        authorization: Authorization,
        /// Who may submit it.
        form: AuthorizationForm,
    },
    /// Cancels an authorization that was not used (EIP-3009 `cancelAuthorization`),
    /// carried by a transaction of the same account.
    CancelAuthorization {
        /// The token's EIP-712 domain.
        domain: TokenDomain,
        /// The nonce of the authorization to cancel.
        nonce: B256,
        /// The transaction around it.
        carrier: Carrier,
    },
    /// An unsigned transaction: the bytes whose Keccak-256 is signed (EIP-155
    /// legacy list, or the EIP-2718 type byte and list of EIP-1559). The vault
    /// reads coin transfers and ERC-20 `transfer`, and refuses all else.
    Transaction {
        /// The bytes.
        unsigned: Bytes,
    },
}

/// The EIP-712 domain of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenDomain {
    /// `name`, at most 64 bytes.
    pub name: String,
    /// `version`, at most 16 bytes.
    pub version: String,
    /// `chainId`.
    pub chain_id: u64,
    /// `verifyingContract`: the token.
    pub contract: EvmAddress,
}

/// The message of an EIP-3009 authorization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorization {
    /// Whose money moves.
    pub from: EvmAddress,
    /// Who gets it.
    pub to: EvmAddress,
    /// How much, in atoms of the token.
    #[serde(with = "decimal_atoms")]
    pub value: U256,
    /// Valid strictly after this Unix second.
    pub valid_after: u64,
    /// Valid strictly before this Unix second: the payment's expiry.
    pub valid_before: u64,
    /// Derived from the purchase: the token accepts each nonce once.
    pub nonce: B256,
}

/// Who may submit an authorization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthorizationForm {
    /// Anyone (`transferWithAuthorization`).
    Transfer,
    /// The payee only (`receiveWithAuthorization`).
    Receive,
}

/// The transaction that carries an authorization to the token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carrier {
    /// The account's transaction nonce.
    pub nonce: u64,
    /// Gas limit.
    pub gas_limit: u64,
    /// The price of gas.
    pub fee: CarrierFee,
}

/// The price of gas, in atoms of the chain's coin for one unit of gas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CarrierFee {
    /// A legacy transaction (EIP-155).
    Legacy {
        /// Gas price.
        #[serde(with = "decimal_u128")]
        gas_price: u128,
    },
    /// An EIP-1559 transaction.
    Eip1559 {
        /// The most paid for one unit of gas.
        #[serde(with = "decimal_u128")]
        max_fee_per_gas: u128,
        /// The tip.
        #[serde(with = "decimal_u128")]
        max_priority_fee_per_gas: u128,
    },
}

/// What was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// The signed transaction, ready for `eth_sendRawTransaction`; none for an
    /// authorization alone.
    pub transaction: Option<Bytes>,
    /// The transaction's hash.
    pub transaction_hash: Option<B256>,
    /// The authorization's signature (65 bytes, r, s, v = 27 or 28).
    pub authorization_signature: Option<Bytes>,
}

/// Numbers up to 2^128-1 as decimal strings.
mod decimal_u128 {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(value: &u128, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u128, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(D::Error::custom(
                "a plain decimal number in a string is needed",
            ));
        }
        text.parse().map_err(D::Error::custom)
    }
}
