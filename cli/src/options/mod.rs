//! The command line as data. Its English help stands here; `help.rs` puts it
//! into other languages.

mod accounts;
mod network;
mod payments;
mod till;
mod wallet;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiaozi_types::agent::Language;

pub use accounts::{AccountOption, Accounts, Balance, Cold, ColdAnswer, ColdRequest, TopUp, Watch};
pub use network::{Network, NetworkAdd, RegionChoice};
pub use payments::{
    Contacts, DirectionChoice, Export, History, Pay, Payment, Receipt, Receive, Replace,
    StateChoice, WaitFor,
};
pub use till::{
    ChargeStateChoice, LayoutChoice, ReportChoice, ScopeChoice, TillCharge, TillCharges,
    TillCommand, TillExport, TillItemCommand, TillReceipt, TillRefund, TillSay, TillServe,
    TillSetup, TillStaffCommand, TillSweep, TillTokenAdd, TillTokenCommand,
};
pub use wallet::{Backup, BackupSet, Init, Limits, LimitsSet, RemoveWallet, Restore, Words};

/// The Jiaozi wallet for terminals and scripts.
#[derive(Debug, Parser)]
#[command(name = "jiaozi", version, propagate_version = true)]
#[command(disable_help_subcommand = true, infer_subcommands = true)]
pub struct CommandLine {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// The profile's folder
    #[arg(long, global = true, value_name = "DIR", env = "JIAOZI_PROFILE")]
    #[arg(hide_env_values = true)]
    pub profile: Option<PathBuf>,
    /// The sandbox ledger's folder
    #[arg(long, global = true, value_name = "DIR", env = "JIAOZI_SANDBOX")]
    #[arg(hide_env_values = true)]
    pub sandbox: Option<PathBuf>,
    /// The vault's program, when it is not beside this one
    #[arg(long, global = true, value_name = "PROGRAM")]
    pub vault: Option<PathBuf>,
    /// Answer in JSON: one object or array on standard output
    #[arg(long, global = true)]
    pub json: bool,
    /// The language of this run
    #[arg(long, global = true, value_name = "LANGUAGE")]
    pub language: Option<LanguageChoice>,
    /// The vault reads the PIN or passphrase as one line from standard input
    #[arg(long, global = true)]
    pub passphrase_stdin: bool,
    /// Ask nothing: what needs an answer fails
    #[arg(long, global = true)]
    pub no_input: bool,
    /// Say more on standard error; twice says all
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LanguageChoice {
    #[value(name = "en")]
    English,
    #[value(name = "zh-CN", alias = "zh", alias = "zh-cn", alias = "zh_CN")]
    SimplifiedChinese,
}

impl From<LanguageChoice> for Language {
    fn from(choice: LanguageChoice) -> Self {
        match choice {
            LanguageChoice::English => Self::English,
            LanguageChoice::SimplifiedChinese => Self::SimplifiedChinese,
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a new wallet
    Init(Init),
    /// Make the wallet of words that you have
    Restore(Restore),
    /// Keep the wallet unlocked in the background until it has been idle
    Unlock,
    /// Forget the keys at once
    Lock,
    /// How the wallet stands
    Status,
    /// The recovery words
    #[command(subcommand)]
    Words(Words),
    /// Copies of what the words do not hold, and the test of the backup
    #[command(subcommand)]
    Backup(Backup),
    /// Change the PIN or passphrase
    Pin,
    /// Erase the wallet from this computer, after you have proved its backup
    RemoveWallet(RemoveWallet),
    /// What may be paid without the PIN
    #[command(subcommand)]
    Limits(Limits),
    /// The accounts
    #[command(subcommand)]
    Accounts(Accounts),
    /// The money in an account
    Balance(Balance),
    /// Take play money from the sandbox's bank
    Topup(TopUp),
    /// Ask to be paid
    Receive(Receive),
    /// Pay
    Pay(Pay),
    /// Payments that a computer without a network signs
    #[command(subcommand)]
    Cold(Cold),
    /// One payment, by its id
    #[command(visible_alias = "show")]
    Payment(Payment),
    /// Cancel a payment that is in no block yet
    Cancel(Replace),
    /// Offer a higher fee for a payment that is in no block yet
    SpeedUp(Replace),
    /// Payments, newest first
    History(History),
    /// Saved payees
    #[command(subcommand)]
    Contacts(Contacts),
    /// A shop's till: charges that are watched to their end
    #[command(subcommand)]
    Till(Box<TillCommand>),
    /// Networks and their nodes
    #[command(subcommand)]
    Network(Network),
    /// Write the whole history as CSV
    Export(Export),
    /// Save the receipt of a payment as PDF or PNG
    Receipt(Receipt),
    /// Show it all on a throw-away sandbox: two wallets, a charge, a payment, two receipts
    Demo(Demo),
    /// Print completions for a shell
    Completions(Completions),
    /// Print the manual page, or write all of them into a folder
    Man(Man),
}

#[derive(Debug, Args)]
pub struct Demo {
    /// Keep the two profiles and the sandbox in this folder
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    pub shell: Shell,
}

#[derive(Debug, Args)]
pub struct Man {
    /// The folder for one page a command
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}
