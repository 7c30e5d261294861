//! The command line of the till.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::AccountOption;

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
