//! No sequence of requests, tightenings, restarts and clock moves lets more
//! leave without the PIN than the limits say.

use std::collections::BTreeMap;

use alloy_primitives::{B256, U256, keccak256};
use jiaozi_types::agent::{QuickPayLimit, SpendPolicy, SpendVerdict};
use jiaozi_types::{Address, AssetId, ChainId, PurchaseId, Timestamp, sandbox};
use proptest::prelude::*;

use super::*;

const DAY: u64 = 86_400;

fn yuan() -> AssetId {
    sandbox::yuan_asset().id()
}

fn coin() -> AssetId {
    AssetId::Coin {
        chain: ChainId::Eip155(1030),
        slip44: 503,
    }
}

fn policy(yuan_limits: (u64, u64), coin_limits: (u64, u64)) -> SpendPolicy {
    let limit = |asset, (per_payment, per_day): (u64, u64)| QuickPayLimit {
        asset,
        per_payment: U256::from(per_payment),
        per_day: U256::from(per_day),
    };
    SpendPolicy {
        quick_pay: vec![limit(yuan(), yuan_limits), limit(coin(), coin_limits)],
        lock_after_seconds: 900,
    }
}

/// A draw from small numbers, so that sequences repeat and contradict themselves.
/// `round` stands for all else that is in the signed bytes; two of them share a
/// transaction nonce.
fn draw(purchase: u8, in_coin: bool, atoms: u64, fee: u64, nonce: u8, round: u8) -> Draw {
    let payee = Address::on_evm(1030, EvmAddress::with_last_byte(7));
    let asset = if in_coin { coin() } else { yuan() };
    Draw {
        purchase: PurchaseId::from_bytes([purchase; 16]),
        spend: Some(Spend {
            payee,
            asset,
            atoms: U256::from(atoms),
        }),
        fee: (fee > 0).then(|| (coin(), U256::from(fee))),
        carrier: Some(Instrument::Transaction {
            chain: ChainId::Eip155(1030),
            from: EvmAddress::ZERO,
            nonce: u64::from(round / 2),
        }),
        instrument: Some(Instrument::Authorization {
            token: yuan(),
            from: EvmAddress::ZERO,
            nonce: B256::with_last_byte(nonce),
        }),
        // Like the real one: other contents, another hash.
        envelope: keccak256(
            [
                &[purchase, u8::from(in_coin), nonce, round][..],
                &atoms.to_be_bytes(),
                &fee.to_be_bytes(),
            ]
            .concat(),
        ),
    }
}

#[derive(Debug, Clone)]
enum Step {
    Pay(Draw),
    PayWithPin(Draw),
    Clock(u64),
    Tighten((u64, u64), (u64, u64)),
    Restart,
}

fn any_draw() -> impl Strategy<Value = Draw> {
    (0..6u8, any::<bool>(), 0..60u64, 0..30u64, 0..4u8, 0..4u8)
        .prop_map(|(p, c, a, f, n, e)| draw(p, c, a, f, n, e))
}

fn any_step() -> impl Strategy<Value = Step> {
    let limits = || (0..60u64, 0..150u64);
    prop_oneof![
        6 => any_draw().prop_map(Step::Pay),
        1 => any_draw().prop_map(Step::PayWithPin),
        2 => (0..5 * DAY).prop_map(Step::Clock),
        1 => (limits(), limits()).prop_map(|(y, c)| Step::Tighten(y, c)),
        1 => Just(Step::Restart),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn limits_hold(steps in prop::collection::vec(any_step(), 1..120)) {
        let first = policy((40, 100), (20, 50));
        let mut now = policy((40, 100), (20, 50));
        let mut spending = Spending::default();
        let mut clock = 1_800_000_000u64;
        let mut latest_day = 0u64;
        // What really can leave: each instrument of a purchase once, and over each
        // transaction nonce the highest fee.
        let mut left: BTreeMap<(u64, AssetId), U256> = BTreeMap::new();
        let mut paid: Vec<(PurchaseId, Instrument)> = Vec::new();
        let mut fees: Vec<(PurchaseId, Instrument, U256)> = Vec::new();
        for step in steps {
            let (draw, pin) = match step {
                Step::Clock(offset) => {
                    clock = 1_800_000_000 + offset;
                    continue;
                }
                Step::Tighten(yuan, coin) => {
                    let to = policy(yuan, coin);
                    if !is_looser(&now, &to) {
                        now = to;
                    }
                    continue;
                }
                Step::Restart => {
                    let bytes = serde_json::to_vec(&spending).unwrap();
                    spending = serde_json::from_slice(&bytes).unwrap();
                    continue;
                }
                Step::Pay(draw) => (draw, false),
                Step::PayWithPin(draw) => (draw, true),
            };
            let at = Timestamp::from_unix(clock);
            let Ok(judgement) = judge(&now, &spending, &draw, at) else { continue };
            let free = judgement.is_free();
            if !free && !pin {
                continue;
            }
            spending.record(&draw, &judgement, free, at);
            latest_day = latest_day.max(clock / DAY);
            let mut this: BTreeMap<AssetId, U256> = BTreeMap::new();
            let instrument = (draw.purchase, draw.instrument.unwrap());
            if !paid.contains(&instrument) {
                paid.push(instrument);
                let spend = draw.spend.as_ref().unwrap();
                *this.entry(spend.asset).or_default() += spend.atoms;
            }
            if let Some((asset, atoms)) = draw.fee {
                let over = (draw.purchase, draw.carrier.unwrap());
                let before = fees.iter().filter(|(p, c, _)| (*p, *c) == over);
                let before = before.map(|(.., cap)| *cap).max().unwrap_or_default();
                fees.push((over.0, over.1, atoms));
                *this.entry(asset).or_default() += atoms.saturating_sub(before);
            }
            if !free {
                continue;
            }
            for (asset, atoms) in this {
                let limit = first.quick_pay.iter().find(|limit| limit.asset == asset).unwrap();
                prop_assert!(atoms <= limit.per_payment);
                let day = left.entry((latest_day, asset)).or_default();
                *day += atoms;
                prop_assert!(*day <= limit.per_day);
            }
        }
    }

    #[test]
    fn a_purchase_never_changes_what_it_pays(draws in prop::collection::vec(any_draw(), 1..60)) {
        let policy = policy((60, 100_000), (60, 100_000));
        let now = Timestamp::from_unix(1_800_000_000);
        let mut spending = Spending::default();
        let mut pays: BTreeMap<PurchaseId, Spend> = BTreeMap::new();
        for draw in draws {
            let spend = draw.spend.clone().unwrap();
            match judge(&policy, &spending, &draw, now) {
                Ok(judgement) => {
                    spending.record(&draw, &judgement, false, now);
                    let before = pays.entry(draw.purchase).or_insert_with(|| spend.clone());
                    prop_assert_eq!(&*before, &spend);
                }
                Err(error) => {
                    let refused = matches!(error, AgentError::Refused { .. });
                    prop_assert!(refused);
                    prop_assert_ne!(pays.get(&draw.purchase), Some(&spend));
                }
            }
        }
    }
}

fn verdict(policy: &SpendPolicy, spending: &Spending, draw: &Draw) -> SpendVerdict {
    judge(policy, spending, draw, Timestamp::from_unix(1_800_000_000))
        .unwrap()
        .verdict
}

#[test]
fn each_verdict_has_its_reason() {
    let policy = policy((40, 100), (20, 50));
    let mut spending = Spending::default();
    let now = Timestamp::from_unix(1_800_000_000);
    let pay = draw(1, false, 40, 0, 1, 1);
    assert_eq!(verdict(&policy, &spending, &pay), SpendVerdict::QuickPay);
    let judgement = judge(&policy, &spending, &pay, now).unwrap();
    spending.record(&pay, &judgement, true, now);
    // The same bytes; the same authorization in another envelope; with a fee.
    assert_eq!(
        verdict(&policy, &spending, &pay),
        SpendVerdict::AlreadyApproved
    );
    let other_carrier = draw(1, false, 40, 0, 1, 2);
    assert_eq!(
        verdict(&policy, &spending, &other_carrier),
        SpendVerdict::AlreadyApproved
    );
    let with_fee = draw(1, false, 40, 20, 1, 3);
    assert_eq!(
        verdict(&policy, &spending, &with_fee),
        SpendVerdict::QuickPay
    );
    let dear = draw(1, false, 40, 21, 1, 4);
    assert_eq!(
        verdict(&policy, &spending, &dear),
        SpendVerdict::PinAbovePayment
    );
    // Once more over the same nonce, at no higher fee; over another it counts.
    let judgement = judge(&policy, &spending, &with_fee, now).unwrap();
    spending.record(&with_fee, &judgement, false, now);
    let renewed = draw(1, false, 40, 20, 1, 2);
    assert_ne!(renewed.envelope, with_fee.envelope);
    assert_eq!(
        verdict(&policy, &spending, &renewed),
        SpendVerdict::AlreadyApproved
    );
    assert_eq!(
        verdict(&policy, &spending, &draw(1, false, 40, 21, 1, 2)),
        SpendVerdict::PinAbovePayment
    );
    assert_eq!(
        verdict(&policy, &spending, &draw(1, false, 40, 20, 1, 4)),
        SpendVerdict::QuickPay
    );
    // A second authorization of the purchase could be paid as well: it counts.
    assert_eq!(
        verdict(&policy, &spending, &draw(1, false, 40, 0, 2, 5)),
        SpendVerdict::QuickPay
    );
    assert_eq!(
        verdict(&policy, &spending, &draw(2, false, 41, 0, 3, 6)),
        SpendVerdict::PinAbovePayment
    );
    let again = draw(3, false, 40, 0, 4, 7);
    let judgement = judge(&policy, &spending, &again, now).unwrap();
    spending.record(&again, &judgement, true, now);
    assert_eq!(
        verdict(&policy, &spending, &draw(4, false, 21, 0, 5, 8)),
        SpendVerdict::PinAboveDay
    );
    assert_eq!(
        verdict(&default_policy(), &spending, &draw(5, true, 1, 0, 6, 9)),
        SpendVerdict::PinNoLimit
    );
    // The fee of a token payment is bounded by the coin's limit.
    let mut only_yuan = policy.clone();
    only_yuan.quick_pay.pop();
    assert_eq!(
        verdict(&only_yuan, &spending, &draw(6, false, 1, 1, 7, 10)),
        SpendVerdict::PinNoLimit
    );
    // Amount and fee of a coin payment count together.
    assert_eq!(
        verdict(&policy, &spending, &draw(7, true, 15, 6, 8, 11)),
        SpendVerdict::PinAbovePayment
    );
}

#[test]
fn a_new_day_is_free_and_an_old_one_is_not() {
    let policy = policy((40, 40), (0, 0));
    let mut spending = Spending::default();
    let noon = 1_800_000_000u64 / DAY * DAY + DAY / 2;
    let pay = |spending: &mut Spending, purchase: u8, at: u64| {
        let draw = draw(purchase, false, 40, 0, purchase, purchase);
        let now = Timestamp::from_unix(at);
        let judgement = judge(&policy, spending, &draw, now).unwrap();
        if judgement.is_free() {
            spending.record(&draw, &judgement, true, now);
        }
        judgement.verdict
    };
    assert_eq!(pay(&mut spending, 1, noon), SpendVerdict::QuickPay);
    assert_eq!(pay(&mut spending, 2, noon), SpendVerdict::PinAboveDay);
    assert_eq!(pay(&mut spending, 3, noon - DAY), SpendVerdict::PinAboveDay);
    assert_eq!(pay(&mut spending, 4, noon + DAY), SpendVerdict::QuickPay);
    assert!(
        spending
            .today(Timestamp::from_unix(noon + 2 * DAY))
            .is_empty()
    );
}
