//! What happened at the till, in order, for those that must miss nothing.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ChargeFlags, ChargeState};
use crate::api::AmountView;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TillEventKind {
    /// A charge was made.
    ChargeCreated,
    /// Money for a charge came, became surer or was taken back by the ledger;
    /// the charge's state is the same.
    ChargeChanged,
    /// A charge is paid.
    ChargePaid,
    /// A charge's time is over and something is on its way.
    ChargeUnclear,
    /// A charge ended with nothing paid.
    ChargeClosed,
    /// A charge ended with something paid, but not in full or not surely.
    ChargeRevoked,
    /// A charge that was over is open again: the ledger took a payment back.
    ChargeReopened,
    /// A refund was asked for.
    RefundCreated,
    /// A refund is signed, and sent or about to be.
    RefundMoving,
    /// A refund is final.
    RefundPaid,
    /// A refund did not happen and will not.
    RefundFailed,
    /// The day was closed by a Z report.
    DayClosed,
}

/// Something that happened at the till. It was written together with the change
/// that it tells of, so that none is missing and none is told of what was not.
#[derive(Debug, Clone, Serialize, TS)]
pub struct TillEvent {
    /// Its number: from 1, without gaps.
    #[ts(type = "number")]
    pub seq: u64,
    /// Unix second.
    #[ts(type = "number")]
    pub at: u64,
    /// What happened.
    pub kind: TillEventKind,
    /// The charge that it is about.
    pub charge: Option<String>,
    /// The charge's version after it: a view of a higher one is newer.
    #[ts(type = "number")]
    pub version: u64,
    /// The charge's state after it.
    pub state: Option<ChargeState>,
    /// The charge's flags after it.
    pub flags: ChargeFlags,
    /// What counts as paid after it.
    pub paid: Option<AmountView>,
    /// The shop's number of the refund, or of the Z report, that it is about.
    pub number: Option<String>,
}
