//! Custody: recovery words, the sealed seed, the OS keyring, keys, the spend
//! policy, reading what is to be signed, and signing. No network code and no
//! windows: the vault binary asks the person, this crate decides.

pub mod memory;
pub mod reading;
pub mod secret;
pub mod text;
pub mod words;

pub use reading::{Money, Party, Reading, ReadingKind};
pub use secret::{Secret, SecretKind, SecretRule};
pub use text::{PersonalPhrase, TextError};
pub use words::{Words, WordsError};
