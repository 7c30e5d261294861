//! What follows from several endpoints' answers, of which any one may be false,
//! old or missing. Pure functions.
//!
//! One endpoint may lie and still no payment looks paid, unpaid or different:
//! whatever ends a payment needs two that say the same. Two that lie alike are
//! believed; that is what choosing endpoints of different owners is for.

use alloy_primitives::U256;

use crate::error::LedgerError;
use crate::ledger::{Agreement, Inclusion, Nonces, TransactionStatus};

/// Transactions that may wait behind an account's executed ones; nodes hold no
/// more (Conflux about 2,000), so that a higher count is not believed.
const WAITING: u64 = 4096;

/// What endpoints answered to the same question.
#[derive(Debug)]
pub(crate) struct Answers<T> {
    /// How many endpoints the network has.
    pub(crate) configured: usize,
    /// Good answers, in the order in which they came.
    pub(crate) good: Vec<T>,
    /// Why the other endpoints gave none.
    pub(crate) failed: Vec<LedgerError>,
}

impl<T> Answers<T> {
    /// Whether nobody can check the one endpoint.
    pub(crate) fn is_single(&self) -> bool {
        self.configured == 1
    }

    /// Why there is no answer at all; what a person can mend comes first.
    pub(crate) fn why_none(&self) -> LedgerError {
        let rank = |error: &LedgerError| match error {
            LedgerError::WrongChain { .. } => 0,
            error if !error.is_retryable() => 1,
            LedgerError::RateLimited => 2,
            LedgerError::Garbage(_) => 3,
            LedgerError::Timeout => 4,
            _ => 5,
        };
        let told = self.failed.iter().min_by_key(|error| rank(error));
        told.cloned().unwrap_or(LedgerError::Unreachable)
    }

    /// Why nothing was agreed. A refusal that would end something counts when
    /// two say it, or the only one.
    fn why_not_agreed(&self) -> LedgerError {
        if self.is_single() {
            return self.why_none();
        }
        let ends = |error: &&LedgerError| !error.is_retryable();
        let two_say = |error: &&LedgerError| self.failed.iter().filter(|e| e == error).count() > 1;
        if self.good.is_empty() {
            if let Some(refusal) = self.failed.iter().filter(ends).find(two_say) {
                return refusal.clone();
            }
            if let Some(error) = self.failed.iter().find(|error| error.is_retryable()) {
                return error.clone();
            }
        }
        LedgerError::Unconfirmed
    }
}

impl<T: PartialEq + Clone> Answers<T> {
    /// What two endpoints say alike, or the only one says.
    pub(crate) fn agreed(&self) -> Result<T, LedgerError> {
        if self.is_single() {
            let only = self.good.first().cloned();
            return only.ok_or_else(|| self.why_none());
        }
        let twice = |answer: &&T| self.good.iter().filter(|other| other == answer).count() > 1;
        let agreed = self.good.iter().find(twice).cloned();
        agreed.ok_or_else(|| self.why_not_agreed())
    }
}

impl<T: PartialEq + Clone + Ord> Answers<T> {
    /// What two endpoints say alike, else the lowest that one says.
    pub(crate) fn agreed_or_lowest(&self) -> Result<T, LedgerError> {
        self.agreed()
            .or_else(|error| self.good.iter().min().cloned().ok_or(error))
    }
}

/// An endpoint's head, as it was seen lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SeenHead {
    pub(crate) number: u64,
    /// Whether it has grown lately, in steps that can be.
    pub(crate) grows: bool,
}

/// The head that is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CredibleHead {
    pub(crate) number: u64,
    /// Whether endpoints elsewhere are surely behind, or beyond reason. Of two
    /// that are far apart, nobody can tell which is wrong.
    pub(crate) is_sure: bool,
}

/// The highest head, unless it stands alone: of three or more endpoints the next
/// must be within `lag` of it; of two within `leap`, or else standing still while
/// the higher one grows. Else it is the next head that is believed.
pub(crate) fn credible_head(seen: &[SeenHead], lag: u64, leap: u64) -> Option<CredibleHead> {
    let mut seen = seen.to_vec();
    seen.sort_unstable_by_key(|seen| std::cmp::Reverse(seen.number));
    let (number, is_sure) = match seen.as_slice() {
        [] => return None,
        [only] => (only.number, true),
        [first, second] => {
            let is_near = first.number.saturating_sub(second.number) <= leap;
            if is_near || (first.grows && !second.grows) {
                (first.number, true)
            } else {
                (second.number, false)
            }
        }
        [first, second, ..] if first.number.saturating_sub(second.number) > lag => {
            (second.number, true)
        }
        [first, ..] => (first.number, true),
    };
    Some(CredibleHead { number, is_sure })
}

/// The highest that two endpoints have reached, or the only one has.
pub(crate) fn reached(answers: &Answers<u64>) -> Result<u64, LedgerError> {
    let mut told = answers.good.clone();
    told.sort_unstable_by(|a, b| b.cmp(a));
    match told.as_slice() {
        [only] if answers.is_single() => Ok(*only),
        [_, second, ..] => Ok(*second),
        _ => Err(answers.why_not_agreed()),
    }
}

/// An account's nonces: `latest` is the highest that two endpoints have reached,
/// `pending` the highest that any tells and that can be.
pub(crate) fn nonces(answers: &Answers<Nonces>) -> Result<Nonces, LedgerError> {
    let latest = reached(&Answers {
        configured: answers.configured,
        good: answers.good.iter().map(|told| told.latest).collect(),
        failed: answers.failed.clone(),
    })?;
    let pending = answers
        .good
        .iter()
        .flat_map(|told| [told.latest, told.pending])
        .filter(|told| *told <= latest.saturating_add(WAITING))
        .max();
    Ok(Nonces {
        latest,
        pending: pending.unwrap_or(latest).max(latest),
    })
}

/// Where a transaction stands. Each endpoint's own view comes with its own word
/// on finality; an inclusion is final when two that name the same block call it so.
pub(crate) fn status(
    answers: &Answers<TransactionStatus>,
) -> Result<TransactionStatus, LedgerError> {
    let mut seen: Vec<&Inclusion> = Vec::new();
    let mut is_pending = false;
    for answer in &answers.good {
        match answer {
            TransactionStatus::Included(inclusion) => seen.push(inclusion),
            TransactionStatus::Pending => is_pending = true,
            TransactionStatus::Unknown => {}
        }
    }
    let witnesses = |inclusion: &&Inclusion| {
        seen.iter()
            .filter(|other| is_same_place(inclusion, other))
            .count()
    };
    // The place that most endpoints name; the first that was told among equals.
    let best = seen
        .iter()
        .rev()
        .max_by_key(|inclusion| witnesses(inclusion))
        .copied();
    let Some(best) = best else {
        return match (is_pending, answers.good.is_empty()) {
            (true, _) => Ok(TransactionStatus::Pending),
            (false, false) => Ok(TransactionStatus::Unknown),
            (false, true) => Err(answers.why_none()),
        };
    };
    let alike = || seen.iter().filter(|other| is_same_place(best, other));
    let agreement = if answers.is_single() {
        Agreement::Single
    } else if alike().count() > 1 {
        Agreement::Agreed
    } else {
        Agreement::Unconfirmed
    };
    let finals = alike().filter(|inclusion| inclusion.is_final).count();
    let is_final = match agreement {
        Agreement::Single => best.is_final,
        Agreement::Agreed => finals > 1,
        Agreement::Unconfirmed => false,
    };
    // Nodes that do not tell the price say a fee of nothing.
    let fee = alike()
        .map(|inclusion| inclusion.fee)
        .filter(|fee| !fee.is_zero())
        .min();
    Ok(TransactionStatus::Included(Inclusion {
        fee: fee.unwrap_or(U256::ZERO),
        is_final,
        agreement,
        ..best.clone()
    }))
}

/// Whether more answers could not change what [`status`] says.
pub(crate) fn is_status_clear(answers: &Answers<TransactionStatus>) -> bool {
    matches!(
        status(answers),
        Ok(TransactionStatus::Included(Inclusion {
            is_final: true,
            ..
        }))
    )
}

fn is_same_place(one: &Inclusion, other: &Inclusion) -> bool {
    (one.block, one.block_hash, one.success) == (other.block, other.block_hash, other.success)
}

#[cfg(test)]
#[path = "agreement_tests.rs"]
mod tests;
