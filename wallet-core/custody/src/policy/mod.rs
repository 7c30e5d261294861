//! The spend policy: what may leave without the PIN. [`judge`] is the one place
//! where that is decided; [`Spending::record`] is what it leaves behind, and is
//! on the disk before a signature is given out.
//!
//! What is counted is what was *signed* on a UTC day without the PIN: amounts,
//! and the most that fees can be. Of envelopes over one transaction nonce the
//! ledger takes one, so that a purchase's fee over a nonce counts again only when
//! it is higher: what ran out of time is signed anew at no cost. The day never goes back, so that setting the
//! clock back frees nothing.

mod limits;
mod spending;
#[cfg(test)]
mod tests;

use alloy_primitives::{Address as EvmAddress, B256, U256};
use jiaozi_types::agent::{AgentError, SpendPolicy, SpendVerdict};
use jiaozi_types::{Address, AssetId, ChainId, PurchaseId, Timestamp};
use serde::{Deserialize, Serialize};

pub use limits::{check, default_policy, is_looser, without_quick_pay};
pub use spending::Spending;

/// What a signature would take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draw {
    /// The purchase.
    pub purchase: PurchaseId,
    /// What it pays; none for a cancellation.
    pub spend: Option<Spend>,
    /// The most that the fee can be, when that is not zero.
    pub fee: Option<(AssetId, U256)>,
    /// The account's transaction nonce over which the fee is paid; none when the
    /// signer sends no transaction.
    pub carrier: Option<Instrument>,
    /// What the ledger accepts at most once.
    pub instrument: Option<Instrument>,
    /// Hash of all that is to be signed: two requests with the same one give
    /// the same bytes.
    pub envelope: B256,
}

/// Who gets how much of what. Within one purchase it never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spend {
    /// Who.
    pub payee: Address,
    /// Of what.
    pub asset: AssetId,
    /// How much.
    pub atoms: U256,
}

/// What the ledger accepts at most once: of two signatures over the same
/// instrument only one can move money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Instrument {
    /// A transaction nonce of an account.
    Transaction {
        /// The chain.
        chain: ChainId,
        /// The account.
        from: EvmAddress,
        /// Its nonce.
        nonce: u64,
    },
    /// An authorization nonce of an account at a token (EIP-3009).
    Authorization {
        /// The token.
        token: AssetId,
        /// The account.
        from: EvmAddress,
        /// The authorization's nonce.
        nonce: B256,
    },
}

/// What the policy says of a draw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// Whether the PIN is needed, and why.
    pub verdict: SpendVerdict,
    /// What counts against the day when it goes without the PIN.
    counts: Vec<(AssetId, U256)>,
}

impl Judgement {
    /// Whether it may be signed without the PIN.
    pub fn is_free(&self) -> bool {
        matches!(
            self.verdict,
            SpendVerdict::QuickPay | SpendVerdict::AlreadyApproved
        )
    }
}

/// Decides. A purchase that now pays something else than before is `Refused`.
pub fn judge(
    policy: &SpendPolicy,
    spending: &Spending,
    draw: &Draw,
    now: Timestamp,
) -> Result<Judgement, AgentError> {
    let before = spending.of(draw.purchase);
    let other =
        |spend: &Spend| before.is_some_and(|b| b.spend.as_ref().is_some_and(|s| s != spend));
    if draw.spend.as_ref().is_some_and(other) {
        return Err(AgentError::Refused {
            why: "the purchase has another payee, asset or amount".to_owned(),
        });
    }
    if before.is_some_and(|before| before.envelopes.contains(&draw.envelope)) {
        return Ok(Judgement {
            verdict: SpendVerdict::AlreadyApproved,
            counts: Vec::new(),
        });
    }
    let paid = draw.instrument.is_some_and(|instrument| {
        before.is_some_and(|before| before.instruments.contains(&instrument))
    });
    let mut counts: Vec<(AssetId, U256)> = Vec::new();
    if let Some(spend) = draw.spend.as_ref().filter(|s| !paid && !s.atoms.is_zero()) {
        counts.push((spend.asset, spend.atoms));
    }
    let taken = |cap: U256| {
        let known = before.zip(draw.carrier);
        known.is_some_and(|(before, carrier)| before.fee_over(carrier) >= cap)
    };
    if let Some((coin, cap)) = draw.fee.filter(|(_, cap)| !taken(*cap)) {
        match counts.iter_mut().find(|(asset, _)| *asset == coin) {
            Some((_, atoms)) => *atoms = atoms.saturating_add(cap),
            None => counts.push((coin, cap)),
        }
    }
    let verdict = counts
        .iter()
        .map(|(asset, atoms)| within(policy, spending, *asset, *atoms, now))
        .find(|verdict| *verdict != SpendVerdict::QuickPay)
        .unwrap_or(if paid && counts.is_empty() {
            SpendVerdict::AlreadyApproved
        } else {
            SpendVerdict::QuickPay
        });
    Ok(Judgement { verdict, counts })
}

/// Whether one asset's limits allow this much more.
fn within(
    policy: &SpendPolicy,
    spending: &Spending,
    asset: AssetId,
    atoms: U256,
    now: Timestamp,
) -> SpendVerdict {
    let Some(limit) = policy.quick_pay.iter().find(|limit| limit.asset == asset) else {
        return SpendVerdict::PinNoLimit;
    };
    let day = spending.spent(asset, now).checked_add(atoms);
    if limit.per_payment.is_zero() {
        SpendVerdict::PinNoLimit
    } else if atoms > limit.per_payment {
        SpendVerdict::PinAbovePayment
    } else if day.is_none_or(|day| day > limit.per_day) {
        SpendVerdict::PinAboveDay
    } else {
        SpendVerdict::QuickPay
    }
}
