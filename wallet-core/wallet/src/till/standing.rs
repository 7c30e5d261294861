//! Where a charge stands: a pure function of what came to its address and of
//! looks at the ledger.
//!
//! ```text
//!                 +--------------- taken back ----------------+
//!                 v                                           |
//!   Open ---- enough, as sure as wanted -------------------> Paid
//!     |                                                       ^  |
//!     |  time over                                            |  | taken back,
//!     +--- something came ----> Unclear ----- enough ---------+  | time over
//!     |                          ^  |                            |
//!     |                          +--|----------------------------+
//!     |                             |  waited long enough
//!     +--- nothing came --> Closed  +--> Revoked (nothing there any more: Closed)
//! ```
//!
//! Time is over only by a look that saw the whole ledger as it was after the
//! time was over: while no node answers, nothing ends. Closed and Revoked are
//! ends for good: what comes to them is late.

use alloy_primitives::U256;
use serde::{Deserialize, Serialize};

use crate::api::till::{Assurance, ChargeFlags, ChargeState, PaymentRole};

/// A charge that waits for finality is unclear for at most this many times as
/// long as one that does not, while all of its money is in a block.
pub(crate) const FINALITY_PATIENCE: u64 = 40;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asked {
    /// Atoms.
    pub(crate) atoms: U256,
    /// How sure it must be.
    pub(crate) wanted: Assurance,
    /// Unix second at which the customer's time is over.
    pub(crate) expires_at: u64,
    /// How long an unclear charge is waited for, in seconds.
    pub(crate) unclear_seconds: u64,
}

/// Money that came, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Came {
    /// Atoms, of the asset that the role tells.
    pub(crate) atoms: U256,
    /// How sure it is.
    pub(crate) assurance: Assurance,
    /// What it counts as.
    pub(crate) role: PaymentRole,
}

/// A look at the ledger that saw all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look {
    /// When it began (Unix seconds).
    pub(crate) began: u64,
    /// The newest block that it saw.
    pub(crate) block: u64,
}

/// Where a charge stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Standing {
    /// The state.
    pub(crate) state: ChargeState,
    /// When it came to its end, or was paid (Unix seconds).
    pub(crate) ended_at: Option<u64>,
    /// The newest block of the look that found its time over; what comes after
    /// that look to a charge that is paid or ended is late.
    pub(crate) over_block: Option<u64>,
    /// Since when it is unclear (Unix seconds).
    pub(crate) unclear_since: Option<u64>,
    /// Whether a block with a payment was ever taken back.
    pub(crate) taken_back: bool,
}

impl Standing {
    /// A charge as it is made.
    pub(crate) const fn new() -> Self {
        Self {
            state: ChargeState::Open,
            ended_at: None,
            over_block: None,
            unclear_since: None,
            taken_back: false,
        }
    }

    /// What money of the right asset counts as that is first seen now.
    pub(crate) fn role(&self) -> PaymentRole {
        match self.state {
            ChargeState::Open | ChargeState::Unclear => PaymentRole::Counts,
            ChargeState::Paid if self.over_block.is_none() => PaymentRole::Counts,
            ChargeState::Paid | ChargeState::Closed | ChargeState::Revoked => PaymentRole::Late,
        }
    }

    /// When a look has something to do besides what comes in (Unix seconds);
    /// none when only money can change it.
    pub(crate) fn due(&self, asked: &Asked, came: &[Came]) -> Option<u64> {
        match self.state {
            ChargeState::Open => Some(asked.expires_at),
            ChargeState::Paid if self.over_block.is_none() => Some(asked.expires_at),
            ChargeState::Unclear => self.unclear_since.map(|since| patience(asked, came, since)),
            ChargeState::Paid | ChargeState::Closed | ChargeState::Revoked => None,
        }
    }

    /// Where it stands after `came`, at `now`, and after a whole look where there was one.
    pub(crate) fn after(self, asked: &Asked, came: &[Came], now: u64, look: Option<Look>) -> Self {
        let enough = sum(came, asked.wanted) >= asked.atoms;
        let over = look.filter(|look| look.began >= asked.expires_at);
        match (self.state, over) {
            (ChargeState::Closed | ChargeState::Revoked, _) => self,
            (ChargeState::Paid, over) if enough => Self {
                over_block: self.over_block.or(over.map(|look| look.block)),
                ..self
            },
            (_, over) if enough => Self {
                state: ChargeState::Paid,
                ended_at: Some(now),
                over_block: over.map(|look| look.block),
                unclear_since: None,
                ..self
            },
            // The ledger took a payment back.
            (ChargeState::Paid, over) if over.is_some() || self.over_block.is_some() => Self {
                state: ChargeState::Unclear,
                ended_at: None,
                over_block: None,
                unclear_since: Some(now),
                ..self
            },
            (ChargeState::Paid, _) => Self {
                state: ChargeState::Open,
                ended_at: None,
                ..self
            },
            (ChargeState::Open, Some(look)) => match something(came) {
                true => Self {
                    state: ChargeState::Unclear,
                    unclear_since: Some(look.began),
                    ..self
                },
                false => self.end(ChargeState::Closed, look),
            },
            (ChargeState::Unclear, Some(look)) => {
                let since = self.unclear_since.unwrap_or(asked.expires_at);
                match look.began >= patience(asked, came, since) {
                    true if something(came) => self.end(ChargeState::Revoked, look),
                    true => self.end(ChargeState::Closed, look),
                    false => self,
                }
            }
            (ChargeState::Open | ChargeState::Unclear, None) => self,
        }
    }

    fn end(self, state: ChargeState, look: Look) -> Self {
        Self {
            state,
            ended_at: Some(look.began),
            over_block: Some(look.block),
            unclear_since: None,
            ..self
        }
    }
}

/// Until when an unclear charge is waited for.
fn patience(asked: &Asked, came: &[Came], since: u64) -> u64 {
    let waits_for_finality =
        asked.wanted == Assurance::Final && sum(came, Assurance::Included) >= asked.atoms;
    let seconds = match waits_for_finality {
        true => asked.unclear_seconds.saturating_mul(FINALITY_PATIENCE),
        false => asked.unclear_seconds,
    };
    since.saturating_add(seconds)
}

fn something(came: &[Came]) -> bool {
    came.iter().any(|money| money.role == PaymentRole::Counts)
}

/// What counts and is at least so sure.
pub(crate) fn sum(came: &[Came], assurance: Assurance) -> U256 {
    came.iter()
        .filter(|money| money.role == PaymentRole::Counts && money.assurance >= assurance)
        .fold(U256::ZERO, |sum, money| sum.saturating_add(money.atoms))
}

/// How sure the whole amount is; none while it is not all there.
pub(crate) fn assurance(asked: &Asked, came: &[Came]) -> Option<Assurance> {
    [Assurance::Final, Assurance::Included, Assurance::Seen]
        .into_iter()
        .find(|level| sum(came, *level) >= asked.atoms)
}

/// What is unusual.
pub(crate) fn flags(standing: &Standing, asked: &Asked, came: &[Came]) -> ChargeFlags {
    let counted = sum(came, Assurance::Seen);
    let some = |role| came.iter().any(|money| money.role == role);
    ChargeFlags {
        under: !counted.is_zero() && counted < asked.atoms,
        over: counted > asked.atoms,
        late: some(PaymentRole::Late),
        wrong_asset: some(PaymentRole::WrongAsset),
        taken_back: standing.taken_back,
    }
}
