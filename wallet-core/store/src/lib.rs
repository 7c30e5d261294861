//! Where the wallet and the sandbox ledger keep what must not be lost.
//!
//! - [`KeyValue`]: ordered bytes in named trees; a [`Batch`] over several trees is all or nothing and
//!   is on the disk when [`KeyValue::commit`] returns. [`Durable`] is its sled backend, and
//!   [`conformance`] is what any backend has to pass.
//! - [`SealedStore`]: typed, versioned records over a `KeyValue`, encrypted under the caller's key.
//! - [`migrate`]: opens a sealed store and brings an older one up to date, on a copy.

mod batch;
mod conformance;
mod durable;
mod error;
mod folder_lock;
mod key_value;
pub mod migrate;
mod repair;
mod sealed;
mod store_key;

pub use batch::{Batch, Operation};
pub use conformance::{Nonconformity, conformance};
pub use durable::Durable;
pub use error::Error;
pub use key_value::{Entry, KeyRange, KeyValue, MAX_KEY, MAX_TREE, MAX_VALUE, Order};
pub use sealed::{Record, SealedBatch, SealedStore};
pub use store_key::StoreKey;
