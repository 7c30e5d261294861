//! Approved: the person said yes, and the disk knows. Nothing new is signed.

use jiaozi_ledger::{LedgerError, Nonces};
use jiaozi_types::agent::{AgentError, KeyRef, Request, Response, SignRequest};

use super::record::{Act, Envelope, PaymentRecord, Phase};
use super::{Desk, Earlier, Failed, Gas, Payment, Signed, State, Terms};
use crate::api::ErrorCode;
use crate::error::WalletError;
use crate::records::is_watched;

/// Approved.
#[derive(Debug, Clone)]
pub struct Approved {
    /// The attempt before this one.
    pub(super) earlier: Option<PaymentRecord>,
}

impl State for Approved {
    fn phase(&self) -> Phase {
        Phase::Approved
    }
}

impl Payment<Approved> {
    /// Records the approval. A purchase that was paid before is refused
    /// (`AlreadyPaid`), and one of which an earlier attempt may still pay
    /// (`AttemptOpen`).
    pub fn begin(mut terms: Terms, desk: &Desk) -> Result<Self, WalletError> {
        let earlier = desk.book.payment(terms.id)?;
        let mut envelopes = Vec::new();
        if let Some(earlier) = &earlier {
            Earlier::of(earlier, &terms)?;
            if !earlier.phase.is_closed() {
                // They may still be executed: they are looked for with the new ones.
                envelopes.clone_from(&earlier.envelopes);
                terms.outlast(&earlier.terms);
            }
        }
        let payment = Self {
            terms,
            envelopes,
            sight: None,
            state: Approved { earlier },
        };
        let record = payment.record(desk);
        match &payment.state.earlier {
            Some(earlier) => desk.book.replace_payment(earlier, &record)?,
            None => desk.book.save_payment(&record)?,
        }
        Ok(payment)
    }

    /// Has the vault sign, and makes the bytes durable before they are handed
    /// on. The caller holds the account's nonce for the time of this call.
    /// `nonces` were asked for while the approval was written.
    pub async fn sign(
        self,
        nonces: Result<Nonces, LedgerError>,
        desk: &Desk,
    ) -> Result<Payment<Signed>, WalletError> {
        match self.ask_vault(nonces, desk).await {
            Ok(envelope) => self.signed(envelope, desk),
            Err(error) => {
                self.forget(desk)?;
                Err(error)
            }
        }
    }

    /// Keeps what the vault signed.
    pub(super) fn signed(
        mut self,
        envelope: Envelope,
        desk: &Desk,
    ) -> Result<Payment<Signed>, WalletError> {
        self.envelopes.retain(|old| old.nonce == envelope.nonce);
        self.envelopes.push(envelope);
        desk.enter(self, Signed, None)
    }

    /// Nothing was signed, or it never left the vault: all is as it was.
    pub(super) fn forget(self, desk: &Desk) -> Result<(), WalletError> {
        let record = self.record(desk);
        match &self.state.earlier {
            Some(earlier) => desk.book.replace_payment(&record, earlier),
            None => desk.book.forget_payment(&record),
        }
    }

    async fn ask_vault(
        &self,
        nonces: Result<Nonces, LedgerError>,
        desk: &Desk,
    ) -> Result<Envelope, WalletError> {
        let nonce = self.reserve(nonces?, desk)?;
        let request = self.terms.sign_request(nonce);
        sign(request, Act::Pays, nonce, self.terms.gas.clone(), desk).await
    }

    /// The nonce to sign over: a free one, or the very one over which bytes of an
    /// earlier attempt may be about.
    pub(super) fn reserve(&self, nonces: Nonces, desk: &Desk) -> Result<u64, WalletError> {
        let earlier = self.state.earlier.as_ref();
        let bound = earlier
            .map(|earlier| Earlier::of(earlier, &self.terms))
            .transpose()?;
        let (chain, from) = (self.terms.chain(), self.terms.from);
        match bound {
            Some(Earlier::SameNonce(nonce)) => {
                let taken = desk.book.payment_over(chain, from, nonce)?;
                let free = nonces.latest <= nonce && taken.is_none_or(|id| id == self.terms.id);
                Ok(free.then_some(nonce).ok_or(ErrorCode::AttemptOpen)?)
            }
            Some(Earlier::Free) | None => desk.book.next_nonce(&self.terms, nonces.pending),
        }
    }

    /// After a crash: whatever the vault may have signed never left this
    /// process, so that nothing new can have been paid.
    pub(super) fn interrupted(self, desk: &Desk) -> Result<PaymentRecord, WalletError> {
        let failed = Failed {
            transaction: self.envelopes.last().map(|old| old.transaction),
            place: None,
            code: ErrorCode::Interrupted,
            closed: self.envelopes.is_empty(),
        };
        desk.end(self, failed)
    }
}

/// The vault has keys with the numbers of watched accounts, too: other ones.
pub(super) fn not_watched(request: &SignRequest) -> Result<(), ErrorCode> {
    match request.signer {
        KeyRef::Account(index) if is_watched(index) => Err(ErrorCode::ColdAccount),
        _ => Ok(()),
    }
}

/// Has the vault sign one envelope.
pub(super) async fn sign(
    request: SignRequest,
    act: Act,
    nonce: u64,
    gas: Gas,
    desk: &Desk,
) -> Result<Envelope, WalletError> {
    not_watched(&request)?;
    match desk.vault.call(Request::Sign(request)).await? {
        Response::Signed(signed) => match (signed.transaction, signed.transaction_hash) {
            (Some(bytes), Some(transaction)) => Ok(Envelope {
                act,
                bytes,
                transaction,
                nonce,
                gas,
            }),
            _ => Err(AgentError::Internal.into()),
        },
        _ => Err(AgentError::Internal.into()),
    }
}
