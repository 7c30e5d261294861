//! `eth-signature` of ERC-4527, and the same for Conflux Core Space.

use alloy_primitives::{Address as EvmAddress, B256, Signature, U256};
use jiaozi_types::CoinType;
use k256::ecdsa::{RecoveryId, VerifyingKey};
use minicbor::data::Tag;

use crate::cbor;
use crate::error::ColdError;
use crate::frames::Message;
use crate::request::{DataType, Request};

const WHAT: &str = "signature";
/// r and s, and a recovery number of up to 64 bits: legacy transactions carry
/// their chain in it (EIP-155).
const SIGNATURE_MIN: usize = 65;
const SIGNATURE_MAX: usize = 72;

/// A signature, and the request it answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The request's id.
    pub id: [u8; 16],
    is_core: bool,
    /// r, s and the recovery number.
    bytes: Vec<u8>,
}

impl Answer {
    /// The type of its frames on EVM chains.
    pub const EVM: &'static str = "eth-signature";
    /// The type of its frames on Conflux Core Space.
    pub const CORE: &'static str = "jiaozi-cfx-signature";

    /// The answer to a request.
    pub fn new(request: &Request, signature: &Signature) -> Self {
        let parity = u64::from(signature.v());
        let v = match request.kind {
            DataType::LegacyTransaction => request
                .chain
                .saturating_mul(2)
                .saturating_add(35)
                .saturating_add(parity),
            DataType::TypedData => parity.saturating_add(27),
            DataType::TypedTransaction | DataType::CoreTransaction => parity,
        };
        let v = v.to_be_bytes();
        let zeros = v.iter().take(7).take_while(|byte| **byte == 0).count();
        let mut bytes = signature.r().to_be_bytes::<32>().to_vec();
        bytes.extend(signature.s().to_be_bytes::<32>());
        bytes.extend(v.iter().skip(zeros));
        Self {
            id: request.id,
            is_core: request.is_core(),
            bytes,
        }
    }

    /// The answer as a message.
    pub fn message(&self) -> Message {
        let bytes = cbor::encode(|encoder| {
            encoder
                .map(2)?
                .u8(1)?
                .tag(Tag::new(cbor::UUID))?
                .bytes(&self.id)?
                .u8(2)?
                .bytes(&self.bytes)?;
            Ok(())
        });
        let kind = if self.is_core { Self::CORE } else { Self::EVM };
        Message {
            kind: kind.to_owned(),
            bytes,
        }
    }

    /// Reads a message. Whose signature it is, [`Self::signature`] says.
    pub fn read(message: &Message) -> Result<Self, ColdError> {
        let is_core = match message.kind.as_str() {
            Self::EVM => false,
            Self::CORE => true,
            _ => return Err(message.other_type()),
        };
        let (mut id, mut signature) = (None, None);
        cbor::message(&message.bytes, WHAT, |key, value| {
            match key {
                1 => {
                    cbor::tag(value, cbor::UUID, WHAT)?;
                    id = Some(cbor::fixed(value, WHAT)?);
                }
                2 => {
                    let bytes = value.bytes().map_err(|_| ColdError::Malformed(WHAT))?;
                    signature = Some(bytes.to_vec());
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        let bytes = signature.ok_or(ColdError::Malformed(WHAT))?;
        if !(SIGNATURE_MIN..=SIGNATURE_MAX).contains(&bytes.len()) {
            return Err(ColdError::Malformed(WHAT));
        }
        Ok(Self {
            id: id.ok_or(ColdError::Malformed(WHAT))?,
            is_core,
            bytes,
        })
    }

    /// The signature, when it answers `request` and is that of `signer` over
    /// `digest`. The recovery number is not trusted, because wallets write it in
    /// different ways: the one that gives the signer counts. A signature with its
    /// s in the upper half is refused, as the ledger would (EIP-2).
    pub fn signature(
        &self,
        request: [u8; 16],
        coin: CoinType,
        signer: EvmAddress,
        digest: B256,
    ) -> Result<Signature, ColdError> {
        if self.id != request || self.is_core != (coin == CoinType::Conflux) {
            return Err(ColdError::OtherSigner);
        }
        let (Some(r), Some(s)) = (self.bytes.get(..32), self.bytes.get(32..64)) else {
            return Err(ColdError::Malformed(WHAT));
        };
        let rs = [r, s].concat();
        let parsed = k256::ecdsa::Signature::from_slice(&rs);
        let parsed = parsed.map_err(|_| ColdError::OtherSigner)?;
        if parsed.normalize_s() != parsed {
            return Err(ColdError::OtherSigner);
        }
        let parity = [false, true].into_iter().find(|odd| {
            let recovery = RecoveryId::new(*odd, false);
            VerifyingKey::recover_from_prehash(digest.as_slice(), &parsed, recovery)
                .is_ok_and(|key| coin.address(&key) == signer)
        });
        let parity = parity.ok_or(ColdError::OtherSigner)?;
        let number = U256::from_be_slice;
        Ok(Signature::new(number(r), number(s), parity))
    }
}
