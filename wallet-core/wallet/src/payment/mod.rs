//! One purchase, at most one payment.
//!
//! ```text
//!  Proposal --approve--> Approved --vault signs--> Signed --a node takes it--> Submitted
//!     |                     |                        |  ^                        |   ^
//!     | declined            | crash: nothing         |  | crash, no answer:      |   | its block
//!     v                     v signed bytes left      |  | the same bytes again   v   | went away
//!  forgotten             Failed                      +--+                     Included
//!                                                                             |      |
//!                        nonce used by another transaction: Replaced <--------+      | final
//!                        executed and refused, or its time over: Failed <-----+      v
//!                                                                                 Settled
//! ```
//!
//! Every state is on the disk before the next one begins; the signed bytes are
//! there before the first of them is sent. After a crash [`resume`] goes on
//! from the last durable state: it asks the ledger first and resends the very
//! same bytes, never new ones. Where the token takes EIP-3009 authorizations,
//! the authorization's nonce is derived from the purchase, so that the ledger
//! itself refuses to pay it twice.
//!
//! One file a state: the methods of a state consume it and give the next.

mod approved;
mod core_space;
mod desk;
mod included;
mod journal;
mod outcome;
mod proposal;
mod record;
mod resume;
mod signed;
mod submitted;
mod terms;
mod warnings;

pub use approved::Approved;
pub use core_space::CoreGas;
pub use desk::Desk;
pub use included::Included;
pub use journal::{HashRecord, LiveRecord};
pub use outcome::{Failed, Replaced, Settled};
pub use proposal::{Proposal, Wish};
pub use record::{PaymentRecord, Phase};
pub use resume::{Live, Step, advance, resume};
pub use signed::Signed;
pub use submitted::Submitted;
pub use terms::{Gas, Method, Terms, authorization_nonce, purchase_of_reference};

/// A payment in the state `S`. Terms never change after approval.
#[derive(Debug, Clone)]
pub struct Payment<S> {
    terms: Terms,
    state: S,
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

#[cfg(test)]
mod tests;
