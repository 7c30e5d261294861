//! Unsigned transactions: EIP-155 legacy lists, EIP-1559 payloads, and those of
//! Conflux Core Space. Only coin transfers and ERC-20 `transfer` are read; the
//! bytes must be the canonical encoding of what was read.

use alloy_consensus::{SignableTransaction, TxEip1559, TxLegacy};
use alloy_primitives::{Address as EvmAddress, Bytes, Signature, TxKind, U256};
use alloy_rlp::{Decodable, Header};
use alloy_sol_types::{SolCall, sol};
use jiaozi_types::ChainId;
use jiaozi_types::agent::{AgentError, CoreCarrier};
use jiaozi_types::core_transaction::{CorePrice, CoreTransaction};

use super::{refused, undecodable};

sol! {
    function transfer(address to, uint256 amount) external returns (bool);
}

/// A transaction that the vault can sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsigned {
    /// EIP-155.
    Legacy(TxLegacy),
    /// EIP-1559.
    Eip1559(TxEip1559),
    /// Conflux Core Space.
    Core(CoreTransaction),
}

/// The parts that all kinds have.
pub struct Parts<'a> {
    pub chain: ChainId,
    pub nonce: u64,
    pub to: TxKind,
    pub value: U256,
    pub input: &'a Bytes,
    pub gas_limit: u64,
    /// The most paid for one unit of gas.
    pub gas_price: u128,
    /// What Core Space needs besides; none elsewhere.
    pub core: Option<CoreCarrier>,
}

impl Unsigned {
    /// Reads the bytes of a transaction of Core Space.
    pub fn decode_core(bytes: &[u8]) -> Result<Self, AgentError> {
        let transaction = CoreTransaction::decode(bytes).map_err(|error| undecodable(error.0))?;
        if transaction.encode() == bytes {
            Ok(Self::Core(transaction))
        } else {
            Err(undecodable("encoding"))
        }
    }

    /// Reads the bytes of an EVM transaction whose Keccak-256 is to be signed.
    pub fn decode(bytes: &[u8]) -> Result<Self, AgentError> {
        let unsigned = match bytes.first() {
            Some(0x02) => Self::decode_eip1559(bytes.get(1..).unwrap_or_default())?,
            Some(0xc0..) => Self::decode_legacy(bytes)?,
            _ => return Err(undecodable("transaction type")),
        };
        if unsigned.encode() == bytes {
            Ok(unsigned)
        } else {
            Err(undecodable("encoding"))
        }
    }

    fn decode_legacy(mut bytes: &[u8]) -> Result<Self, AgentError> {
        let fault = |_| undecodable("legacy transaction");
        let buffer = &mut bytes;
        let header = Header::decode(buffer).map_err(fault)?;
        if !header.list || header.payload_length != buffer.len() {
            return Err(undecodable("legacy transaction"));
        }
        let transaction = TxLegacy {
            nonce: Decodable::decode(buffer).map_err(fault)?,
            gas_price: Decodable::decode(buffer).map_err(fault)?,
            gas_limit: Decodable::decode(buffer).map_err(fault)?,
            to: Decodable::decode(buffer).map_err(fault)?,
            value: Decodable::decode(buffer).map_err(fault)?,
            input: Decodable::decode(buffer).map_err(fault)?,
            // Without a chain id (before EIP-155) any chain could replay it.
            chain_id: Some(Decodable::decode(buffer).map_err(|_| undecodable("chain"))?),
        };
        // EIP-155 signs two empty strings where r and s will stand.
        if *buffer == [0x80, 0x80] {
            Ok(Self::Legacy(transaction))
        } else {
            Err(undecodable("legacy transaction"))
        }
    }

    fn decode_eip1559(mut bytes: &[u8]) -> Result<Self, AgentError> {
        let fault = |_| undecodable("EIP-1559 transaction");
        let buffer = &mut bytes;
        let header = Header::decode(buffer).map_err(fault)?;
        if !header.list || header.payload_length != buffer.len() {
            return Err(undecodable("EIP-1559 transaction"));
        }
        let transaction = TxEip1559 {
            chain_id: Decodable::decode(buffer).map_err(fault)?,
            nonce: Decodable::decode(buffer).map_err(fault)?,
            max_priority_fee_per_gas: Decodable::decode(buffer).map_err(fault)?,
            max_fee_per_gas: Decodable::decode(buffer).map_err(fault)?,
            gas_limit: Decodable::decode(buffer).map_err(fault)?,
            to: Decodable::decode(buffer).map_err(fault)?,
            value: Decodable::decode(buffer).map_err(fault)?,
            input: Decodable::decode(buffer).map_err(fault)?,
            access_list: Decodable::decode(buffer).map_err(fault)?,
        };
        if !buffer.is_empty() {
            return Err(undecodable("EIP-1559 transaction"));
        }
        if !transaction.access_list.0.is_empty() {
            return Err(undecodable("access list"));
        }
        Ok(Self::Eip1559(transaction))
    }

    /// The bytes whose Keccak-256 is signed.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Legacy(transaction) => transaction.encoded_for_signing(),
            Self::Eip1559(transaction) => transaction.encoded_for_signing(),
            Self::Core(transaction) => transaction.encode(),
        }
    }

    /// The signed transaction as `eth_sendRawTransaction` or
    /// `cfx_sendRawTransaction` takes it.
    pub fn into_signed(self, signature: Signature) -> (Bytes, alloy_primitives::B256) {
        use alloy_consensus::transaction::RlpEcdsaEncodableTx;
        let mut raw = Vec::new();
        match self {
            Self::Legacy(transaction) => transaction.eip2718_encode(&signature, &mut raw),
            Self::Eip1559(transaction) => transaction.eip2718_encode(&signature, &mut raw),
            Self::Core(transaction) => raw = transaction.encode_signed(&signature),
        }
        let hash = alloy_primitives::keccak256(&raw);
        (raw.into(), hash)
    }

    /// The common parts.
    pub fn parts(&self) -> Result<Parts<'_>, AgentError> {
        match self {
            Self::Legacy(transaction) => Ok(Parts {
                chain: ChainId::Eip155(transaction.chain_id.ok_or_else(|| undecodable("chain"))?),
                nonce: transaction.nonce,
                to: transaction.to,
                value: transaction.value,
                input: &transaction.input,
                gas_limit: transaction.gas_limit,
                gas_price: transaction.gas_price,
                core: None,
            }),
            Self::Eip1559(transaction) => {
                if transaction.max_priority_fee_per_gas > transaction.max_fee_per_gas {
                    return Err(refused("the tip is above the fee"));
                }
                Ok(Parts {
                    chain: ChainId::Eip155(transaction.chain_id),
                    nonce: transaction.nonce,
                    to: transaction.to,
                    value: transaction.value,
                    input: &transaction.input,
                    gas_limit: transaction.gas_limit,
                    gas_price: transaction.max_fee_per_gas,
                    core: None,
                })
            }
            Self::Core(transaction) => Ok(Parts {
                chain: ChainId::Conflux(transaction.network),
                nonce: transaction.nonce,
                to: transaction.to,
                value: transaction.value,
                input: &transaction.input,
                gas_limit: transaction.gas,
                gas_price: core_price(transaction.price)?,
                core: Some(transaction.core),
            }),
        }
    }
}

/// The most paid for one unit of gas.
fn core_price(price: CorePrice) -> Result<u128, AgentError> {
    match price {
        CorePrice::Legacy(price) | CorePrice::Cip2930(price) => Ok(price),
        CorePrice::Cip1559 {
            max_fee_per_gas,
            max_priority_fee_per_gas,
        } if max_priority_fee_per_gas <= max_fee_per_gas => Ok(max_fee_per_gas),
        CorePrice::Cip1559 { .. } => Err(refused("the tip is above the fee")),
    }
}

impl Parts<'_> {
    /// The most that the fee can be, in atoms of the chain's coin, and on Core
    /// Space the collateral. Whether a contract's sponsor pays them in the end
    /// cannot be read from the bytes, so they count in full.
    pub fn fee_cap(&self) -> U256 {
        // 64 and 128 bits: the product fits into 192.
        U256::from(self.gas_limit)
            .saturating_mul(U256::from(self.gas_price))
            .saturating_add(self.core.map(|core| core.collateral()).unwrap_or_default())
    }

    /// What the transaction does.
    pub fn effect(&self) -> Result<Effect, AgentError> {
        let TxKind::Call(to) = self.to else {
            return Err(undecodable("contract creation"));
        };
        if self.chain.number() == 0 {
            return Err(undecodable("chain"));
        }
        if self.input.is_empty() {
            return Ok(Effect::Coin {
                to,
                atoms: self.value,
            });
        }
        // Four bytes of selector and two words; anything longer would be signed unseen.
        if self.input.len() != 68 {
            return Err(undecodable("contract call"));
        }
        let call = transferCall::abi_decode_validate(self.input)
            .map_err(|_| undecodable("contract call"))?;
        if call.abi_encode() != self.input.as_ref() {
            return Err(undecodable("contract call"));
        }
        if !self.value.is_zero() {
            return Err(undecodable("coin sent along with a token transfer"));
        }
        Ok(Effect::Token {
            token: to,
            to: call.to,
            atoms: call.amount,
        })
    }
}

/// What a transaction does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Moves the chain's coin.
    Coin { to: EvmAddress, atoms: U256 },
    /// Moves an ERC-20 token.
    Token {
        token: EvmAddress,
        to: EvmAddress,
        atoms: U256,
    },
}
