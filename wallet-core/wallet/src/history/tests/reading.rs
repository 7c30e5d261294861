//! Reading: what is asked for, what a kill costs, what a reorganisation changes.

use std::collections::BTreeSet;

use jiaozi_ledger::Agreement;
use jiaozi_store::Record;
use proptest::prelude::*;
use serde_json::json;

use super::chain::{GENESIS, Moved, STEP};
use super::*;
use crate::api::{ActivityQuery, PaymentState};
use crate::records::OriginRecord;

fn states(scene: &Scene) -> Vec<PaymentState> {
    let query = ActivityQuery {
        limit: 500,
        ..ActivityQuery::default()
    };
    let page = crate::history::page(&scene.book, scene.network.chain, &query).unwrap();
    page.rows.iter().map(|row| row.state).collect()
}

#[tokio::test]
async fn the_newest_blocks_come_first_and_a_kill_repeats_one_range() {
    let scene = Scene::new(0);
    scene.ledger.mine(one_each(0..4000));
    // The ledger stops answering after two ranges.
    scene.ledger.set(|state| state.calls_left = Some(2));
    assert!(scene.look(u64::MAX).await.is_err());
    let first = scene.ledger.asked();
    assert_eq!(first[0].1, 3999, "the newest block first");
    let read: u64 = 4000 - scene.cursor().unread();
    assert_eq!(scene.entries().len() as u64, read, "what was read is kept");
    assert!(read >= 1000);
    let scene = scene.restart();
    scene.ledger.set(|state| state.calls_left = None);
    let synced = scene.look(u64::MAX).await.unwrap();
    assert!(synced.complete);
    let second = scene.ledger.asked();
    // Only the range that failed is asked for again.
    let mut seen = BTreeSet::new();
    let blocks = |ranges: &[(u64, u64)]| -> Vec<u64> {
        ranges.iter().flat_map(|(from, to)| *from..=*to).collect()
    };
    seen.extend(blocks(&first[..2]));
    let again: Vec<_> = blocks(&second)
        .into_iter()
        .filter(|block| !seen.insert(*block))
        .collect();
    assert!(again.is_empty(), "{again:?}");
    assert_eq!(scene.entries(), scene.ledger.truth(ME));
    assert_eq!(scene.rows(), 4000);
    assert_eq!(scene.cursor().unread(), 0);
}

#[tokio::test]
async fn a_budget_bounds_a_look() {
    let scene = Scene::new(0);
    scene.ledger.mine((0..30_000).map(|_| Vec::new()));
    let synced = scene.look(1).await.unwrap();
    assert!(!synced.complete);
    assert_eq!(scene.ledger.asked(), [(29_000, 29_999)]);
    // Ranges grow while they bring nothing.
    while !scene.look(5000).await.unwrap().complete {}
    let asked = scene.ledger.asked();
    assert!(asked.iter().any(|(from, to)| to - from > 4000), "{asked:?}");
}

#[tokio::test]
async fn rows_that_the_ledger_takes_back_go_and_those_instead_come() {
    let scene = Scene::new(10);
    scene.ledger.mine(one_each(0..30));
    scene.look(u64::MAX).await.unwrap();
    // The last five blocks are replaced: one payment is gone, one moves to a
    // later block, one is new, two stay in blocks of another hash.
    let gone = scene.ledger.take_back(5);
    scene.ledger.mine([
        vec![gone[0].clone()],
        vec![gone[1].clone()],
        vec![came(100)],
        vec![],
        vec![],
        vec![gone[3].clone(), gone[4].clone()],
    ]);
    let synced = scene.look(u64::MAX).await.unwrap();
    assert!(synced.rows_changed);
    assert_eq!(scene.entries(), scene.ledger.truth(ME));
    assert_eq!(scene.rows(), 30, "one went, one came");
    let news: Vec<_> = synced.entries.iter().map(|entry| entry.block).collect();
    assert_eq!(news, [30, 30], "only what stands in new blocks is news");
    // Nothing more to tell at the next look.
    let synced = scene.look(u64::MAX).await.unwrap();
    assert!(synced.entries.is_empty() && !synced.rows_changed);
}

#[tokio::test]
async fn entries_are_final_by_the_rule_and_not_by_the_hour() {
    let scene = Scene::new(3);
    scene.ledger.mine(one_each(0..3));
    scene.look(u64::MAX).await.unwrap();
    use PaymentState::{Included, Settled};
    // Two blocks stand on block 0, and the rule wants three: nothing is final but what a chain begins with.
    assert_eq!(states(&scene), [Included, Included, Settled]);
    scene.ledger.mine([vec![], vec![]]);
    scene.look(u64::MAX).await.unwrap();
    assert_eq!(states(&scene), [Included, Settled, Settled]);
}

#[tokio::test]
async fn with_two_endpoints_only_what_both_say_is_final() {
    let mut scene = Scene::new(2);
    let endpoint = |url: &str| crate::network::NetworkEndpoint::plain(url);
    scene.network.endpoints = vec![
        endpoint("http://127.0.0.1:1"),
        endpoint("http://127.0.0.1:2"),
    ];
    scene.ledger.mine((0..100).map(|_| Vec::new()));
    scene.look(u64::MAX).await.unwrap();
    scene
        .ledger
        .set(|state| state.agreement = Agreement::Unconfirmed);
    scene.ledger.mine(one_each(1..2));
    scene.ledger.mine((0..50).map(|_| Vec::new()));
    scene.look(u64::MAX).await.unwrap();
    scene.look(u64::MAX).await.unwrap();
    assert_eq!(states(&scene), [PaymentState::Included]);
    scene
        .ledger
        .set(|state| state.agreement = Agreement::Agreed);
    let synced = scene.look(u64::MAX).await.unwrap();
    assert!(synced.rows_changed);
    assert_eq!(states(&scene), [PaymentState::Settled]);
    assert!(scene.cursor().doubted.is_empty());
}

#[tokio::test]
async fn a_sandbox_that_was_begun_anew_leaves_no_old_rows() {
    let scene = Scene::new(0);
    scene.ledger.mine(one_each(0..20));
    scene.look(u64::MAX).await.unwrap();
    scene.ledger.take_back(100);
    scene.ledger.mine(one_each(50..52));
    scene.look(u64::MAX).await.unwrap();
    assert_eq!(scene.entries(), scene.ledger.truth(ME));
    assert_eq!(scene.rows(), 3);
}

#[tokio::test]
async fn real_money_is_not_forgotten_for_a_node_that_lags() {
    let mut scene = Scene::new(0);
    scene.network.real_money = true;
    scene.ledger.mine(one_each(0..20));
    scene.look(u64::MAX).await.unwrap();
    scene.ledger.take_back(10);
    assert!(scene.look(u64::MAX).await.is_err());
    assert_eq!(scene.rows(), 20);
}

#[tokio::test]
async fn words_made_here_have_no_older_payments() {
    let scene = Scene::new(0);
    scene.ledger.mine((0..50_000).map(|_| Vec::new()));
    let made_at = GENESIS + 40_000 * STEP;
    scene
        .book
        .store()
        .put(&[], &OriginRecord { made_at })
        .unwrap();
    scene.look(1).await.unwrap();
    // A day's margin is 8,640 blocks of ten seconds.
    assert_eq!(scene.cursor().start, Some(40_000 - 8640));
    assert!(scene.ledger.state.lock().unwrap().looked_up < 40);
}

#[tokio::test]
async fn restored_words_are_searched_for_where_old_states_are_kept() {
    for (states_from, start) in [(Some(0), 30_123), (Some(20_000), 30_123), (None, 0)] {
        let scene = Scene::new(0);
        scene.ledger.mine((0..30_123).map(|_| Vec::new()));
        scene.ledger.mine(one_each(1..20));
        scene.ledger.set(|state| state.states_from = states_from);
        scene.look(1).await.unwrap();
        assert_eq!(scene.cursor().start, Some(start), "{states_from:?}");
    }
}

#[tokio::test]
async fn coin_that_comes_while_the_wallet_looks_has_a_row() {
    let scene = Scene::new(0);
    scene.ledger.mine(one_each(0..5));
    scene.look(u64::MAX).await.unwrap();
    let coin = |id| Moved {
        coin: true,
        ..came(id)
    };
    scene.ledger.mine([vec![coin(70)]]);
    let synced = scene.look(u64::MAX).await.unwrap();
    assert_eq!(synced.entries.len(), 1);
    assert_eq!(scene.entries(), scene.ledger.truth(ME));
    assert!(!scene.cursor().coin_unseen);
    // After a long sleep the balance knows, and the history says that it does not.
    scene.ledger.mine([vec![coin(71)]]);
    scene.ledger.mine((0..300).map(|_| Vec::new()));
    scene.look(u64::MAX).await.unwrap();
    assert!(scene.cursor().coin_unseen);
    assert_eq!(scene.rows(), 6);
}

/// Records as the first release wrote them.
#[test]
fn records_of_the_first_release_open() {
    let old = json!({
        "next_block": 91, "head": 100, "seen_at": 1_800_000_000,
        "balances": [["eip155:10231023/slip44:60", "0x5"]],
    });
    let cursor: CursorRecord =
        serde_json::from_value(CursorRecord::upgrade(1, old).unwrap()).unwrap();
    assert_eq!(
        (cursor.start, cursor.final_block, cursor.head),
        (None, 90, 100)
    );
    assert_eq!(cursor.balances[0].1, U256::from(5));
    let old = json!({
        "chain": "eip155:10231023", "account": 0,
        "from": OTHER, "to": ME,
        "amount": serde_json::to_value(jiaozi_types::Amount::from_atoms(
            U256::from(1250), sandbox::yuan_asset())).unwrap(),
        "block": 7, "time": 1_800_000_000, "transaction": hash(1), "log_index": 2,
        "reference": "R", "note": null,
    });
    let entry: EntryRecord = serde_json::from_value(EntryRecord::upgrade(1, old).unwrap()).unwrap();
    assert_eq!(
        (entry.block, entry.block_hash, entry.unconfirmed),
        (7, None, false)
    );
    assert!(CursorRecord::upgrade(0, json!({})).is_err());
}

#[derive(Debug, Clone)]
enum Event {
    Mine(u8),
    Reorganise { back: u8, lose: bool },
    Look { calls: u8 },
    Restart,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        (1_u8..12).prop_map(Event::Mine),
        (1_u8..6, any::<bool>()).prop_map(|(back, lose)| Event::Reorganise { back, lose }),
        (0_u8..4).prop_map(|calls| Event::Look { calls }),
        Just(Event::Restart),
    ];
    prop::collection::vec(event, 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// However the ledger grows, is reorganised within its depth and fails, and
    /// whenever the process dies: one good look at the end, and the history is
    /// what the ledger has.
    #[test]
    fn the_history_becomes_what_the_ledger_has(events in events()) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut scene = Scene::new(6);
            scene.ledger.mine(one_each(0..4));
            let mut id = 100;
            for event in events {
                match event {
                    Event::Mine(blocks) => {
                        for _ in 0..blocks {
                            id += 1;
                            let moved = if id % 3 == 0 { vec![] } else { vec![came(id), came(id + 10_000)] };
                            scene.ledger.mine([moved]);
                        }
                    }
                    Event::Reorganise { back, lose } => {
                        let gone = scene.ledger.take_back(usize::from(back));
                        scene.ledger.mine((0..back).map(|_| Vec::new()));
                        scene.ledger.mine([if lose { Vec::new() } else { gone }]);
                    }
                    Event::Look { calls } => {
                        scene.ledger.set(|state| state.calls_left = Some(u32::from(calls)));
                        let _ = scene.look(u64::MAX).await;
                        scene.ledger.set(|state| state.calls_left = None);
                    }
                    Event::Restart => scene = scene.restart(),
                }
            }
            while !scene.look(u64::MAX).await.unwrap().complete {}
            let truth = scene.ledger.truth(ME);
            assert_eq!(scene.entries(), truth);
            assert_eq!(scene.rows(), truth.len() as u64);
            assert_eq!(states(&scene).len(), truth.len().min(500));
        });
    }
}
