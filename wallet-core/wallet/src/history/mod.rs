//! The history: what the ledger says of this wallet's accounts, put beside the
//! payments that were made here.

mod export;
mod query;
mod sync;

pub use export::csv;
pub(crate) use query::is_waiting;
pub use query::{page, total};
pub use sync::{Synced, sync};
