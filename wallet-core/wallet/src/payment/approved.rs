//! Approved: the person said yes, and the disk knows. No bytes are signed.

use jiaozi_types::agent::{AgentError, Request, Response};

use super::record::{Envelope, PaymentRecord, Phase};
use super::{Desk, Failed, Payment, Signed, Terms};
use crate::api::ErrorCode;
use crate::error::WalletError;

/// Approved.
#[derive(Debug, Clone)]
pub struct Approved;

impl Payment<Approved> {
    /// Records the approval. A purchase that was paid before is refused.
    pub fn begin(terms: Terms, desk: &Desk) -> Result<Self, WalletError> {
        if let Some(earlier) = desk.book.payment(terms.id)? {
            // A failed or replaced attempt is dead: its nonce is used, or its
            // bytes never left. All others stand.
            if !matches!(earlier.phase, Phase::Failed { .. } | Phase::Replaced { .. }) {
                return Err(ErrorCode::AlreadyPaid.into());
            }
            desk.book.forget_payment(&earlier)?;
        }
        desk.enter(terms, Approved, |_| Phase::Approved)
    }

    /// Has the vault sign, and makes the bytes durable before they are handed
    /// on. The caller holds the account's nonce for the time of this call.
    pub async fn sign(self, desk: &Desk) -> Result<Payment<Signed>, WalletError> {
        match self.ask_vault(desk).await {
            Ok(envelope) => desk.enter(self.terms, Signed { envelope }, |state| Phase::Signed {
                envelope: state.envelope.clone(),
            }),
            Err(error) => {
                // Nothing was signed, or it never left the vault: no trace is kept.
                let record = PaymentRecord {
                    terms: self.terms,
                    phase: Phase::Approved,
                };
                desk.book.forget_payment(&record)?;
                Err(error)
            }
        }
    }

    async fn ask_vault(&self, desk: &Desk) -> Result<Envelope, WalletError> {
        let nonces = desk.ledger.nonces(self.terms.from).await?;
        let nonce = desk
            .book
            .next_nonce(self.terms.chain(), self.terms.from, nonces.pending)?;
        let response = desk
            .vault
            .call(Request::Sign(self.terms.sign_request(nonce)))
            .await?;
        match response {
            Response::Signed(signed) => match (signed.transaction, signed.transaction_hash) {
                (Some(bytes), Some(transaction)) => Ok(Envelope {
                    bytes,
                    transaction,
                    nonce,
                }),
                _ => Err(AgentError::Internal.into()),
            },
            _ => Err(AgentError::Internal.into()),
        }
    }

    /// After a crash: whatever the vault may have signed never left this
    /// process, so that nothing can have been paid.
    pub(super) fn interrupted(self, desk: &Desk) -> Result<Payment<Failed>, WalletError> {
        Failed::enter(self.terms, desk, None, None, ErrorCode::Interrupted)
    }
}
