//! Pages and searches give what a look at every payment would.

use super::chain::Moved;
use super::*;
use crate::api::{ActivityQuery, Direction, DirectionFilter, ErrorCode, StateFilter};
use crate::history::page;
use crate::records::ContactRecord;
use jiaozi_types::Address;

/// All ids that a query gives, page by page.
fn ids(scene: &Scene, query: &ActivityQuery) -> Vec<String> {
    let mut query = query.clone();
    let mut found = Vec::new();
    loop {
        let page = page(&scene.book, scene.network.chain, &query).unwrap();
        assert!(page.rows.len() <= query.limit as usize);
        found.extend(page.rows.into_iter().map(|row| row.id));
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => return found,
        }
    }
}

fn all(limit: u32) -> ActivityQuery {
    ActivityQuery {
        limit,
        ..ActivityQuery::default()
    }
}

async fn scene() -> Scene {
    let scene = Scene::new(5);
    scene.ledger.mine((0..300).map(|id| {
        let moved = came(id);
        vec![if id % 3 == 0 {
            Moved {
                from: ME,
                to: OTHER,
                value: id + 1,
                ..moved
            }
        } else {
            moved
        }]
    }));
    scene.look(u64::MAX).await.unwrap();
    scene
}

#[tokio::test]
async fn pages_join_without_a_gap_or_a_repeat() {
    let scene = scene().await;
    let whole = ids(&scene, &all(500));
    assert_eq!(whole.len(), 300);
    for limit in [1, 7, 299, 300] {
        assert_eq!(ids(&scene, &all(limit)), whole);
    }
    let total = page(&scene.book, scene.network.chain, &all(1))
        .unwrap()
        .total;
    assert_eq!(total, 300);
    let wrong = ActivityQuery {
        cursor: Some("no hex".to_owned()),
        ..all(1)
    };
    let error = page(&scene.book, scene.network.chain, &wrong).unwrap_err();
    assert_eq!(error.view().code, ErrorCode::BadInput);
}

#[tokio::test]
async fn filters_give_what_a_look_at_every_row_gives() {
    let scene = scene().await;
    let rows = page(&scene.book, scene.network.chain, &all(500))
        .unwrap()
        .rows;
    let times: Vec<_> = rows.iter().map(|row| row.created_at).collect();
    let (from, to) = (times[200], times[100]);
    for limit in [3, 500] {
        let check = |query: ActivityQuery, fits: &dyn Fn(&crate::api::PaymentView) -> bool| {
            let wanted: Vec<_> = rows
                .iter()
                .filter(|row| fits(row))
                .map(|row| row.id.clone())
                .collect();
            assert!(!wanted.is_empty(), "{query:?} finds something");
            assert_eq!(ids(&scene, &query), wanted, "{query:?}");
        };
        check(
            ActivityQuery {
                direction: DirectionFilter::In,
                ..all(limit)
            },
            &|row| row.direction == Direction::In,
        );
        check(
            ActivityQuery {
                state: StateFilter::Waiting,
                ..all(limit)
            },
            &|row| {
                crate::history::is_waiting(row.state)
                    || row.state == crate::api::PaymentState::AwaitsSignature
            },
        );
        check(
            ActivityQuery {
                from: Some(from),
                to: Some(to),
                ..all(limit)
            },
            &|row| (from..to).contains(&row.created_at),
        );
        check(
            ActivityQuery {
                from: Some(from),
                to: Some(to),
                direction: DirectionFilter::Out,
                ..all(limit)
            },
            &|row| (from..to).contains(&row.created_at) && row.direction == Direction::Out,
        );
        check(
            ActivityQuery {
                text: "¥2.".to_owned(),
                ..all(limit)
            },
            &|row| row.amount.text.contains("¥2."),
        );
        let transaction = rows[17].transaction.clone().unwrap();
        check(
            ActivityQuery {
                text: transaction.to_uppercase().replace("0X", "0x"),
                ..all(limit)
            },
            &|row| row.transaction.as_ref() == Some(&transaction),
        );
    }
}

#[tokio::test]
async fn a_search_follows_names_and_what_comes_later() {
    let scene = scene().await;
    let named = ActivityQuery {
        text: "老王".to_owned(),
        ..all(500)
    };
    assert!(ids(&scene, &named).is_empty());
    let address = Address::on_evm(scene.network.chain.eip155().unwrap(), OTHER);
    let contact = ContactRecord {
        name: "老王面馆".to_owned(),
        address,
        in_vault: false,
    };
    scene
        .book
        .store()
        .put(address.to_string().as_bytes(), &contact)
        .unwrap();
    assert_eq!(ids(&scene, &named).len(), 300);
    // What comes in, and what the ledger takes back, after the search was filled.
    scene.ledger.take_back(2);
    scene.ledger.mine([vec![], vec![came(1000)]]);
    scene.look(u64::MAX).await.unwrap();
    assert_eq!(ids(&scene, &named), ids(&scene, &all(500)));
    assert_eq!(ids(&scene, &named).len(), 299);
}
