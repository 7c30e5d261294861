//! Custody: recovery words, the sealed seed, the OS keyring, keys, the spend
//! policy, reading what is to be signed, and signing. No network code and no
//! windows: the vault binary asks the person, this crate decides.

mod backoff;
pub mod cold;
#[cfg(test)]
mod figures;
mod files;
pub mod keyring;
pub mod keys;
pub mod memory;
mod policy;
pub mod reading;
mod seal;
mod sealed_file;
pub mod sealed_words;
pub mod secret;
pub mod shares;
mod signing;
pub mod text;
pub mod vault;
#[cfg(test)]
mod vectors;
pub mod words;

pub use cold::{ColdReading, ColdRefusal};
pub use keyring::{Keyring, OsKeyring};
pub use reading::{Money, Party, Reading, ReadingKind, ShopReading};
pub use secret::{Secret, SecretKind, SecretRule};
pub use text::{PersonalPhrase, TextError};
pub use vault::{Asked, CertificateReading, NewWallet, NotSigned, Vault, Verified};
pub use words::{Words, WordsError};
