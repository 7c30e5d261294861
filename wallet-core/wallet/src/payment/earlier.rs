//! Whether a purchase may be tried again, and over which nonce.

use super::record::PaymentRecord;
use super::{Method, Terms};
use crate::api::ErrorCode;

/// What an earlier attempt at the same purchase allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Earlier {
    /// A new attempt over any nonce: the earlier one is proven dead, or the
    /// ledger itself takes only one of the two.
    Free,
    /// A new attempt over this nonce only: bytes of the earlier one may be about.
    SameNonce(u64),
}

impl Earlier {
    /// What `record` allows for new `terms`; else why there can be no new
    /// attempt: it is paid or under way (`AlreadyPaid`), or not yet proven dead
    /// (`AttemptOpen`, which passes).
    pub fn of(record: &PaymentRecord, terms: &Terms) -> Result<Self, ErrorCode> {
        if !record.phase.has_failed() {
            return Err(ErrorCode::AlreadyPaid);
        }
        if record.phase.is_closed() {
            return Ok(Self::Free);
        }
        let same_account = record.terms.from == terms.from && record.terms.chain() == terms.chain();
        match (&record.terms.method, record.envelope()) {
            // Whoever saw the authorization may still carry it to the token, so
            // that only the very same one may be signed again.
            (Method::Authorization { .. } | Method::Sweep { .. }, _)
                if same_account && record.terms.authorization() == terms.authorization() =>
            {
                Ok(Self::Free)
            }
            (Method::Token | Method::Coin, Some(envelope)) if same_account => {
                Ok(Self::SameNonce(envelope.nonce))
            }
            _ => Err(ErrorCode::AttemptOpen),
        }
    }
}
