//! How payments end, and what keeps them from ending wrongly.

use alloy_primitives::B256;
use jiaozi_ledger::{Agreement, LedgerError, TransactionStatus};

use super::super::record::PaymentRecord;
use super::super::{Live, Payment, Phase, Signed, Step, advance};
use super::{START, Scene, VALID_BEFORE};
use crate::api::{ErrorCode, Sight};

pub(super) fn live(record: PaymentRecord) -> Live {
    assert!(matches!(record.phase, Phase::Signed));
    Live::Signed(Payment {
        terms: record.terms,
        envelopes: record.envelopes,
        sight: None,
        state: Signed,
    })
}

/// Does one thing, and gives what is to be done next.
pub(super) async fn go(scene: &Scene, live: Live) -> Option<Live> {
    match advance(live, &scene.desk).await.unwrap() {
        Step::Moved(live) | Step::Waits(live) => Some(live),
        Step::Over(record) => {
            assert_eq!(record, scene.kept(), "what is told is what is on the disk");
            None
        }
    }
}

#[tokio::test]
async fn settles_when_final() {
    let scene = Scene::new();
    let submitted = go(&scene, live(scene.signed())).await.unwrap();
    assert!(matches!(scene.phase(), Phase::Submitted));
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
        assert!(matches!(scene.phase(), Phase::Signed));
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
    assert!(matches!(scene.phase(), Phase::Submitted));
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

/// Goes on until the payment is over, or has been looked at `looks` times.
pub(super) async fn looks(scene: &Scene, mut live: Live, looks: usize) -> Option<Live> {
    for _ in 0..looks {
        live = go(scene, live).await?;
    }
    Some(live)
}

#[tokio::test]
async fn a_nonce_that_went_elsewhere_ends_it_only_when_that_is_final() {
    let scene = Scene::new();
    let submitted = go(&scene, live(scene.signed())).await.unwrap();
    scene.ledger.set(|script| script.latest_nonce = 6);
    let submitted = looks(&scene, submitted, 5).await.unwrap();
    assert!(matches!(scene.phase(), Phase::Submitted));
    assert_eq!(scene.kept().sight, Some(Sight::PlaceTaken));
    scene
        .ledger
        .set(|script| script.final_state = Some((6, 101)));
    assert!(looks(&scene, submitted, 2).await.is_none());
    // The authorization may still be carried by somebody else, for a while.
    assert!(matches!(
        scene.phase(),
        Phase::Replaced { closed: false, .. }
    ));
}

#[tokio::test]
async fn a_node_that_does_not_show_the_transaction_at_once_does_not_end_it() {
    let scene = Scene::new();
    let submitted = go(&scene, live(scene.signed())).await.unwrap();
    scene.ledger.set(|script| {
        script.latest_nonce = 6;
        script.final_state = Some((6, 101));
    });
    let submitted = go(&scene, submitted).await.unwrap();
    scene.ledger.include(101, true, true);
    assert!(looks(&scene, submitted, 2).await.is_none());
    assert!(matches!(scene.phase(), Phase::Settled { .. }));
}

#[tokio::test]
async fn nodes_that_disagree_end_nothing() {
    let scene = Scene::new();
    let submitted = go(&scene, live(scene.signed())).await.unwrap();
    scene.ledger.set(|script| {
        script.latest_nonce = 6;
        script.authorization_used = true;
        script.final_state = None;
    });
    assert!(looks(&scene, submitted, 5).await.is_some());
    assert_eq!(scene.kept().sight, Some(Sight::NodesDisagree));
}

#[tokio::test]
async fn paid_from_another_computer_is_settled_with_that_transaction() {
    let scene = Scene::new();
    let submitted = go(&scene, live(scene.signed())).await.unwrap();
    let carrier = B256::repeat_byte(0xdd);
    let inclusion = scene.ledger.inclusion(99, true, true);
    scene.ledger.set(|script| {
        script.latest_nonce = 6;
        script.authorization_used = true;
        script.carrier = Some(carrier);
        script.carrier_status = TransactionStatus::Included(inclusion);
    });
    assert!(go(&scene, submitted).await.is_none());
    let kept = scene.kept();
    assert!(matches!(kept.phase, Phase::Settled { .. }));
    assert_eq!(kept.transaction(), Some(carrier));
}

#[tokio::test]
async fn used_by_nobody_that_is_found_is_told_as_paid_once_final() {
    let scene = Scene::new();
    let submitted = go(&scene, live(scene.signed())).await.unwrap();
    scene.ledger.set(|script| {
        script.authorization_used = true;
        script.final_state = Some((5, 99));
    });
    let submitted = looks(&scene, submitted, 4).await.unwrap();
    assert_eq!(
        scene.kept().sight,
        Some(Sight::PaidElsewhere { block: 100 })
    );
    scene
        .ledger
        .set(|script| script.final_state = Some((5, 100)));
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
    // This computer's clock jumped ahead, then back; the ledger's did not.
    scene.set_time(VALID_BEFORE + 1);
    let submitted = go(&scene, submitted).await.unwrap();
    assert!(matches!(scene.phase(), Phase::Submitted));
    scene.set_time(START - 1_000_000);
    let submitted = go(&scene, submitted).await.unwrap();
    assert!(matches!(scene.phase(), Phase::Submitted));
    scene.ledger.set(|script| script.time = VALID_BEFORE);
    assert!(go(&scene, submitted).await.is_none());
    assert!(matches!(scene.phase(), Phase::Expired { .. }));
}

#[tokio::test]
async fn a_refusal_in_a_block_fails_only_when_final_and_agreed() {
    let scene = Scene::new();
    let submitted = go(&scene, live(scene.signed())).await.unwrap();
    scene.ledger.include(9, false, false);
    let included = looks(&scene, submitted, 3).await.unwrap();
    scene
        .ledger
        .set(|script| script.agreement = Agreement::Unconfirmed);
    scene.ledger.include(9, false, true);
    let included = looks(&scene, included, 3).await.unwrap();
    assert!(matches!(scene.phase(), Phase::Included { .. }));
    scene
        .ledger
        .set(|script| script.agreement = Agreement::Agreed);
    scene.ledger.include(9, false, true);
    assert!(go(&scene, included).await.is_none());
    assert!(matches!(
        scene.phase(),
        Phase::Failed {
            code: ErrorCode::Reverted,
            ..
        }
    ));
}

#[tokio::test]
async fn a_block_that_only_one_node_shows_is_told_and_the_bytes_go_on() {
    let scene = Scene::new();
    let submitted = go(&scene, live(scene.signed())).await.unwrap();
    scene
        .ledger
        .set(|script| script.agreement = Agreement::Unconfirmed);
    scene.ledger.include(9, true, true);
    let mut included = go(&scene, submitted).await.unwrap();
    scene.ledger.asked();
    for second in 0..20 {
        scene.set_time(START + second);
        included = go(&scene, included).await.unwrap();
    }
    assert_eq!(scene.kept().sight, Some(Sight::NodesDisagree));
    let asked = scene.ledger.asked();
    assert!(asked.iter().any(|asked| asked == "submit signed"));
}

#[tokio::test]
async fn silence_is_told_as_not_known_and_passes() {
    let scene = Scene::new();
    scene
        .ledger
        .set(|script| script.submit = Err(LedgerError::Timeout));
    let signed = go(&scene, live(scene.signed())).await.unwrap();
    assert_eq!(scene.kept().sight, Some(Sight::NoNode));
    scene.ledger.set(|script| script.submit = Ok(()));
    let submitted = go(&scene, signed).await.unwrap();
    assert_eq!(scene.kept().sight, None);
    scene
        .ledger
        .set(|script| script.status = Err(LedgerError::Unreachable));
    let submitted = go(&scene, submitted).await.unwrap();
    assert_eq!(scene.kept().sight, Some(Sight::NoNode));
    scene.ledger.include(9, true, true);
    assert!(go(&scene, submitted).await.is_none());
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
