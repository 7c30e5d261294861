//! Each bad day of a shop.

use jiaozi_ledger::Agreement;
use jiaozi_types::Timestamp;

use super::ledger::Moved;
use super::*;
use crate::api::till::{Assurance, ChargeFlags, ChargeState as S, PaymentRole};
use crate::request::PaymentRequest;
use crate::till::charge::link;

#[tokio::test]
async fn a_payment_of_any_wallet_makes_the_charge_green() {
    let mut shop = Shop::new(0);
    let charge = shop.charge(1250);
    shop.see().await;
    assert_eq!(shop.state(&charge), S::Open);
    shop.chain.pay(A, charge.address, 1250);
    shop.see().await;
    assert_eq!(
        (shop.state(&charge), shop.flags(&charge)),
        (S::Paid, ChargeFlags::default())
    );
    // Its time being over changes nothing.
    shop.now += 2_000;
    shop.see().await;
    assert_eq!(
        (shop.state(&charge), shop.flags(&charge)),
        (S::Paid, ChargeFlags::default())
    );
}

#[tokio::test]
async fn two_customers_pay_one_code() {
    let shop = Shop::new(0);
    let charge = shop.charge(1250);
    shop.chain.pay(A, charge.address, 1250);
    shop.see().await;
    shop.chain.pay(B, charge.address, 1250);
    shop.see().await;
    assert_eq!(shop.state(&charge), S::Paid);
    assert_eq!(
        shop.flags(&charge),
        ChargeFlags {
            over: true,
            ..Default::default()
        }
    );
    let charge = shop.of(&charge);
    assert!(charge.is_owed());
    assert_eq!(charge.returnable(charge.asset), U256::from(2500));
}

#[tokio::test]
async fn half_paid_twice_is_paid() {
    let shop = Shop::new(0);
    let charge = shop.charge(1250);
    shop.chain.pay(A, charge.address, 625);
    shop.see().await;
    assert_eq!(shop.state(&charge), S::Open);
    assert!(shop.flags(&charge).under);
    // What is missing is asked for as a purchase of its own.
    let rest = shop.rest(&charge).unwrap();
    assert_eq!(rest.atoms, U256::from(625));
    assert_eq!(rest.reference, format!("{}.2", charge.id()));
    let now = Timestamp::from_unix(charge.created_at);
    let link = link(&shop.settings, &charge, &rest).unwrap();
    let asked = PaymentRequest::read(&link, now).unwrap();
    assert_eq!(
        (asked.atoms, asked.reference),
        (Some(rest.atoms), Some(rest.reference))
    );
    shop.chain.pay(A, charge.address, 625);
    shop.see().await;
    assert_eq!(
        (shop.state(&charge), shop.flags(&charge)),
        (S::Paid, ChargeFlags::default())
    );
    assert_eq!(shop.rest(&charge), None);
    assert!(!shop.of(&charge).is_owed());
}

#[tokio::test]
async fn half_paid_is_unclear_then_revoked_and_what_comes_later_is_late() {
    let mut shop = Shop::new(0);
    let charge = shop.charge(1250);
    shop.chain.pay(A, charge.address, 625);
    shop.now += 900;
    shop.see().await;
    assert_eq!(shop.state(&charge), S::Unclear);
    shop.now += 45;
    shop.see().await;
    assert_eq!(shop.state(&charge), S::Revoked);
    shop.chain.pay(A, charge.address, 625);
    shop.see().await;
    let flags = ChargeFlags {
        under: true,
        late: true,
        ..Default::default()
    };
    assert_eq!(
        (shop.state(&charge), shop.flags(&charge)),
        (S::Revoked, flags)
    );
    let charge = shop.of(&charge);
    assert_eq!(charge.returnable(charge.asset), U256::from(1250));
    assert!(charge.is_owed());
}

#[tokio::test]
async fn paid_after_its_end_is_late_and_never_green() {
    let mut shop = Shop::new(0);
    let charge = shop.charge(1250);
    shop.now += 900;
    shop.see().await;
    assert_eq!(shop.state(&charge), S::Closed);
    shop.chain.pay(A, charge.address, 1250);
    shop.see().await;
    let flags = ChargeFlags {
        late: true,
        ..Default::default()
    };
    assert_eq!(
        (shop.state(&charge), shop.flags(&charge)),
        (S::Closed, flags)
    );
    assert!(shop.of(&charge).is_owed());
}

#[tokio::test]
async fn another_asset_pays_nothing_and_is_shown() {
    let mut shop = Shop::new(0);
    let other = EvmAddress::repeat_byte(0x77);
    let mut token = shop.network.tokens[0].clone();
    let id = jiaozi_types::AssetId::Token {
        chain: shop.network.chain,
        contract: other,
    };
    token.asset = jiaozi_types::Asset::new(id, 6, "USDX").unwrap();
    shop.network.tokens.push(token);
    let charge = shop.charge(1250);
    let moved = Moved {
        token: other,
        ..shop.chain.pays(A, charge.address, 1250)
    };
    shop.chain.mine(vec![moved]);
    shop.see().await;
    assert_eq!(shop.state(&charge), S::Open);
    let flags = ChargeFlags {
        wrong_asset: true,
        ..Default::default()
    };
    assert_eq!(shop.flags(&charge), flags);
    assert_eq!(shop.of(&charge).returnable(id), U256::from(1250));
    assert!(shop.of(&charge).is_owed());
    // Coin leaves no log; it is looked for when the charge ends.
    let charge = shop.charge(1250);
    shop.chain.set(|state| state.coin.push((charge.address, 9)));
    shop.now += 900;
    shop.see().await;
    assert_eq!(
        (shop.state(&charge), shop.flags(&charge)),
        (S::Closed, flags)
    );
    assert_eq!(
        shop.of(&charge).returnable(shop.network.coin.id()),
        U256::from(9)
    );
}

#[tokio::test]
async fn a_block_that_is_taken_back_takes_green_back() {
    let mut shop = Shop::new(12);
    let (charge, other) = (shop.charge(1250), shop.charge(300));
    shop.chain.pay(A, charge.address, 1250);
    shop.chain.pay(B, other.address, 300);
    shop.see().await;
    assert_eq!(
        (shop.state(&charge), shop.state(&other)),
        (S::Paid, S::Paid)
    );
    // The fork has only one of the two, in another block.
    let gone = shop.chain.take_back(2);
    shop.chain.mine(Vec::new());
    shop.chain.mine(Vec::new());
    shop.chain.mine(vec![gone[1].clone()]);
    shop.see().await;
    assert_eq!(
        (shop.state(&charge), shop.state(&other)),
        (S::Open, S::Paid)
    );
    assert!(shop.flags(&charge).taken_back && !shop.flags(&other).taken_back);
    assert_eq!(shop.of(&other).payments[0].block, 3);
    // It is mined after all.
    shop.chain.mine(vec![gone[0].clone()]);
    shop.see().await;
    assert_eq!(shop.state(&charge), S::Paid);
    assert!(shop.flags(&charge).taken_back);
    // Taken back when its time is over: unclear, then closed, as nothing is there.
    shop.now += 900;
    shop.see().await;
    shop.chain.take_back(1);
    shop.chain.mine(Vec::new());
    shop.see().await;
    assert_eq!(shop.state(&charge), S::Unclear);
    shop.now += 45;
    shop.see().await;
    assert_eq!(shop.state(&charge), S::Closed);
}

#[tokio::test]
async fn large_sums_wait_for_finality() {
    let mut shop = Shop::new(3);
    let charge = shop.charge(500_000);
    assert_eq!(charge.wanted, Assurance::Final);
    shop.chain.pay(A, charge.address, 500_000);
    shop.see().await;
    assert_eq!(shop.state(&charge), S::Open);
    // Its time is over, and finality is to be expected: longer than others are waited for.
    shop.now += 900;
    shop.see().await;
    shop.now += 300;
    shop.see().await;
    assert_eq!(shop.state(&charge), S::Unclear);
    (0..3).for_each(|_| shop.chain.mine(Vec::new()));
    shop.see().await;
    assert_eq!(
        (shop.state(&charge), shop.flags(&charge)),
        (S::Paid, ChargeFlags::default())
    );
}

#[tokio::test]
async fn what_one_endpoint_alone_tells_is_not_green() {
    let shop = Shop::new(0);
    let charge = shop.charge(1250);
    shop.chain
        .set(|state| state.agreement = Agreement::Unconfirmed);
    shop.chain.pay(A, charge.address, 1250);
    shop.see().await;
    assert_eq!(shop.state(&charge), S::Open);
    assert_eq!(shop.of(&charge).payments[0].assurance, Assurance::Seen);
    shop.chain.set(|state| state.agreement = Agreement::Agreed);
    shop.see().await;
    assert_eq!(shop.state(&charge), S::Paid);
}

#[tokio::test]
async fn while_no_node_answers_nothing_ends_and_what_is_paid_is_in_time() {
    let mut shop = Shop::new(0);
    let (charge, unpaid) = (shop.charge(1250), shop.charge(700));
    shop.see().await;
    shop.chain.set(|state| state.silent = true);
    shop.now += 3_600;
    assert!(shop.look().await.is_err());
    assert_eq!(shop.state(&charge), S::Open);
    // Two thousand blocks later it is back.
    shop.chain.pay(A, charge.address, 1250);
    (0..2_000).for_each(|_| shop.chain.mine(Vec::new()));
    shop.chain.set(|state| state.silent = false);
    shop.see().await;
    assert_eq!(
        (shop.state(&charge), shop.flags(&charge)),
        (S::Paid, ChargeFlags::default())
    );
    assert_eq!(shop.state(&unpaid), S::Closed);
}

#[tokio::test]
async fn nothing_is_lost_or_doubled_by_a_kill() {
    let shop = Shop::new(2);
    let charge = shop.charge(1250);
    shop.chain.pay(A, charge.address, 600);
    shop.see().await;
    shop.chain.pay(A, charge.address, 650);
    let mut shop = shop.restart();
    shop.see().await;
    shop.see().await;
    assert_eq!(shop.state(&charge), S::Paid);
    assert_eq!(shop.of(&charge).payments.len(), 2);
    // No address is given twice.
    let next = shop.charge(5);
    assert_eq!(next.number, charge.number + 1);
    shop = shop.restart();
    assert_ne!(shop.charge(5).address, next.address);
    // The outbox has everything once, in order.
    let events = shop
        .book
        .all::<crate::till::records::TillEventRecord>()
        .unwrap();
    let seqs: Vec<_> = events
        .iter()
        .map(|(key, _)| u64::from_be_bytes(key.as_slice().try_into().unwrap()))
        .collect();
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
}

#[tokio::test]
async fn one_order_number_is_one_charge() {
    let shop = Shop::new(0);
    let (charge, new) = shop.ask(1250, Some("A-17")).unwrap();
    assert!(new);
    let (again, new) = shop.ask(1250, Some("A-17")).unwrap();
    assert_eq!((again.number, new), (charge.number, false));
    let code = shop.ask(1300, Some("A-17")).unwrap_err().code();
    assert_eq!(code, crate::api::ErrorCode::ChargeDiffers);
}

#[tokio::test]
async fn the_cost_of_a_look_does_not_grow_with_charges() {
    let shop = Shop::new(0);
    let mut costs = Vec::new();
    for charges in [1, 200] {
        (0..charges).for_each(|_| drop(shop.charge(100)));
        shop.chain.mine(Vec::new());
        shop.chain.set(|state| state.asked = 0);
        shop.see().await;
        shop.chain.set(|state| costs.push(state.asked));
    }
    assert_eq!(costs[0], costs[1]);
}

#[tokio::test]
async fn other_tills_are_found_on_the_ledger() {
    let shop = Shop::new(2);
    let other = |till: u16, number| shop.key.address(till, number).unwrap();
    shop.chain.pay(A, other(3, 40), 500);
    shop.see().await;
    // Behind the first gap, which has moved on.
    shop.chain.pay(A, other(3, 120), 600);
    shop.see().await;
    let found = shop
        .book
        .all::<crate::till::records::OtherPaymentRecord>()
        .unwrap();
    let found: Vec<_> = found
        .iter()
        .map(|(_, p)| (p.till, p.number, p.atoms))
        .collect();
    assert_eq!(found, [(3, 40, U256::from(500)), (3, 120, U256::from(600))]);
    // Taken back there, it is taken back here.
    shop.chain.take_back(1);
    shop.chain.mine(Vec::new());
    shop.see().await;
    let found = shop
        .book
        .all::<crate::till::records::OtherPaymentRecord>()
        .unwrap();
    assert_eq!(found.len(), 1);
}

#[tokio::test]
async fn a_second_payment_after_the_time_of_a_paid_charge_is_late() {
    let mut shop = Shop::new(0);
    let charge = shop.charge(1250);
    shop.chain.pay(A, charge.address, 1250);
    shop.see().await;
    shop.now += 1_000;
    shop.see().await;
    shop.chain.pay(B, charge.address, 1250);
    shop.see().await;
    let flags = ChargeFlags {
        late: true,
        ..Default::default()
    };
    assert_eq!((shop.state(&charge), shop.flags(&charge)), (S::Paid, flags));
    assert_eq!(shop.of(&charge).payments[1].role, PaymentRole::Late);
}

#[tokio::test]
async fn a_clock_that_was_a_day_ahead_keeps_no_charge_open_for_a_day() {
    let mut shop = Shop::new(0);
    let right = shop.now;
    shop.now = right + 86_400;
    let charge = shop.charge(1250);
    // Restarted with the clock set right.
    let mut shop = shop.restart();
    shop.now = right + 5;
    shop.poll().rebase(shop.now).unwrap();
    assert_eq!(shop.of(&charge).expires_at, right + 905);
    shop.see().await;
    assert_eq!(shop.state(&charge), S::Open);
    shop.now = right + 905;
    shop.see().await;
    assert_eq!(shop.state(&charge), S::Closed);
}

#[tokio::test]
async fn a_clock_that_jumps_while_customers_pay_ends_nothing() {
    use crate::till::time::Timekeeper;
    for jump in [86_400_i64, -86_400] {
        let mut shop = Shop::new(0);
        let mut keeper = Timekeeper::default();
        shop.now = keeper.now(GENESIS, 0);
        let charge = shop.charge(1250);
        shop.see().await;
        shop.now = keeper.now((GENESIS + 30).saturating_add_signed(jump), 30);
        shop.see().await;
        assert_eq!(shop.state(&charge), S::Open);
        shop.chain.pay(A, charge.address, 1250);
        shop.see().await;
        assert_eq!(
            (shop.state(&charge), shop.flags(&charge)),
            (S::Paid, ChargeFlags::default())
        );
        // Others end when their time is over by the till's own count.
        let unpaid = shop.charge(100);
        shop.now = keeper.now((GENESIS + 935).saturating_add_signed(jump), 935);
        shop.see().await;
        assert_eq!(shop.state(&unpaid), S::Closed);
    }
}
