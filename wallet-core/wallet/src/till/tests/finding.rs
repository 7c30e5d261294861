//! Listing and searching.

use super::*;
use crate::api::till::ChargeQuery;
use crate::till::list::{Rows, find};
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

#[tokio::test]
async fn pages_days_and_searches_show_each_charge_once_newest_first() {
    let mut shop = Shop::new(0);
    let mut charges = Vec::new();
    for _ in 0..3 {
        charges.extend((0..7).map(|_| shop.charge(1250)));
        shop.now += 86_400;
    }
    let rows = Rows::default();
    let all = |query: ChargeQuery| {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let query = ChargeQuery {
                after,
                limit: Some(4),
                ..query.clone()
            };
            let (some, next) = find(&shop.book, &rows, &shop.settings.asset, query).unwrap();
            found.extend(some);
            match next {
                Some(next) => after = Some(next),
                None => return found,
            }
        }
    };
    let newest: Vec<u32> = charges.iter().rev().map(|charge| charge.number).collect();
    assert_eq!(all(ChargeQuery::default()), newest);
    let text = |text: &str| ChargeQuery {
        text: Some(text.to_owned()),
        ..Default::default()
    };
    assert_eq!(all(text("12.5")), newest);
    assert_eq!(all(text("小李")), newest);
    assert_eq!(all(text(" A003 ")).len(), 3);
    assert_eq!(all(text("nothing")), Vec::<u32>::new());
    let address = charges[8].address.to_string();
    assert_eq!(all(text(&address)), [charges[8].number]);
    let day = ChargeQuery {
        day: Some("2027-01-16".to_owned()),
        ..Default::default()
    };
    assert_eq!(all(day), newest[7..14]);
    // Rows in memory follow what changes.
    let paid = ChargeQuery {
        state: Some(ChargeState::Paid),
        ..Default::default()
    };
    assert!(all(paid.clone()).is_empty());
    shop.chain.pay(A, charges[20].address, 2000);
    let poll = shop.poll();
    let found = poll.look(shop.now - 86_400, false).await.unwrap();
    rows.put(&found.changed);
    assert_eq!(all(paid), [charges[20].number]);
    let owed = ChargeQuery {
        to_return: true,
        ..Default::default()
    };
    assert_eq!(all(owed), [charges[20].number]);
    assert_eq!(all(text(&A.to_string())), [charges[20].number]);
}
