//! A proxy between a wallet and its node that fails on purpose.
//!
//! ```text
//!   wallet --HTTP, WebSocket--> Proxy --> node
//!                                 |
//!                     Plan: which Fault, on which methods, how often, by a seed
//! ```
//!
//! Without a plan it passes everything on. Whether the n-th call of a method is struck depends on
//! the plan's seed, the method and n alone, so that a run can be repeated. Whoever watches is told
//! of each call before the node has it and after the node has answered, and everything waits for
//! them meanwhile: that is where the killer strikes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test may stop where it fails

mod fault;
mod http;
mod lies;
mod node;
mod proxy;
mod websocket;

pub use fault::{Fault, Plan};
pub use node::{Node, NodeError};
pub use proxy::{Moment, Proxy, Seen};
