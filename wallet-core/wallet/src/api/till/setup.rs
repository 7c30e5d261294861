//! How a till is set up, and how it stands.

use jiaozi_types::agent::Language;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::api::{AmountView, AssetView, ErrorView};

/// Whose money the till takes.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TillAccountInput {
    /// This wallet's own shop account: the till can also refund and gather.
    Own {
        /// The account that the money is gathered to and refunds are paid from.
        account: u32,
    },
    /// Another computer's shop account, by its public key alone: this till has
    /// no key that can spend what it receives.
    WatchOnly {
        /// The extended public key (`xpub...`) of the shop account in the space
        /// of the till's network.
        public_key: String,
    },
}

/// Where paper receipts are printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PrinterInput {
    /// A device file that takes ESC/POS, as in `/dev/usb/lp0`.
    Device {
        /// The path.
        path: String,
    },
    /// A printer on the network that takes ESC/POS.
    Network {
        /// `host:port`, as in `192.0.2.7:9100`.
        address: String,
    },
}

/// How a received payment is said aloud.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VoiceSettings {
    /// Whether it is.
    pub on: bool,
    /// Loudness, 0 to 100.
    pub volume: u8,
    /// In which language.
    pub language: Language,
}

/// What a till is set up with. Setting up again changes everything but the
/// number and the account, once there are charges.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct TillInput {
    /// The shop's name, 1 to 64 characters.
    pub shop: String,
    /// The number of this till in the shop, 0 to 999; no two tills of one shop
    /// may have the same.
    pub till: u16,
    /// Whose money it takes.
    pub account: TillAccountInput,
    /// CAIP-19 id of the asset that is asked for; none takes the network's main
    /// one. It must take EIP-3009 authorizations.
    pub asset: Option<String>,
    /// How long a charge is open (60 to 86,400 seconds); none is 900.
    pub charge_seconds: Option<u32>,
    /// How long after its end an unclear charge is waited for before it is
    /// revoked (10 to 3,600 seconds); none is 45.
    pub unclear_seconds: Option<u32>,
    /// Charges up to this amount are paid at inclusion, larger ones when they
    /// are final; none is 1,000 units.
    pub instant_up_to: Option<String>,
    /// The languages of the customer display, in order; not empty.
    pub display_languages: Vec<Language>,
    /// The voice; none keeps it, or is on at 80 in the wallet's language.
    pub voice: Option<VoiceSettings>,
    /// The printer; none has receipts as PDF only.
    pub printer: Option<PrinterInput>,
    /// Minutes that the shop's days are ahead of UTC (-840 to 840); none keeps
    /// it, or is 480, China's.
    #[serde(default)]
    pub utc_offset: Option<i32>,
    /// Numbers of the shop's other tills; those below 8 need not be named.
    #[serde(default)]
    pub other_tills: Vec<u16>,
}

/// How the till stands. Never waits for the network.
#[derive(Debug, Clone, Serialize, TS)]
pub struct TillView {
    /// The shop's name.
    pub shop: String,
    /// The till's number.
    pub till: u16,
    /// Whether it has no key that can spend.
    pub watch_only: bool,
    /// The account that money is gathered to; none when watch-only.
    pub account: Option<u32>,
    /// The extended public key that receiving addresses derive from.
    pub public_key: String,
    /// The address by which payers know the shop (that of the account that
    /// signed the shop's name); none while nobody has signed it.
    pub shop_id: Option<String>,
    /// Unix second until which the shop's name is signed.
    #[ts(type = "number | null")]
    pub signed_until: Option<u64>,
    /// The asset that is asked for.
    pub asset: AssetView,
    /// How long a charge is open, in seconds.
    pub charge_seconds: u32,
    /// How long an unclear charge is waited for, in seconds.
    pub unclear_seconds: u32,
    /// Up to this amount a charge is paid at inclusion.
    pub instant_up_to: AmountView,
    /// The languages of the customer display.
    pub display_languages: Vec<Language>,
    /// The voice.
    pub voice: VoiceSettings,
    /// The printer.
    pub printer: Option<PrinterInput>,
    /// Minutes that the shop's days are ahead of UTC.
    pub utc_offset: i32,
    /// Numbers of the shop's other tills that were named.
    pub other_tills: Vec<u16>,
    /// Who works here.
    pub staff: Vec<StaffView>,
    /// What is sold by a button.
    pub items: Vec<ItemView>,
    /// Open charges.
    #[ts(type = "number")]
    pub open: u64,
    /// Money on charge addresses that is not gathered yet.
    pub ungathered: AmountView,
    /// Money that nobody asked for (over, late, of another asset) and that was
    /// not returned: charges that have some.
    #[ts(type = "number")]
    pub to_return: u64,
    /// How well the till sees the ledger.
    pub health: TillHealth,
}

/// How well the till sees the ledger.
#[derive(Debug, Clone, Serialize, TS)]
pub struct TillHealth {
    /// Whether the last look succeeded.
    pub online: bool,
    /// Unix second of the last look that succeeded.
    #[ts(type = "number | null")]
    pub seen_at: Option<u64>,
    /// The newest block that was read.
    #[ts(type = "number | null")]
    pub block: Option<u64>,
    /// How many seconds this computer's clock is ahead of the ledger's (negative:
    /// behind), where that is more than a minute.
    #[ts(type = "number | null")]
    pub clock_ahead: Option<i64>,
    /// Why the last look failed.
    pub error: Option<ErrorView>,
}

/// Someone who works at the till.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct StaffInput {
    /// The name, 1 to 32 characters.
    pub name: String,
    /// 4 to 12 digits; none keeps the one there is.
    pub pin: Option<String>,
    /// Whether they may refund.
    pub may_refund: bool,
}

/// Someone who works at the till.
#[derive(Debug, Clone, Serialize, TS)]
pub struct StaffView {
    /// The name.
    pub name: String,
    /// Whether they may refund.
    pub may_refund: bool,
}

/// Something that is sold by a button.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct ItemInput {
    /// The item; none makes a new one.
    pub id: Option<String>,
    /// The name, 1 to 40 characters.
    pub name: String,
    /// The price of one, in the till's asset.
    pub price: String,
    /// The barcode that a scanner types, at most 48 characters.
    pub barcode: Option<String>,
}

/// Something that is sold by a button.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ItemView {
    /// The item.
    pub id: String,
    /// The name.
    pub name: String,
    /// The price of one.
    pub price: AmountView,
    /// The barcode that a scanner types.
    pub barcode: Option<String>,
}

/// How a receipt is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptLayout {
    /// PDF, A5.
    Pdf,
    /// The same as a picture (PNG).
    Png,
    /// PDF, 80 mm wide.
    Slip,
    /// ESC/POS bytes for paper of 80 mm.
    EscPos,
}

/// What is known of a receipt that was printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
pub struct PrintedView {
    /// Whether the printer said that it printed it; else it took all of it, and
    /// says nothing, as many printers do.
    pub confirmed: bool,
}
