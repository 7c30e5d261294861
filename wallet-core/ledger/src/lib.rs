//! Ledgers, from the wallet's side: one trait, an adapter for each kind of
//! ledger, and the endpoints they speak to.
//!
//! Nodes are not trusted: they stall, lie, answer HTML and disappear. Answers
//! are bounded in size and time, checked against the chain that was asked for,
//! and their texts never leave this crate.

mod endpoint;
mod error;
pub mod evm;
mod ledger;
mod pool;
mod rpc;

pub use endpoint::{Endpoint, EndpointError};
pub use error::LedgerError;
pub use evm::EvmLedger;
pub use ledger::{
    Agreement, Call, CoinTransfer, CoreQuote, FeeQuote, Finality, Inclusion, Ledger, NodeFacts,
    Nonces, TokenFacts, TokenTraits, TransactionStatus, Transfer,
};
pub use pool::{EndpointReport, PoolOptions, Proxy, ProxyError, RateBudget};
