//! Jiaozi's wallet: profiles, payees, requests, the payment saga and history.
//! Every shell (desktop, terminal) calls this one surface: [`Wallet`], with the
//! data of [`api`].
//!
//! Keys are not here: they are in the vault, a process of its own, which
//! [`vault`] asks.

pub mod api;
mod backup;
mod book;
mod error;
#[doc(hidden)]
pub mod fuzzing;
pub mod history;
pub mod network;
pub mod payment;
mod payment_view;
mod preferences;
pub mod receipt;
mod records;
pub mod request;
mod surface;
mod text;
pub mod till;
pub mod vault;
mod views;

pub use book::Book;
pub use error::WalletError;
pub use preferences::{DataFolders, Preferences};
pub use surface::{
    ColdSource, OpenOptions, SandboxHost, ShopKeys, SignedCertificate, Wallet, cold_frames,
};
pub use till::Till;
