//! The order of one endpoint's deliveries: of each charge one after the other, of
//! different charges side by side. Nothing here knows of disk, network or clock.

use std::collections::{BTreeSet, HashMap, VecDeque};

/// Deliveries at a time, and while the endpoint does not take any.
const SIDE_BY_SIDE: usize = 8;
const WHILE_FAILING: usize = 1;

/// The charge's id; what is about no charge has an order of its own.
type Line = Option<String>;

/// Deliveries that are to be made to one endpoint.
#[derive(Debug, Default)]
pub struct Lane {
    lines: HashMap<Line, VecDeque<u64>>,
    /// The first of each line that is not being delivered: when, and which.
    due: BTreeSet<(u64, u64)>,
    of: HashMap<u64, Line>,
    under_way: BTreeSet<u64>,
    failing: bool,
}

impl Lane {
    /// How many wait or are under way.
    pub fn len(&self) -> usize {
        self.of.len()
    }

    /// Adds a delivery that is to be made at the Unix second `at`, or moves one
    /// that waits to there. Those of a charge come in the order of their numbers.
    pub fn add(&mut self, seq: u64, charge: Line, at: u64) {
        if self.under_way.contains(&seq) {
            return;
        }
        if self.of.contains_key(&seq) {
            // What stands before it in its charge's order goes first, and so at that time.
            let first = self.lines.get(&charge).and_then(|line| line.front());
            if let Some(first) = first.copied().filter(|one| !self.under_way.contains(one)) {
                self.due.retain(|(_, waiting)| *waiting != first);
                self.due.insert((at, first));
            }
            return;
        }
        let line = self.lines.entry(charge.clone()).or_default();
        let place = line.partition_point(|other| *other < seq);
        let first_is_under_way = line
            .front()
            .is_some_and(|first| self.under_way.contains(first));
        let place = if first_is_under_way {
            place.max(1)
        } else {
            place
        };
        if place == 0 {
            if let Some(second) = line.front() {
                let second = *second;
                self.due.retain(|(_, waiting)| *waiting != second);
            }
            self.due.insert((at, seq));
        }
        line.insert(place, seq);
        self.of.insert(seq, charge);
    }

    /// The endpoint did not take the last one when the process ended: the next
    /// one that it takes brings all that waits.
    pub fn failed_before(&mut self) {
        self.failing = true;
    }

    /// Takes one that is due at `now`, if there is room for it.
    pub fn next(&mut self, now: u64) -> Option<u64> {
        let room = if self.failing {
            WHILE_FAILING
        } else {
            SIDE_BY_SIDE
        };
        if self.under_way.len() >= room {
            return None;
        }
        let first = self.due.first().copied()?;
        if first.0 > now {
            return None;
        }
        self.due.remove(&first);
        self.under_way.insert(first.1);
        Some(first.1)
    }

    /// When the next one is due; none while there is no room or nothing waits.
    #[cfg(test)]
    fn next_at(&self) -> Option<u64> {
        let room = if self.failing {
            WHILE_FAILING
        } else {
            SIDE_BY_SIDE
        };
        let due = self.due.first().filter(|_| self.under_way.len() < room);
        due.map(|(at, _)| *at)
    }

    /// One was tried: it is tried again at `again`, or is over.
    pub fn tried(&mut self, seq: u64, taken: bool, again: Option<u64>, now: u64) {
        self.under_way.remove(&seq);
        match again {
            Some(at) => {
                self.due.insert((at, seq));
            }
            None => self.forget(seq, now),
        }
        let recovers = taken && self.failing;
        self.failing = !taken;
        if recovers {
            // It takes them again: what waits need not wait for its time.
            self.due = self
                .due
                .iter()
                .map(|(at, seq)| ((*at).min(now), *seq))
                .collect();
        }
    }

    /// One is not to be made any more: its record is gone, or it is over.
    fn forget(&mut self, seq: u64, now: u64) {
        let Some(charge) = self.of.remove(&seq) else {
            return;
        };
        let Some(line) = self.lines.get_mut(&charge) else {
            return;
        };
        line.retain(|other| *other != seq);
        match line.front() {
            Some(next) => {
                self.due.insert((now, *next));
            }
            None => {
                self.lines.remove(&charge);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn charge(name: &str) -> Line {
        Some(name.to_owned())
    }

    #[test]
    fn a_charges_deliveries_wait_for_each_other_and_others_do_not() {
        let mut lane = Lane::default();
        lane.add(1, charge("a"), 0);
        lane.add(2, charge("a"), 0);
        lane.add(3, charge("b"), 0);
        assert_eq!(lane.next(0), Some(1));
        assert_eq!(lane.next(0), Some(3));
        assert_eq!(lane.next(0), None);
        lane.tried(3, true, None, 0);
        lane.tried(1, false, Some(10), 0);
        assert_eq!((lane.next(9), lane.next_at()), (None, Some(10)));
        assert_eq!(lane.next(10), Some(1));
        lane.tried(1, true, None, 10);
        assert_eq!(lane.next(10), Some(2));
        lane.tried(2, true, None, 10);
        assert_eq!(lane.len(), 0);
        assert_eq!(lane.next_at(), None);
    }

    #[test]
    fn one_that_is_moved_brings_those_before_it() {
        let mut lane = Lane::default();
        lane.add(1, charge("a"), 600);
        lane.add(2, charge("a"), 0);
        assert_eq!(lane.next(0), None);
        lane.add(2, charge("a"), 5);
        assert_eq!((lane.next(4), lane.next(5)), (None, Some(1)));
        // The first is under way: nothing overtakes it.
        lane.add(2, charge("a"), 5);
        assert_eq!(lane.next(5), None);
        lane.tried(1, true, None, 5);
        assert_eq!(lane.next(5), Some(2));
    }

    #[test]
    fn after_a_start_an_endpoint_that_failed_recovers_at_once_too() {
        let mut lane = Lane::default();
        for seq in 0..20 {
            lane.add(seq, charge(&seq.to_string()), 600);
        }
        lane.failed_before();
        lane.add(20, charge("new"), 1);
        assert_eq!((lane.next(1), lane.next(1)), (Some(20), None));
        lane.tried(20, true, None, 1);
        let released: Vec<_> = std::iter::from_fn(|| lane.next(1)).collect();
        assert_eq!(released.len(), SIDE_BY_SIDE);
    }

    #[test]
    fn an_endpoint_that_fails_is_asked_one_at_a_time_and_recovers_at_once() {
        let mut lane = Lane::default();
        for seq in 0..100 {
            lane.add(seq, charge(&seq.to_string()), 0);
        }
        let first: Vec<_> = std::iter::from_fn(|| lane.next(0)).collect();
        assert_eq!(first.len(), SIDE_BY_SIDE);
        for seq in first {
            lane.tried(seq, false, Some(600), 0);
        }
        assert!(lane.next(0).is_some());
        assert_eq!(lane.next(0), None);
        lane.tried(8, true, None, 1);
        let at_once: Vec<_> = std::iter::from_fn(|| lane.next(1)).collect();
        assert_eq!(at_once.len(), SIDE_BY_SIDE);
        assert_eq!(lane.next_at(), None);
        for seq in at_once {
            lane.tried(seq, true, None, 1);
        }
        assert_eq!(lane.next_at(), Some(0));
    }

    #[test]
    fn what_is_asked_for_by_hand_comes_before_later_ones_of_its_charge() {
        let mut lane = Lane::default();
        lane.add(5, charge("a"), 600);
        lane.add(3, charge("a"), 0);
        assert_eq!(lane.next(0), Some(3));
        lane.add(3, charge("a"), 0);
        lane.add(2, charge("a"), 0);
        assert_eq!(lane.next(0), None);
        lane.tried(3, true, None, 0);
        assert_eq!(lane.next(0), Some(2));
        lane.tried(2, true, None, 0);
        // Waiting for its time, it can be had at once.
        lane.add(5, charge("a"), 0);
        assert_eq!(lane.next(0), Some(5));
    }

    proptest! {
        /// Whatever the receiver does: each is delivered once, those of a charge in
        /// order, and nothing is left behind.
        #[test]
        fn all_are_delivered_in_order(
            charges in prop::collection::vec(0_u8..4, 1..60),
            luck in prop::collection::vec(any::<bool>(), 1..40),
        ) {
            let mut lane = Lane::default();
            for (seq, name) in charges.iter().enumerate() {
                lane.add(seq as u64, charge(&name.to_string()), 0);
            }
            let mut luck = luck.into_iter().cycle();
            let (mut now, mut made, mut under_way) = (0, Vec::new(), Vec::new());
            for round in 0..100_000_u64 {
                under_way.extend(std::iter::from_fn(|| lane.next(now)));
                if under_way.is_empty() {
                    match lane.next_at() {
                        Some(at) => now = at,
                        None => break,
                    }
                    continue;
                }
                let at = usize::try_from(round).unwrap() % under_way.len();
                let seq = under_way.swap_remove(at);
                // The last rounds always succeed, so that it ends.
                if round > 50_000 || luck.next().unwrap() {
                    made.push(seq);
                    lane.tried(seq, true, None, now);
                } else {
                    lane.tried(seq, false, Some(now + 10), now);
                }
            }
            prop_assert_eq!(lane.len(), 0);
            let mut sorted = made.clone();
            sorted.sort_unstable();
            prop_assert_eq!(sorted, (0..charges.len() as u64).collect::<Vec<_>>());
            for name in 0..4 {
                let of: Vec<_> = made.iter().filter(|seq| charges[**seq as usize] == name).collect();
                prop_assert!(of.windows(2).all(|pair| pair[0] < pair[1]));
            }
        }
    }
}
