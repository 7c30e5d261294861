//! The words every part of Jiaozi shares: money, assets, chain-tagged
//! addresses, ids, time, and the messages that pass between a shell and the
//! vault. Nothing here does I/O.

pub mod account_number;
pub mod address;
pub mod agent;
pub mod amount;
pub mod asset;
pub mod chain;
mod cip37;
pub mod clock;
pub mod core_transaction;
pub mod hd;
pub mod id;
pub mod sandbox;
pub mod shop;
pub mod shop_key;

pub use account_number::PathScheme;
pub use address::{Address, AddressError, Checked, Unchecked};
pub use amount::{Amount, AmountError};
pub use asset::{Asset, AssetError, AssetId};
pub use chain::{ChainError, ChainId};
pub use cip37::CoreAddressType;
pub use clock::{Clock, SystemClock, Timestamp};
pub use hd::{CoinType, HdError};
pub use id::{IdError, PurchaseId};
pub use shop::{ShopProof, TillCertificate, VerifiedShop};
pub use shop_key::ShopKey;
