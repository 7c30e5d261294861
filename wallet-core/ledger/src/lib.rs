//! Ledgers, from the wallet's side: one trait, an adapter for each kind of
//! ledger, and the endpoints they speak to.
//!
//! Nodes are not trusted: they stall, lie, answer HTML and disappear. Answers
//! are bounded in size and time, checked against the chain that was asked for,
//! and their texts never leave this crate.

mod abi;
pub mod conflux;
mod endpoint;
mod error;
pub mod evm;
mod ledger;
mod logs;
mod pool;
mod rpc;
mod tokens;

pub use conflux::CoreLedger;
pub use endpoint::{Endpoint, EndpointError};
pub use error::LedgerError;
pub use evm::EvmLedger;
pub use ledger::{
    Agreement, Call, CoinTransfer, CoreQuote, FeeQuote, Finality, Inclusion, Ledger, NodeFacts,
    Nonces, TokenFacts, TransactionStatus, Transfer,
};
pub use pool::{EndpointReport, PoolOptions, Proxy, ProxyError, RateBudget};

use std::sync::Arc;

use jiaozi_types::ChainId;

/// The ledger of a chain, by the adapter of its kind.
pub fn connect(
    chain: ChainId,
    finality: Finality,
    endpoints: &[Endpoint],
    options: PoolOptions,
) -> Result<Arc<dyn Ledger>, LedgerError> {
    Ok(match chain {
        ChainId::Eip155(number) => Arc::new(EvmLedger::with_options(
            number, finality, endpoints, options,
        )?),
        ChainId::Conflux(network) => Arc::new(CoreLedger::with_options(
            network, finality, endpoints, options,
        )?),
    })
}
