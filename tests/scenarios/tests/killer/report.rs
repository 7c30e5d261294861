//! What came of it.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::trap::{Step, Victim};

/// Kills by step and victim, and the losses.
#[derive(Debug)]
pub struct Report {
    seed: u64,
    kills: BTreeMap<Step, [u64; 3]>,
    /// Purchases that were paid.
    pub purchases: u64,
    /// Purchases that the ledger holds more than once.
    pub double: Vec<String>,
    /// Money that is not where wallet or ledger say.
    pub lost: Vec<String>,
    /// Purchases that did not come to an end.
    pub unknown: Vec<String>,
    /// How long it took.
    pub took: Duration,
}

impl Report {
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            kills: BTreeMap::new(),
            purchases: 0,
            double: Vec::new(),
            lost: Vec::new(),
            unknown: Vec::new(),
            took: Duration::ZERO,
        }
    }

    pub fn kills(&self) -> u64 {
        self.kills.values().flatten().sum()
    }

    pub fn killed(&mut self, victim: Victim, step: Step) {
        let column = Victim::ALL
            .iter()
            .position(|known| *known == victim)
            .unwrap();
        self.kills.entry(step).or_default()[column] += 1;
    }

    pub fn is_clean(&self) -> bool {
        self.double.is_empty() && self.lost.is_empty() && self.unknown.is_empty()
    }

    /// Adds what came of a world, and says where it stands.
    pub fn take(&mut self, world: Self, elapsed: Duration) {
        for (step, counts) in world.kills {
            let sums = self.kills.entry(step).or_default();
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum += count;
            }
        }
        self.purchases += world.purchases;
        self.double.extend(world.double);
        self.lost.extend(world.lost);
        self.unknown.extend(world.unknown);
        self.took = elapsed;
        println!(
            "{:>6} kills, {:>6} purchases, {:>5.0} s: {} double, {} lost, {} unknown",
            self.kills(),
            self.purchases,
            elapsed.as_secs_f64(),
            self.double.len(),
            self.lost.len(),
            self.unknown.len()
        );
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (what, cases) in [
            ("double", &self.double),
            ("lost", &self.lost),
            ("unknown", &self.unknown),
        ] {
            for case in cases {
                writeln!(f, "{what}: {case}")?;
            }
        }
        writeln!(
            f,
            "\n{:<36} {:>8} {:>8} {:>8}",
            "killed", "wallet", "vault", "node"
        )?;
        let mut sums = [0; 3];
        for (step, counts) in &self.kills {
            let [wallet, vault, node] = counts;
            writeln!(
                f,
                "{:<36} {wallet:>8} {vault:>8} {node:>8}",
                step.to_string()
            )?;
            for (sum, count) in sums.iter_mut().zip(counts) {
                *sum += count;
            }
        }
        let [wallet, vault, node] = sums;
        writeln!(f, "{:<36} {wallet:>8} {vault:>8} {node:>8}", "in all")?;
        let seconds = self.took.as_secs();
        writeln!(
            f,
            "\n{} kills in {seconds} s, {} purchases, seed {}",
            self.kills(),
            self.purchases,
            self.seed
        )?;
        writeln!(
            f,
            "{} double, {} lost, {} unknown",
            self.double.len(),
            self.lost.len(),
            self.unknown.len()
        )
    }
}
