//! Payments past, and the people they were with.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::PaymentView;

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DirectionFilter {
    /// Both ways.
    #[default]
    All,
    /// Received.
    In,
    /// Paid.
    Out,
}

/// Which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StateFilter {
    /// All.
    #[default]
    All,
    /// Not final yet.
    Waiting,
    /// Final.
    Settled,
    /// Did not happen.
    Failed,
}

/// What to look for.
#[derive(Debug, Clone, Default, Deserialize, TS)]
pub struct ActivityQuery {
    /// Found in name, address, note, reference, amount or hash; empty finds all.
    pub text: String,
    /// Which way.
    pub direction: DirectionFilter,
    /// Which state.
    pub state: StateFilter,
    /// From this Unix second on.
    #[ts(type = "number | null")]
    pub from: Option<u64>,
    /// Before this Unix second.
    #[ts(type = "number | null")]
    pub to: Option<u64>,
    /// [`ActivityPage::next`] of the page before.
    pub cursor: Option<String>,
    /// At most this many rows, 1 to 500.
    pub limit: u32,
}

/// Payments, newest first.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ActivityPage {
    /// The rows.
    pub rows: Vec<PaymentView>,
    /// Where the next page begins; none at the end.
    pub next: Option<String>,
    /// How many payments the profile holds in all, whatever the filter.
    #[ts(type = "number")]
    pub total: u64,
}

/// How far an account's history was read, in blocks of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct HistoryView {
    /// The account.
    pub account: u32,
    /// CAIP-2 id of the network.
    pub network_id: String,
    /// Blocks that were read.
    #[ts(type = "number")]
    pub done: u64,
    /// Blocks that count: from the account's first to the newest.
    #[ts(type = "number")]
    pub total: u64,
    /// Whether the ledger was looked at, and all of them are read.
    pub complete: bool,
    /// The first block that counts; none before the first look.
    #[ts(type = "number | null")]
    pub first_block: Option<u64>,
    /// The newest block at the last look.
    #[ts(type = "number")]
    pub head: u64,
    /// The newest block that was final at the last look.
    #[ts(type = "number")]
    pub final_block: u64,
    /// When the last look was (Unix seconds); none before the first.
    #[ts(type = "number | null")]
    pub seen_at: Option<u64>,
    /// Whether coin moved that no payment here explains: the balance has it,
    /// the list does not.
    pub coin_unseen: bool,
}

/// A saved payee.
#[derive(Debug, Clone, Serialize, TS)]
pub struct ContactView {
    /// The name.
    pub name: String,
    /// The address (EIP-55).
    pub address: String,
    /// CAIP-2 id of the network it is on.
    pub network_id: String,
    /// Whether the vault knows the name too and will show it at approval.
    pub in_vault: bool,
    /// Settled payments to them.
    pub times_paid: u32,
}
