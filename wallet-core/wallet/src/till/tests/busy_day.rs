//! A day of many charges, timed: `bench/till/day.sh` runs it.

#![allow(
    clippy::print_stdout,
    clippy::float_arithmetic,
    reason = "figures for people"
)]

use std::time::Instant;

use super::*;
use crate::api::till::ChargeQuery;
use crate::till::list::{Rows, find};

/// Charges of the day where `JIAOZI_BUSY_DAY` says no other number.
const CHARGES: usize = 50_000;
const IN_A_BLOCK: usize = 100;

#[tokio::test]
#[ignore = "takes minutes: bench/till/day.sh runs it"]
async fn a_busy_day_opens_searches_and_closes() {
    let count = std::env::var("JIAOZI_BUSY_DAY").ok();
    let count = count
        .and_then(|count| count.parse().ok())
        .unwrap_or(CHARGES);
    let mut shop = Shop::new(0);
    let began = Instant::now();
    for block in 0..count.div_ceil(IN_A_BLOCK) {
        let most = IN_A_BLOCK.min(count - block * IN_A_BLOCK);
        let charges: Vec<_> = (0..most)
            .map(|n| shop.sells(&[("牛肉面", 1, 1000 + n as u64)], Some("小李")))
            .collect();
        let moved = charges
            .iter()
            .map(|charge| shop.chain.pays(A, charge.address, charge.atoms.to()))
            .collect();
        shop.chain.mine(moved);
        shop.see().await;
    }
    let told = |what: &str, since: Instant| {
        println!("{what}: {:.3} s", since.elapsed().as_secs_f64());
    };
    told(&format!("{count} charges made and paid"), began);
    let began = Instant::now();
    shop = shop.restart();
    shop.see().await;
    told("open, and look once", began);
    let rows = Rows::default();
    let query = |text: &str| ChargeQuery {
        text: Some(text.to_owned()),
        ..ChargeQuery::default()
    };
    for what in ["first search of the day", "next search"] {
        let began = Instant::now();
        let last = format!("{TILL}-{}", count - 1);
        let found = find(&shop.book, &rows, &shop.settings.asset, query(&last)).unwrap();
        assert_eq!(found.0.first(), Some(&(count as u32 - 1)));
        told(what, began);
    }
    let began = Instant::now();
    let x = shop.x().await;
    told("X report with the ledger check", began);
    let began = Instant::now();
    let z = shop.z().await.unwrap();
    told("Z report with the ledger check", began);
    assert_eq!(
        (x.sums.counts.paid, z.check.differences.len()),
        (count as u32, 0)
    );
    let began = Instant::now();
    let bytes = shop.csv(&z).len();
    told(&format!("CSV of {bytes} bytes"), began);
    let began = Instant::now();
    let bytes = shop.camt(&z).len();
    told(&format!("camt.053 of {bytes} bytes"), began);
}
