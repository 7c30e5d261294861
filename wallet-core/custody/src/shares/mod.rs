//! Shares (SLIP-39): a wallet split among people or places, so that some of
//! them give it back and fewer tell nothing.
//!
//! What is split is the entropy of the recovery words, so that the same words
//! come back: 12 words give shares of 20 words, 24 words shares of 33. The
//! shares do not say which list the words were of (the same entropy is another
//! wallet in Chinese); the wallet's fingerprint does. A passphrase of the
//! shares is mixed in and cannot be checked: a wrong one gives another wallet.
//!
//! Other wallets that know SLIP-39 read the same secret from these shares but
//! derive their keys from it directly, not by way of recovery words, and so
//! open another, empty wallet. Docs: `docs/shares.md`, `docs/adr/0024`.
//!
//! ```text
//! words -> entropy -> cipher (passphrase) -> split into groups -> each into shares
//! ```

mod checksum;
mod cipher;
mod field;
mod list;
mod plan;
mod set;
mod share;
mod sharing;
#[cfg(test)]
mod tests;
mod wallet;

pub use checksum::Suspect;
pub use cipher::SharePassphrase;
pub use list::{complete, is_word, near};
pub use plan::{Group, Plan, PlanError};
pub use set::{GroupStanding, SetError, Setting, ShareSet, Standing};
pub use share::{Share, ShareError, ShareWords};
pub use wallet::split;

/// Why a wallet cannot be split or restored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SharesError {
    /// The shares are no set.
    #[error(transparent)]
    Set(#[from] SetError),
    /// Not printable ASCII, or more than 256 characters.
    #[error("a passphrase of shares has up to 256 letters, digits and signs of ASCII")]
    Passphrase,
    /// The secret of the shares is not that of recovery words.
    #[error("the shares are not those of a wallet with recovery words")]
    NotWords,
    /// The operating system gives no randomness.
    #[error("the operating system gives no randomness")]
    Randomness,
    /// New shares did not give the wallet back; they are not shown.
    #[error("the new shares did not give the wallet back")]
    SelfCheck,
    /// A fault of this program.
    #[error("internal fault")]
    Internal,
}
