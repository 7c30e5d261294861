//! What the till keeps in memory, one for each open profile.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::branches::Branches;
use super::list::Rows;
use super::time::Timekeeper;
use super::turn::Turn;
use crate::api::ErrorView;

/// The till's memory.
#[derive(Debug)]
pub(crate) struct Shared {
    /// The turn at the records.
    pub(crate) turn: Turn,
    /// One refund or gathering at a time is signed.
    pub(crate) refunding: tokio::sync::Mutex<()>,
    /// One look at a time.
    pub(crate) looking: tokio::sync::Mutex<()>,
    /// One day at a time is closed.
    pub(crate) closing: tokio::sync::Mutex<()>,
    /// One wrong PIN at a time is counted.
    pub(crate) pins: tokio::sync::Mutex<()>,
    /// One receipt at a time is printed.
    pub(crate) printing: tokio::sync::Mutex<()>,
    /// Whether the watcher runs.
    pub(crate) watching: AtomicBool,
    /// Whether charges of a clock that went back were looked for since the start.
    pub(crate) rebased: AtomicBool,
    /// Addresses of other tills.
    pub(crate) branches: Branches,
    /// Rows of charges, for searches.
    pub(crate) rows: Rows,
    /// Why gathering stopped, if it did.
    pub(crate) sweep_error: Mutex<Option<ErrorView>>,
    /// The turn at the records of the shop's software.
    pub(crate) access: Arc<Mutex<()>>,
    sight: Mutex<Sight>,
    keeper: Mutex<Timekeeper>,
    started: tokio::time::Instant,
}

/// How the last look went.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sight {
    /// Whether it succeeded.
    pub(crate) online: bool,
    /// When the last one that succeeded began (Unix seconds).
    pub(crate) seen_at: Option<u64>,
    /// The newest block.
    pub(crate) block: Option<u64>,
    /// Why it failed.
    pub(crate) error: Option<ErrorView>,
}

impl Default for Shared {
    fn default() -> Self {
        Self {
            turn: Turn::default(),
            refunding: Default::default(),
            looking: Default::default(),
            closing: Default::default(),
            pins: Default::default(),
            printing: Default::default(),
            watching: AtomicBool::new(false),
            rebased: AtomicBool::new(false),
            branches: Branches::default(),
            rows: Rows::default(),
            sweep_error: Mutex::default(),
            access: Arc::default(),
            sight: Mutex::default(),
            keeper: Mutex::default(),
            started: tokio::time::Instant::now(),
        }
    }
}

impl Shared {
    /// How the last look went.
    pub(crate) fn sight(&self) -> MutexGuard<'_, Sight> {
        self.sight.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known of the clock.
    pub(crate) fn keeper(&self) -> MutexGuard<'_, Timekeeper> {
        self.keeper.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Seconds since the profile was opened, by this process's own time.
    pub(crate) fn running(&self) -> u64 {
        self.started.elapsed().as_secs()
    }
}
