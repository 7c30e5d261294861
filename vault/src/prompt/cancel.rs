//! Ending a dialogue from outside: the shell cancelled the call, or went away.

use std::sync::{Arc, Mutex, PoisonError};

type Waker = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct State {
    cancelled: bool,
    wakers: Vec<Waker>,
}

/// Set once, for good; whoever waits is woken.
#[derive(Clone, Default)]
pub struct CancelToken(Arc<Mutex<State>>);

impl CancelToken {
    /// A token that is not set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the token and wakes whoever waits.
    pub fn cancel(&self) {
        let wakers = {
            let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            state.cancelled = true;
            std::mem::take(&mut state.wakers)
        };
        for wake in wakers {
            wake();
        }
    }

    /// Whether it is set.
    pub fn is_cancelled(&self) -> bool {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .cancelled
    }

    /// Calls `wake` when the token is set; at once if it is already.
    pub fn on_cancel(&self, wake: impl FnOnce() + Send + 'static) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.cancelled {
            drop(state);
            wake();
        } else {
            state.wakers.push(Box::new(wake));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn wakes_early_and_late_comers_once() {
        let woken = Arc::new(AtomicUsize::new(0));
        let token = CancelToken::new();
        let wake = || {
            let woken = Arc::clone(&woken);
            move || {
                woken.fetch_add(1, Ordering::Relaxed);
            }
        };
        token.on_cancel(wake());
        assert!(!token.is_cancelled());
        token.cancel();
        token.cancel();
        token.on_cancel(wake());
        assert!(token.is_cancelled());
        assert_eq!(woken.load(Ordering::Relaxed), 2);
    }
}
