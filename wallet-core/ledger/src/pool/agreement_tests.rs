//! The rules of agreement, for any honest state and any one liar.

use alloy_primitives::B256;
use proptest::prelude::*;

use super::*;

fn answers<T>(configured: usize, good: Vec<T>) -> Answers<T> {
    let missing = configured.saturating_sub(good.len());
    Answers {
        configured,
        good,
        failed: vec![LedgerError::Timeout; missing],
    }
}

fn any_status() -> impl Strategy<Value = TransactionStatus> {
    let inclusion = (0..4_u64, 0..3_u8, any::<bool>(), any::<bool>(), 0..3_u64).prop_map(
        |(block, hash, success, is_final, fee)| {
            TransactionStatus::Included(Inclusion {
                block,
                block_hash: B256::repeat_byte(hash),
                success,
                fee: U256::from(fee),
                is_final,
                agreement: Agreement::Single,
            })
        },
    );
    prop_oneof![
        Just(TransactionStatus::Unknown),
        Just(TransactionStatus::Pending),
        inclusion,
    ]
}

/// Honest endpoints: all see the same place or lag behind it.
fn honest(place: &Inclusion, seen: &[u8]) -> Vec<TransactionStatus> {
    seen.iter()
        .map(|seen| match seen {
            0 => TransactionStatus::Unknown,
            1 => TransactionStatus::Pending,
            2 => TransactionStatus::Included(Inclusion {
                is_final: false,
                ..place.clone()
            }),
            _ => TransactionStatus::Included(place.clone()),
        })
        .collect()
}

proptest! {
    /// Whatever one endpoint says, nothing is agreed that no honest one has seen.
    #[test]
    fn one_liar_settles_nothing(
        success in any::<bool>(),
        seen in prop::collection::vec(0..4_u8, 1..4),
        lie in any_status(),
        at in 0..4_usize,
    ) {
        let place = Inclusion {
            block: 7,
            block_hash: B256::repeat_byte(7),
            success,
            fee: U256::from(7),
            is_final: true,
            agreement: Agreement::Single,
        };
        let mut good = honest(&place, &seen);
        good.insert(at.min(good.len()), lie);
        let told = answers(good.len(), good);
        if let TransactionStatus::Included(inclusion) = status(&told).unwrap()
            && inclusion.agreement != Agreement::Unconfirmed
        {
            prop_assert_eq!(inclusion.agreement, Agreement::Agreed);
            prop_assert!(is_same_place(&inclusion, &place));
            prop_assert!(seen.iter().any(|seen| *seen >= 2));
            // Final needs an honest endpoint that calls it final.
            prop_assert!(!inclusion.is_final || seen.contains(&3));
        }
    }

    /// Two honest endpoints that have seen it are enough, whatever the third says.
    #[test]
    fn two_that_agree_are_believed(lie in any_status(), at in 0..3_usize) {
        let place = Inclusion {
            block: 7,
            block_hash: B256::repeat_byte(7),
            success: true,
            fee: U256::from(7),
            is_final: true,
            agreement: Agreement::Single,
        };
        let mut good = honest(&place, &[3, 3]);
        good.insert(at, lie);
        let TransactionStatus::Included(inclusion) = status(&answers(3, good)).unwrap() else {
            panic!("not included");
        };
        prop_assert_eq!(inclusion, Inclusion { agreement: Agreement::Agreed, ..place });
    }

    /// One answer of several configured endpoints is never final, and never more
    /// than that endpoint's word.
    #[test]
    fn a_lone_answer_is_unconfirmed(lie in any_status(), configured in 2..5_usize) {
        if let TransactionStatus::Included(inclusion) =
            status(&answers(configured, vec![lie])).unwrap()
        {
            prop_assert_eq!(inclusion.agreement, Agreement::Unconfirmed);
            prop_assert!(!inclusion.is_final);
        }
    }

    /// The only endpoint of a network is passed on as it is, and marked so.
    #[test]
    fn a_single_endpoint_is_single(said in any_status()) {
        match (status(&answers(1, vec![said.clone()])).unwrap(), said) {
            (TransactionStatus::Included(told), TransactionStatus::Included(said)) => {
                prop_assert_eq!(told.agreement, Agreement::Single);
                prop_assert_eq!(told.is_final, said.is_final);
            }
            (told, said) => prop_assert_eq!(told, said),
        }
    }

    /// A nonce counts as used only when an honest endpoint has seen it used.
    #[test]
    fn one_liar_uses_no_nonce(
        truth in prop::collection::vec(0..20_u64, 1..4),
        lie in (any::<u64>(), any::<u64>()),
    ) {
        let highest = *truth.iter().max().unwrap();
        let mut good: Vec<Nonces> = truth
            .iter()
            .map(|latest| Nonces { latest: *latest, pending: *latest })
            .collect();
        good.push(Nonces { latest: lie.0, pending: lie.1 });
        let told = nonces(&answers(good.len(), good)).unwrap();
        prop_assert!(told.latest <= highest);
        prop_assert!(told.pending >= told.latest);
        prop_assert!(told.pending <= told.latest + WAITING);
    }

    /// Nor does one that says too little hide what two have seen.
    #[test]
    fn two_vouch_for_a_nonce(truth in 0..1000_u64, lie in any::<u64>()) {
        let seen = |latest| Nonces { latest, pending: latest };
        let told = nonces(&answers(3, vec![seen(truth), seen(lie), seen(truth)])).unwrap();
        prop_assert_eq!(told.latest, truth);
    }

    /// An authorization is used or unused when two say so.
    #[test]
    fn one_liar_uses_no_authorization(
        truth in any::<bool>(),
        others in prop::collection::vec(any::<bool>(), 0..1),
    ) {
        let mut good = others;
        good.push(truth);
        let told = answers(2, good.clone()).agreed();
        match good.as_slice() {
            [one, other] if one == other => prop_assert_eq!(told, Ok(truth)),
            [_] => prop_assert_eq!(told, Err(LedgerError::Unconfirmed)),
            _ => prop_assert_eq!(told, Err(LedgerError::Unconfirmed)),
        }
        prop_assert_eq!(answers(3, vec![truth, !truth, truth]).agreed(), Ok(truth));
    }

    /// No endpoint makes an account look richer than an honest one says.
    #[test]
    fn one_liar_makes_nobody_rich(truth in 0..1000_u64, lie in any::<u64>()) {
        let told = answers(2, vec![lie, truth]).agreed_or_lowest().unwrap();
        prop_assert!(told <= truth);
        prop_assert_eq!(answers(3, vec![lie, truth, truth]).agreed_or_lowest(), Ok(truth));
    }

    /// A head beyond reason moves nothing.
    #[test]
    fn one_head_alone_does_not_leap(truth in 0..1_000_000_u64, lie in any::<u64>(), grows in any::<bool>()) {
        let seen = |number| SeenHead { number, grows };
        let three = [seen(truth), seen(lie), seen(truth)];
        let credible = credible_head(&three, 30, 1000).unwrap();
        prop_assert!(credible.number >= truth && credible.number <= truth + 30);
        let two = credible_head(&[seen(truth), seen(lie)], 30, 1000).unwrap();
        prop_assert!(two.number <= truth + 1000);
        // And where they are far apart, neither is called wrong.
        prop_assert_eq!(two.is_sure, truth.abs_diff(lie) <= 1000);
    }
}

#[test]
fn a_refusal_that_ends_something_takes_two() {
    let refused = |failed: Vec<LedgerError>, configured| {
        Answers::<u64> {
            configured,
            good: Vec::new(),
            failed,
        }
        .agreed()
    };
    let (reverted, timeout) = (LedgerError::Reverted, LedgerError::Timeout);
    assert_eq!(
        refused(vec![reverted.clone(), timeout.clone()], 2),
        Err(timeout)
    );
    assert_eq!(
        refused(vec![reverted.clone(), reverted.clone()], 2),
        Err(reverted.clone())
    );
    assert_eq!(refused(vec![reverted.clone()], 1), Err(reverted.clone()));
    assert_eq!(refused(vec![reverted], 2), Err(LedgerError::Unconfirmed));
}

#[test]
fn a_head_that_stands_still_is_told_from_one_that_leaps() {
    let seen = |number, grows| SeenHead { number, grows };
    let credible = |one, other| credible_head(&[one, other], 30, 1000);
    let sure = |number| {
        Some(CredibleHead {
            number,
            is_sure: true,
        })
    };
    assert_eq!(credible(seen(100, false), seen(9000, true)), sure(9000));
    let unsure = Some(CredibleHead {
        number: 100,
        is_sure: false,
    });
    assert_eq!(credible(seen(100, true), seen(9000, true)), unsure);
    assert_eq!(credible(seen(100, true), seen(9000, false)), unsure);
    assert_eq!(credible(seen(100, false), seen(900, false)), sure(900));
}
