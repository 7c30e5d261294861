//! The sandbox ledger as its callers see it: real HTTP, real signatures, real kills.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod authorizations;
#[cfg(target_os = "linux")]
mod full_disk;
mod hosting;
mod kills;
mod payments;
mod properties;
mod protocol;
mod queue;
mod support;
