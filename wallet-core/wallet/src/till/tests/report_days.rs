//! Days at random, closed at random moments: every report is the ledger's, and
//! all of them together have all of it, once.

use alloy_primitives::Address as EvmAddress;
use proptest::prelude::*;

use super::*;
use crate::till::records::ReportRecord;
use crate::till::report::sheet::EntryKind;
use crate::till::standing::FINALITY_PATIENCE;

const DEPTH: u32 = 3;

#[derive(Debug, Clone)]
enum Act {
    Charge(u32, u64, bool),
    Pay(usize, u64),
    Other(u32, u64),
    Fork(usize, bool),
    Empty,
    Refund(usize, u64),
    Time(u64),
    Look,
    Close,
    Kill,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => (1_u32..4, prop_oneof![Just(100_u64), Just(90_000)], any::<bool>())
            .prop_map(|(quantity, price, staff)| Act::Charge(quantity, price, staff)),
        5 => (0_usize..6, prop_oneof![Just(100_u64), Just(50), Just(300), Just(180_000)])
            .prop_map(|(n, fen)| Act::Pay(n, fen)),
        1 => (0_u32..20, 1_u64..500).prop_map(|(n, fen)| Act::Other(n, fen)),
        2 => (1_usize..4, any::<bool>()).prop_map(|(blocks, back)| Act::Fork(blocks, back)),
        2 => Just(Act::Empty),
        2 => (0_usize..6, prop_oneof![Just(50_u64), Just(100)])
            .prop_map(|(n, fen)| Act::Refund(n, fen)),
        2 => (0_u64..600).prop_map(Act::Time),
        3 => Just(Act::Look),
        3 => Just(Act::Close),
        1 => Just(Act::Kill),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn reports_have_all_of_the_ledger_once(acts in prop::collection::vec(act(), 1..50)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(days(acts))?;
    }
}

async fn days(acts: Vec<Act>) -> Result<(), TestCaseError> {
    let mut shop = Shop::new(DEPTH);
    let mut charges: Vec<TillChargeRecord> = Vec::new();
    let mut others: Vec<EvmAddress> = Vec::new();
    let mut kept: Vec<(ReportRecord, String)> = Vec::new();
    let (mut refunded, mut refunds) = (0_u64, 0_u32);
    for act in acts {
        match act {
            Act::Charge(quantity, price, staff) => {
                let staff = staff.then_some("小李");
                charges.push(shop.sells(&[("面", quantity, price)], staff));
            }
            Act::Pay(n, fen) => {
                if let Some(charge) = charges.get(n) {
                    shop.chain.pay(A, charge.address, fen);
                }
            }
            Act::Other(n, fen) => {
                let address = shop.key.address(2, n).unwrap();
                others.push(address);
                shop.chain.pay(B, address, fen);
            }
            Act::Fork(blocks, back) => {
                let gone = shop.chain.take_back(blocks);
                shop.chain.mine(Vec::new());
                if back {
                    shop.chain.mine(gone);
                }
                (0..blocks).for_each(|_| shop.chain.mine(Vec::new()));
            }
            Act::Empty => shop.chain.mine(Vec::new()),
            Act::Refund(n, fen) => {
                let depth = DEPTH as usize;
                if let Some(charge) = charges.get(n) {
                    refunds += 1;
                    let number = format!("R-{refunds}");
                    if shop.refunds(charge.number, &number, fen, depth) {
                        refunded += fen;
                    }
                }
            }
            Act::Time(seconds) => shop.now += seconds,
            Act::Kill => shop = shop.restart(),
            Act::Look => {
                let x = shop.x().await;
                hold(&shop, &x)?;
            }
            Act::Close => close(&shop, &mut kept).await?,
        }
    }
    for _ in 0..3 {
        shop.now += 900 + 45 * FINALITY_PATIENCE;
        (0..4).for_each(|_| shop.chain.mine(Vec::new()));
        shop.see().await;
    }
    close(&shop, &mut kept).await?;
    // Nothing that was closed has changed, and the files are the same to the byte.
    for (report, file) in &kept {
        prop_assert_eq!(&shop.book.till_report(report.number).unwrap(), report);
        prop_assert_eq!(&shop.csv(report), file);
    }
    others.sort();
    others.dedup();
    let own = charges.iter().map(|charge| charge.address);
    let truth = own.chain(others).flat_map(|to| shop.chain.truth(to));
    let truth: u64 = truth.map(|(.., fen)| fen).sum();
    let all = |of: fn(&ReportRecord) -> U256| -> U256 { kept.iter().map(|(z, _)| of(z)).sum() };
    prop_assert_eq!(all(|z| z.sums.received), U256::from(truth));
    prop_assert_eq!(all(|z| z.sums.refunded), U256::from(refunded));
    let paid = |charge: &&TillChargeRecord| shop.state(charge) == ChargeState::Paid;
    let sold: U256 = charges.iter().filter(paid).map(|charge| charge.atoms).sum();
    prop_assert_eq!(all(|z| z.sums.sales), sold);
    let count = charges.iter().filter(paid).count();
    let counted: u32 = kept.iter().map(|(z, _)| z.sums.counts.paid).sum();
    prop_assert_eq!(counted as usize, count);
    Ok(())
}

async fn close(shop: &Shop, kept: &mut Vec<(ReportRecord, String)>) -> Result<(), TestCaseError> {
    let Ok(report) = shop.z().await else {
        return Ok(());
    };
    hold(shop, &report)?;
    if let Some((before, _)) = kept.last() {
        prop_assert_eq!(report.number, before.number + 1);
        prop_assert_eq!(report.first_block, before.last_block + 1);
        prop_assert_eq!(report.sums.carried_in, before.sums.carried_out);
        prop_assert_eq!(report.opening, before.closing);
        prop_assert_eq!(report.from, before.to);
    }
    let file = shop.csv(&report);
    kept.push((report, file));
    Ok(())
}

/// What holds of every report.
fn hold(shop: &Shop, report: &ReportRecord) -> Result<(), TestCaseError> {
    let sums = &report.sums;
    prop_assert_eq!(
        sums.received + sums.carried_in,
        sums.sales + sums.unasked + sums.others + sums.carried_out
    );
    let items: U256 = sums.items.iter().map(|sum| sum.atoms).sum();
    let staff: U256 = sums.staff.iter().map(|sum| sum.atoms).sum();
    let hours: U256 = sums.hours.iter().map(|sum| sum.atoms).sum();
    let tills: U256 = sums.tills.iter().map(|sum| sum.atoms).sum();
    prop_assert_eq!((items, staff, hours), (sums.sales, sums.sales, sums.sales));
    prop_assert_eq!(tills, sums.received);
    prop_assert_eq!(&report.check.differences, &[]);
    prop_assert_eq!(report.check.ledger, sums.received);
    // Line by line.
    let sheet = shop.sheet(report);
    let sold: U256 = sheet.charges.iter().map(|line| line.part.sales).sum();
    let unasked: U256 = sheet.charges.iter().map(|line| line.part.unasked).sum();
    let back: U256 = sheet.charges.iter().map(|line| line.refunded).sum();
    prop_assert_eq!(
        (sold, unasked, back),
        (sums.sales, sums.unasked, sums.refunded)
    );
    let of = |refunds: bool| -> U256 {
        let entries = sheet.entries.iter();
        let entries = entries.filter(|entry| (entry.kind == EntryKind::Refund) == refunds);
        entries.map(|entry| entry.atoms).sum()
    };
    prop_assert_eq!((of(false), of(true)), (sums.received, sums.refunded));
    // The file is written for every day there is.
    prop_assert!(shop.camt(report).contains("camt.053.001.08"));
    Ok(())
}
