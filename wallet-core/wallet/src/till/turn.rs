//! One at a time changes charges: a look at the ledger, the cashier, a refund.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The turn at the till's records. Never held while anything is waited for.
#[derive(Debug, Default)]
pub(crate) struct Turn(Mutex<()>);

impl Turn {
    /// Waits for it.
    pub(crate) fn take(&self) -> MutexGuard<'_, ()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
