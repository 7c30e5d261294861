//! The command line as data. Its English help stands here; `help.rs` puts it
//! into other languages.

use std::path::PathBuf;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use jiaozi_types::agent::Language;

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
    /// Change the PIN or passphrase
    Pin,
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
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub enum Words {
    /// Show the words, after the PIN
    Show,
    /// Type the words back, so that you know the backup is right
    Check,
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
    /// Take the next account into use
    Add {
        /// A label of your own
        #[arg(default_value = "")]
        label: String,
    },
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

#[derive(Debug, Subcommand)]
pub enum TillCommand {
    /// Set the till up, or change how it is
    Setup(TillSetup),
    /// Have the vault sign the shop's name, so that payers know it again
    Sign,
    /// Make a charge
    Charge(TillCharge),
    /// Charges, newest first
    Charges(TillCharges),
    /// One charge
    Show {
        /// The charge's number, as in 7-123
        charge: String,
        /// Look at every asset and network of its address
        #[arg(long)]
        deep: bool,
    },
    /// End an open charge now
    Close {
        /// The charge's number, as in 7-123
        charge: String,
    },
    /// Save the receipt of a charge, or of a refund
    Receipt(TillReceipt),
    /// Print the receipt of a charge on the printer of the till's settings
    Print {
        /// The charge's number, as in 7-123; with --refund the refund's number
        charge: String,
        /// Print the receipt of a refund
        #[arg(long)]
        refund: bool,
    },
    /// Say what a paid charge received, as sound
    Say(TillSay),
    /// Look at every asset and network of a charge's address
    Look {
        /// The charge's number, as in 7-123
        charge: String,
    },
    /// Give money back: one number of a refund pays once
    Refund(TillRefund),
    /// Gather the money of charges on the shop's account
    Sweep(TillSweep),
    /// Who works at the till
    #[command(subcommand)]
    Staff(TillStaffCommand),
    /// What is sold by a button or barcode
    #[command(subcommand)]
    Item(TillItemCommand),
    /// How the till stands
    Status,
    /// The day so far (x), or the close of the day (z)
    Report {
        /// Which; z closes the day, once
        #[arg(value_enum, default_value = "x")]
        kind: ReportChoice,
    },
    /// Days that are closed, newest first
    Reports {
        /// This one alone, with all its sums
        #[arg(value_name = "NUMBER")]
        number: Option<u32>,
    },
    /// Write the books of a day for the bookkeeper
    Export(TillExport),
    /// Tokens of the shop's own software
    #[command(subcommand)]
    Token(TillTokenCommand),
    /// Serve the shop's own software: calls, webhooks and checkout pages, until it is ended
    Serve(Box<TillServe>),
}

#[derive(Debug, Args)]
pub struct TillReceipt {
    /// The charge's number, as in 7-123; with --refund the refund's number
    pub charge: String,
    /// The file
    pub file: PathBuf,
    /// The receipt of a refund
    #[arg(long)]
    pub refund: bool,
    /// How it is laid out; if not given, the file's ending says so
    #[arg(long, value_name = "LAYOUT")]
    pub layout: Option<LayoutChoice>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LayoutChoice {
    /// A document, A5
    Pdf,
    /// The same as a picture
    Png,
    /// A document, 80 mm wide
    Slip,
    /// Bytes for a receipt printer of 80 mm (ESC/POS)
    #[value(name = "escpos")]
    EscPos,
}

#[derive(Debug, Args)]
pub struct TillSay {
    /// The charge's number, as in 7-123
    #[arg(required_unless_present = "test", conflicts_with = "test")]
    pub charge: Option<String>,
    /// The WAV file; - for standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub out: PathBuf,
    /// Say 12.50, to try the voice
    #[arg(long)]
    pub test: bool,
    /// Loudness, 0 to 100; if not given, that of the settings
    #[arg(long, value_name = "VOLUME", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub volume: Option<u8>,
}

#[derive(Debug, Subcommand)]
pub enum TillTokenCommand {
    /// Make a token; it is shown once
    Add(TillTokenAdd),
    /// List the tokens
    List,
    /// Remove a token: it opens nothing from now on
    Remove {
        /// The token's id, as the list shows it
        token: String,
    },
}

#[derive(Debug, Args)]
pub struct TillTokenAdd {
    /// What it is for
    pub name: String,
    /// What it may do; several times for several
    #[arg(long, value_name = "SCOPE", required = true)]
    pub scope: Vec<ScopeChoice>,
    /// The most it may refund in one day of the shop; needed with refunds:write
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub refund_cap: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ScopeChoice {
    /// See the till, its charges, refunds, receipts and events
    #[value(name = "charges:read")]
    ChargesRead,
    /// Make charges, end them and look deeper at them
    #[value(name = "charges:write")]
    ChargesWrite,
    /// Refund, up to a sum a day
    #[value(name = "refunds:write")]
    RefundsWrite,
    /// See reports and save them
    #[value(name = "reports:read")]
    ReportsRead,
    /// Close the day
    #[value(name = "reports:close")]
    ReportsClose,
    /// See and change webhooks and their deliveries
    #[value(name = "webhooks:write")]
    WebhooksWrite,
}

#[derive(Debug, Args)]
pub struct TillServe {
    /// Where to listen; beyond this computer only with a certificate
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8817")]
    pub listen: std::net::SocketAddr,
    /// The certificate chain (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's key (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// How customers reach the checkout pages, where it is another address
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// Another name that the server goes by; several times for several
    #[arg(long, value_name = "NAME")]
    pub host: Vec<String>,
    /// Pages of this origin may call, as in https://shop.example; none may where it is left out
    #[arg(long, value_name = "ORIGIN")]
    pub allow_origin: Vec<String>,
    /// Tell this address what happens: https://…, or http:// on this computer
    #[arg(long, value_name = "URL", requires = "webhook_secret")]
    pub webhook: Vec<String>,
    /// The file with the secret that signs what these webhooks are told
    #[arg(long, value_name = "FILE", requires = "webhook")]
    pub webhook_secret: Option<PathBuf>,
    /// Requests a second that one token may make
    #[arg(long, value_name = "NUMBER", default_value_t = 50)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub requests_per_second: u32,
}

#[derive(Debug, Args)]
pub struct TillSetup {
    /// The shop's name
    pub shop: String,
    /// The number of this till in the shop, 0 to 999
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub number: u16,
    /// Only watch: the public key of a shop's account on another computer
    #[arg(long, value_name = "XPUB", conflicts_with = "account")]
    pub public_key: Option<String>,
    #[command(flatten)]
    pub account: AccountOption,
    /// The asset's CAIP-19 id; the network's main one when left out
    #[arg(long, value_name = "ASSET")]
    pub asset: Option<String>,
    /// How long a charge is open (60 to 86400; 900)
    #[arg(long, value_name = "SECONDS")]
    pub charge_seconds: Option<u32>,
    /// How long an unclear charge is waited for (10 to 3600; 45)
    #[arg(long, value_name = "SECONDS")]
    pub unclear_seconds: Option<u32>,
    /// Up to this amount a charge is paid once it is in a block; above, when it is final
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    pub instant_up_to: Option<String>,
    /// Minutes that the shop's days are ahead of UTC (480)
    #[arg(long, value_name = "MINUTES", allow_hyphen_values = true)]
    pub utc_offset: Option<i32>,
    /// Another till of the shop with a number above 7; several times for several
    #[arg(long, value_name = "NUMBER")]
    pub other_till: Vec<u16>,
    /// The receipt printer: its device file, as in /dev/usb/lp0, or its address
    /// with port, as in 192.0.2.7:9100; none for none
    #[arg(long, value_name = "PRINTER")]
    pub printer: Option<String>,
    /// Whether received payments are said aloud, and how loud: 0 to 100, or off
    #[arg(long, value_name = "VOLUME")]
    pub voice: Option<String>,
}

/// Which report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportChoice {
    /// How the day stands; changes nothing
    X,
    /// Closes the day
    Z,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("file").required(true).multiple(true))]
pub struct TillExport {
    /// Charges and ledger entries, a line each, for spreadsheets
    #[arg(long, value_name = "FILE", group = "file")]
    pub csv: Option<PathBuf>,
    /// An ISO 20022 statement (camt.053.001.08), for bookkeeping software
    #[arg(long, value_name = "FILE", group = "file")]
    pub camt053: Option<PathBuf>,
    /// The Z report; the day so far when left out
    #[arg(long, value_name = "NUMBER")]
    pub report: Option<u32>,
}

#[derive(Debug, Args)]
pub struct TillCharge {
    /// How much, as in 12.50
    #[arg(allow_hyphen_values = true)]
    pub amount: String,
    /// A note for the customer
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Your own number of the order; the same number is the same charge
    #[arg(long, value_name = "TEXT")]
    pub order: Option<String>,
    /// Who is at the till
    #[arg(long, value_name = "NAME")]
    pub staff: Option<String>,
    /// How long it is open (60 to 86400)
    #[arg(long, value_name = "SECONDS")]
    pub seconds: Option<u32>,
    /// Draw the link as a QR code
    #[arg(long)]
    pub qr: bool,
    /// Wait until it is paid or over
    #[arg(long)]
    pub wait: bool,
    /// Give up waiting after so many seconds
    #[arg(long, value_name = "SECONDS", requires = "wait")]
    pub timeout: Option<u64>,
}

#[derive(Debug, Args)]
pub struct TillCharges {
    /// Find in code, order, note, staff, addresses, transactions and amount
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub search: String,
    /// Which state
    #[arg(long, value_name = "STATE")]
    pub state: Option<ChargeStateChoice>,
    /// Only those with money to return
    #[arg(long)]
    pub to_return: bool,
    /// Only of this day, as in 2026-11-28
    #[arg(long, value_name = "DAY")]
    pub day: Option<String>,
    /// Where the last page ended
    #[arg(long, value_name = "PLACE")]
    pub after: Option<String>,
    /// At most so many
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=200))]
    pub limit: u32,
    /// What was last seen, without asking the ledger
    #[arg(long)]
    pub offline: bool,
}

#[derive(Debug, Args)]
pub struct TillRefund {
    /// The charge's number, as in 7-123
    pub charge: String,
    /// Your own number of this refund
    #[arg(long, value_name = "NUMBER")]
    pub number: String,
    /// Who refunds
    #[arg(long, value_name = "NAME")]
    pub staff: String,
    /// The file with their staff code
    #[arg(long, value_name = "FILE")]
    pub code_file: Option<PathBuf>,
    /// How much; all that can be returned where it is not said
    #[arg(long, value_name = "AMOUNT")]
    pub amount: Option<String>,
    /// Another asset that came (CAIP-19)
    #[arg(long, value_name = "ID")]
    pub asset: Option<String>,
    /// Where to; the payer where it is not said
    #[arg(long, value_name = "ADDRESS")]
    pub to: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Wait until it is final
    #[arg(long)]
    pub wait: bool,
    /// Give up waiting after so many seconds
    #[arg(long, value_name = "SECONDS", requires = "wait")]
    pub timeout: Option<u64>,
}

#[derive(Debug, Args)]
pub struct TillSweep {
    /// Go on until all is gathered
    #[arg(long)]
    pub wait: bool,
    /// Give up waiting after so many seconds
    #[arg(long, value_name = "SECONDS", requires = "wait")]
    pub timeout: Option<u64>,
}

#[derive(Debug, Subcommand)]
pub enum TillStaffCommand {
    /// Add someone, or change what is saved of them
    Save(TillStaffSave),
    /// Remove someone
    Remove {
        /// The name
        name: String,
    },
    /// List who works here
    List,
}

#[derive(Debug, Args)]
pub struct TillStaffSave {
    /// The name
    pub name: String,
    /// The file with the staff code, 4 to 12 digits; the saved one stays where it is not said
    #[arg(long, value_name = "FILE")]
    pub code_file: Option<PathBuf>,
    /// May give money back
    #[arg(long)]
    pub may_refund: bool,
}

#[derive(Debug, Subcommand)]
pub enum TillItemCommand {
    /// Add something, or change it
    Save(TillItemSave),
    /// Remove something
    Remove {
        /// The item's id, as the list shows it
        id: String,
    },
    /// List what is sold
    List,
}

#[derive(Debug, Args)]
pub struct TillItemSave {
    /// The name
    pub name: String,
    /// The price of one, as in 12.50
    #[arg(allow_hyphen_values = true)]
    pub price: String,
    /// The barcode that a scanner types
    #[arg(long, value_name = "TEXT")]
    pub barcode: Option<String>,
    /// The item to change
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ChargeStateChoice {
    Open,
    Unclear,
    Paid,
    Closed,
    Revoked,
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
