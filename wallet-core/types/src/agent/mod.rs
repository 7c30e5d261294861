//! What a shell and the vault's agent say to each other.
//!
//! A shell sends a [`Call`] and gets one [`Reply`] with the same id, over the
//! agent's standard input and output or over its Unix socket, one JSON message
//! a frame (see [`frame`]). Calls may overlap: while a window is open for one,
//! [`Request::Status`] and [`Request::Cancel`] are answered at once; a second
//! call that needs a prompt gets [`AgentError::Busy`].
//!
//! No message carries a word, a PIN, a passphrase, a seed or a private key in
//! either direction: those are typed into the vault and stay there.

mod backup;
mod error;
pub mod frame;
mod message;
mod policy;
mod signing;

pub use backup::{BACKUP_PART_MAX, BackupPlace};
pub use error::{AgentError, KeyringFault};
pub use message::{
    AccountInfo, Appearance, Backup, BackupState, Call, Hello, Language, Payee, RemovalProof,
    Reply, Request, Response, Sealing, Theme, VaultState, VaultStatus, WordLanguage,
};
pub use policy::{QuickPayLimit, SpendPolicy, SpendVerdict, SpentToday};
pub use signing::{
    Authorization, AuthorizationForm, Carrier, CarrierFee, CoreCarrier, KeyRef, SignRequest,
    Signed, ToSign, TokenDomain,
};

/// The version of the messages; both sides must speak the same one.
pub const PROTOCOL_VERSION: u16 = 5;
