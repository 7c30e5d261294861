//! The faults, and when they strike.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// A way for a node, or the way to it, to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The call never arrives, and the connection closes.
    Drop,
    /// The call arrives; its answer does not, and the connection closes.
    DisconnectAfterAccept,
    /// The answer comes up to two seconds late.
    Delay,
    /// The call arrives twice; the second answer is passed on.
    Duplicate,
    /// Half of the answer comes, then the connection closes.
    Truncate,
    /// Later calls overtake the call.
    Reorder,
    /// The answer is not JSON any more.
    CorruptJson,
    /// The answer has another call's id.
    WrongId,
    /// A page for people comes back, with status 200.
    Html,
    /// A gateway's 500, 502 or 503, with a page for people.
    ServerError,
    /// 429 with `Retry-After: 1`; the call does not arrive.
    TooManyRequests,
    /// The node says what it said to the same question at first, for ever.
    StaleState,
    /// Sent transactions are swallowed and called executed and final.
    FalseReceipt,
    /// Executed transactions are called failed.
    FalseFailure,
    /// Balances are much higher than they are.
    FalseBalance,
    /// The node says that it is on another chain.
    WrongChain,
    /// The answer comes byte by byte and never ends.
    SlowLoris,
    /// Conflux Core Space alone, and not of [`Fault::ALL`]: the node counts
    /// [`Fault::AHEAD`] epochs more than there are. What the wallet then signs
    /// anew an honest node still takes.
    EpochsAhead,
}

impl Fault {
    /// Epochs that [`Fault::EpochsAhead`] adds: fewer than the 100,000 for which
    /// nodes take a transaction before its epoch.
    pub const AHEAD: u64 = 90_000;

    /// Every fault that any node can have.
    pub const ALL: [Self; 17] = [
        Self::Drop,
        Self::DisconnectAfterAccept,
        Self::Delay,
        Self::Duplicate,
        Self::Truncate,
        Self::Reorder,
        Self::CorruptJson,
        Self::WrongId,
        Self::Html,
        Self::ServerError,
        Self::TooManyRequests,
        Self::StaleState,
        Self::FalseReceipt,
        Self::FalseFailure,
        Self::FalseBalance,
        Self::WrongChain,
        Self::SlowLoris,
    ];

    /// Whether answers stay well-formed but are untrue: nobody can tell with one node alone.
    #[must_use]
    pub fn lies(self) -> bool {
        matches!(
            self,
            Self::StaleState
                | Self::FalseReceipt
                | Self::FalseFailure
                | Self::FalseBalance
                | Self::WrongChain
                | Self::EpochsAhead
        )
    }
}

/// Which calls are struck.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What happens to them.
    pub fault: Fault,
    /// Of a thousand calls so many are struck.
    pub per_mille: u32,
    /// Calls of these methods alone; none means of all.
    pub methods: Vec<&'static str>,
    /// Chooses which.
    pub seed: u64,
}

impl Plan {
    /// Strikes every call.
    #[must_use]
    pub fn always(fault: Fault) -> Self {
        Self {
            fault,
            per_mille: 1000,
            methods: Vec::new(),
            seed: 0,
        }
    }

    /// Strikes `per_mille` of a thousand calls.
    #[must_use]
    pub fn sometimes(fault: Fault, per_mille: u32, seed: u64) -> Self {
        Self {
            fault,
            per_mille,
            methods: Vec::new(),
            seed,
        }
    }

    /// Strikes calls of these methods alone.
    #[must_use]
    pub fn only(mut self, methods: &[&'static str]) -> Self {
        self.methods = methods.to_vec();
        self
    }

    /// The dice for the `n`-th call of `method`, or none when it is spared.
    pub(crate) fn strikes(&self, method: &str, n: u64) -> Option<fastrand::Rng> {
        if !self.methods.is_empty() && !self.methods.contains(&method) {
            return None;
        }
        let mut hasher = DefaultHasher::new(); // the same keys in every run
        (self.seed, method, n).hash(&mut hasher);
        let mut dice = fastrand::Rng::with_seed(hasher.finish());
        (dice.u32(0..1000) < self.per_mille).then_some(dice)
    }
}

/// A plan and how often each method was called under it.
#[derive(Debug, Default)]
pub(crate) struct Course {
    plan: Option<Plan>,
    calls: HashMap<String, u64>,
    pub(crate) struck: u64,
}

impl Course {
    pub(crate) fn set(&mut self, plan: Option<Plan>) {
        *self = Self {
            plan,
            ..Self::default()
        };
    }

    /// What happens to the next call of `method`.
    pub(crate) fn next(&mut self, method: &str) -> Option<(Fault, fastrand::Rng)> {
        let plan = self.plan.as_ref()?;
        let n = self.calls.entry(method.to_owned()).or_default();
        let dice = plan.strikes(method, *n);
        *n += 1;
        let dice = dice?;
        self.struck += 1;
        Some((plan.fault, dice))
    }
}
