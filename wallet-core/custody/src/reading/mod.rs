//! Reading what is to be signed, from its bytes: who gets how much of what, on
//! which network, at what fee, until when. What cannot be read is refused;
//! there is no blind signing.

use alloy_primitives::{Address as EvmAddress, U256};
use jiaozi_types::agent::AuthorizationForm;
use jiaozi_types::{Address, Asset, AssetId, ChainId, Timestamp};

/// What a signature would do, as the vault shows it for approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// What is signed.
    pub kind: ReadingKind,
    /// The account that pays: index i of m/44'/60'/0'/0/i.
    pub account: u32,
    /// Its address.
    pub from: EvmAddress,
    /// Who gets the money; none when none moves (a cancellation).
    pub payee: Option<Party>,
    /// What leaves the account besides the fee; none when none moves.
    pub amount: Option<Money>,
    /// The network.
    pub chain: ChainId,
    /// The most that the fee can be; none when the signer pays no fee (an
    /// authorization that the payee submits).
    pub fee_cap: Option<Money>,
    /// The authorization is void from this moment on; none for a transaction,
    /// which stays valid until its nonce is used.
    pub expires: Option<Timestamp>,
}

/// What is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadingKind {
    /// A transfer of the chain's coin.
    CoinTransfer,
    /// An ERC-20 `transfer`.
    TokenTransfer,
    /// An EIP-3009 authorization, carried by the account's own transaction.
    CarriedAuthorization,
    /// An EIP-3009 authorization for somebody else to submit.
    Authorization(AuthorizationForm),
    /// Makes an EIP-3009 authorization unusable.
    CancelAuthorization,
    /// Replaces a waiting transaction by one that moves nothing.
    CancelTransaction,
}

/// An address and, when the person has saved it in the vault, its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// The address.
    pub address: Address,
    /// The saved name.
    pub name: Option<String>,
}

/// A quantity of an asset that the vault may or may not know how to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    /// The asset's id.
    pub asset: AssetId,
    /// The asset, when the vault knows its code and decimals. When it does
    /// not, only the raw atoms can be shown, with a warning.
    pub known: Option<Asset>,
    /// How much, in atoms.
    pub atoms: U256,
}
