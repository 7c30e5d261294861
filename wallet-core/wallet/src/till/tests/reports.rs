//! Days that are closed: what is in which report, and files of them.

use super::ledger::Moved;
use super::*;
use crate::api::ErrorCode;
use crate::api::till::{DifferenceKind, RefundInput};
use crate::till::records::{
    BookedRefund, LineRecord, RefundPlace, ReportRecord, TillEventRecord, UnbookedRefundRecord,
    order_key,
};
use crate::till::refund::reserve;
use crate::till::report::camt;
use crate::till::report::close::Desk;
use crate::till::report::csv;
use crate::till::report::sheet::Sheet;

impl Shop {
    fn desk(&self) -> Desk<'_> {
        Desk {
            book: &self.book,
            settings: &self.settings,
            ledger: &self.chain,
            branches: &self.branches,
            turn: &self.turn,
        }
    }

    pub(super) async fn x(&self) -> ReportRecord {
        self.see().await;
        self.desk().look(self.now).await.unwrap()
    }

    pub(super) async fn z(&self) -> Result<ReportRecord, ErrorCode> {
        self.see().await;
        let closed = self.desk().close(self.now).await;
        closed.map_err(|error| error.code())
    }

    pub(super) fn sells(
        &self,
        lines: &[(&str, u32, u64)],
        staff: Option<&str>,
    ) -> TillChargeRecord {
        let lines: Vec<_> = lines
            .iter()
            .map(|(name, quantity, price)| LineRecord {
                name: (*name).to_owned(),
                quantity: *quantity,
                price: U256::from(*price),
            })
            .collect();
        let sum = |sum: U256, line: &LineRecord| sum + line.price * U256::from(line.quantity);
        let wanted = Wanted {
            atoms: lines.iter().fold(U256::ZERO, sum),
            lines,
            note: None,
            staff: staff.map(str::to_owned),
            order: None,
            seconds: 900,
        };
        let _turn = self.turn.take();
        make(&self.book, &self.settings, &self.key, wanted, self.now)
            .unwrap()
            .0
    }

    /// Refunds in a block that is final, as the saga would.
    pub(super) fn refunds(&self, charge: u32, number: &str, fen: u64, depth: usize) -> bool {
        let input = RefundInput {
            charge: format!("{TILL}-{charge}"),
            number: number.to_owned(),
            amount: Some(format!("{}.{:02}", fen / 100, fen % 100)),
            asset: None,
            to: Some(A.to_checksum(None)),
            staff: "小李".to_owned(),
            pin: None,
            reason: None,
        };
        let asset = self.settings.asset.clone();
        let _turn = self.turn.take();
        let kept = reserve(&self.book, &self.settings, &asset, charge, &input, self.now);
        let Ok((refund, _)) = kept else { return false };
        let moved = self.chain.pays(B, A, fen);
        self.chain.mine(vec![moved.clone()]);
        let block = self.chain.state.lock().unwrap().blocks.len() as u64 - 1;
        (0..depth).for_each(|_| self.chain.mine(Vec::new()));
        let unbooked = UnbookedRefundRecord {
            refund: BookedRefund {
                number: refund.number.clone(),
                charge,
                asset: refund.asset,
                atoms: refund.atoms,
                to: refund.to,
                place: Some(RefundPlace {
                    transaction: moved.transaction,
                    block,
                    time: GENESIS + block * ledger::STEP,
                }),
            },
        };
        let key = order_key(&refund.number);
        self.book.store().put(&key, &unbooked).unwrap();
        true
    }

    pub(super) fn sheet(&self, report: &ReportRecord) -> Sheet {
        Sheet::of(&self.book, &self.settings, report).unwrap()
    }

    pub(super) fn csv(&self, report: &ReportRecord) -> String {
        let asset = |_| Ok(self.settings.asset.clone());
        let bytes = csv::write(report, &self.sheet(report), asset).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    pub(super) fn camt(&self, report: &ReportRecord) -> String {
        let account = camt::account(&self.settings.public_key, TILL);
        let bytes = camt::write(report, &self.sheet(report), &account).unwrap();
        String::from_utf8(bytes).unwrap()
    }
}

fn fen(sum: U256) -> u64 {
    sum.to()
}

/// Two sales, one over, one under, one late, one at another till, a refund.
async fn day() -> Shop {
    let mut shop = Shop::new(0);
    let noodles = shop.sells(
        &[("牛肉面", 2, 1800), ("=1+1 \"tea\"", 1, 300)],
        Some("小李"),
    );
    let tea = shop.sells(&[("=1+1 \"tea\"", 3, 300)], None);
    let over = shop.charge(1000);
    let under = shop.charge(2000);
    let closed = shop.charge(500);
    shop.chain.pay(A, noodles.address, 3900);
    shop.chain.pay(A, tea.address, 900);
    shop.chain.pay(A, over.address, 1250);
    shop.chain.pay(A, under.address, 700);
    let other = shop.key.address(3, 5).unwrap();
    shop.chain.pay(A, other, 4200);
    shop.see().await;
    shop.now += 900;
    shop.see().await;
    shop.now += 45;
    shop.see().await;
    shop.chain.pay(A, closed.address, 500);
    shop.see().await;
    assert!(shop.refunds(over.number, "R-1", 250, 0));
    shop
}

#[tokio::test]
async fn a_day_is_closed_once_and_every_sum_is_of_its_lines() {
    let shop = day().await;
    let x = shop.x().await;
    let z = shop.z().await.unwrap();
    assert_eq!(x.sums, z.sums);
    let sums = &z.sums;
    assert_eq!(fen(sums.sales), 3900 + 900 + 1000);
    assert_eq!(fen(sums.unasked), 250 + 700 + 500);
    assert_eq!(fen(sums.others), 4200);
    assert_eq!(fen(sums.received), 5800 + 1450 + 4200);
    assert_eq!(fen(sums.refunded), 250);
    let counts = sums.counts;
    assert_eq!((counts.paid, counts.closed, counts.revoked), (3, 1, 1));
    assert_eq!((counts.over, counts.under, counts.late), (1, 1, 1));
    let items: Vec<_> = sums
        .items
        .iter()
        .map(|item| (item.name.as_str(), item.count, fen(item.atoms)))
        .collect();
    assert_eq!(
        items,
        [
            ("牛肉面", 2, 3600),
            ("=1+1 \"tea\"", 4, 1200),
            ("", 1, 1000)
        ]
    );
    let staff: Vec<_> = sums
        .staff
        .iter()
        .map(|staff| (staff.name.as_str(), fen(staff.atoms)))
        .collect();
    assert_eq!(staff, [("小李", 4900), ("", 900)]);
    let tills: Vec<_> = sums
        .tills
        .iter()
        .map(|till| (till.till, fen(till.atoms)))
        .collect();
    assert_eq!(tills, [(3, 4200), (TILL, 7250)]);
    assert_eq!(
        (z.check.differences.len(), z.check.ledger),
        (0, sums.received)
    );
    // GENESIS is 08:00 UTC, and the shop is eight hours ahead.
    assert_eq!(
        sums.hours.iter().map(|hour| hour.hour).collect::<Vec<_>>(),
        [16]
    );
    // A second one says that there is nothing to close.
    assert_eq!(shop.z().await.unwrap_err(), ErrorCode::ReportNothingNew);
}

#[tokio::test]
async fn a_kill_after_writing_gives_no_second_number() {
    let shop = day().await;
    let made = shop.z().await.unwrap();
    let shop = shop.restart();
    assert_eq!(shop.z().await.unwrap_err(), ErrorCode::ReportNothingNew);
    assert_eq!(shop.book.till_report(1).unwrap(), made);
    let told = shop.book.all::<TillEventRecord>().unwrap();
    let closed = told
        .iter()
        .filter(|(_, event)| event.number.as_deref() == Some("1"));
    assert_eq!(closed.count(), 1);
    let next = shop.charge(100);
    shop.chain.pay(A, next.address, 100);
    let second = shop.z().await.unwrap();
    assert_eq!(
        (second.number, second.first_block),
        (2, made.last_block + 1)
    );
    assert_eq!(second.from, made.to);
    assert_eq!(second.opening, made.closing);
    assert_eq!(
        (fen(second.sums.received), fen(second.sums.sales)),
        (100, 100)
    );
}

#[tokio::test]
async fn what_is_not_final_waits_for_the_next_report() {
    let shop = Shop::new(3);
    let (sure, fresh) = (shop.charge(100), shop.charge(200));
    shop.chain.pay(A, sure.address, 100);
    (0..3).for_each(|_| shop.chain.mine(Vec::new()));
    shop.chain.pay(A, fresh.address, 200);
    let x = shop.x().await;
    assert_eq!((fen(x.sums.received), fen(x.sums.waiting)), (300, 200));
    let z = shop.z().await.unwrap();
    assert_eq!((fen(z.sums.received), fen(z.sums.waiting)), (100, 200));
    assert_eq!((z.sums.counts.paid, z.sums.counts.open), (1, 1));
    let file = shop.csv(&z);
    // The ledger takes the second payment back, and it comes again in another block.
    let gone = shop.chain.take_back(1);
    shop.chain.mine(Vec::new());
    shop.chain.mine(gone);
    (0..3).for_each(|_| shop.chain.mine(Vec::new()));
    let second = shop.z().await.unwrap();
    assert_eq!(
        (fen(second.sums.received), fen(second.sums.sales)),
        (200, 200)
    );
    assert_eq!(second.sums.counts.paid, 1);
    assert_eq!((shop.book.till_report(1).unwrap(), shop.csv(&z)), (z, file));
}

#[tokio::test]
async fn half_a_payment_is_carried_until_its_charge_has_ended() {
    let shop = Shop::new(0);
    let charge = shop.charge(1000);
    shop.chain.pay(A, charge.address, 400);
    let first = shop.z().await.unwrap();
    assert_eq!(
        (
            fen(first.sums.received),
            fen(first.sums.carried_out),
            fen(first.sums.sales)
        ),
        (400, 400, 0)
    );
    shop.chain.pay(B, charge.address, 600);
    let second = shop.z().await.unwrap();
    assert_eq!(
        (
            fen(second.sums.received),
            fen(second.sums.carried_in),
            fen(second.sums.sales)
        ),
        (600, 400, 1000)
    );
    assert_eq!(fen(second.closing.received), 1000);
}

#[tokio::test]
async fn what_the_ledger_has_and_the_books_have_not_is_named() {
    let shop = day().await;
    let charge = shop.charge(100);
    shop.see().await;
    // Blocks that were read are changed: no till sees that, but the check does.
    let more = shop.chain.pays(A, charge.address, 77);
    let expected = more.transaction;
    let gone = {
        let mut state = shop.chain.state.lock().unwrap();
        state.blocks[1].1.push(more);
        let refund = state.blocks.last_mut().unwrap().1.pop();
        let gone: Moved = state.blocks[2].1.remove(0);
        (gone.transaction, refund.unwrap().transaction)
    };
    let x = shop.x().await;
    let found: Vec<_> = x
        .check
        .differences
        .iter()
        .map(|difference| (difference.kind, difference.transaction, difference.charge))
        .collect();
    use DifferenceKind as K;
    assert_eq!(found[0], (K::NotInBooks, expected, charge.number));
    assert_eq!((found[1].0, found[1].1), (K::NotOnLedger, gone.0));
    assert_eq!((found[2].0, found[2].1), (K::RefundNotOnLedger, gone.1));
    assert_eq!(fen(x.sums.received) + 77 - 900, fen(x.check.ledger));
}

#[tokio::test]
async fn files_of_a_day_are_as_they_are_kept() {
    let shop = day().await;
    let z = shop.z().await.unwrap();
    let csv = shop.csv(&z);
    // What a customer can write is no formula, and quotes are doubled.
    assert!(csv.contains("\"'=1+1 \"\"tea\"\" × 3\""), "{csv}");
    assert!(csv.lines().all(|line| !line.is_empty()) && csv.contains("\r\n"));
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/till/tests/books");
    for (name, made) in [("day.csv", csv), ("day.camt053.xml", shop.camt(&z))] {
        let path = folder.join(name);
        if std::env::var_os("JIAOZI_WRITE_BOOKS").is_some() {
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(&path, &made).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), made, "{name}");
    }
}

#[tokio::test]
async fn after_a_change_of_the_asset_sums_are_of_the_new_one_alone() {
    let mut shop = day().await;
    let late = shop.charge(300);
    shop.now += 900;
    let first = shop.z().await.unwrap();
    assert!(first.open.is_empty());
    let old = shop.settings.asset.clone();
    let contract = EvmAddress::repeat_byte(0x77);
    let mut token = shop.network.tokens[0].clone();
    let id = jiaozi_types::AssetId::Token {
        chain: shop.network.chain,
        contract,
    };
    token.asset = jiaozi_types::Asset::new(id, 6, "USDX").unwrap();
    shop.settings.asset = token.asset.clone();
    shop.network.tokens.push(token);
    let charge = shop.charge(50);
    let moved = |to, fen| Moved {
        token: contract,
        ..shop.chain.pays(A, to, fen)
    };
    let paid = vec![moved(charge.address, 50), moved(late.address, 7)];
    shop.chain.mine(paid);
    // Late money of the old asset.
    shop.chain.pay(A, late.address, 300);
    let z = shop.z().await.unwrap();
    assert_eq!(z.check.differences, []);
    let sums = &z.sums;
    assert_eq!(
        (fen(sums.received), fen(sums.sales), fen(sums.unasked)),
        (57, 50, 7)
    );
    assert_eq!(sums.other_assets.get(&old.id()), Some(&U256::from(300)));
    assert_eq!(
        (z.opening, fen(z.closing.received)),
        (Default::default(), 57)
    );
    // Amounts of six decimals are in the CSV, and refused where they do not fit.
    let sheet = shop.sheet(&z);
    assert_eq!(sheet.charges.len(), 2);
    let refused = camt::write(&z, &sheet, "TILL").unwrap_err();
    assert_eq!(refused.code(), ErrorCode::ReportTooFine);
}
