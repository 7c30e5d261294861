//! A shop's day at random: payments, looks, time, forks, silence, kills.

use proptest::prelude::*;

use super::ledger::Fork;
use super::*;
use crate::api::till::{Assurance, ChargeState as S};
use crate::till::standing;

#[derive(Debug, Clone)]
enum Act {
    Charge(u64),
    Pay(usize, u64),
    Empty,
    Fork(Fork),
    /// The same while a look asks, after so many questions.
    Ambush(u32, Fork),
    Silence(bool),
    Time(u64),
    Look,
    Kill,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => prop_oneof![Just(100_u64), Just(200_000)].prop_map(Act::Charge),
        4 => (0_usize..6, prop_oneof![Just(100_u64), Just(50), Just(200_000)])
            .prop_map(|(n, fen)| Act::Pay(n, fen)),
        2 => Just(Act::Empty),
        2 => fork().prop_map(Act::Fork),
        2 => (0_u32..9, fork()).prop_map(|(after, fork)| Act::Ambush(after, fork)),
        1 => any::<bool>().prop_map(Act::Silence),
        2 => (0_u64..600).prop_map(Act::Time),
        5 => Just(Act::Look),
        1 => Just(Act::Kill),
    ]
}

fn fork() -> impl Strategy<Value = Fork> {
    (1_usize..4, any::<bool>()).prop_map(|(blocks, again)| Fork { blocks, again })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn the_books_are_the_ledgers(acts in prop::collection::vec(act(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(day(acts))?;
    }
}

async fn day(acts: Vec<Act>) -> Result<(), TestCaseError> {
    let mut shop = Shop::new(3);
    let mut charges = Vec::new();
    for act in acts {
        match act {
            Act::Charge(fen) => charges.push(shop.charge(fen)),
            Act::Pay(n, fen) => {
                if let Some(charge) = charges.get(n) {
                    shop.chain.pay(A, charge.address, fen);
                }
            }
            Act::Empty => shop.chain.mine(Vec::new()),
            Act::Fork(fork) => shop.chain.fork(fork),
            Act::Ambush(after, fork) => shop.chain.set(|state| state.ambush = Some((after, fork))),
            Act::Silence(silent) => shop.chain.set(|state| state.silent = silent),
            Act::Time(seconds) => shop.now += seconds,
            Act::Kill => shop = shop.restart(),
            Act::Look => {
                let lurks = shop.chain.state.lock().unwrap().ambush.is_some();
                let found = shop.look().await;
                // What was looked at may be gone: the next look tells.
                let sprung = lurks && shop.chain.state.lock().unwrap().ambush.is_none();
                if !sprung && found.is_ok_and(|found| found.whole) {
                    agree(&shop, &charges)?;
                }
            }
        }
    }
    // The node is back, and time passes: everything ends.
    shop.chain
        .set(|state| (state.silent, state.ambush) = (false, None));
    for _ in 0..3 {
        shop.now += 900 + 45 * standing::FINALITY_PATIENCE;
        (0..4).for_each(|_| shop.chain.mine(Vec::new()));
        shop.see().await;
    }
    agree(&shop, &charges)?;
    for charge in &charges {
        prop_assert!(!matches!(shop.state(charge), S::Open | S::Unclear));
    }
    Ok(())
}

fn agree(shop: &Shop, charges: &[TillChargeRecord]) -> Result<(), TestCaseError> {
    for charge in charges {
        let charge = shop.of(charge);
        // To the fen, payment by payment.
        let mut books: Vec<_> = charge
            .payments
            .iter()
            .map(|paid| (paid.transaction, paid.block, paid.atoms.to::<u64>()))
            .collect();
        let mut truth = shop.chain.truth(charge.address);
        books.sort();
        truth.sort();
        prop_assert_eq!(&books, &truth);
        let came = charge.came();
        let sure = standing::sum(&came, charge.wanted);
        if charge.standing.state == S::Paid {
            prop_assert!(sure >= charge.atoms);
        }
        // What came is what counts and what is to be returned beside it.
        let all: u64 = truth.iter().map(|(.., fen)| *fen).sum();
        prop_assert_eq!(charge.returnable(charge.asset), U256::from(all));
        let counted = standing::sum(&came, Assurance::Included);
        let kept = if charge.standing.state == S::Paid {
            counted.min(charge.atoms)
        } else {
            U256::ZERO
        };
        if matches!(charge.standing.state, S::Paid | S::Closed | S::Revoked) {
            prop_assert_eq!(charge.is_owed(), U256::from(all) > kept);
        }
    }
    Ok(())
}
