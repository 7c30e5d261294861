//! Backups of what the words do not hold, and what restored words lead to.

use jiaozi_types::PathScheme;
use serde::Serialize;
use ts_rs::TS;

use super::{AmountView, ErrorView};

/// How the backups of this profile stand.
#[derive(Debug, Clone, Serialize, TS)]
pub struct BackupView {
    /// The folder that a new file is written to after changes.
    pub folder: Option<String>,
    /// Where the last file was written.
    pub written_to: Option<String>,
    /// When (Unix seconds).
    #[ts(type = "number | null")]
    pub written_at: Option<u64>,
    /// Whether that file has all that is worth keeping now.
    pub current: bool,
    /// Why the last try to write one failed.
    pub error: Option<ErrorView>,
    /// When the person last proved that the words restore this wallet (Unix seconds).
    #[ts(type = "number | null")]
    pub checked_at: Option<u64>,
    /// Days between two such tests; zero: once is enough.
    pub check_days: u32,
    /// Whether it is time for one.
    pub check_due: bool,
}

/// What a file holds.
#[derive(Debug, Clone, Serialize, TS)]
pub struct BackupReport {
    /// The file.
    pub file: String,
    /// The wallet's fingerprint.
    pub fingerprint: String,
    /// When it was made (Unix seconds).
    #[ts(type = "number")]
    pub made_at: u64,
    /// The version of the program that made it.
    pub version: String,
    /// Accounts.
    #[ts(type = "number")]
    pub accounts: usize,
    /// Saved payees.
    #[ts(type = "number")]
    pub contacts: usize,
    /// Networks beside the sandbox.
    #[ts(type = "number")]
    pub networks: usize,
    /// Payments made here.
    #[ts(type = "number")]
    pub payments: usize,
    /// The shop of the till; none without one.
    pub shop: Option<String>,
    /// The till's charges.
    #[ts(type = "number")]
    pub charges: usize,
    /// Those of them that are not over.
    #[ts(type = "number")]
    pub open_charges: usize,
    /// Whether it has all that is worth keeping now.
    pub current: bool,
}

/// What a search for accounts found.
#[derive(Debug, Clone, Serialize, TS)]
pub struct AccountSearch {
    /// Unused accounts in a row after which a search ends.
    pub gap: u32,
    /// Network by network.
    pub networks: Vec<NetworkSearch>,
}

/// What was found on one network.
#[derive(Debug, Clone, Serialize, TS)]
pub struct NetworkSearch {
    /// The network.
    pub network_id: String,
    /// Its name.
    pub name: String,
    /// Why it could not be searched, wholly or in part: what is not listed may
    /// still be there.
    pub error: Option<ErrorView>,
    /// Accounts that were looked at.
    pub looked_at: u32,
    /// Accounts that were used.
    pub found: Vec<FoundAccount>,
    /// Numbers of tills that took payments: their money is gathered once they
    /// are set up again.
    pub tills: Vec<u16>,
}

/// An account that was used.
#[derive(Debug, Clone, Serialize, TS)]
pub struct FoundAccount {
    /// The number by which it is used here.
    pub account: u32,
    /// Which wallet's paths it is on.
    pub scheme: PathScheme,
    /// The derivation path.
    pub path: String,
    /// The address.
    pub address: String,
    /// What it holds.
    pub balances: Vec<AmountView>,
    /// Whether this search took it into use.
    pub added: bool,
}
