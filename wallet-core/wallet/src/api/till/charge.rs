//! Charges.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::RefundView;
use crate::api::{AmountView, Checked};

/// Where a charge stands. Every charge ends; an end never changes, but for a
/// block that the ledger takes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ChargeState {
    /// The customer can pay.
    Open,
    /// Time is over, and something is on its way: wait a moment.
    Unclear,
    /// Paid in full, as surely as the shop asks for.
    Paid,
    /// Ended with nothing paid.
    Closed,
    /// Ended with something paid, but not in full or not surely; it can be returned.
    Revoked,
}

/// How sure a payment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Assurance {
    /// One of several nodes has told of it.
    Seen,
    /// In a block.
    Included,
    /// Final: the ledger does not take it back.
    Final,
}

/// What is unusual about a charge; none of these hides another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChargeFlags {
    /// Something was paid, and less than was asked for.
    pub under: bool,
    /// More was paid than was asked for.
    pub over: bool,
    /// Something came after the end.
    pub late: bool,
    /// Something of another asset came.
    pub wrong_asset: bool,
    /// A block with a payment was taken back by the ledger.
    pub taken_back: bool,
}

/// A line of a charge.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ChargeLineInput {
    /// What.
    pub name: String,
    /// How many (1 to 10,000).
    pub quantity: u32,
    /// The price of one.
    pub price: String,
}

/// A line of a charge.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ChargeLine {
    /// What.
    pub name: String,
    /// How many.
    pub quantity: u32,
    /// The price of one.
    pub price: AmountView,
    /// Price times quantity.
    pub total: AmountView,
}

/// What to ask a customer for.
#[derive(Debug, Clone, Default, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ChargeInput {
    /// How much; none is the sum of the lines. Given with lines, it must be their sum.
    #[serde(default)]
    pub amount: Option<String>,
    /// What is sold, at most 100 lines.
    #[serde(default)]
    pub lines: Vec<ChargeLineInput>,
    /// A note for the customer, at most 140 characters.
    #[serde(default)]
    pub note: Option<String>,
    /// Who is at the till.
    #[serde(default)]
    pub staff: Option<String>,
    /// The shop's own number of the order, at most 64 printable characters. The
    /// same number gives the same charge again (and `charge_differs` when it
    /// asks for something else).
    #[serde(default)]
    pub order: Option<String>,
    /// How long it is open (60 to 86,400 seconds); none is the till's rule.
    #[serde(default)]
    pub seconds: Option<u32>,
}

/// What a payment of a charge counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PaymentRole {
    /// In time, of the right asset.
    Counts,
    /// After the end.
    Late,
    /// Of another asset.
    WrongAsset,
}

/// Money that came to a charge's address.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ChargePayment {
    /// The transaction; empty where a balance was seen and no log tells of it
    /// (coin, or another network).
    pub transaction: String,
    /// Who paid; empty likewise.
    pub from: String,
    /// How much.
    pub amount: AmountView,
    /// The block.
    #[ts(type = "number")]
    pub block: u64,
    /// The block's Unix second.
    #[ts(type = "number")]
    pub time: u64,
    /// How sure it is.
    pub assurance: Assurance,
    /// What it counts as.
    pub role: PaymentRole,
    /// Who stands behind it.
    pub checked: Checked,
}

/// A charge.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ChargeView {
    /// The id: till and number, as in `7-123`.
    pub id: String,
    /// The network's CAIP-2 id.
    pub network_id: String,
    /// The code that cashier and customer compare, as in `B042`; not the same
    /// for two charges of a day at one till.
    pub code: String,
    /// The shop's own number of the order.
    pub order: Option<String>,
    /// Where it stands.
    pub state: ChargeState,
    /// What is unusual about it.
    pub flags: ChargeFlags,
    /// How much is asked for.
    pub amount: AmountView,
    /// What was paid in time, of the right asset.
    pub paid: AmountView,
    /// What is still to come, unconfirmed payments taken off: nothing once it is paid.
    pub missing: AmountView,
    /// What can be returned: what was paid, whenever, less what was refunded.
    pub returnable: AmountView,
    /// The same of other assets that came; empty where none did.
    pub returnable_other: Vec<AmountView>,
    /// What was refunded, or is about to be.
    pub refunded: AmountView,
    /// How sure the whole amount is; none while it is not all there.
    pub assurance: Option<Assurance>,
    /// How sure it must be to count as paid.
    pub wanted: Assurance,
    /// What is sold.
    pub lines: Vec<ChargeLine>,
    /// The note for the customer.
    pub note: Option<String>,
    /// Who was at the till.
    pub staff: Option<String>,
    /// The receiving address.
    pub address: String,
    /// The `jiaozi:` link, with the shop's signed name. Once a part has come it
    /// asks for what is missing.
    pub link: String,
    /// The ERC-681 link, which other wallets read; for as much as the other.
    pub ethereum_link: String,
    /// The reference that the payment's authorization is bound to.
    pub reference: String,
    /// Unix second at which it was made.
    #[ts(type = "number")]
    pub created_at: u64,
    /// Unix second at which it ends.
    #[ts(type = "number")]
    pub expires_at: u64,
    /// Unix second at which it ended; none before.
    #[ts(type = "number | null")]
    pub ended_at: Option<u64>,
    /// What came to its address, in the ledger's order.
    pub payments: Vec<ChargePayment>,
    /// What was refunded of it.
    pub refunds: Vec<RefundView>,
    /// Whether all that came was gathered to the shop's account.
    pub gathered: bool,
    /// Grows with every change.
    #[ts(type = "number")]
    pub version: u64,
}

/// Which charges to list, newest first.
#[derive(Debug, Clone, Default, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ChargeQuery {
    /// In code, order, note, lines, staff, payer's address, transaction or amount.
    #[serde(default)]
    pub text: Option<String>,
    /// In this state only.
    #[serde(default)]
    pub state: Option<ChargeState>,
    /// Only those with money to return.
    #[serde(default)]
    pub to_return: bool,
    /// Of this day only (`2026-11-28`, in the till's time zone).
    #[serde(default)]
    pub day: Option<String>,
    /// Where the last page ended.
    #[serde(default)]
    pub after: Option<String>,
    /// How many (1 to 200); none is 50.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// A page of charges.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ChargePage {
    /// Newest first.
    pub charges: Vec<ChargeView>,
    /// Hand this back in [`ChargeQuery::after`]; none at the end.
    pub next: Option<String>,
}
