//! Second attempts, replacements, and looking back.

use alloy_primitives::B256;
use jiaozi_ledger::{LedgerError, Nonces, TransactionStatus};

use super::super::{
    Act, Approved, Method, Payment, Phase, Recall, Terms, add_envelope, look_back, resume,
};
use super::outcomes::{go, live, looks};
use super::{START, Scene, VALID_BEFORE, envelope};
use crate::api::{ErrorCode, Sight};
use crate::payment::{Live, Step};

fn begin(scene: &Scene, terms: Terms) -> Result<Payment<Approved>, ErrorCode> {
    Payment::<Approved>::begin(terms, &scene.desk).map_err(|error| error.code())
}

fn plain(scene: &Scene) -> Terms {
    Terms {
        method: Method::Token,
        ..scene.terms()
    }
}

async fn nonces(scene: &Scene) -> Nonces {
    scene.desk.ledger.nonces(scene.terms().from).await.unwrap()
}

async fn refused(scene: &Scene, terms: Terms) {
    let mut record = scene.signed();
    record.terms = terms;
    scene.desk.book.save_payment(&record).unwrap();
    scene
        .ledger
        .set(|script| script.submit = Err(LedgerError::Reverted));
    assert!(go(scene, live(record)).await.is_none());
}

#[tokio::test]
async fn a_purchase_begins_once() {
    let scene = Scene::new();
    begin(&scene, scene.terms()).unwrap();
    assert_eq!(
        begin(&scene, scene.terms()).unwrap_err(),
        ErrorCode::AlreadyPaid
    );
}

#[tokio::test]
async fn a_refused_authorization_may_be_tried_again_from_the_same_account_only() {
    let scene = Scene::new();
    refused(&scene, scene.terms()).await;
    let other = Terms {
        from: B256::repeat_byte(9).0[..20].try_into().unwrap(),
        ..scene.terms()
    };
    assert_eq!(begin(&scene, other).unwrap_err(), ErrorCode::AttemptOpen);
    assert_eq!(
        begin(&scene, plain(&scene)).unwrap_err(),
        ErrorCode::AttemptOpen
    );
    let mut sooner = scene.terms();
    if let Method::Authorization { valid_before, .. } = &mut sooner.method {
        *valid_before = START + 60;
    }
    let again = begin(&scene, sooner).unwrap();
    // The older one stays valid that long, whatever the new one says.
    assert_eq!(again.terms().valid_before(), Some(VALID_BEFORE));
    assert_eq!(again.reserve(nonces(&scene).await, &scene.desk).unwrap(), 5);
}

#[tokio::test]
async fn a_refused_plain_payment_may_be_tried_again_over_the_same_nonce_only() {
    let scene = Scene::new();
    refused(&scene, plain(&scene)).await;
    let again = begin(&scene, plain(&scene)).unwrap();
    assert_eq!(again.reserve(nonces(&scene).await, &scene.desk).unwrap(), 5);
    // The nonce was used meanwhile: perhaps by the very bytes that were refused.
    scene.ledger.set(|script| script.latest_nonce = 6);
    let error = again
        .reserve(nonces(&scene).await, &scene.desk)
        .unwrap_err();
    assert_eq!(error.code(), ErrorCode::AttemptOpen);
    // Nothing was signed: what is known of the first attempt is back.
    again.forget(&scene.desk).unwrap();
    assert!(matches!(scene.phase(), Phase::Failed { closed: false, .. }));
    assert_eq!(scene.kept().envelopes.len(), 1);
}

#[tokio::test]
async fn a_crash_between_two_attempts_forgets_neither() {
    let scene = Scene::new();
    refused(&scene, plain(&scene)).await;
    begin(&scene, plain(&scene)).unwrap();
    let Step::Over(record) = resume(scene.kept(), &scene.desk).unwrap() else {
        panic!("live")
    };
    assert!(matches!(record.phase, Phase::Failed { closed: false, .. }));
    assert_eq!(record.envelopes.len(), 1);
    assert_eq!(scene.desk.book.watched_payments().unwrap().len(), 1);
}

#[tokio::test]
async fn a_refused_payment_that_came_through_after_all_is_found() {
    let scene = Scene::new();
    refused(&scene, scene.terms()).await;
    scene.ledger.include(100, true, true);
    let Recall::Revived(live) = look_back(scene.kept(), &scene.desk).await.unwrap() else {
        panic!("not revived")
    };
    assert!(go(&scene, live).await.is_none());
    assert!(matches!(scene.phase(), Phase::Settled { .. }));
}

#[tokio::test]
async fn a_refused_payment_is_closed_when_its_nonce_or_its_time_is_gone() {
    for authorized in [false, true] {
        let scene = Scene::new();
        let terms = if authorized {
            scene.terms()
        } else {
            plain(&scene)
        };
        refused(&scene, terms).await;
        let recalled = look_back(scene.kept(), &scene.desk).await.unwrap();
        assert!(matches!(recalled, Recall::Stands(_)));
        assert!(!scene.phase().is_closed());
        scene.ledger.set(|script| {
            if authorized {
                script.time = VALID_BEFORE;
            } else {
                script.final_state = Some((6, 101));
            }
        });
        look_back(scene.kept(), &scene.desk).await.unwrap();
        assert!(scene.phase().is_closed());
    }
}

#[tokio::test]
async fn a_settled_payment_that_a_deep_reorg_removed_is_live_again() {
    let scene = Scene::new();
    let submitted = go(&scene, live(scene.signed())).await.unwrap();
    scene.ledger.include(99, true, true);
    assert!(go(&scene, submitted).await.is_none());
    let recalled = look_back(scene.kept(), &scene.desk).await.unwrap();
    assert!(matches!(recalled, Recall::Stands(_)));
    scene
        .ledger
        .set(|script| script.status = Ok(TransactionStatus::Unknown));
    let Recall::Revived(live) = look_back(scene.kept(), &scene.desk).await.unwrap() else {
        panic!("not revived")
    };
    assert_eq!(scene.kept().sight, Some(Sight::Returned));
    assert_eq!(scene.desk.book.live_payments().unwrap().len(), 1);
    scene.ledger.asked();
    let live = go(&scene, live).await.unwrap();
    assert!(scene.ledger.asked().contains(&"submit signed".to_owned()));
    scene.ledger.include(101, true, true);
    assert!(go(&scene, live).await.is_none());
    // An hour later it is left alone, and its bytes are gone.
    scene.set_time(START + 3600);
    let recalled = look_back(scene.kept(), &scene.desk).await.unwrap();
    assert!(matches!(recalled, Recall::Closed(_)));
    assert!(scene.kept().envelopes.is_empty());
    assert!(scene.desk.book.watched_payments().unwrap().is_empty());
}

#[tokio::test]
async fn a_cancellation_that_the_ledger_took_is_told_as_such() {
    let scene = Scene::new();
    go(&scene, live(scene.signed())).await.unwrap();
    let cancel = envelope(Act::Cancels, b"cancel", 0xee);
    let id = scene.kept().terms.id;
    assert!(add_envelope(id, cancel, &scene.desk).unwrap());
    assert!(scene.kept().is_cancelling());
    let Step::Moved(live) = resume(scene.kept(), &scene.desk).unwrap() else {
        panic!("over")
    };
    scene.ledger.include(9, true, true);
    assert!(go(&scene, live).await.is_none());
    assert!(matches!(
        scene.phase(),
        Phase::Failed {
            code: ErrorCode::Cancelled,
            closed: true,
            ..
        }
    ));
}

#[tokio::test]
async fn a_payment_that_wins_against_its_cancellation_is_paid() {
    let scene = Scene::new();
    go(&scene, live(scene.signed())).await.unwrap();
    let id = scene.kept().terms.id;
    let cancel = envelope(Act::Cancels, b"cancel", 0xee);
    assert!(add_envelope(id, cancel, &scene.desk).unwrap());
    let Step::Moved(live) = resume(scene.kept(), &scene.desk).unwrap() else {
        panic!("over")
    };
    // The ledger knows nothing of the cancellation.
    let inclusion = scene.ledger.inclusion(9, true, true);
    scene.ledger.set(|script| {
        script.carrier = Some(B256::repeat_byte(0xcc));
        script.carrier_status = TransactionStatus::Included(inclusion);
    });
    assert!(go(&scene, live).await.is_none());
    assert!(matches!(scene.phase(), Phase::Settled { .. }));
    let late = envelope(Act::Cancels, b"late", 0xef);
    assert!(!add_envelope(id, late, &scene.desk).unwrap());
}

#[tokio::test]
async fn a_payment_whose_time_is_over_goes_on_while_later_ones_wait_for_its_nonce() {
    let scene = Scene::new();
    let submitted = go(&scene, live(scene.signed())).await.unwrap();
    let mut later = scene.kept();
    later.terms.id = jiaozi_types::PurchaseId::from_bytes([4; 16]);
    later.envelopes[0].nonce = 6;
    later.envelopes[0].transaction = B256::repeat_byte(4);
    scene.desk.book.save_payment(&later).unwrap();
    scene.ledger.set(|script| script.time = VALID_BEFORE);
    let submitted = looks(&scene, submitted, 3).await.unwrap();
    assert_eq!(scene.kept().sight, Some(Sight::TimeOver));
    let mut over = later.clone();
    over.phase = Phase::Expired {
        transaction: B256::repeat_byte(4),
    };
    scene.desk.book.save_payment(&over).unwrap();
    assert!(go(&scene, submitted).await.is_none());
    assert!(matches!(scene.phase(), Phase::Expired { .. }));
}

#[tokio::test]
async fn a_payment_that_waits_names_what_goes_first() {
    let scene = Scene::new();
    scene
        .ledger
        .set(|script| script.status = Ok(TransactionStatus::Pending));
    let mut submitted: Live = go(&scene, live(scene.signed())).await.unwrap();
    scene.ledger.set(|script| script.latest_nonce = 4);
    scene.set_time(START + 10);
    submitted = go(&scene, submitted).await.unwrap();
    assert_eq!(scene.kept().sight, Some(Sight::Behind { payment: None }));
    let mut first = scene.kept();
    first.terms.id = jiaozi_types::PurchaseId::from_bytes([4; 16]);
    first.envelopes[0].nonce = 4;
    scene.desk.book.save_payment(&first).unwrap();
    submitted = go(&scene, submitted).await.unwrap();
    let payment = Some(first.terms.id.to_string());
    assert_eq!(scene.kept().sight, Some(Sight::Behind { payment }));
    scene.ledger.set(|script| script.latest_nonce = 5);
    scene.set_time(START + 100);
    go(&scene, submitted).await.unwrap();
    assert_eq!(scene.kept().sight, Some(Sight::Slow));
}
