//! The EVM adapter and its pool against nodes that follow a script: each fault
//! alone, and beside an honest endpoint.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod espace;
mod faults;
mod followed;
mod lies;
mod logs;
mod node;
mod pace;
mod proxies;
mod sent;

use std::time::Duration;

use jiaozi_ledger::{Endpoint, EvmLedger, Finality, PoolOptions};
use node::ScriptedNode;

/// The chain of every test.
const CHAIN: u64 = 4242;

/// Long enough for an honest node on a slow machine.
const LONG: Duration = Duration::from_secs(120);

/// Everyone is waited for.
fn patient() -> PoolOptions {
    PoolOptions {
        connect_timeout: LONG,
        call_timeout: LONG,
        patience: LONG,
        ..PoolOptions::default()
    }
}

/// Those who do not answer are not waited for long. For tests in which a slow
/// honest node changes nothing.
fn hasty() -> PoolOptions {
    PoolOptions {
        connect_timeout: Duration::from_millis(700),
        call_timeout: Duration::from_millis(700),
        patience: Duration::from_millis(500),
        ..PoolOptions::default()
    }
}

fn ledger(nodes: &[&ScriptedNode], options: PoolOptions) -> EvmLedger {
    ledger_of(CHAIN, Finality::Depth(2), nodes, options)
}

fn ledger_of(
    chain: u64,
    finality: Finality,
    nodes: &[&ScriptedNode],
    options: PoolOptions,
) -> EvmLedger {
    let endpoints: Vec<Endpoint> = nodes.iter().map(|node| node.endpoint()).collect();
    EvmLedger::with_options(chain, finality, &endpoints, options).unwrap()
}
