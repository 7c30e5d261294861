//! Keeping below the rates that a node allows: a token bucket for all calls and
//! a tighter one for costly ones.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::RateBudget;

/// One endpoint's buckets.
#[derive(Debug)]
pub(crate) struct Throttle {
    buckets: Mutex<(Bucket, Bucket)>,
}

/// Spaced turns (the generic cell rate algorithm): a turn each `every`, of which
/// a second's worth may be taken at once.
#[derive(Debug)]
struct Bucket {
    every: Duration,
    /// When the bucket is full again.
    full_at: Instant,
}

impl Bucket {
    fn new(a_second: u32, now: Instant) -> Self {
        Self {
            every: Duration::from_secs(1) / a_second.max(1),
            full_at: now,
        }
    }

    /// How long to wait for a turn that is asked for now.
    fn wait(&self, now: Instant) -> Duration {
        let ahead = self.full_at.saturating_duration_since(now);
        (ahead + self.every).saturating_sub(Duration::from_secs(1))
    }

    fn take(&mut self, now: Instant) {
        self.full_at = self.full_at.max(now) + self.every;
    }
}

impl Throttle {
    pub(crate) fn new(budget: RateBudget) -> Self {
        let now = Instant::now();
        let buckets = (
            Bucket::new(budget.calls, now),
            Bucket::new(budget.costly, now),
        );
        Self {
            buckets: Mutex::new(buckets),
        }
    }

    /// Takes a turn; gives how long to wait before it is used.
    pub(crate) fn take(&self, costly: bool) -> Duration {
        let now = Instant::now();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let (all, tight) = &mut *buckets;
        let mut wait = all.wait(now);
        all.take(now);
        if costly {
            wait = wait.max(tight.wait(now));
            tight.take(now);
        }
        wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_is_free_and_the_rest_is_spaced() {
        let throttle = Throttle::new(RateBudget {
            calls: 50,
            costly: 5,
        });
        for _ in 0..5 {
            assert_eq!(throttle.take(true), Duration::ZERO);
        }
        assert_eq!(throttle.take(true), Duration::from_millis(200));
        assert_eq!(throttle.take(true), Duration::from_millis(400));
        // Cheap calls have their own.
        assert_eq!(throttle.take(false), Duration::ZERO);
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(throttle.take(true), Duration::ZERO);
    }
}
