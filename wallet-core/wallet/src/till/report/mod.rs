//! The day's books.
//!
//! - `part.rs`: what a charge adds to a period, as a pure function.
//! - `books.rs`: the books of a period, from the records.
//! - `check.rs`: the ledger, read anew, beside them.
//! - `close.rs`: how the day stands (X), and its close (Z).
//! - `sheet.rs`: charges and ledger entries of a report, line by line;
//!   `csv.rs`, `camt.rs`: written as files for the bookkeeper.
//!
//! A period is a run of blocks: where one Z report ends the next begins. Money
//! that is gathered leaves receiving addresses and comes to none: it is in no sum.

mod books;
pub(super) mod camt;
mod check;
pub(super) mod close;
pub(super) mod csv;
mod part;
pub(super) mod sheet;
pub(super) mod view;
