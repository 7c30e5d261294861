//! What follows from several endpoints' answers, of which any one may be false,
//! old or missing. Pure functions; the property tests are beside them.

use crate::error::LedgerError;

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
}

impl<T: PartialEq + Clone> Answers<T> {
    /// What two endpoints say alike, or the only one says.
    pub(crate) fn agreed(&self) -> Result<T, LedgerError> {
        if self.is_single() {
            return self.good.first().cloned().ok_or_else(|| self.why_none());
        }
        for (index, answer) in self.good.iter().enumerate() {
            if self
                .good
                .iter()
                .skip(index.saturating_add(1))
                .any(|other| other == answer)
            {
                return Ok(answer.clone());
            }
        }
        // A refusal that would end something counts when two say it.
        let ends = |error: &&LedgerError| !error.is_retryable();
        match self.failed.iter().find(ends) {
            Some(refusal) if self.failed.iter().filter(|e| *e == refusal).count() > 1 => {
                Err(refusal.clone())
            }
            _ if self.good.is_empty() => {
                let mends = self.failed.iter().find(|error| error.is_retryable());
                Err(mends.cloned().unwrap_or(LedgerError::Unconfirmed))
            }
            _ => Err(LedgerError::Unconfirmed),
        }
    }
}

/// The highest head that is believed: the highest of all unless it is more than
/// `leap` ahead of the next, in which case that one.
pub(crate) fn credible_head(heads: &[u64], leap: u64) -> Option<u64> {
    let mut heads = heads.to_vec();
    heads.sort_unstable_by(|a, b| b.cmp(a));
    match heads.as_slice() {
        [] => None,
        [only] => Some(*only),
        [first, second, ..] if first.saturating_sub(*second) > leap => Some(*second),
        [first, ..] => Some(*first),
    }
}
