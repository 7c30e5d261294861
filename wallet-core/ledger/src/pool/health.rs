//! How well an endpoint has done lately, and until when it is left alone.
//!
//! Latency is smoothed as TCP smooths its round trips (RFC 6298): mean by an
//! eighth, deviation by a quarter, in whole microseconds. Pauses double from one
//! failure to the next and are jittered, so that wallets that lost a node
//! together do not come back together.

use std::time::Duration;

use tokio::time::Instant;

use crate::error::LedgerError;

/// The pause after a first failure, and the longest.
const FAILURE: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(30));
/// The same after an answer that makes no sense.
const GARBAGE: (Duration, Duration) = (Duration::from_secs(2), Duration::from_secs(120));
/// The same for a node on another chain.
const WRONG_CHAIN: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(600));
/// The same when the node asks to slow down and does not say for how long.
const ASKED: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
/// The longest pause of a node on this computer: it is started and stopped by
/// its owner, who waits for it.
const LOCAL: Duration = Duration::from_millis(500);
/// Hedging starts no sooner and no later than this after a call.
const HEDGE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));
/// Hedging while nothing is known of the endpoint.
const UNKNOWN: Duration = Duration::from_millis(500);

/// One endpoint's record.
#[derive(Debug, Default)]
pub(crate) struct Health {
    local: bool,
    mean: Duration,
    deviation: Duration,
    calls: u64,
    /// Failures of a thousand calls, smoothed by an eighth.
    failing: u64,
    /// Failures since the last good answer.
    streak: u32,
    paused_until: Option<Instant>,
    /// The end of a pause that the node asked for: no good answer ends it.
    asked_until: Option<Instant>,
    last_error: Option<LedgerError>,
}

impl Health {
    pub(crate) fn new(local: bool) -> Self {
        Self {
            local,
            ..Self::default()
        }
    }

    /// A good answer after `took`.
    pub(crate) fn answered(&mut self, took: Duration) {
        self.sample(took);
        self.failing = self.failing.saturating_sub(self.failing.div_ceil(8));
        self.streak = 0;
        self.paused_until = None;
        self.last_error = None;
    }

    /// A call that others overtook after `took`: it would have taken longer.
    pub(crate) fn overtaken(&mut self, took: Duration) {
        if took > self.mean {
            self.sample(took);
        }
    }

    /// A failure; `asked` is the pause that the node itself asked for.
    pub(crate) fn failed(&mut self, error: &LedgerError, asked: Option<Duration>, now: Instant) {
        self.streak = self.streak.saturating_add(1);
        self.failing = self
            .failing
            .saturating_sub(self.failing / 8)
            .saturating_add(125);
        self.last_error = Some(error.clone());
        let (first, longest) = match error {
            LedgerError::WrongChain { .. } => WRONG_CHAIN,
            LedgerError::Garbage(_) => GARBAGE,
            LedgerError::RateLimited => ASKED,
            _ => FAILURE,
        };
        let doublings = self.streak.saturating_sub(1).min(16);
        let mut pause = first.saturating_mul(1 << doublings).min(longest);
        if self.local {
            pause = pause.min(LOCAL);
        }
        if let Some(asked) = asked {
            // Jitter only adds to what the node asks for.
            let until = now.checked_add(asked.saturating_add(jitter(asked / 8)));
            self.asked_until = self.asked_until.max(until);
        } else {
            let until = now.checked_add((pause / 2).saturating_add(jitter(pause / 2)));
            self.paused_until = self.paused_until.max(until);
        }
    }

    fn sample(&mut self, took: Duration) {
        if self.calls == 0 {
            (self.mean, self.deviation) = (took, took / 2);
        } else {
            let off = self.mean.abs_diff(took);
            self.deviation = (self.deviation * 3).saturating_add(off) / 4;
            self.mean = (self.mean * 7).saturating_add(took) / 8;
        }
        self.calls = self.calls.saturating_add(1);
    }

    /// What is left of the pause.
    pub(crate) fn pause(&self, now: Instant) -> Option<Duration> {
        let until = self.paused_until.max(self.asked_until)?;
        let left = until.saturating_duration_since(now);
        (!left.is_zero()).then_some(left)
    }

    /// Mean latency; `None` before the first answer.
    pub(crate) fn latency(&self) -> Option<Duration> {
        (self.calls > 0).then_some(self.mean)
    }

    /// How long a call may take before another endpoint is asked as well.
    pub(crate) fn hedge_after(&self) -> Duration {
        if self.calls == 0 {
            return UNKNOWN;
        }
        let late = self.mean.saturating_add(self.deviation.saturating_mul(4));
        late.clamp(HEDGE.0, HEDGE.1)
    }

    /// The lower the better: latency, dearer by failures.
    pub(crate) fn score(&self) -> Duration {
        let dear = u32::try_from(self.failing).unwrap_or(u32::MAX);
        self.mean
            .saturating_add(Duration::from_millis(1).saturating_mul(dear))
    }

    pub(crate) fn last_error(&self) -> Option<&LedgerError> {
        self.last_error.as_ref()
    }
}

/// A random duration of `most` at most.
pub(super) fn jitter(most: Duration) -> Duration {
    let micros = u64::try_from(most.as_micros()).unwrap_or(u64::MAX);
    Duration::from_micros(fastrand::u64(0..=micros))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn pauses_grow_and_end() {
        let now = Instant::now();
        let mut health = Health::new(false);
        let mut longest = Duration::ZERO;
        for _ in 0..12 {
            health.paused_until = None;
            health.failed(&LedgerError::Unreachable, None, now);
            let pause = health.pause(now).unwrap();
            assert!(pause >= longest / 2 && pause <= FAILURE.1);
            longest = longest.max(pause);
        }
        assert!(longest >= FAILURE.1 / 2);
        assert_eq!(health.pause(now + FAILURE.1), None);
        health.answered(MS);
        assert_eq!(health.pause(now), None);
    }

    #[test]
    fn what_the_node_asks_for_is_kept_even_on_this_computer() {
        let now = Instant::now();
        let mut health = Health::new(true);
        let asked = Duration::from_secs(7);
        health.failed(&LedgerError::RateLimited, Some(asked), now);
        let pause = health.pause(now).unwrap();
        assert!(pause >= asked && pause <= asked + asked / 8);
        // A later, shorter failure does not shorten it.
        health.failed(&LedgerError::Unreachable, None, now);
        assert!(health.pause(now).unwrap() >= asked);
        // Nor does a good answer to a call that was under way.
        health.answered(MS);
        assert!(health.pause(now).unwrap() >= asked);
    }

    #[test]
    fn failures_cost_and_are_forgiven() {
        let now = Instant::now();
        let (mut good, mut bad) = (Health::new(false), Health::new(false));
        good.answered(80 * MS);
        bad.answered(40 * MS);
        assert!(bad.score() < good.score());
        bad.failed(&LedgerError::Unreachable, None, now);
        assert!(bad.score() > good.score());
        for _ in 0..40 {
            bad.answered(40 * MS);
        }
        assert!(bad.score() < good.score());
    }

    #[test]
    fn hedging_follows_latency() {
        let mut health = Health::new(false);
        assert_eq!(health.hedge_after(), UNKNOWN);
        for _ in 0..50 {
            health.answered(200 * MS);
        }
        assert!(health.hedge_after() >= 200 * MS && health.hedge_after() < 300 * MS);
        health.overtaken(Duration::from_secs(9));
        assert!(health.hedge_after() > 300 * MS && health.hedge_after() <= HEDGE.1);
    }
}
