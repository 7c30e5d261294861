//! The command line as data. Its English help stands here; `help.rs` puts it
//! into other languages.

mod till;

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiaozi_types::agent::Language;

pub use till::{
    ChargeStateChoice, LayoutChoice, ReportChoice, ScopeChoice, TillCharge, TillCharges,
    TillCommand, TillExport, TillItemCommand, TillReceipt, TillRefund, TillSay, TillServe,
    TillSetup, TillStaffCommand, TillSweep, TillTokenAdd, TillTokenCommand,
};

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
pub struct Init {
    /// How many recovery words: 12, 15, 18, 21 or 24
    #[arg(long, value_name = "COUNT", default_value = "12")]
    #[arg(value_parser = ["12", "15", "18", "21", "24"])]
    pub words: String,
    /// The language of the recovery words
    #[arg(long, value_name = "LANGUAGE")]
    pub word_language: Option<LanguageChoice>,
    /// Seal with a passphrase of 10 characters or more, without the keyring
    #[arg(long)]
    pub passphrase_only: bool,
    /// Write the words down later; the wallet reminds you
    #[arg(long)]
    pub later: bool,
}

#[derive(Debug, Args)]
pub struct Restore {
    /// Seal with a passphrase of 10 characters or more, without the keyring
    #[arg(long)]
    pub passphrase_only: bool,
    /// Do not look for accounts that were used
    #[arg(long)]
    pub no_search: bool,
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub enum Words {
    /// Show the words, after the PIN
    Show,
    /// Type the words back, so that you know the backup is right
    Check,
}

#[derive(Debug, Subcommand)]
pub enum Backup {
    /// How the backups stand
    Status,
    /// Where and when backups are written, and how often you test them
    Set(BackupSet),
    /// Write payees, labels, limits, networks and the till into one sealed file
    Write {
        /// The file; one in the folder that is set when left out
        file: Option<PathBuf>,
    },
    /// Test the backup by words, shares or a sealed file; or see what a file holds
    #[command(visible_alias = "test")]
    Check {
        /// A file of `backup write`
        file: Option<PathBuf>,
    },
    /// Take a file back, after the words were restored in a new profile
    Restore {
        /// The file, or the folder with the newest one
        file: PathBuf,
    },
    /// Put off the reminder to test the backup
    Later,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub struct BackupSet {
    /// A folder that gets a new file after every change; the last five stay
    #[arg(long, value_name = "DIR", conflicts_with = "no_folder")]
    pub folder: Option<PathBuf>,
    /// Write no files by yourself
    #[arg(long)]
    pub no_folder: bool,
    /// Days between two tests of the backup; 0: once is enough
    #[arg(long, value_name = "DAYS")]
    pub remind: Option<u32>,
}

#[derive(Debug, Args)]
pub struct RemoveWallet {
    /// There is no backup: type what is lost instead
    #[arg(long)]
    pub without_backup: bool,
}

#[derive(Debug, Subcommand)]
pub enum Limits {
    /// Show the limits
    Show,
    /// Change the limits; looser ones need the PIN
    Set(LimitsSet),
}

#[derive(Debug, Args)]
pub struct LimitsSet {
    /// The most one payment may take; 0 turns quick pay off
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    #[arg(required_unless_present_any = ["per_day", "lock_after"])]
    pub per_payment: Option<String>,
    /// The most that may leave in one UTC day
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub per_day: Option<String>,
    /// Seconds without use until the vault locks itself (60 to 86400)
    #[arg(long, value_name = "SECONDS")]
    pub lock_after: Option<u32>,
    #[command(flatten)]
    pub asset: AssetOption,
}

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

#[derive(Debug, Subcommand)]
pub enum Network {
    /// List the networks
    List {
        /// List those that ship with the wallet, to be added with an endpoint
        #[arg(long)]
        presets: bool,
    },
    /// Show all that is known of a network
    Show {
        /// The CAIP-2 id or the name; the one in use when left out
        network: Option<String>,
    },
    /// Choose the network in use
    Use {
        /// The CAIP-2 id or the name
        network: String,
    },
    /// Add a network; its node must answer
    Add(Box<NetworkAdd>),
    /// Remove a network; its history stays
    Remove {
        /// The CAIP-2 id or the name
        network: String,
    },
    /// Look at a network's endpoints and tokens, and say what is seen
    Test {
        /// The CAIP-2 id or the name; the one in use when left out
        network: Option<String>,
        /// A network that is not added yet, as JSON
        #[arg(long, value_name = "FILE", conflicts_with = "network")]
        file: Option<PathBuf>,
    },
    /// Say where you are; it decides which tokens are offered
    Region {
        /// The region; without it, the one that is set is shown
        region: Option<RegionChoice>,
    },
}

/// Where people say they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RegionChoice {
    /// Not said
    Unset,
    /// Mainland China
    MainlandChina,
    /// Anywhere else
    Elsewhere,
}

#[derive(Debug, Args)]
pub struct NetworkAdd {
    /// A preset of `jiaozi network list --presets`, or a node's URL
    #[arg(value_name = "PRESET|URL", conflicts_with = "file", required_unless_present_any = ["file", "id"])]
    pub preset: Option<String>,
    /// All values as JSON, after networks/schema.json
    #[arg(long, value_name = "FILE", conflicts_with_all = ["id", "name", "coin", "token", "finality", "real_money"])]
    pub file: Option<PathBuf>,
    /// The CAIP-2 id, as in eip155:1030; asked of the node when left out
    #[arg(long, conflicts_with = "preset")]
    pub id: Option<String>,
    /// The name
    #[arg(long)]
    pub name: Option<String>,
    /// A node: https://…, or http:// on this computer; up to 8 times
    #[arg(long, value_name = "URL")]
    pub endpoint: Vec<String>,
    /// A header for every node, as in 'x-api-key: …'; @FILE reads it from a file
    #[arg(long, value_name = "NAME: VALUE")]
    pub header: Vec<String>,
    /// A proxy for nodes elsewhere, as in socks5h://127.0.0.1:9050
    #[arg(long, value_name = "URL")]
    pub proxy: Option<String>,
    /// The code of the chain's coin
    #[arg(long, value_name = "CODE")]
    pub coin: Option<String>,
    /// A token's contract, the main one first; with :yuan after it where it counts yuan
    #[arg(long, value_name = "ADDRESS[:yuan]")]
    pub token: Vec<String>,
    /// When a payment is final: immediate, finalized, a number of blocks, or (Core Space) risk
    #[arg(long, value_name = "RULE")]
    pub finality: Option<String>,
    /// The first block whose payments count
    #[arg(long, value_name = "NUMBER")]
    pub first_block: Option<u64>,
    /// Its money is real
    #[arg(long)]
    pub real_money: bool,
    /// Choose it at once
    #[arg(long = "use")]
    pub select: bool,
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
