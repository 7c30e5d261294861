//! Signing anew what Conflux Core Space will soon take no more.
//!
//! A transaction of Core Space names an epoch, and is taken for a time around it
//! only. One that is in no block towards the end of that time is signed again for
//! the present epoch: over the same nonce, at the same price, by the same
//! instrument, so that the ledger takes one of the two at most and the vault's
//! policy counts nothing twice. Nobody is interrupted for it: where the vault
//! would have to ask, the payment says so instead, and a person renews it by
//! speeding it up.

use super::approved::sign;
use super::proposal::verdict;
use super::{Desk, Envelope, Gas, Payment, State};
use crate::api::Verdict;
use crate::error::WalletError;

/// What is signed for one payment without a person, at most: a node that names
/// wild epochs has no more made than this. The vault remembers a few more.
const MOST: usize = 24;

/// What became of a transaction whose time may be over soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Renewal {
    /// There is time, or no end of it.
    NotDue,
    /// It is signed anew, and on the disk.
    Renewed,
    /// The vault has to ask a person first.
    Awaited,
}

impl<S: State + Clone> Payment<S> {
    /// Signs the newest envelope anew when its time is over soon.
    pub(super) async fn renew(&mut self, desk: &Desk) -> Result<Renewal, WalletError> {
        let Some(due) = self.due(desk).await else {
            return Ok(Renewal::NotDue);
        };
        if self.envelopes.len() >= MOST {
            return Ok(Renewal::Awaited);
        }
        let Envelope { act, nonce, .. } = due.newest;
        let request = self.terms.request(act, nonce, due.gas.clone());
        let signed = match verdict(request.clone(), desk).await {
            Ok(Verdict::Quick) => sign(request, act, nonce, due.gas, desk).await,
            Ok(Verdict::Approval) => return Ok(Renewal::Awaited),
            Err(error) => Err(error),
        };
        let envelope = match signed {
            Ok(envelope) => envelope,
            Err(error) => {
                tracing::info!(payment = %self.terms.id, %error, "not signed anew");
                return Ok(Renewal::Awaited);
            }
        };
        self.envelopes
            .retain(|known| known.transaction != envelope.transaction);
        self.envelopes.push(envelope);
        desk.book.save_payment(&self.record(desk))?;
        Ok(Renewal::Renewed)
    }

    /// What is to be signed instead of the newest envelope, if it is time.
    async fn due(&self, desk: &Desk) -> Option<Due> {
        let newest = self.envelopes.last()?;
        let core = newest.gas.core?;
        // Without an answer there is nobody to send it to either.
        let head = desk.ledger.head().await.ok()?;
        let gas = Gas {
            core: Some(core.renewed(head)?),
            ..newest.gas.clone()
        };
        let newest = newest.clone();
        Some(Due { newest, gas })
    }
}

struct Due {
    newest: Envelope,
    gas: Gas,
}
