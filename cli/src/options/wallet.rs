//! The wallet itself: making it, its words and backups, its limits, its end.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::LanguageChoice;
use super::accounts::AssetOption;

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
