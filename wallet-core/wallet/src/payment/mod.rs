//! One purchase, at most one payment.
//!
//! ```text
//!  Proposal --approve--> Approved --vault signs--> Signed --a node takes it--> Submitted
//!     |                     |                        |  ^                        |  ^  |
//!     | declined            | crash: no new          |  | crash, no answer:      |  |  | fee raised, or
//!     v                     v signed bytes left      |  | the same bytes again   |  |  | cancelled: one
//!  forgotten             Failed                      +--+                        v  |  | envelope more over
//!                                             refused by the node: Failed,    Included | the same nonce
//!                                             not closed: still watched          |  ^  v
//!                                                                                |  +--+ its block went away
//!  Where the keys are on another computer: Approved --> AwaitsSignature --the
//!  signature comes--> Signed; given up, it is Failed.
//!
//!  when final, and agreed where two endpoints are configured:                    |
//!    the payment was executed ................................ Settled <---------+
//!    it was executed and refused, or cancelled ............... Failed  <---------+
//!    another transaction used the nonce ...................... Replaced
//!    the ledger's final time is past the authorization's ..... Expired
//!    another transaction used the authorization .............. Included, or Failed (already paid)
//! ```
//!
//! Rules, in the order of their weight:
//!
//! 1. Every state is on the disk before the next one begins; signed bytes are
//!    there before the first of them is sent. After a crash [`resume`] goes on
//!    from the last durable state: it asks the ledger first and resends the very
//!    same bytes, never new ones.
//! 2. All that is signed for an attempt stands over one nonce of the account, so
//!    that the ledger executes one of it at most. Where the token takes EIP-3009
//!    authorizations the authorization's nonce is derived from the purchase
//!    besides: no two attempts, on whatever computer, can both pay.
//!    What Core Space will soon take no more is signed anew over that nonce: see
//!    [`renewal`].
//! 3. An end is only believed when the network's rule calls it final and, where
//!    two endpoints are configured, two say so. Until then the payment is live,
//!    and [`Sight`](crate::api::Sight) says what is seen and what is not known.
//! 4. A new attempt needs proof that the one before is dead (`closed`), or an
//!    instrument that the ledger takes once: the same authorization, or the same
//!    nonce. See [`earlier`].
//! 5. Rules of finality that count blocks can be beaten by a deeper reorg, and
//!    signed bytes that a node refused may be about: ends are looked at again for
//!    a bounded time. See [`look_back`].
//!
//! What this cannot prevent: the same words on two computers paying one
//! purchase by plain transfers (no EIP-3009) at the same moment over two nonces.
//! With a single endpoint all of it rests on that endpoint's word, and the
//! payment says so.
//!
//! One file a state: the methods of a state consume it and give the next.

mod approved;
mod awaiting;
mod core_space;
mod desk;
mod earlier;
mod included;
mod journal;
mod look_back;
mod missing;
mod outcome;
mod proposal;
mod record;
mod record_v1;
mod renewal;
mod replacement;
mod resume;
mod signed;
mod submitted;
mod survey;
mod terms;
mod warnings;

pub use approved::Approved;
pub use awaiting::Awaiting;
pub use core_space::CoreGas;
pub use desk::Desk;
pub use earlier::Earlier;
pub use included::Included;
pub use journal::{HashRecord, LiveRecord, WatchRecord};
pub use look_back::{Recall, look_back};
pub use outcome::{Expired, Failed, Replaced, Settled};
pub(crate) use proposal::{AUTHORIZATION_GAS, AUTHORIZATION_VALID};
pub use proposal::{Fee, Proposal, Wish};
pub use record::{Act, Envelope, Found, PaymentRecord, Phase};
pub use replacement::{Replacement, add_envelope, can_cancel, can_speed_up, resend_now};
pub use resume::{Live, Step, advance, resume};
pub use signed::Signed;
pub use submitted::Submitted;
pub use terms::{Gas, Method, Terms, authorization_nonce, purchase_of_reference};

use crate::api::Sight;

/// A payment in the state `S`. Terms never change after approval.
#[derive(Debug, Clone)]
pub struct Payment<S> {
    terms: Terms,
    envelopes: Vec<Envelope>,
    sight: Option<Sight>,
    state: S,
}

/// A state, as it lies on the disk.
pub trait State {
    /// The phase of the record.
    fn phase(&self) -> Phase;
}

impl<S> Payment<S> {
    /// What was agreed.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// What the state knows.
    pub fn state(&self) -> &S {
        &self.state
    }
}

impl<S: State> Payment<S> {
    fn record(&self, desk: &Desk) -> PaymentRecord {
        let phase = self.state.phase();
        PaymentRecord {
            terms: self.terms.clone(),
            envelopes: self.envelopes.clone(),
            ended_at: phase.is_over().then(|| desk.clock.now().as_unix()),
            phase,
            sight: self.sight.clone(),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
