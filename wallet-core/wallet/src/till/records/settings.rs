//! How the till is set up, who works there and what is sold.

use alloy_primitives::{Address as EvmAddress, Bytes, U256};
use jiaozi_types::agent::Language;
use jiaozi_types::amount::decimal_atoms;
use jiaozi_types::{Asset, ChainId};
use serde::{Deserialize, Serialize};

use crate::api::till::{PrinterInput, VoiceSettings};
use crate::records::first_version;

/// The set-up. Key: none.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct TillRecord {
    /// The shop's name.
    pub(crate) shop: String,
    /// The till's number.
    pub(crate) till: u16,
    /// Whose money it takes.
    pub(crate) account: Account,
    /// The extended public key that addresses derive from.
    pub(crate) public_key: String,
    /// The asset.
    pub(crate) asset: Asset,
    /// Seconds.
    pub(crate) charge_seconds: u32,
    /// Seconds.
    pub(crate) unclear_seconds: u32,
    /// Atoms.
    #[serde(with = "decimal_atoms")]
    pub(crate) instant_up_to: U256,
    /// The customer display's languages.
    pub(crate) display_languages: Vec<Language>,
    /// The voice.
    pub(crate) voice: VoiceSettings,
    /// The printer.
    pub(crate) printer: Option<PrinterInput>,
    /// Minutes that the till's time zone is ahead of UTC.
    pub(crate) utc_offset: i32,
    /// Other tills of the shop, by number, beside the first few.
    pub(crate) other_tills: Vec<u16>,
    /// The key that signs charges, hexadecimal. It moves no money.
    pub(crate) till_key: String,
    /// What lends it the shop's name.
    pub(crate) certificate: Option<Certificate>,
}

/// Whose money the till takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Account {
    /// This wallet's: gathered to, and refunded from, the account of this index.
    Own {
        /// The index.
        account: u32,
    },
    /// Another wallet's.
    WatchOnly,
}

/// A certificate that the vault signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Certificate {
    /// The shop's name in it.
    pub(crate) shop: String,
    /// The address of the account that signed it.
    pub(crate) identity: EvmAddress,
    /// Valid before this Unix second.
    pub(crate) valid_before: u64,
    /// The signature.
    pub(crate) signature: Bytes,
}

impl TillRecord {
    /// The network.
    pub(crate) fn chain(&self) -> ChainId {
        self.asset.id().chain()
    }
}

impl std::fmt::Debug for TillRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TillRecord")
            .field("till", &self.till)
            .field("asset", &self.asset)
            .finish_non_exhaustive()
    }
}

first_version!(TillRecord, "till");

/// Everyone who works here. Key: none.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct StaffRecord {
    /// By name.
    pub(crate) staff: Vec<SavedStaff>,
}

first_version!(StaffRecord, "till_staff");

/// Someone who works here.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SavedStaff {
    /// The name.
    pub(crate) name: String,
    /// Argon2id of the PIN, with its salt; none while no PIN was given.
    pub(crate) pin: Option<SavedPin>,
    /// Whether they may refund.
    pub(crate) may_refund: bool,
    /// Wrong PINs in a row.
    pub(crate) failures: u32,
    /// When the last one was (Unix seconds).
    pub(crate) failed_at: u64,
}

impl std::fmt::Debug for SavedStaff {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SavedStaff").finish_non_exhaustive()
    }
}

/// A PIN as it is kept.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SavedPin {
    /// Hexadecimal.
    pub(crate) salt: String,
    /// Hexadecimal.
    pub(crate) hash: String,
}

/// Everything that is sold by a button. Key: none.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct ItemsRecord {
    /// In the order of the buttons.
    pub(crate) items: Vec<SavedItem>,
}

first_version!(ItemsRecord, "till_items");

/// Something that is sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedItem {
    /// The id.
    pub(crate) id: String,
    /// The name.
    pub(crate) name: String,
    /// The price of one, in atoms.
    #[serde(with = "decimal_atoms")]
    pub(crate) price: U256,
    /// The barcode.
    pub(crate) barcode: Option<String>,
}
