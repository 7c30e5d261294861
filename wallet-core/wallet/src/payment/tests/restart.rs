//! What happens after the process died in each state.

use jiaozi_ledger::TransactionStatus;

use super::super::{Phase, Step, advance, resume};
use super::Scene;
use crate::api::ErrorCode;

#[tokio::test]
async fn an_approval_without_signature_paid_nothing() {
    let scene = Scene::new();
    let record = scene.record(Phase::Approved);
    scene.desk.book.save_payment(&record).unwrap();
    let step = resume(record, &scene.desk).unwrap();
    assert!(matches!(step, Step::Over(_)));
    assert!(matches!(
        scene.phase(),
        Phase::Failed {
            code: ErrorCode::Interrupted,
            ..
        }
    ));
    assert!(scene.ledger.asked().is_empty());
}

#[tokio::test]
async fn signed_bytes_are_looked_for_before_they_are_sent() {
    let scene = Scene::new();
    let Step::Moved(live) = resume(scene.signed(), &scene.desk).unwrap() else {
        panic!("not live")
    };
    advance(live, &scene.desk).await.unwrap();
    let asked = scene.ledger.asked();
    assert_eq!(asked.first().map(String::as_str), Some("status"));
    assert_eq!(asked.last().map(String::as_str), Some("submit signed"));
}

#[tokio::test]
async fn signed_bytes_that_arrived_are_not_sent_again() {
    for status in [TransactionStatus::Pending, included()] {
        let scene = Scene::new();
        scene.ledger.set(|script| script.status = Ok(status));
        let Step::Moved(live) = resume(scene.signed(), &scene.desk).unwrap() else {
            panic!("not live")
        };
        advance(live, &scene.desk).await.unwrap();
        assert!(scene.ledger.asked().iter().all(|asked| asked == "status"));
    }
}

#[tokio::test]
async fn what_is_over_stays_over() {
    let scene = Scene::new();
    let transaction = alloy_primitives::B256::repeat_byte(1);
    let record = scene.record(Phase::Replaced {
        transaction,
        closed: true,
    });
    scene.desk.book.save_payment(&record).unwrap();
    assert!(matches!(
        resume(record, &scene.desk).unwrap(),
        Step::Over(_)
    ));
    assert!(scene.ledger.asked().is_empty());
}

fn included() -> TransactionStatus {
    let scene = Scene::new();
    scene.ledger.include(9, true, true);
    let script = scene.ledger.script.lock().unwrap();
    script.status.clone().unwrap()
}
