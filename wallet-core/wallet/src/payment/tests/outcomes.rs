//! How payments end, and what keeps them from ending wrongly.

use jiaozi_ledger::{LedgerError, TransactionStatus};

use super::super::record::PaymentRecord;
use super::super::{Approved, Live, Payment, Phase, Signed, Step, advance};
use super::{START, Scene, VALID_BEFORE};
use crate::api::ErrorCode;

fn live(record: PaymentRecord) -> Live {
    let Phase::Signed { envelope } = record.phase else {
        panic!("not signed")
    };
    Live::Signed(Payment {
        terms: record.terms,
        state: Signed { envelope },
    })
}

/// Does one thing, and gives what is to be done next.
async fn go(scene: &Scene, live: Live) -> Option<Live> {
    match advance(live, &scene.desk).await.unwrap() {
        Step::Moved(live) | Step::Waits(live) => Some(live),
        Step::Over(record) => {
            assert_eq!(
                record.phase,
                scene.phase(),
                "what is told is what is on the disk"
            );
            None
        }
    }
}

#[tokio::test]
async fn settles_when_final() {
    let scene = Scene::new();
    let submitted = go(&scene, live(scene.signed())).await.unwrap();
    assert!(matches!(scene.phase(), Phase::Submitted { .. }));
    scene.ledger.include(9, true, false);
    let included = go(&scene, submitted).await.unwrap();
    assert!(matches!(scene.phase(), Phase::Included { .. }));
    scene.ledger.include(9, true, true);
    assert!(go(&scene, included).await.is_none());
    assert!(matches!(scene.phase(), Phase::Settled { .. }));
    assert!(scene.desk.book.live_payments().unwrap().is_empty());
}

#[tokio::test]
async fn a_silent_node_gets_the_same_bytes_again() {
    let scene = Scene::new();
    scene
        .ledger
        .set(|script| script.submit = Err(LedgerError::Timeout));
    let mut waiting = live(scene.signed());
    for _ in 0..3 {
        waiting = go(&scene, waiting).await.unwrap();
        assert!(matches!(scene.phase(), Phase::Signed { .. }));
    }
    scene.ledger.set(|script| script.submit = Ok(()));
    go(&scene, waiting).await.unwrap();
    assert_eq!(scene.ledger.asked(), vec!["submit signed"; 4]);
}

#[tokio::test]
async fn a_block_that_is_taken_back_takes_the_payment_back() {
    let scene = Scene::new();
    let submitted = go(&scene, live(scene.signed())).await.unwrap();
    scene.ledger.include(9, true, false);
    let included = go(&scene, submitted).await.unwrap();
    scene
        .ledger
        .set(|script| script.status = Ok(TransactionStatus::Pending));
    let submitted = go(&scene, included).await.unwrap();
    assert!(matches!(scene.phase(), Phase::Submitted { .. }));
    scene.ledger.include(11, true, true);
    assert!(go(&scene, submitted).await.is_none());
    assert_eq!(scene.phase().place().unwrap().block, 11);
}

#[tokio::test]
async fn refused_bytes_fail_and_say_why() {
    for (refusal, code) in [
        (LedgerError::InsufficientFunds, ErrorCode::NotEnoughForFee),
        (LedgerError::Reverted, ErrorCode::LedgerRefused),
    ] {
        let scene = Scene::new();
        scene.ledger.set(|script| script.submit = Err(refusal));
        assert!(go(&scene, live(scene.signed())).await.is_none());
        assert!(matches!(scene.phase(), Phase::Failed { code: found, .. } if found == code));
    }
}

#[tokio::test]
async fn an_execution_that_failed_is_no_payment() {
    let scene = Scene::new();
    let submitted = go(&scene, live(scene.signed())).await.unwrap();
    scene.ledger.include(9, false, true);
    assert!(go(&scene, submitted).await.is_none());
    assert!(matches!(
        scene.phase(),
        Phase::Failed {
            code: ErrorCode::Reverted,
            ..
        }
    ));
}

#[tokio::test]
async fn a_nonce_that_went_elsewhere_ends_it_as_replaced() {
    let scene = Scene::new();
    let submitted = go(&scene, live(scene.signed())).await.unwrap();
    scene.ledger.set(|script| script.latest_nonce = 6);
    assert!(go(&scene, submitted).await.is_none());
    assert!(matches!(scene.phase(), Phase::Replaced { .. }));
}

#[tokio::test]
async fn paid_from_another_computer_is_told_as_paid() {
    let scene = Scene::new();
    let submitted = go(&scene, live(scene.signed())).await.unwrap();
    scene.ledger.set(|script| {
        script.latest_nonce = 6;
        script.authorization_used = true;
    });
    assert!(go(&scene, submitted).await.is_none());
    assert!(matches!(
        scene.phase(),
        Phase::Failed {
            code: ErrorCode::AlreadyPaid,
            ..
        }
    ));
}

#[tokio::test]
async fn only_the_ledgers_own_time_ends_an_authorization() {
    let scene = Scene::new();
    let submitted = go(&scene, live(scene.signed())).await.unwrap();
    // This computer's clock jumped ahead; the ledger's did not.
    scene.set_time(VALID_BEFORE + 1);
    let submitted = go(&scene, submitted).await.unwrap();
    assert!(matches!(scene.phase(), Phase::Submitted { .. }));
    scene.ledger.set(|script| script.time = VALID_BEFORE);
    assert!(go(&scene, submitted).await.is_none());
    assert!(matches!(
        scene.phase(),
        Phase::Failed {
            code: ErrorCode::AuthorizationExpired,
            ..
        }
    ));
}

#[tokio::test]
async fn forgotten_bytes_are_sent_again_after_a_while() {
    let scene = Scene::new();
    let submitted = go(&scene, live(scene.signed())).await.unwrap();
    let submitted = go(&scene, submitted).await.unwrap();
    scene.set_time(START + 60);
    go(&scene, submitted).await.unwrap();
    let sent = scene
        .ledger
        .asked()
        .into_iter()
        .filter(|asked| asked == "submit signed")
        .count();
    assert_eq!(sent, 2);
}

#[tokio::test]
async fn a_purchase_begins_once_and_again_only_after_it_failed() {
    let scene = Scene::new();
    Payment::<Approved>::begin(scene.terms(), &scene.desk).unwrap();
    let second = Payment::<Approved>::begin(scene.terms(), &scene.desk).unwrap_err();
    assert_eq!(second.code(), ErrorCode::AlreadyPaid);
    scene
        .ledger
        .set(|script| script.submit = Err(LedgerError::Reverted));
    assert!(go(&scene, live(scene.signed())).await.is_none());
    Payment::<Approved>::begin(scene.terms(), &scene.desk).unwrap();
    assert!(matches!(scene.phase(), Phase::Approved));
}
