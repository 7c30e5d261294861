//! Money that goes back, and money that is gathered.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::api::{AmountView, ErrorView};

/// What to give back.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RefundInput {
    /// The charge.
    pub charge: String,
    /// The shop's number of this refund, 1 to 64 printable characters: one
    /// number pays once, whoever asks how often.
    pub number: String,
    /// How much; none is all that can be returned.
    #[serde(default)]
    pub amount: Option<String>,
    /// CAIP-19 id of the asset; none is the one that was asked for. For money of
    /// another asset that came.
    #[serde(default)]
    pub asset: Option<String>,
    /// Where to; none is the address that paid (which must be one only).
    #[serde(default)]
    pub to: Option<String>,
    /// Who refunds.
    pub staff: String,
    /// Their PIN; none for the shop's software, whose token allows refunds.
    #[serde(default)]
    pub pin: Option<String>,
    /// Why, at most 140 characters.
    #[serde(default)]
    pub reason: Option<String>,
}

/// Where a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// Kept; nothing is signed yet.
    Pending,
    /// Signed, perhaps sent, perhaps in a block.
    Moving,
    /// Final.
    Paid,
    /// It did not happen, and will not; the sum can be refunded anew under
    /// another number.
    Failed,
}

/// A refund.
#[derive(Debug, Clone, Serialize, TS)]
pub struct RefundView {
    /// The shop's number of it.
    pub number: String,
    /// The charge.
    pub charge: String,
    /// How much.
    pub amount: AmountView,
    /// Where to.
    pub to: String,
    /// Who refunded.
    pub staff: String,
    /// Why.
    pub reason: Option<String>,
    /// Where it stands.
    pub state: RefundState,
    /// The payment that makes it.
    pub payment: Option<String>,
    /// The transaction.
    pub transaction: Option<String>,
    /// The block that it is in.
    #[ts(type = "number | null")]
    pub block: Option<u64>,
    /// That block's Unix second.
    #[ts(type = "number | null")]
    pub paid_at: Option<u64>,
    /// Why it failed, or what it waits for.
    pub error: Option<ErrorView>,
    /// Unix second at which it was asked for.
    #[ts(type = "number")]
    pub created_at: u64,
}

/// How the gathering of money from charge addresses stands.
#[derive(Debug, Clone, Serialize, TS)]
pub struct SweepView {
    /// What lies on charge addresses.
    pub left: AmountView,
    /// On how many addresses.
    pub addresses: u32,
    /// Transactions that were sent and are in no block yet.
    pub moving: u32,
    /// What was gathered since the till was set up.
    pub gathered: AmountView,
    /// Numbers of charges from before this profile whose addresses were not
    /// looked at: money may lie on them.
    pub earlier: u32,
    /// Why it stopped, if it did.
    pub error: Option<ErrorView>,
}
