//! A day's books.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::api::AmountView;

/// Which report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// How the day stands; changes nothing.
    X,
    /// Closes the day: made once, numbered, and never changed.
    Z,
}

/// A report over one day of the shop.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ReportView {
    /// Which.
    pub kind: ReportKind,
    /// The number of a Z report; none for X.
    pub number: Option<u32>,
    /// When it was made (Unix second).
    #[ts(type = "number")]
    pub made_at: u64,
    /// The shop's name.
    pub shop: String,
    /// The till that made it.
    pub till: u16,
    /// The first second of the period (Unix): where the last Z report ended.
    #[ts(type = "number")]
    pub from: u64,
    /// The second after the last of the period (Unix).
    #[ts(type = "number")]
    pub to: u64,
    /// The first block of the period.
    #[ts(type = "number")]
    pub first_block: u64,
    /// The last block of the period.
    #[ts(type = "number")]
    pub last_block: u64,
    /// What came to the shop's receiving addresses in these blocks, at every
    /// till, of the asset that is asked for. Received and carried in are always
    /// sales, unasked, others and carried out together.
    pub received: AmountView,
    /// What was asked for on charges of this till that were paid.
    pub sales: AmountView,
    /// What came besides at this till: under, over, late.
    pub unasked: AmountView,
    /// What came to the shop's other tills, whose charges are in their own books.
    pub others: AmountView,
    /// Money of earlier blocks on charges that had not ended at the last close.
    pub carried_in: AmountView,
    /// Money on charges that have not ended, or of which a part is not in these
    /// blocks: the next report decides what it is.
    pub carried_out: AmountView,
    /// What this till refunded in these blocks. Refunds of other tills are in
    /// their books: the ledger does not tell a refund from another payment.
    pub refunded: AmountView,
    /// Received less refunded, without its sign.
    pub net: AmountView,
    /// Whether more was refunded than was received.
    pub net_negative: bool,
    /// What came in blocks that are not final: part of an X report, left to the
    /// next one by a Z report.
    pub waiting: AmountView,
    /// What came of other assets; one line an asset.
    pub other_assets: Vec<AmountView>,
    /// Charges by how they ended.
    pub counts: ChargeCounts,
    /// Sales by item.
    pub items: Vec<NamedTotal>,
    /// Sales by staff; an empty name where nobody was given.
    pub staff: Vec<NamedTotal>,
    /// Sales by hour of the shop's day, 0 to 23, those with any.
    pub hours: Vec<HourTotal>,
    /// By till, as the ledger shows it.
    pub tills: Vec<TillTotal>,
    /// The books beside the ledger.
    pub ledger: LedgerCheck,
}

/// Charges that were open in the period, by where they stood at its close, and
/// what was unusual in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChargeCounts {
    /// Paid: one for each sale.
    pub paid: u32,
    /// Closed.
    pub closed: u32,
    /// Revoked.
    pub revoked: u32,
    /// Not ended, or ended by money that is not in these blocks.
    pub open: u32,
    /// Flagged under.
    pub under: u32,
    /// Flagged over.
    pub over: u32,
    /// Flagged late.
    pub late: u32,
    /// With money of another asset.
    pub wrong_asset: u32,
    /// With a payment that the ledger took back.
    pub taken_back: u32,
}

/// A sum under a name.
#[derive(Debug, Clone, Serialize, TS)]
pub struct NamedTotal {
    /// The name.
    pub name: String,
    /// How many were sold, or charges made.
    #[ts(type = "number")]
    pub count: u64,
    /// The sum.
    pub total: AmountView,
}

/// A sum of one hour.
#[derive(Debug, Clone, Serialize, TS)]
pub struct HourTotal {
    /// The hour, 0 to 23, in the till's time zone.
    pub hour: u8,
    /// Charges paid.
    pub count: u32,
    /// The sum.
    pub total: AmountView,
}

/// What one till of the shop received, as the ledger shows it.
#[derive(Debug, Clone, Serialize, TS)]
pub struct TillTotal {
    /// The till's number.
    pub till: u16,
    /// Payments.
    #[ts(type = "number")]
    pub payments: u64,
    /// The sum.
    pub total: AmountView,
}

/// The books beside the ledger.
#[derive(Debug, Clone, Serialize, TS)]
pub struct LedgerCheck {
    /// What the ledger, read anew, says came to the shop's receiving addresses.
    pub ledger: AmountView,
    /// What the books say: what was received.
    pub books: AmountView,
    /// Whether they are the same to the atom, entry by entry.
    pub agrees: bool,
    /// Where they are not, in the ledger's order.
    pub differences: Vec<LedgerDifference>,
}

/// How an entry of the ledger and one of the books differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceKind {
    /// The ledger has it, the books do not.
    NotInBooks,
    /// The books have it, the ledger does not.
    NotOnLedger,
    /// Both have it, with other amounts or another receiver.
    Differs,
    /// One of several nodes alone tells of it.
    Unconfirmed,
    /// A refund of the books whose transfer is not in the block that it names.
    RefundNotOnLedger,
}

/// An entry on which ledger and books do not agree.
#[derive(Debug, Clone, Serialize, TS)]
pub struct LedgerDifference {
    /// How.
    pub kind: DifferenceKind,
    /// The block.
    #[ts(type = "number")]
    pub block: u64,
    /// The transaction.
    pub transaction: String,
    /// The charge, as in `7-123`.
    pub charge: String,
    /// The refund, where it is one.
    pub refund: Option<String>,
    /// What the ledger says; none where it has no such entry.
    pub ledger: Option<AmountView>,
    /// What the books say; none where they have no such entry.
    pub books: Option<AmountView>,
}
