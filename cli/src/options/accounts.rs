//! Accounts, their money, and those whose keys are elsewhere.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::payments::WaitFor;

/// Which asset; for commands that move or count one.
#[derive(Debug, Clone, Args)]
pub struct AssetOption {
    /// The asset, by code or CAIP-19 id; the network's main one when left out
    #[arg(long, value_name = "ASSET")]
    pub asset: Option<String>,
}

/// Which account.
#[derive(Debug, Clone, Args)]
pub struct AccountOption {
    /// The account's number
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub account: u32,
}

#[derive(Debug, Subcommand)]
pub enum Accounts {
    /// List the accounts
    List,
    /// Look for accounts that were used, on the paths of other wallets too
    Search {
        /// Look at every account, not only at 20 beyond the last used one
        #[arg(long)]
        deeper: bool,
    },
    /// Take the next account into use
    Add {
        /// A label of your own
        #[arg(default_value = "")]
        label: String,
    },
    /// Watch an account whose keys are on a computer without a network
    Watch(Watch),
}

#[derive(Debug, Args)]
pub struct Watch {
    /// Its public keys (crypto-hdkey): a file with text or a picture of a QR code, several of them, `ur:…`, or - for standard input
    #[arg(required = true)]
    pub source: Vec<String>,
    /// A label of your own
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub label: String,
    /// Which of that wallet's accounts
    #[arg(long, value_name = "INDEX", default_value_t = 0)]
    pub index: u32,
}

#[derive(Debug, Args)]
pub struct Balance {
    #[command(flatten)]
    pub account: AccountOption,
    /// What was last seen, without asking the ledger
    #[arg(long)]
    pub offline: bool,
}

#[derive(Debug, Args)]
pub struct TopUp {
    /// How much, as in 100 or 12.50
    #[arg(allow_hyphen_values = true)]
    pub amount: String,
    #[command(flatten)]
    pub account: AccountOption,
}

#[derive(Debug, Subcommand)]
pub enum Cold {
    /// Show or write again what the computer with the keys is asked to sign
    Request(ColdRequest),
    /// Take the signature of that computer, and send the payment
    Answer(ColdAnswer),
    /// Give up a payment that waits for its signature
    GiveUp(ColdGiveUp),
}

#[derive(Debug, Args)]
pub struct ColdRequest {
    /// The payment's id, as the history shows it, or its beginning
    pub id: String,
    /// Write it to this file: .svg an animated QR code, .png QR codes, else text
    pub file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct ColdAnswer {
    /// The signature: a file with text or a picture of a QR code, several of them, `ur:…`, or - for standard input
    #[arg(required = true)]
    pub source: Vec<String>,
    /// How far to wait
    #[arg(long, value_name = "STATE", default_value = "settled")]
    pub wait: WaitFor,
    /// Give up waiting after so many seconds; the payment goes on
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<u64>,
}

#[derive(Debug, Args)]
pub struct ColdGiveUp {
    /// The payment's id, as the history shows it, or its beginning
    pub id: String,
}
