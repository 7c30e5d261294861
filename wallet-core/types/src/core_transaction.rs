//! Transactions of Conflux Core Space: the legacy list, and `cfx` with the type
//! byte and list of CIP-2930 (1) or CIP-1559 (2).

use alloy_primitives::{Address as RawAddress, Bytes, Signature, TxKind, U256};
use alloy_rlp::{Decodable, Encodable, Header};

use crate::agent::{Carrier, CarrierFee, CoreCarrier};

const CIP_2930: [u8; 4] = *b"cfx\x01";
const CIP_1559: [u8; 4] = *b"cfx\x02";
/// An empty list: typed transactions end with their access list.
const NO_ACCESS_LIST: u8 = 0xc0;

/// A transaction of Core Space, without its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoreTransaction {
    /// What is offered for one unit of gas.
    pub price: CorePrice,
    /// The account's nonce.
    pub nonce: u64,
    /// Gas limit.
    pub gas: u64,
    /// To which account or contract.
    pub to: TxKind,
    /// Atoms of CFX that go with it.
    pub value: U256,
    /// Storage limit and epoch height.
    pub core: CoreCarrier,
    /// The network's number, which is its chain id.
    pub network: u32,
    /// Its data.
    pub input: Bytes,
}

/// Why bytes are no transaction of Core Space that is known here: the part that
/// cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the {0} cannot be read")]
pub struct CoreDecodeError(pub &'static str);

/// What is offered for one unit of gas; it tells the kinds apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CorePrice {
    /// A legacy transaction.
    Legacy(u128),
    /// CIP-2930.
    Cip2930(u128),
    /// CIP-1559.
    Cip1559 {
        /// The most paid for one unit of gas.
        max_fee_per_gas: u128,
        /// The tip.
        max_priority_fee_per_gas: u128,
    },
}

impl CorePrice {
    const fn prefix(self) -> &'static [u8] {
        match self {
            Self::Legacy(_) => &[],
            Self::Cip2930(_) => &CIP_2930,
            Self::Cip1559 { .. } => &CIP_1559,
        }
    }
}

impl From<&CarrierFee> for CorePrice {
    fn from(fee: &CarrierFee) -> Self {
        match *fee {
            CarrierFee::Legacy { gas_price } => Self::Legacy(gas_price),
            CarrierFee::Eip1559 {
                max_fee_per_gas,
                max_priority_fee_per_gas,
            } => Self::Cip1559 {
                max_fee_per_gas,
                max_priority_fee_per_gas,
            },
        }
    }
}

impl CoreTransaction {
    /// A call on network number `network`, in the envelope `carrier`; none for a
    /// carrier of the other space.
    pub fn carrying(
        network: u32,
        carrier: &Carrier,
        to: RawAddress,
        value: U256,
        input: Bytes,
    ) -> Option<Self> {
        Some(Self {
            price: CorePrice::from(&carrier.fee),
            nonce: carrier.nonce,
            gas: carrier.gas_limit,
            to: TxKind::Call(to),
            value,
            core: carrier.core?,
            network,
            input,
        })
    }

    /// Reads the bytes whose Keccak-256 is to be signed.
    pub fn decode(bytes: &[u8]) -> Result<Self, CoreDecodeError> {
        let fault = |_| CoreDecodeError("transaction of Core Space");
        let mut list = bytes;
        let kind = bytes.first_chunk::<4>().copied();
        let is_typed = matches!(kind, Some(CIP_2930 | CIP_1559));
        if is_typed {
            list = bytes.get(4..).unwrap_or_default();
        }
        let buffer = &mut list;
        let header = Header::decode(buffer).map_err(fault)?;
        if !header.list || header.payload_length != buffer.len() {
            return Err(CoreDecodeError("transaction of Core Space"));
        }
        let nonce = Decodable::decode(buffer).map_err(fault)?;
        let first_price = Decodable::decode(buffer).map_err(fault)?;
        let price = match kind {
            Some(CIP_2930) => CorePrice::Cip2930(first_price),
            Some(CIP_1559) => CorePrice::Cip1559 {
                max_priority_fee_per_gas: first_price,
                max_fee_per_gas: Decodable::decode(buffer).map_err(fault)?,
            },
            _ => CorePrice::Legacy(first_price),
        };
        let transaction = Self {
            price,
            nonce,
            gas: Decodable::decode(buffer).map_err(fault)?,
            to: Decodable::decode(buffer).map_err(fault)?,
            value: Decodable::decode(buffer).map_err(fault)?,
            core: CoreCarrier {
                storage_limit: Decodable::decode(buffer).map_err(fault)?,
                epoch_height: Decodable::decode(buffer).map_err(fault)?,
            },
            network: Decodable::decode(buffer).map_err(|_| CoreDecodeError("chain"))?,
            input: Decodable::decode(buffer).map_err(fault)?,
        };
        match (is_typed, *buffer) {
            (false, []) | (true, [NO_ACCESS_LIST]) => Ok(transaction),
            (true, _) => Err(CoreDecodeError("access list")),
            (false, _) => Err(CoreDecodeError("transaction of Core Space")),
        }
    }

    /// The bytes whose Keccak-256 is signed.
    pub fn encode(&self) -> Vec<u8> {
        [self.price.prefix(), &list(&self.fields())].concat()
    }

    /// The signed transaction as `cfx_sendRawTransaction` takes it.
    pub fn encode_signed(&self, signature: &Signature) -> Vec<u8> {
        let mut payload = list(&self.fields());
        u8::from(signature.v()).encode(&mut payload);
        signature.r().encode(&mut payload);
        signature.s().encode(&mut payload);
        [self.price.prefix(), &list(&payload)].concat()
    }

    /// The fields in their order, each in RLP.
    fn fields(&self) -> Vec<u8> {
        let mut fields = Vec::new();
        self.nonce.encode(&mut fields);
        match self.price {
            CorePrice::Legacy(price) | CorePrice::Cip2930(price) => price.encode(&mut fields),
            CorePrice::Cip1559 {
                max_fee_per_gas,
                max_priority_fee_per_gas,
            } => {
                max_priority_fee_per_gas.encode(&mut fields);
                max_fee_per_gas.encode(&mut fields);
            }
        }
        self.gas.encode(&mut fields);
        self.to.encode(&mut fields);
        self.value.encode(&mut fields);
        self.core.storage_limit.encode(&mut fields);
        self.core.epoch_height.encode(&mut fields);
        self.network.encode(&mut fields);
        self.input.encode(&mut fields);
        if !self.price.prefix().is_empty() {
            fields.push(NO_ACCESS_LIST);
        }
        fields
    }
}

/// An RLP list of items that are encoded already.
fn list(items: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(items.len().saturating_add(9));
    Header {
        list: true,
        payload_length: items.len(),
    }
    .encode(&mut bytes);
    bytes.extend_from_slice(items);
    bytes
}
