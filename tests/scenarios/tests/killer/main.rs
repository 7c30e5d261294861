//! Kills wallet, vault and node with SIGKILL at every step of a payment and at
//! any time, and counts what it cost: nothing.
//!
//! ```text
//!   killer --kills 300 --seed 1
//! ```
//!
//! All three are real processes: `jiaozi-node`, `jiaozi-vault` and this program
//! itself as a payer over the wallet's own surface. The product holds no hook
//! for it. Steps are seen from outside: calls to the node pass a proxy, calls to
//! the vault another one, and writes of the store are told by the system. The
//! seed chooses victims, steps and delays; what the machine's own timing makes
//! of them may differ from run to run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test may stop where it fails
#![allow(clippy::print_stdout)] // the report

mod payer;
mod report;
mod trap;
mod vault_proxy;
mod victims;
mod world;

use std::process::ExitCode;
use std::time::Instant;

use report::Report;
use tokio::task::JoinSet;
use world::World;

/// Kills in one world: a ledger, a wallet and a vault that are then checked to
/// the fen and left.
const KILLS_A_WORLD: u64 = 100;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).collect::<Vec<_>>();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if arguments.first().is_some_and(|first| first == payer::ROLE) {
        runtime.block_on(payer::run(&arguments[1..]));
        return ExitCode::SUCCESS;
    }
    // Test runners ask for a list of tests; this program is one.
    if arguments.iter().any(|argument| argument == "--list") {
        return ExitCode::SUCCESS;
    }
    let mut take = |name: &str, otherwise: u64| {
        let Some(at) = arguments.iter().position(|argument| argument == name) else {
            return otherwise;
        };
        let value = arguments.remove(at + 1);
        arguments.remove(at);
        value.parse().unwrap_or_else(|_| panic!("{name} {value}"))
    };
    let (kills, seed) = (take("--kills", 300), take("--seed", 1));
    assert!(arguments.is_empty(), "unknown arguments: {arguments:?}");
    let report = runtime.block_on(kill(kills, seed));
    print!("{report}");
    if report.is_clean() {
        ExitCode::SUCCESS
    } else {
        println!("again: make soak KILLS={kills} SEED={seed}");
        ExitCode::FAILURE
    }
}

/// Worlds at a time: each mostly waits for blocks and disks.
const WORLDS: usize = 3;

async fn kill(kills: u64, seed: u64) -> Report {
    let (mut report, began) = (Report::new(seed), Instant::now());
    let quotas = (0..kills.div_ceil(KILLS_A_WORLD)).map(|number| {
        let quota = KILLS_A_WORLD.min(kills - number * KILLS_A_WORLD);
        let dice = fastrand::Rng::with_seed(seed.wrapping_mul(1_000_003).wrapping_add(number));
        (quota, dice)
    });
    let mut worlds = JoinSet::new();
    for (quota, dice) in quotas {
        if worlds.len() == WORLDS {
            report.take(next(&mut worlds).await, began.elapsed());
        }
        worlds.spawn(one_world(quota, dice, seed));
    }
    while !worlds.is_empty() {
        report.take(next(&mut worlds).await, began.elapsed());
    }
    report
}

async fn next(worlds: &mut JoinSet<Report>) -> Report {
    match worlds.join_next().await {
        Some(Ok(report)) => report,
        other => panic!("a world broke: {other:?}"),
    }
}

async fn one_world(quota: u64, dice: fastrand::Rng, seed: u64) -> Report {
    let mut report = Report::new(seed);
    let mut world = World::new(dice).await;
    world.live(quota, &mut report).await;
    world.judge(&mut report).await;
    report
}
