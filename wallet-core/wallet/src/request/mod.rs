//! What a payer is asked for: an address, an `ethereum:` link (ERC-681), a
//! `jiaozi:` link, or a picture of one of them. Everything read here is
//! foreign: it is checked, bounded and cleaned before anyone sees it.

mod erc681;
mod image;
mod link;
mod qr;
mod shop;

use std::collections::BTreeMap;

use alloy_primitives::{Address as EvmAddress, U256};
use jiaozi_types::{Address, AddressError, ChainId, ShopProof, Timestamp, Unchecked};

use crate::api::ErrorCode;
use crate::text;

pub use erc681::write as write_erc681;
pub use image::read as read_image;
pub use link::write as write_link;
pub use qr::svg as qr_svg;

/// The longest text that is looked at, in bytes.
const MAX_TEXT: usize = 4096;
/// The longest reference, in characters.
const MAX_REFERENCE: usize = 64;

/// A request to pay, read but not yet held against a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentRequest {
    /// Who is to be paid.
    pub payee: Address<Unchecked>,
    /// The chain, when the request names one.
    pub chain: Option<ChainId>,
    /// The asset.
    pub asset: RequestedAsset,
    /// How much, in atoms.
    pub atoms: Option<U256>,
    /// The payee's note, at most 140 characters.
    pub note: Option<String>,
    /// The payee's reference: the request is paid at most once.
    pub reference: Option<String>,
    /// The name that the request gives itself: unverified.
    pub claimed_name: Option<String>,
    /// When the payee no longer expects it.
    pub expires_at: Option<Timestamp>,
    /// Shows that a shop asks for it; verified.
    pub shop: Option<ShopProof>,
}

/// What a request wants to be paid in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestedAsset {
    /// It does not say: the network's main asset.
    Main,
    /// The chain's coin.
    Coin,
    /// A token, by its contract.
    Token(EvmAddress),
}

/// Why a text or picture is no request that can be paid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// Neither an address nor a link.
    #[error("this is neither an address nor a payment link")]
    NotARequest,
    /// An address in it is wrong.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// It asks for something other than a payment, or in a way not known here.
    #[error("the link asks for something that the wallet does not do")]
    Unsupported,
    /// Its check value does not fit: a part of it was changed or lost.
    #[error("the link is damaged")]
    Damaged,
    /// Its time is over.
    #[error("the request has expired")]
    Expired,
    /// The picture holds no QR code.
    #[error("there is no QR code in the picture")]
    NoCode,
    /// The picture is larger than 20 MB or 12,000 pixels.
    #[error("the picture is too large")]
    ImageTooLarge,
    /// The file is no PNG, JPEG or WebP picture.
    #[error("the file is not a picture")]
    ImageUnreadable,
}

impl RequestError {
    /// The stable code.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::NotARequest => ErrorCode::NotARequest,
            Self::Address(error) => crate::error::WalletError::from(error.clone()).code(),
            Self::Unsupported => ErrorCode::RequestUnsupported,
            Self::Damaged => ErrorCode::RequestDamaged,
            Self::Expired => ErrorCode::RequestExpired,
            Self::NoCode => ErrorCode::ImageNoCode,
            Self::ImageTooLarge => ErrorCode::ImageTooLarge,
            Self::ImageUnreadable => ErrorCode::ImageUnreadable,
        }
    }

    /// Values for the error's sentence.
    pub fn values(&self) -> BTreeMap<String, String> {
        match self {
            Self::Address(error) => crate::error::WalletError::from(error.clone()).view().values,
            _ => BTreeMap::new(),
        }
    }
}

impl PaymentRequest {
    /// Reads what a person pasted, typed, clicked or scanned.
    pub fn read(text: &str, now: Timestamp) -> Result<Self, RequestError> {
        let text = text.trim();
        if text.is_empty() || text.len() > MAX_TEXT {
            return Err(RequestError::NotARequest);
        }
        let scheme = text
            .split(':')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let request = match scheme.as_str() {
            "ethereum" => erc681::read(text)?,
            "jiaozi" => link::read(text)?,
            _ => Self::read_address(text)?,
        };
        let over = request.expires_at.is_some_and(|at| at <= now);
        // The signatures were looked at when the link was read.
        let shop_over = |shop: &ShopProof| shop.valid_before <= now.as_unix();
        if over || request.shop.as_ref().is_some_and(shop_over) {
            Err(RequestError::Expired)
        } else {
            Ok(request)
        }
    }

    fn read_address(text: &str) -> Result<Self, RequestError> {
        let payee: Address<Unchecked> = match text.parse() {
            Ok(payee) => payee,
            // What does not even begin like an address is not called a broken one.
            Err(AddressError::Malformed)
                if !["0x", "eip155:", "conflux:", "cfx:", "cfxtest:"]
                    .iter()
                    .any(|start| text.to_ascii_lowercase().starts_with(start)) =>
            {
                return Err(RequestError::NotARequest);
            }
            Err(error) => return Err(error.into()),
        };
        Ok(Self::to(payee))
    }

    /// A request of nothing but a payee.
    fn to(payee: Address<Unchecked>) -> Self {
        Self {
            payee,
            chain: payee.named_chain(),
            asset: RequestedAsset::Main,
            atoms: None,
            note: None,
            reference: None,
            claimed_name: None,
            expires_at: None,
            shop: None,
        }
    }
}

/// A reference: 1 to 64 of `A-Z a-z 0-9 . _ -`.
fn checked_reference(text: &str) -> Option<String> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    let fits = (1..=MAX_REFERENCE).contains(&text.len()) && text.bytes().all(plain);
    fits.then(|| text.to_owned())
}

/// A note of at most 140 characters, without anything that hides or reorders text.
pub(crate) fn clean_note(text: &str) -> Option<String> {
    Some(text::clean(text, 140)).filter(|note| !note.is_empty())
}

/// A name of at most 64 characters, cleaned likewise.
pub(crate) fn clean_name(text: &str) -> Option<String> {
    Some(text::clean(text, 64)).filter(|name| !name.is_empty())
}
