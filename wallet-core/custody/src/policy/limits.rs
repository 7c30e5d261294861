//! The policy's own rules: its bounds, its default, and what loosens it.

use alloy_primitives::U256;
use jiaozi_types::AssetId;
use jiaozi_types::agent::{AgentError, QuickPayLimit, SpendPolicy};
use jiaozi_types::sandbox;

const LIMITS_MAX: usize = 64;
const LOCK_AFTER: std::ops::RangeInclusive<u32> = 60..=86_400;
const LOCK_AFTER_DEFAULT: u32 = 900;

/// The policy of a new wallet: sandbox yuan up to ¥200.00 a payment and
/// ¥1,000.00 a day without the PIN; real money always asks.
pub fn default_policy() -> SpendPolicy {
    SpendPolicy {
        quick_pay: vec![QuickPayLimit {
            asset: sandbox::yuan_asset().id(),
            per_payment: U256::from(20_000_u64),
            per_day: U256::from(100_000_u64),
        }],
        lock_after_seconds: LOCK_AFTER_DEFAULT,
    }
}

/// The policy after the counters were lost: everything asks for the PIN.
pub fn without_quick_pay() -> SpendPolicy {
    SpendPolicy {
        quick_pay: Vec::new(),
        lock_after_seconds: LOCK_AFTER_DEFAULT,
    }
}

/// Refuses a policy out of its bounds.
pub fn check(policy: &SpendPolicy) -> Result<(), AgentError> {
    let bad = |what: &str| {
        Err(AgentError::BadRequest {
            what: what.to_owned(),
        })
    };
    let mut assets: Vec<AssetId> = policy.quick_pay.iter().map(|limit| limit.asset).collect();
    assets.sort_unstable();
    assets.dedup();
    if policy.quick_pay.len() > LIMITS_MAX {
        bad("more than 64 limits")
    } else if assets.len() != policy.quick_pay.len() {
        bad("two limits for one asset")
    } else if !LOCK_AFTER.contains(&policy.lock_after_seconds) {
        bad("lock_after_seconds is 60 to 86,400")
    } else {
        Ok(())
    }
}

/// Whether `to` lets anything leave, or stay unlocked, that `from` does not.
pub fn is_looser(from: &SpendPolicy, to: &SpendPolicy) -> bool {
    let of = |asset| {
        from.quick_pay
            .iter()
            .find(|limit| limit.asset == asset)
            .map_or((U256::ZERO, U256::ZERO), |limit| {
                (limit.per_payment, limit.per_day)
            })
    };
    to.lock_after_seconds > from.lock_after_seconds
        || to.quick_pay.iter().any(|limit| {
            let (per_payment, per_day) = of(limit.asset);
            limit.per_payment > per_payment || limit.per_day > per_day
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_looser_from_tighter() {
        let base = default_policy();
        let with = |change: &dyn Fn(&mut SpendPolicy)| {
            let mut policy = base.clone();
            change(&mut policy);
            is_looser(&base, &policy)
        };
        assert!(!with(&|_| {}));
        assert!(!with(&|p| p.quick_pay.clear()));
        assert!(!with(&|p| p.quick_pay[0].per_day = U256::ZERO));
        assert!(!with(&|p| p.lock_after_seconds = 60));
        assert!(with(&|p| p.lock_after_seconds = 901));
        assert!(with(&|p| p.quick_pay[0].per_payment += U256::from(1)));
        assert!(with(&|p| p.quick_pay[0].per_day += U256::from(1)));
        assert!(with(&|p| {
            let mut other = p.quick_pay[0].clone();
            other.asset = "eip155:1030/slip44:503".parse().unwrap();
            p.quick_pay.push(other);
        }));
    }

    #[test]
    fn bounds_hold() {
        let base = default_policy();
        assert_eq!(check(&base), Ok(()));
        let mut twice = base.clone();
        twice.quick_pay.push(base.quick_pay[0].clone());
        let mut never = base.clone();
        never.lock_after_seconds = 86_401;
        let mut at_once = base.clone();
        at_once.lock_after_seconds = 59;
        for policy in [twice, never, at_once] {
            assert!(matches!(check(&policy), Err(AgentError::BadRequest { .. })));
        }
    }
}
