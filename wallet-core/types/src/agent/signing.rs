//! What can be signed, as data that the vault decodes and shows itself.

use alloy_primitives::{Address as EvmAddress, B256, Bytes, U256};
use serde::{Deserialize, Serialize};

use crate::account_number::PathScheme;
use crate::amount::decimal_atoms;
use crate::chain::ChainId;
use crate::id::PurchaseId;
use crate::shop::{ShopProof, TillCertificate};

/// A request to sign for one purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignRequest {
    /// The purchase that this pays. The vault remembers it: within one purchase
    /// payee, asset and amount never change, so that only the envelope (nonce,
    /// fee) may be signed again.
    pub purchase: PurchaseId,
    /// The key that signs, whose money moves.
    pub signer: KeyRef,
    /// What to sign.
    pub what: ToSign,
    /// Shows that the payee is a charge of a shop; none for other payees. One
    /// that is not true for exactly this payee, asset and amount is refused; one
    /// whose time is over is left out of what is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop: Option<ShopProof>,
}

/// A key of the wallet. On Conflux Core Space the coin type of its path is 503.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyRef {
    /// That of the person's account `i`: m/44'/60'/0'/0/i.
    Account(u32),
    /// That of an account on the path of another wallet: EVM chains only.
    Path {
        /// The other wallet's paths; [`PathScheme::Own`] is `Account`.
        scheme: PathScheme,
        /// The account's index there.
        index: u32,
    },
    /// That of a charge of the shop: m/44'/60'/1'/till/number. It signs sweeps
    /// ([`ToSign::Sweep`]) and nothing else.
    Charge {
        /// The till's number, 0 to 999.
        till: u16,
        /// The charge's number in that till, below 2^31.
        number: u32,
    },
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
    /// The same of Conflux Core Space: a legacy list, or `cfx`, the type byte and
    /// the list of CIP-2930 or CIP-1559.
    CoreTransaction {
        /// The bytes.
        unsigned: Bytes,
    },
    /// Gathers a charge's money: an EIP-3009 authorization in the form `Receive`,
    /// signed by a charge's key, and the transaction that carries it
    /// (`receiveWithAuthorization`), signed by the person's account that gets the
    /// money. Refused when `to` is not that account. It is no spend: only the fee
    /// counts. The request's signer is [`KeyRef::Charge`].
    Sweep {
        /// The token's EIP-712 domain.
        domain: TokenDomain,
        /// The authorization; `from` must be the charge's address.
        authorization: Authorization,
        /// The account that gets the money and carries the authorization; its
        /// address must be the authorization's `to`.
        account: u32,
        /// The transaction around it, of that account.
        carrier: Carrier,
    },
    /// A certificate that lends the shop's name to a till's key; see
    /// [`crate::shop`]. It moves no money and always asks for the PIN. The
    /// request's signer is [`KeyRef::Account`], on EVM chains' keys. The
    /// signature comes as [`Signed::authorization_signature`].
    TillCertificate(TillCertificate),
}

impl ToSign {
    /// Whether the key of the account on Conflux Core Space signs it.
    pub fn is_core(&self) -> bool {
        match self {
            Self::CarriedAuthorization { domain, .. }
            | Self::Authorization { domain, .. }
            | Self::CancelAuthorization { domain, .. }
            | Self::Sweep { domain, .. } => domain.chain.is_core(),
            Self::Transaction { .. } | Self::TillCertificate(_) => false,
            Self::CoreTransaction { .. } => true,
        }
    }
}

/// The EIP-712 domain of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenDomain {
    /// `name`, at most 64 bytes.
    pub name: String,
    /// `version`, at most 16 bytes.
    pub version: String,
    /// `chainId`, with the space that the number is of.
    #[serde(rename = "chain_id", with = "domain_chain")]
    pub chain: ChainId,
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
    /// What Conflux Core Space needs besides; none elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub core: Option<CoreCarrier>,
}

/// What a transaction of Conflux Core Space has besides that of an EVM chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoreCarrier {
    /// The most bytes of storage that it may take, each backed by collateral of
    /// 1/1024 CFX.
    pub storage_limit: u64,
    /// The ledger takes it up to 100,000 epochs before and after this one.
    pub epoch_height: u64,
}

impl CoreCarrier {
    /// Epochs before and after its height at which the ledger takes a
    /// transaction (the Conflux protocol's `TRANSACTION_DEFAULT_EPOCH_BOUND`).
    pub const EPOCH_BOUND: u64 = 100_000;
    /// Atoms of CFX that back one byte of storage.
    pub const COLLATERAL_PER_BYTE: u64 = 976_562_500_000_000;

    /// The most collateral that it can lock, in atoms of CFX.
    pub fn collateral(&self) -> U256 {
        // Two numbers of 64 bits: the product fits into 128.
        U256::from(u128::from(self.storage_limit) * u128::from(Self::COLLATERAL_PER_BYTE))
    }

    /// The last epoch at which the ledger takes the transaction.
    pub const fn last_epoch(&self) -> u64 {
        self.epoch_height.saturating_add(Self::EPOCH_BOUND)
    }
}

/// The price of gas, in atoms of the chain's coin for one unit of gas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CarrierFee {
    /// A legacy transaction (EIP-155, or that of Conflux Core Space).
    Legacy {
        /// Gas price.
        #[serde(with = "decimal_u128")]
        gas_price: u128,
    },
    /// An EIP-1559 transaction (CIP-1559 on Conflux Core Space).
    Eip1559 {
        /// The most paid for one unit of gas.
        #[serde(with = "decimal_u128")]
        max_fee_per_gas: u128,
        /// The tip.
        #[serde(with = "decimal_u128")]
        max_priority_fee_per_gas: u128,
    },
}

impl CarrierFee {
    /// The most that one unit of gas may cost, in atoms of the chain's coin.
    pub fn most(&self) -> u128 {
        match self {
            Self::Legacy { gas_price } => *gas_price,
            Self::Eip1559 {
                max_fee_per_gas, ..
            } => *max_fee_per_gas,
        }
    }
}

/// What was signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// The signed transaction, ready for `eth_sendRawTransaction` or
    /// `cfx_sendRawTransaction`; none for an authorization alone.
    pub transaction: Option<Bytes>,
    /// The transaction's hash.
    pub transaction_hash: Option<B256>,
    /// The signature of the authorization or of the till's certificate
    /// (65 bytes, r, s, v = 27 or 28).
    pub authorization_signature: Option<Bytes>,
}

/// A domain's chain: an EVM chain by its bare number, others by their CAIP-2 id.
mod domain_chain {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    use crate::chain::ChainId;

    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Number(u64),
        Id(ChainId),
    }

    pub fn serialize<S: Serializer>(chain: &ChainId, serializer: S) -> Result<S::Ok, S::Error> {
        match chain {
            ChainId::Eip155(number) => serializer.serialize_u64(*number),
            ChainId::Conflux(_) => chain.serialize(serializer),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ChainId, D::Error> {
        match Written::deserialize(deserializer)? {
            Written::Number(number) => Ok(ChainId::Eip155(number)),
            Written::Id(chain @ ChainId::Conflux(_)) => Ok(chain),
            Written::Id(ChainId::Eip155(_)) => {
                Err(D::Error::custom("an EVM chain is written as its number"))
            }
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_names_the_space_of_its_number() {
        let mut domain = crate::sandbox::yuan_domain();
        let json = serde_json::to_value(&domain).unwrap();
        assert_eq!(json["chain_id"], crate::sandbox::CHAIN_ID);
        domain.chain = ChainId::Conflux(1);
        let json = serde_json::to_value(&domain).unwrap();
        assert_eq!(json["chain_id"], "conflux:cfxtest");
        assert_eq!(serde_json::from_value::<TokenDomain>(json).unwrap(), domain);
    }

    #[test]
    fn a_kilobyte_costs_one_coin() {
        let core = |storage_limit| CoreCarrier {
            storage_limit,
            epoch_height: 7,
        };
        let coin = U256::from(1_000_000_000_000_000_000_u64);
        assert_eq!(core(1024).collateral(), coin);
        assert!(core(u64::MAX).collateral() > coin);
        assert_eq!(core(0).last_epoch(), 100_007);
    }
}
