//! The state machine, whatever comes in whatever order.

use alloy_primitives::U256;
use proptest::prelude::*;

use super::super::standing::{
    Asked, Came, FINALITY_PATIENCE, Look, Standing, assurance, flags, sum,
};
use crate::api::till::{Assurance, ChargeState, PaymentRole};

const END: u64 = 1_000;
const UNCLEAR: u64 = 45;

#[derive(Debug, Clone)]
enum Happens {
    /// Money comes: atoms, how sure, of the right asset.
    Comes(u64, Assurance, bool),
    /// What came as the n-th becomes surer.
    Surer(usize, Assurance),
    /// The ledger takes the n-th back.
    Taken(usize),
    /// Time passes, and the ledger is seen.
    Look(u64),
    /// Time passes, and no node answers.
    Passes(u64),
}

fn level() -> impl Strategy<Value = Assurance> {
    prop_oneof![
        Just(Assurance::Seen),
        Just(Assurance::Included),
        Just(Assurance::Final)
    ]
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        (1_u64..150, level(), prop::bool::weighted(0.9))
            .prop_map(|(atoms, level, right)| Happens::Comes(atoms, level, right)),
        (0_usize..6, level()).prop_map(|(n, level)| Happens::Surer(n, level)),
        (0_usize..6).prop_map(Happens::Taken),
        (0_u64..700).prop_map(Happens::Look),
        (0_u64..700).prop_map(Happens::Passes),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn never_paid_without_the_money_and_always_over_in_the_end(
        wanted in prop_oneof![Just(Assurance::Included), Just(Assurance::Final)],
        steps in prop::collection::vec(happens(), 1..30),
    ) {
        let asked = Asked {
            atoms: U256::from(100),
            wanted,
            expires_at: END,
            unclear_seconds: UNCLEAR,
        };
        let (mut standing, mut came, mut now) = (Standing::new(), Vec::<Came>::new(), 0_u64);
        let mut ended = None;
        for step in steps {
            let before = standing;
            let mut look = None;
            match step {
                Happens::Comes(atoms, assurance, right) => came.push(Came {
                    atoms: U256::from(atoms),
                    assurance,
                    role: if right { standing.role() } else { PaymentRole::WrongAsset },
                }),
                Happens::Surer(n, level) => {
                    if let Some(money) = came.get_mut(n) {
                        money.assurance = money.assurance.max(level);
                    }
                }
                Happens::Taken(n) => {
                    if n < came.len() {
                        came.remove(n);
                        standing.taken_back = true;
                    }
                }
                Happens::Look(seconds) => {
                    now += seconds;
                    look = Some(Look { began: now, block: now });
                }
                Happens::Passes(seconds) => now += seconds,
            }
            standing = standing.after(&asked, &came, now, look);
            let state = standing.state;
            // Paid only by counted money, as sure as wanted.
            prop_assert_eq!(
                state == ChargeState::Paid,
                sum(&came, wanted) >= asked.atoms && ended.is_none()
            );
            // Time ends nothing unless the ledger was seen after it was over.
            if before.state == ChargeState::Open && look.is_none_or(|look| look.began < END) {
                prop_assert!(matches!(state, ChargeState::Open | ChargeState::Paid));
            }
            // An end stays.
            if matches!(state, ChargeState::Closed | ChargeState::Revoked) {
                prop_assert_eq!(*ended.get_or_insert(state), state);
                prop_assert!(standing.ended_at.is_some() && standing.over_block.is_some());
                prop_assert_eq!(standing.role(), PaymentRole::Late);
            }
            // Flags say what they say, whatever else is.
            let shown = flags(&standing, &asked, &came);
            let counted = sum(&came, Assurance::Seen);
            prop_assert_eq!(shown.over, counted > asked.atoms);
            prop_assert_eq!(shown.under, !counted.is_zero() && counted < asked.atoms);
            prop_assert_eq!(shown.late, came.iter().any(|m| m.role == PaymentRole::Late));
            prop_assert_eq!(shown.wrong_asset, came.iter().any(|m| m.role == PaymentRole::WrongAsset));
            // What something waits for is in the index of what is due.
            let waits = matches!(state, ChargeState::Open | ChargeState::Unclear);
            prop_assert!(!waits || standing.due(&asked, &came).is_some());
            if state == ChargeState::Paid {
                prop_assert!(assurance(&asked, &came) >= Some(wanted));
            }
        }
        // Whatever was before, two looks after all patience end it.
        for _ in 0..2 {
            now = now.max(END) + UNCLEAR * FINALITY_PATIENCE;
            standing = standing.after(&asked, &came, now, Some(Look { began: now, block: now }));
        }
        prop_assert!(!matches!(standing.state, ChargeState::Open | ChargeState::Unclear));
    }
}
