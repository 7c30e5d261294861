//! Listing and searching.

use super::*;
use crate::till::records::DayRecord;
use crate::till::records::day_key;

#[tokio::test]
async fn what_is_due_fresh_and_owed_is_indexed_exactly() {
    let mut shop = Shop::new(2);
    let charges: Vec<_> = (0..5).map(|_| shop.charge(100)).collect();
    assert_eq!(shop.book.till_due(u64::MAX, 10).unwrap().len(), 5);
    shop.chain.pay(A, charges[0].address, 100);
    shop.see().await;
    assert_eq!(
        shop.book.till_fresh(u64::MAX, 10).unwrap(),
        [charges[0].number]
    );
    (0..3).for_each(|_| shop.chain.mine(Vec::new()));
    shop.see().await;
    assert!(shop.book.till_fresh(u64::MAX, 10).unwrap().is_empty());
    assert_eq!(
        shop.book.till_counter().unwrap().ungathered,
        U256::from(100)
    );
    shop.now += 900;
    shop.see().await;
    assert!(shop.book.till_due(u64::MAX, 10).unwrap().is_empty());
    let day = charges[0].day;
    let marked = shop
        .book
        .store()
        .get::<DayRecord>(&day_key(day, charges[4].number));
    assert!(marked.unwrap().is_some());
}
