//! Refunds are reserved before anything is signed.

use super::*;
use crate::api::ErrorCode;
use crate::api::till::{RefundInput, RefundState};
use crate::till::records::RefundRecord;
use crate::till::refund::reserve;

fn input(charge: &TillChargeRecord, number: &str, yuan: Option<&str>) -> RefundInput {
    RefundInput {
        charge: charge.id(),
        number: number.to_owned(),
        amount: yuan.map(str::to_owned),
        asset: None,
        to: None,
        staff: "小李".to_owned(),
        pin: None,
        reason: None,
    }
}

fn ask(shop: &Shop, input: &RefundInput, charge: u32) -> Result<RefundRecord, ErrorCode> {
    let asset = shop.settings.asset.clone();
    let _turn = shop.turn.take();
    reserve(&shop.book, &shop.settings, &asset, charge, input, shop.now)
        .map(|(refund, _)| refund)
        .map_err(|error| error.code())
}

async fn paid(fen: u64) -> (Shop, TillChargeRecord) {
    let shop = Shop::new(0);
    let charge = shop.charge(fen);
    shop.chain.pay(A, charge.address, fen);
    shop.see().await;
    (shop, charge)
}

#[tokio::test]
async fn a_refund_clicked_twice_by_two_people_is_one() {
    let (shop, charge) = paid(1250).await;
    let shop = std::sync::Arc::new(shop);
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let (shop, input) = (shop.clone(), input(&charge, "R-1", None));
            let number = charge.number;
            std::thread::spawn(move || ask(&shop, &input, number))
        })
        .collect();
    let refunds: Vec<_> = threads
        .into_iter()
        .map(|t| t.join().unwrap().unwrap())
        .collect();
    assert!(refunds.iter().all(|refund| *refund == refunds[0]));
    assert_eq!((refunds[0].to, refunds[0].state), (A, RefundState::Pending));
    assert_eq!(shop.of(&charge).refunds.len(), 1);
    assert_eq!(
        ask(&shop, &input(&charge, "R-2", None), charge.number),
        Err(ErrorCode::RefundNothing)
    );
}

#[tokio::test]
async fn never_above_what_was_paid_whoever_asks_at_once() {
    let (shop, charge) = paid(1000).await;
    let shop = std::sync::Arc::new(shop);
    let threads: Vec<_> = (0..8)
        .map(|n| {
            let (shop, number) = (shop.clone(), charge.number);
            let input = input(&charge, &format!("R-{n}"), Some("3.00"));
            std::thread::spawn(move || ask(&shop, &input, number))
        })
        .collect();
    let good = threads
        .into_iter()
        .filter(|_| true)
        .map(|t| t.join().unwrap());
    let good = good.filter(Result::is_ok).count();
    assert_eq!(good, 3);
    let charge = shop.of(&charge);
    assert_eq!(charge.refunded(charge.asset), U256::from(900));
    assert_eq!(charge.returnable(charge.asset), U256::from(100));
}

#[tokio::test]
async fn a_number_means_one_refund_and_one_purchase_on_every_computer() {
    let (shop, charge) = paid(1000).await;
    let first = ask(&shop, &input(&charge, "R-1", Some("3.00")), charge.number).unwrap();
    let differs = ask(&shop, &input(&charge, "R-1", Some("4.00")), charge.number);
    assert_eq!(differs, Err(ErrorCode::RefundDiffers));
    let shop = shop.restart();
    let again = ask(&shop, &input(&charge, "R-1", Some("3.00")), charge.number).unwrap();
    assert_eq!(first.purchase, again.purchase);
    let (other, charge) = paid(1000).await;
    let there = ask(&other, &input(&charge, "R-1", Some("3.00")), charge.number).unwrap();
    assert_eq!(first.purchase, there.purchase);
}

#[tokio::test]
async fn where_two_paid_it_is_said_where_to() {
    let (shop, charge) = paid(1000).await;
    shop.chain.pay(B, charge.address, 1000);
    shop.see().await;
    let unclear = ask(&shop, &input(&charge, "R-1", None), charge.number);
    assert_eq!(unclear, Err(ErrorCode::RefundPayerUnclear));
    let mut to_b = input(&charge, "R-1", Some("10.00"));
    to_b.to = Some(B.to_string());
    assert_eq!(ask(&shop, &to_b, charge.number).unwrap().to, B);
}
