//! `crypto-hdkey`: the public key of an account, by which another computer can
//! watch it. A private key is refused, and never written.

use bip32::{ChildNumber, ExtendedKey, ExtendedKeyAttrs, Prefix, XPub};
use jiaozi_types::CoinType;
use jiaozi_types::hd::AccountKey;
use minicbor::Decoder;
use minicbor::data::Tag;

use crate::cbor;
use crate::error::ColdError;
use crate::frames::Message;
use crate::keypath::KeyPath;

const WHAT: &str = "public key";
const HARDENED: u32 = 0x8000_0000;

/// The extended public key of m/44'/coin'/0'.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchKey {
    /// The coin type.
    pub coin: CoinType,
    /// The BIP-32 fingerprint of the wallet's master key.
    pub fingerprint: u32,
    /// The key (`xpub…`).
    pub account_key: String,
}

impl WatchKey {
    /// The type of its frames.
    pub const TYPE: &'static str = "crypto-hdkey";

    /// The key as a message.
    pub fn message(&self) -> Result<Message, ColdError> {
        let key: XPub = self
            .account_key
            .parse()
            .map_err(|_| ColdError::NoAccountKey)?;
        let origin = KeyPath::account(self.coin.number(), self.fingerprint);
        let parent = u32::from_be_bytes(key.attrs().parent_fingerprint);
        let bytes = cbor::encode(|encoder| {
            encoder
                .map(if parent == 0 { 4 } else { 5 })?
                .u8(3)?
                .bytes(&key.to_bytes())?
                .u8(4)?
                .bytes(&key.attrs().chain_code)?
                .u8(5)?
                .tag(Tag::new(cbor::COIN_INFO))?
                .map(1)?
                .u8(1)?
                .u32(self.coin.number())?
                .u8(6)?;
            origin.encode(encoder)?;
            if parent != 0 {
                encoder.u8(8)?.u32(parent)?;
            }
            Ok(())
        });
        Ok(Message {
            kind: Self::TYPE.to_owned(),
            bytes,
        })
    }

    /// Reads a message: `crypto-hdkey`, the `hdkey` of later registries, or
    /// `crypto-multi-accounts`, in which other wallets put the keys of several
    /// chains. Keys of other paths than m/44'/60'/0' and m/44'/503'/0' are left
    /// out of the latter; when none is left, it is `NoAccountKey`.
    pub fn read(message: &Message) -> Result<Vec<Self>, ColdError> {
        let mut decoder = Decoder::new(&message.bytes);
        let keys = match message.kind.as_str() {
            Self::TYPE | "hdkey" => vec![Self::decode(&mut decoder, None)?],
            "crypto-multi-accounts" => Self::decode_several(&mut decoder)?,
            _ => return Err(message.other_type()),
        };
        if decoder.position() != message.bytes.len() {
            return Err(ColdError::Malformed(WHAT));
        }
        Ok(keys)
    }

    fn decode_several(decoder: &mut Decoder<'_>) -> Result<Vec<Self>, ColdError> {
        let fault = |_| ColdError::Malformed(WHAT);
        let (mut master, mut keys) = (None, Vec::new());
        cbor::map(decoder, WHAT, |number, value| {
            match number {
                1 => master = Some(value.u32().map_err(fault)?).filter(|f| *f != 0),
                2 => {
                    for _ in 0..cbor::array(value, WHAT)? {
                        cbor::one_of_tags(value, &cbor::HDKEY, WHAT)?;
                        match Self::decode(value, master) {
                            Ok(key) => keys.push(key),
                            Err(ColdError::NoAccountKey) => {}
                            Err(error) => return Err(error),
                        }
                    }
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        match keys.is_empty() {
            true => Err(ColdError::NoAccountKey),
            false => Ok(keys),
        }
    }

    /// One key; `master` is the fingerprint of the wallet where its own path
    /// names none.
    fn decode(decoder: &mut Decoder<'_>, master: Option<u32>) -> Result<Self, ColdError> {
        let fault = |_| ColdError::Malformed(WHAT);
        let (mut key, mut code, mut origin) = (None, None, None);
        let (mut parent, mut is_private) = (0, false);
        cbor::map(decoder, WHAT, |number, value| {
            match number {
                // A master key is always private.
                1 | 2 => is_private |= value.bool().map_err(fault)?,
                3 => key = Some(cbor::fixed::<33>(value, WHAT)?),
                4 => code = Some(cbor::fixed::<32>(value, WHAT)?),
                6 => origin = Some(KeyPath::decode(value)?),
                8 => parent = value.u32().map_err(fault)?,
                9 | 10 => drop(cbor::text(value, WHAT)?),
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        let key = key.ok_or(ColdError::Malformed(WHAT))?;
        if is_private || key.first() == Some(&0) {
            return Err(ColdError::PrivateKey);
        }
        let (Some(chain_code), Some(origin)) = (code, origin) else {
            return Err(ColdError::NoAccountKey);
        };
        let coin = [CoinType::Ether, CoinType::Conflux]
            .into_iter()
            .find(|coin| origin.steps == KeyPath::account(coin.number(), 0).steps)
            .ok_or(ColdError::NoAccountKey)?;
        let key = XPub::try_from(ExtendedKey {
            prefix: Prefix::XPUB,
            attrs: ExtendedKeyAttrs {
                depth: 3,
                parent_fingerprint: parent.to_be_bytes(),
                child_number: ChildNumber::from(HARDENED),
                chain_code,
            },
            key_bytes: key,
        })
        .map_err(|_| ColdError::Malformed(WHAT))?;
        let account_key = key.to_string(Prefix::XPUB);
        // Whoever derives from it reads it again.
        AccountKey::parse(&account_key, coin, 0).map_err(|_| ColdError::NoAccountKey)?;
        Ok(Self {
            coin,
            // Without it no request could name the wallet that signs.
            fingerprint: origin
                .fingerprint
                .or(master)
                .ok_or(ColdError::NoAccountKey)?,
            account_key,
        })
    }
}
