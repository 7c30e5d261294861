//! What the shop's own software needs kept: tokens, idempotency keys, webhook
//! endpoints and what was delivered to them.
//!
//! - `token.rs`: who may do what; only hashes are kept.
//! - `spend.rs`: how much a token refunded today.
//! - `once.rs`: what was asked for under an idempotency key.
//! - `webhook.rs`, `delivery.rs`: who is told, and what they have been told.
//! - `page.rs`: the links of checkout pages.
//!
//! Everything here is for a server that is not part of this crate. Calls read and
//! write the disk and never wait for a network.

mod delivery;
mod once;
mod page;
pub(crate) mod records;
mod spend;
#[cfg(test)]
mod tests;
mod token;
mod webhook;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use delivery::{Attempt, Delivery, DeliveryState, NewDelivery, PendingDelivery};
pub use once::{KeptReply, Once, OnceKey};
pub use token::{Caller, NewToken, Scope, TokenInput, TokenView};
pub use webhook::{Webhook, WebhookInput, WebhookView};

use super::Till;
use crate::api::ErrorCode;
use crate::book::Book;
use crate::error::WalletError;

/// The records of the shop's software. Cheap to clone; clones share them.
#[derive(Clone)]
pub struct Access {
    book: Book,
    turn: Arc<Mutex<()>>,
}

impl Access {
    /// Over a profile's records that nobody else has open.
    pub fn over(book: Book) -> Self {
        Self {
            book,
            turn: Arc::default(),
        }
    }

    /// Held while something is read, changed and written again.
    fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Till {
    /// The records of the shop's software.
    ///
    /// # Errors
    /// `locked` while the profile's records are sealed.
    pub fn access(&self) -> Result<Access, WalletError> {
        Ok(Access {
            book: self.book()?,
            turn: Arc::clone(&self.shared().access),
        })
    }
}

/// `N` random bytes.
fn random<const N: usize>() -> Result<[u8; N], WalletError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| ErrorCode::Internal)?;
    Ok(bytes)
}
