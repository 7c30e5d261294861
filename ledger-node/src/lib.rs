//! The sandbox ledger: an EVM chain of one node that keeps its state, charges nothing, and has a bank
//! that gives play money away.
//!
//! ```text
//! connection -> rpc -> submission (decode, recover: a thread a processor)
//!                          -> ledger thread: pool -> journal | block -> store -> chain (published)
//! connection <- rpc <- chain (latest state in memory, blocks from the store, news)
//! ```
//!
//! Nothing is answered before it is durable: `eth_sendRawTransaction` when the transaction is in a
//! block or in the journal, a receipt when its block is on the disk. After SIGKILL or a power cut the
//! ledger is what it had said it was.
//!
//! [`attach`] is what an app calls; [`start`] runs a node on its own, as the binary `jiaozi-node` does.
//! There is no account but those that sign, and no password: it listens on loopback only.

mod attach;
mod bank;
mod block_builder;
mod chain;
mod error;
mod evm;
pub mod genesis;
mod ledger_thread;
pub mod limits;
mod log_query;
mod node;
mod pool;
mod record;
mod rpc;
mod server;
mod state;
mod submission;
mod transaction;

pub use attach::{Attached, attach};
pub use error::Error;
pub use genesis::{SANDBOX_CHAIN_ID, SANDBOX_YUAN};
pub use node::{Config, NodeHandle, start};
