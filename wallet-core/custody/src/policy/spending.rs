//! What was signed: the day's counters, and for each purchase what it pays and
//! by which instruments.

use std::collections::BTreeMap;

use alloy_primitives::{B256, U256};
use jiaozi_types::agent::SpentToday;
use jiaozi_types::{AssetId, PurchaseId, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Draw, Instrument, Judgement, Spend};

const DAY: u64 = 86_400;
/// Purchases remembered. A forgotten one counts in full when it comes again.
const PURCHASES: usize = 1_000;
/// Instruments and envelopes remembered of one purchase.
const ATTEMPTS: usize = 32;

/// What was signed. Kept sealed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spending {
    /// The UTC day (days since 1970) of the counters; it never goes back.
    day: u64,
    /// What left on that day without the PIN.
    spent: BTreeMap<AssetId, U256>,
    /// By age, the oldest first.
    approvals: Vec<Approval>,
}

/// What was signed for one purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Approval {
    purchase: PurchaseId,
    pub(super) spend: Option<Spend>,
    pub(super) instruments: Vec<Instrument>,
    pub(super) envelopes: Vec<B256>,
    /// The highest fee over each transaction nonce, in atoms of its chain's coin.
    #[serde(default)]
    fees: Vec<(Instrument, U256)>,
}

impl Approval {
    /// The highest fee that was signed over a transaction nonce.
    pub(super) fn fee_over(&self, carrier: Instrument) -> U256 {
        let mut fees = self.fees.iter();
        fees.find(|(over, _)| *over == carrier)
            .map_or(U256::ZERO, |(_, cap)| *cap)
    }

    fn remember_fee(&mut self, carrier: Instrument, cap: U256) {
        let cap = cap.max(self.fee_over(carrier));
        self.fees.retain(|(over, _)| *over != carrier);
        remember(&mut self.fees, (carrier, cap), ATTEMPTS);
    }
}

impl Spending {
    pub(super) fn of(&self, purchase: PurchaseId) -> Option<&Approval> {
        self.approvals
            .iter()
            .find(|approval| approval.purchase == purchase)
    }

    /// What left of one asset on the present day without the PIN.
    pub(super) fn spent(&self, asset: AssetId, now: Timestamp) -> U256 {
        if self.is_over(now) {
            return U256::ZERO;
        }
        self.spent.get(&asset).copied().unwrap_or_default()
    }

    /// What left of each asset on the present day without the PIN.
    pub fn today(&self, now: Timestamp) -> Vec<SpentToday> {
        if self.is_over(now) {
            return Vec::new();
        }
        self.spent
            .iter()
            .map(|(asset, atoms)| SpentToday {
                asset: *asset,
                atoms: *atoms,
            })
            .collect()
    }

    /// Whether the counters are of a day before `now`'s.
    fn is_over(&self, now: Timestamp) -> bool {
        now.as_unix() / DAY > self.day
    }

    /// Notes that `draw` is signed. `free` says that it goes without the PIN
    /// and counts.
    pub fn record(&mut self, draw: &Draw, judgement: &Judgement, free: bool, now: Timestamp) {
        if self.is_over(now) {
            self.day = now.as_unix() / DAY;
            self.spent.clear();
        }
        for (asset, atoms) in judgement.counts.iter().filter(|_| free) {
            let spent = self.spent.entry(*asset).or_default();
            *spent = spent.saturating_add(*atoms);
        }
        let at = self
            .approvals
            .iter()
            .position(|approval| approval.purchase == draw.purchase);
        let mut approval = match at {
            Some(at) => self.approvals.remove(at),
            None => Approval {
                purchase: draw.purchase,
                spend: None,
                instruments: Vec::new(),
                envelopes: Vec::new(),
                fees: Vec::new(),
            },
        };
        if approval.spend.is_none() {
            approval.spend = draw.spend.clone();
        }
        if let Some(instrument) = draw.instrument {
            remember(&mut approval.instruments, instrument, ATTEMPTS);
        }
        if let Some((carrier, (_, cap))) = draw.carrier.zip(draw.fee) {
            approval.remember_fee(carrier, cap);
        }
        remember(&mut approval.envelopes, draw.envelope, ATTEMPTS);
        self.approvals.push(approval);
        let excess = self.approvals.len().saturating_sub(PURCHASES);
        self.approvals.drain(..excess);
    }
}

/// Adds to the end what is not there yet, and drops the oldest beyond `most`.
fn remember<T: PartialEq>(list: &mut Vec<T>, item: T, most: usize) {
    if !list.contains(&item) {
        list.push(item);
        let excess = list.len().saturating_sub(most);
        list.drain(..excess);
    }
}
