//! Scenarios, written once and run on every node: the embedded sandbox, Anvil
//! and Conflux eSpace. People here are real wallets with real vaults (sealed by
//! a passphrase), each in a profile of its own; nodes are the real programs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test may stop where it fails
#![allow(clippy::print_stdout)] // how far a long test has come

mod ends;
mod faults;
mod hand;
mod node;
mod node_process;
mod pay;
mod payer;
mod person;
mod renew;
mod replace;
mod terminal;
mod till;
mod truth;

pub use ends::{is_dead, is_over};
pub use faults::{A_FEW, pay_beside_a_liar, pay_through_every_fault, pay_through_faults};
pub use node::{CoreGround, Ground, Node, RealNode};
pub use node_process::NodeProcess;
pub use pay::pay_a_shop;
pub use payer::{Fixed, Payer, in_a_life, link};
pub use person::{Person, program};
pub use renew::renew_in_core_space;
pub use replace::replace_payments;
pub use terminal::Terminal;
pub use till::take_payments_at_the_till;
pub use truth::{Transfer, Truth};
