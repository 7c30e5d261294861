//! The history: what the ledger says of this wallet's accounts, put beside the
//! payments that were made here.

mod entry_view;
pub(crate) mod export;
mod query;
mod rows;
mod search;
mod start;
mod sync;
#[cfg(test)]
mod tests;

pub use export::csv;
pub(crate) use query::is_waiting;
pub use query::page;
pub(crate) use rows::{RowBatch, move_old_rows};
pub(crate) use search::SearchIndex;
pub use sync::{PROMPT, Reader, STEADY, Synced};
