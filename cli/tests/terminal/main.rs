//! The real programs, driven as a person or a script would: `jiaozi` with its
//! vault and its sandbox, in folders of each test's own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod backups;
mod bad_input;
mod disk;
mod nodes;
mod payments;
mod secrets;
mod support;
mod till;
mod upgrade;
