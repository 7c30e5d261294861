//! How often one caller may ask: a bucket that fills again, one for each peer and
//! each token.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

use crate::limits::{BURST_SECONDS, COUNTED};

/// Thousandths of a request.
const ONE: u64 = 1_000;

/// Buckets by caller.
#[derive(Debug)]
pub struct Rates<K> {
    a_second: u32,
    buckets: Mutex<HashMap<K, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    /// Thousandths of requests that may still come.
    left: u64,
    at: Instant,
}

impl<K: Eq + Hash + Clone> Rates<K> {
    /// So many requests a second for each caller.
    pub fn new(a_second: u32) -> Self {
        Self {
            a_second: a_second.max(1),
            buckets: Mutex::default(),
        }
    }

    /// Takes one request off; how many seconds to wait where there is none.
    pub fn take(&self, caller: &K, now: Instant) -> Result<(), u64> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let burst = u64::from(self.a_second)
            .saturating_mul(u64::from(BURST_SECONDS))
            .saturating_mul(ONE);
        if !buckets.contains_key(caller) && buckets.len() >= COUNTED {
            // Full buckets are those of callers that were quiet: they lose nothing.
            buckets.retain(|_, bucket| self.filled(bucket, now, burst) < burst);
            if buckets.len() >= COUNTED {
                return Err(1);
            }
        }
        let bucket = buckets.entry(caller.clone()).or_insert(Bucket {
            left: burst,
            at: now,
        });
        bucket.left = self.filled(bucket, now, burst);
        bucket.at = now;
        match bucket.left.checked_sub(ONE) {
            Some(left) => {
                bucket.left = left;
                Ok(())
            }
            None => Err(1),
        }
    }

    fn filled(&self, bucket: &Bucket, now: Instant, burst: u64) -> u64 {
        let passed = now.saturating_duration_since(bucket.at).as_millis();
        let passed = u64::try_from(passed).unwrap_or(u64::MAX);
        // A thousandth of a request for each millisecond and request a second.
        let more = passed.saturating_mul(u64::from(self.a_second));
        bucket.left.saturating_add(more).min(burst)
    }
}

/// The peer that is counted: of IPv6, the network that one customer of a provider has.
pub fn peer(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(_) => ip,
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => IpAddr::V4(v4),
            None => {
                let [a, b, c, d, ..] = v6.segments();
                std::net::Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_flood_is_held_back_and_a_pause_refills() {
        let rates = Rates::new(5);
        let start = Instant::now();
        let burst = 5 * BURST_SECONDS;
        for _ in 0..burst {
            rates.take(&"a", start).unwrap();
        }
        assert!(rates.take(&"a", start).is_err());
        // Others are not held back by it.
        rates.take(&"b", start).unwrap();
        let later = start + Duration::from_secs(1);
        for _ in 0..5 {
            rates.take(&"a", later).unwrap();
        }
        assert!(rates.take(&"a", later).is_err());
    }

    #[test]
    fn what_is_counted_is_bounded() {
        let rates = Rates::new(1);
        let now = Instant::now();
        for caller in 0..COUNTED {
            rates.take(&caller, now).unwrap();
        }
        assert!(rates.take(&COUNTED, now).is_err());
        rates.take(&COUNTED, now + Duration::from_secs(60)).unwrap();
    }

    #[test]
    fn a_network_of_ipv6_is_one_peer() {
        let of = |text: &str| peer(text.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }
}
