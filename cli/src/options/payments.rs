//! Paying, being paid, and what is kept of it.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::accounts::{AccountOption, AssetOption};

#[derive(Debug, Args)]
pub struct Receive {
    /// How much, as in 12.50; the payer chooses when it is left out
    #[arg(allow_hyphen_values = true)]
    pub amount: Option<String>,
    /// A note for the payer
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// The name to show to the payer
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    /// Make a charge with a reference, which is paid at most once
    #[arg(long)]
    pub once: bool,
    /// Draw the link as a QR code
    #[arg(long)]
    pub qr: bool,
    /// Wait until the payment has come in and is final
    #[arg(long)]
    pub wait: bool,
    /// Give up waiting after so many seconds
    #[arg(long, value_name = "SECONDS", requires = "wait")]
    pub timeout: Option<u64>,
    #[command(flatten)]
    pub asset: AssetOption,
    #[command(flatten)]
    pub account: AccountOption,
}

#[derive(Debug, Args)]
pub struct Pay {
    /// A link, an address, a contact's name, @FILE with a picture of a QR code, or - for standard input
    pub request: String,
    /// How much, where the request leaves it open
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub amount: Option<String>,
    /// A note for yourself
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// From an account that is watched: write what is to be signed to this file (.svg an animated QR code, .png QR codes, else text)
    #[arg(long, value_name = "FILE")]
    pub cold: Option<PathBuf>,
    /// Do not ask; needed where there is no terminal
    #[arg(long, short)]
    pub yes: bool,
    /// How far to wait
    #[arg(long, value_name = "STATE", default_value = "settled")]
    pub wait: WaitFor,
    /// Give up waiting after so many seconds; the payment goes on
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<u64>,
    #[command(flatten)]
    pub asset: AssetOption,
    #[command(flatten)]
    pub account: AccountOption,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WaitFor {
    /// A node has it
    Submitted,
    /// It is in a block
    Included,
    /// It is final
    Settled,
}

#[derive(Debug, Args)]
pub struct Payment {
    /// The payment's id, as the history shows it, or its beginning
    pub id: String,
    /// Wait until it is over
    #[arg(long)]
    pub wait: bool,
    /// Give up waiting after so many seconds
    #[arg(long, value_name = "SECONDS", requires = "wait")]
    pub timeout: Option<u64>,
}

#[derive(Debug, Args)]
pub struct Replace {
    /// The payment's id, as the history shows it, or its beginning
    pub id: String,
    /// Do not ask; needed where there is no terminal
    #[arg(long, short)]
    pub yes: bool,
    /// Give up waiting for the outcome after so many seconds (120)
    #[arg(long, value_name = "SECONDS")]
    pub timeout: Option<u64>,
}

#[derive(Debug, Args)]
pub struct History {
    /// Find in name, address, note, reference, amount and hash
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub search: String,
    /// Which way
    #[arg(long, value_name = "DIRECTION", default_value = "all")]
    pub direction: DirectionChoice,
    /// Which state
    #[arg(long, value_name = "STATE", default_value = "all")]
    pub state: StateChoice,
    /// From this day or moment on, as in 2026-11-21 or 2026-11-21T08:00:00Z
    #[arg(long, value_name = "TIME")]
    pub from: Option<String>,
    /// Before this day or moment
    #[arg(long, value_name = "TIME")]
    pub to: Option<String>,
    /// At most so many
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=500))]
    pub limit: u32,
    /// All of them
    #[arg(long, conflicts_with = "limit")]
    pub all: bool,
    /// What was last seen, without asking the ledger
    #[arg(long)]
    pub offline: bool,
    /// First read all that is not read yet, however long it takes; what is read stays read
    #[arg(long, conflicts_with = "offline")]
    pub sync: bool,
    /// Say how far the ledger was read, account by account, instead of listing
    #[arg(long)]
    pub status: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum DirectionChoice {
    All,
    In,
    Out,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum StateChoice {
    All,
    Waiting,
    Settled,
    Failed,
}

#[derive(Debug, Subcommand)]
pub enum Contacts {
    /// List the contacts of this network
    List,
    /// Save a payee; the vault asks you to confirm it
    Add {
        /// The name
        name: String,
        /// The address
        address: String,
    },
    /// Forget a payee
    Remove {
        /// The name or the address
        contact: String,
    },
}

#[derive(Debug, Args)]
pub struct Export {
    /// The file; standard output when left out
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Receipt {
    /// The payment's id, as the history shows it, or its beginning
    pub id: String,
    /// The file, ending in .pdf, .png or .svg
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}
