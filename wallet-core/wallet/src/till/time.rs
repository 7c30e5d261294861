//! The till's own time: the computer's clock, unless that is known to be off.
//!
//! Charges end by time, and a clock that jumps must not end one that a customer
//! is paying. So the till compares its clock with two others: the time that
//! passes in this process, which does not jump, and the ledger's, in blocks
//! that are read as they come.

/// Seconds that the clock may be off before it is not believed.
const TOLERATED: i64 = 60;
/// Seconds that the clock may gain or lose between two looks before it has jumped.
const JUMP: i64 = 20;

/// What is known of the computer's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Timekeeper {
    /// The clock (Unix seconds) and this process's own time (seconds) when last asked.
    last: Option<(u64, u64)>,
    /// Seconds that the clock is ahead of the true time, as far as is known.
    ahead: i64,
    /// Whether the ledger has told the time since the till was started.
    checked: bool,
}

impl Timekeeper {
    /// The true time, as well as it is known: `clock` is the computer's,
    /// `running` seconds of this process's own time.
    pub(crate) fn now(&mut self, clock: u64, running: u64) -> u64 {
        if let Some((before, ran)) = self.last {
            let passed = i64::try_from(running.saturating_sub(ran)).unwrap_or(i64::MAX);
            let jump = difference(clock, before).saturating_sub(passed);
            if jump.saturating_abs() > JUMP {
                self.ahead = self.ahead.saturating_add(jump);
            }
        }
        self.last = Some((clock, running));
        self.corrected(clock)
    }

    /// A block of the Unix second `time` was seen as it came.
    pub(crate) fn saw_block(&mut self, clock: u64, running: u64, time: u64) {
        self.checked = true;
        self.last = Some((clock, running));
        let ahead = difference(clock, time);
        // A block is some seconds old when it is seen: small differences say nothing.
        self.ahead = if ahead.saturating_abs() > TOLERATED {
            ahead
        } else {
            0
        };
    }

    /// How far the clock is ahead, where that is more than a minute.
    pub(crate) fn ahead(&self) -> Option<i64> {
        Some(self.ahead).filter(|ahead| ahead.saturating_abs() > TOLERATED)
    }

    /// Whether the ledger has told the time.
    pub(crate) fn is_checked(&self) -> bool {
        self.checked
    }

    fn corrected(&self, clock: u64) -> u64 {
        match self.ahead() {
            Some(ahead) if ahead >= 0 => clock.saturating_sub(ahead.unsigned_abs()),
            Some(ahead) => clock.saturating_add(ahead.unsigned_abs()),
            None => clock,
        }
    }
}

fn difference(a: u64, b: u64) -> i64 {
    let span = i64::try_from(a.abs_diff(b)).unwrap_or(i64::MAX);
    if a >= b { span } else { span.saturating_neg() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400;

    #[test]
    fn a_jump_of_the_clock_moves_no_time() {
        for jump in [-(DAY as i64), DAY as i64, 90, -90] {
            let mut keeper = Timekeeper::default();
            assert_eq!(keeper.now(1_000_000, 10), 1_000_000);
            let clock = 1_000_005_u64.saturating_add_signed(jump);
            assert_eq!(keeper.now(clock, 15), 1_000_005);
            assert_eq!(keeper.ahead(), Some(jump));
            // Set right again.
            assert_eq!(keeper.now(1_000_010, 20), 1_000_010);
            assert_eq!(keeper.ahead(), None);
        }
    }

    #[test]
    fn the_ledger_tells_a_clock_that_is_off_from_the_start() {
        let mut keeper = Timekeeper::default();
        keeper.now(1_000_000 + DAY, 0);
        keeper.saw_block(1_000_000 + DAY, 0, 999_998);
        assert_eq!(keeper.now(1_000_010 + DAY, 10), 1_000_008);
        assert!(keeper.is_checked());
        keeper.saw_block(1_000_020, 20, 1_000_012);
        assert_eq!(keeper.now(1_000_021, 21), 1_000_021);
    }
}
