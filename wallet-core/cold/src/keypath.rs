//! `crypto-keypath`: how a key was derived, and from which wallet.

use minicbor::data::{Tag, Type};
use minicbor::{Decoder, Encoder};

use crate::cbor;
use crate::error::ColdError;

const WHAT: &str = "key path";
const HARDENED: u32 = 0x8000_0000;
/// The most steps of a path.
const STEPS_MAX: usize = 10;

/// A derivation path and the fingerprint of the wallet's master key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPath {
    /// The steps from the master key; 2^31 is added to hardened ones.
    pub steps: Vec<u32>,
    /// The BIP-32 fingerprint of the master key; none where it is not told.
    pub fingerprint: Option<u32>,
}

impl KeyPath {
    /// m/44'/coin'/0', the person's account of a coin type, of the wallet with
    /// this fingerprint.
    pub fn account(coin: u32, fingerprint: u32) -> Self {
        Self {
            steps: vec![44 | HARDENED, coin | HARDENED, HARDENED],
            fingerprint: Some(fingerprint),
        }
    }

    /// The same, and 0/index under it.
    pub fn address(coin: u32, index: u32, fingerprint: u32) -> Self {
        let mut path = Self::account(coin, fingerprint);
        path.steps.extend([0, index]);
        path
    }

    /// The index when the path is m/44'/coin'/0'/0/index.
    pub fn index(&self, coin: u32) -> Option<u32> {
        let account = Self::account(coin, 0).steps;
        match self.steps.strip_prefix(account.as_slice())? {
            [0, index] if *index < HARDENED => Some(*index),
            _ => None,
        }
    }

    /// The path as it is written, as in m/44'/60'/0'/0/0.
    pub fn text(&self) -> String {
        let mut text = "m".to_owned();
        for step in &self.steps {
            let mark = if *step >= HARDENED { "'" } else { "" };
            text.push_str(&format!("/{}{mark}", step & !HARDENED));
        }
        text
    }

    pub(crate) fn decode(decoder: &mut Decoder<'_>) -> Result<Self, ColdError> {
        cbor::one_of_tags(decoder, &[cbor::KEYPATH, cbor::LATER_KEYPATH], WHAT)?;
        let fault = |_| ColdError::Malformed(WHAT);
        let mut path = Self {
            steps: Vec::new(),
            fingerprint: None,
        };
        cbor::map(decoder, WHAT, |key, value| {
            match key {
                1 => {
                    let mut left = cbor::array(value, WHAT)?;
                    while left > 0 {
                        // Ranges and wildcards name no one key.
                        if value.datatype().map_err(fault)? == Type::Array || left < 2 {
                            return Err(ColdError::Malformed(WHAT));
                        }
                        let step = value.u32().map_err(fault)?;
                        let hardened = value.bool().map_err(fault)?;
                        if step >= HARDENED || path.steps.len() >= STEPS_MAX {
                            return Err(ColdError::Malformed(WHAT));
                        }
                        path.steps
                            .push(if hardened { step | HARDENED } else { step });
                        left = left.saturating_sub(2);
                    }
                }
                2 => path.fingerprint = Some(value.u32().map_err(fault)?).filter(|f| *f != 0),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        Ok(path)
    }

    pub(crate) fn encode(
        &self,
        encoder: &mut Encoder<Vec<u8>>,
    ) -> Result<(), minicbor::encode::Error<core::convert::Infallible>> {
        let entries = if self.fingerprint.is_some() { 2 } else { 1 };
        let steps = u64::try_from(self.steps.len()).unwrap_or(u64::MAX);
        encoder
            .tag(Tag::new(cbor::KEYPATH))?
            .map(entries)?
            .u8(1)?
            .array(steps.saturating_mul(2))?;
        for step in &self.steps {
            encoder.u32(step & !HARDENED)?.bool(*step >= HARDENED)?;
        }
        if let Some(fingerprint) = self.fingerprint {
            encoder.u8(2)?.u32(fingerprint)?;
        }
        Ok(())
    }
}
