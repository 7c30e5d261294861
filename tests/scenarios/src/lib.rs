//! Scenarios, written once and run on every node: the embedded sandbox, Anvil
//! and Conflux eSpace. People here are real wallets with real vaults (sealed by
//! a passphrase), each in a profile of its own; nodes are the real programs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test may stop where it fails

mod node;
mod pay;
mod person;
mod replace;

pub use node::{Node, RealNode};
pub use pay::pay_a_shop;
pub use person::Person;
pub use replace::replace_payments;
