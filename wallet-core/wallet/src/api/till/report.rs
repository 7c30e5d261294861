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
    /// What was received on charges, whatever it counted as.
    pub received: AmountView,
    /// What was received on charges that are paid, as far as it was asked for.
    pub sales: AmountView,
    /// What came besides: under, over, late.
    pub unasked: AmountView,
    /// What was refunded.
    pub refunded: AmountView,
    /// Received less refunded.
    pub net: AmountView,
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

/// Charges by how they ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChargeCounts {
    /// Paid.
    pub paid: u32,
    /// Closed.
    pub closed: u32,
    /// Revoked.
    pub revoked: u32,
    /// Not ended.
    pub open: u32,
    /// Flagged under.
    pub under: u32,
    /// Flagged over.
    pub over: u32,
    /// Flagged late.
    pub late: u32,
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
    /// What the ledger says came to the shop's charge addresses in the period.
    pub ledger: AmountView,
    /// What the books say.
    pub books: AmountView,
    /// Whether they are the same to the atom.
    pub agrees: bool,
}
