//! `eth-sign-request` of ERC-4527, and the same for Conflux Core Space under a
//! name of its own, so that no wallet can take one for the other.

use alloy_primitives::Address as EvmAddress;
use minicbor::data::Tag;

use crate::cbor;
use crate::error::ColdError;
use crate::frames::Message;
use crate::keypath::KeyPath;

const WHAT: &str = "signing request";
/// The most bytes that are signed at once: typed data of a payment has one or two
/// thousand.
const DATA_MAX: usize = 16_384;

/// What is to be signed, by which key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Names the request; the signature names it, too.
    pub id: [u8; 16],
    /// The bytes of the transaction or of the typed data.
    pub data: Vec<u8>,
    /// What the bytes are.
    pub kind: DataType,
    /// The chain's number: of an EVM chain, or of a network of Core Space.
    pub chain: u64,
    /// The key that signs.
    pub path: KeyPath,
    /// Its address, to check; none where it is not told.
    pub address: Option<EvmAddress>,
}

/// What the bytes of a request are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DataType {
    /// 1: the list of a legacy transaction.
    LegacyTransaction,
    /// 2: the JSON text of EIP-712 typed data.
    TypedData,
    /// 4: a transaction of EIP-2718.
    TypedTransaction,
    /// 503, in `jiaozi-cfx-sign-request` only: a transaction of Conflux Core Space.
    CoreTransaction,
}

impl DataType {
    const fn number(self) -> i64 {
        match self {
            Self::LegacyTransaction => 1,
            Self::TypedData => 2,
            Self::TypedTransaction => 4,
            Self::CoreTransaction => 503,
        }
    }
}

impl Request {
    /// The type of its frames on EVM chains.
    pub const EVM: &'static str = "eth-sign-request";
    /// The type of its frames on Conflux Core Space.
    pub const CORE: &'static str = "jiaozi-cfx-sign-request";

    /// The request as a message.
    pub fn message(&self) -> Message {
        let bytes = cbor::encode(|encoder| {
            let entries = if self.address.is_some() { 6 } else { 5 };
            encoder
                .map(entries)?
                .u8(1)?
                .tag(Tag::new(cbor::UUID))?
                .bytes(&self.id)?
                .u8(2)?
                .bytes(&self.data)?
                .u8(3)?
                .i64(self.kind.number())?
                .u8(4)?
                .u64(self.chain)?
                .u8(5)?;
            self.path.encode(encoder)?;
            if let Some(address) = &self.address {
                encoder.u8(6)?.bytes(address.as_slice())?;
            }
            Ok(())
        });
        Message {
            kind: self.ur_type().to_owned(),
            bytes,
        }
    }

    /// Reads a message. What its signature would do is not looked at here.
    pub fn read(message: &Message) -> Result<Self, ColdError> {
        let is_core = match message.kind.as_str() {
            Self::EVM => false,
            Self::CORE => true,
            _ => return Err(message.other_type()),
        };
        let fault = |_| ColdError::Malformed(WHAT);
        let (mut id, mut data, mut chain) = (None, None, None);
        let (mut kind, mut path, mut address) = (None, None, None);
        cbor::message(&message.bytes, WHAT, |key, value| {
            match key {
                1 => {
                    cbor::tag(value, cbor::UUID, WHAT)?;
                    id = Some(cbor::fixed(value, WHAT)?);
                }
                2 => data = Some(value.bytes().map_err(fault)?.to_vec()),
                3 => {
                    cbor::optional_tag(value, cbor::DATA_TYPE, WHAT)?;
                    kind = Some(value.i64().map_err(fault)?);
                }
                4 => chain = Some(value.u64().map_err(fault)?),
                5 => path = Some(KeyPath::decode(value)?),
                6 => address = Some(EvmAddress::from(cbor::fixed::<20>(value, WHAT)?)),
                // Who asks is not signed, and may say anything: it is not shown.
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        let data = data.ok_or(ColdError::Malformed(WHAT))?;
        if data.len() > DATA_MAX {
            return Err(ColdError::TooLarge);
        }
        Ok(Self {
            // Without an id nobody could tell which request a signature answers.
            id: id.ok_or(ColdError::Malformed("id of the request"))?,
            data,
            kind: match (kind.unwrap_or(1), is_core) {
                (1, false) => DataType::LegacyTransaction,
                (2, false) => DataType::TypedData,
                (4, false) => DataType::TypedTransaction,
                (503, true) => DataType::CoreTransaction,
                (other, _) => return Err(ColdError::DataType(other)),
            },
            chain: chain.unwrap_or(1),
            path: path.ok_or(ColdError::Malformed("key path"))?,
            address,
        })
    }

    /// Whether it is of Conflux Core Space.
    pub fn is_core(&self) -> bool {
        self.kind == DataType::CoreTransaction
    }

    fn ur_type(&self) -> &'static str {
        if self.is_core() {
            Self::CORE
        } else {
            Self::EVM
        }
    }
}
