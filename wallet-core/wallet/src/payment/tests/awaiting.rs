//! Payments whose keys are on another computer: what is asked for, what is
//! taken, and what happens after a crash in between.

use alloy_primitives::{Signature, U256, keccak256};
use jiaozi_cold::{Answer, DataType, Request};
use jiaozi_ledger::Nonces;
use jiaozi_types::CoinType;
use k256::ecdsa::SigningKey;

use super::super::{Approved, Awaiting, Live, Method, Payment, PaymentRecord, Phase, Step, resume};
use super::{START, Scene};
use crate::api::ErrorCode;
use crate::payment::Terms;
use crate::records::{ColdRecord, WATCHED_FROM};

const COLD: ColdRecord = ColdRecord {
    fingerprint: 0x73c5_da0a,
    index: 3,
};
const NONCES: Nonces = Nonces {
    latest: 5,
    pending: 5,
};

fn key(byte: u8) -> SigningKey {
    SigningKey::from_slice(&[byte; 32]).unwrap()
}

fn terms(scene: &Scene) -> Terms {
    Terms {
        account: WATCHED_FROM,
        from: CoinType::Ether.address(key(7).verifying_key()),
        method: Method::Token,
        note: Some("for the lantern".to_owned()),
        reference: Some("0815".to_owned()),
        ..scene.terms()
    }
}

fn waiting(scene: &Scene) -> PaymentRecord {
    let approved = Payment::<Approved>::begin(terms(scene), &scene.desk).unwrap();
    approved.await_signature(Ok(NONCES), &scene.desk).unwrap()
}

fn sign(key: &SigningKey, request: &Request) -> Answer {
    let digest = keccak256(&request.data);
    let (signature, recovery) = key.sign_prehash_recoverable(digest.as_slice());
    let (r, s) = signature.split_bytes();
    let number = |bytes: &[u8]| U256::from_be_slice(bytes);
    Answer::new(
        request,
        &Signature::new(number(&r), number(&s), recovery.is_y_odd()),
    )
}

fn taken_up(scene: &Scene) -> Payment<Awaiting> {
    Payment::<Awaiting>::take_up(scene.kept()).unwrap()
}

#[test]
fn the_request_has_what_is_signed_and_nothing_else() {
    let scene = Scene::new();
    waiting(&scene);
    let request = taken_up(&scene).request(&COLD).unwrap();
    assert_eq!(request.kind, DataType::LegacyTransaction);
    assert_eq!(request.path.text(), "m/44'/60'/0'/0/3");
    assert_eq!(request.address, Some(terms(&scene).from));
    let bytes = request.message().bytes;
    let has = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(has(terms(&scene).payee.as_slice()));
    for told in [
        b"lantern".as_slice(),
        b"0815",
        terms(&scene).id.as_bytes(),
        b"SBY",
    ] {
        assert!(!has(told), "{told:02x?}");
    }
    // The same after a restart.
    assert_eq!(taken_up(&scene).request(&COLD).unwrap(), request);
}

#[tokio::test]
async fn it_waits_through_restarts_and_asks_no_node() {
    let scene = Scene::new();
    let record = waiting(&scene);
    let Step::Waits(live @ Live::Awaiting(_)) = resume(record, &scene.desk).unwrap() else {
        panic!("it does not wait")
    };
    let step = super::super::advance(live, &scene.desk).await.unwrap();
    assert!(matches!(step, Step::Waits(Live::Awaiting(_))));
    assert_eq!(scene.phase(), Phase::AwaitsSignature { nonce: 5 });
    assert!(scene.ledger.asked().is_empty());
}

#[test]
fn its_nonce_is_kept_for_it() {
    let scene = Scene::new();
    waiting(&scene);
    let other = Terms {
        id: jiaozi_types::PurchaseId::from_bytes([4; 16]),
        ..terms(&scene)
    };
    assert_eq!(scene.desk.book.next_nonce(&other, 5).unwrap(), 6);
    assert_eq!(scene.desk.book.next_nonce(&terms(&scene), 5).unwrap(), 5);
    // The purchase is begun: it is not paid a second time meanwhile.
    let again = Payment::<Approved>::begin(terms(&scene), &scene.desk);
    assert_eq!(again.unwrap_err().code(), ErrorCode::AlreadyPaid);
}

#[tokio::test]
async fn the_signed_bytes_are_on_the_disk_before_they_are_sent() {
    let scene = Scene::new();
    waiting(&scene);
    let request = taken_up(&scene).request(&COLD).unwrap();
    let answer = sign(&key(7), &request);
    let signed = taken_up(&scene)
        .answer(&answer, &COLD, &scene.desk)
        .unwrap();
    assert_eq!(scene.phase(), Phase::Signed);
    assert!(scene.ledger.asked().is_empty());
    let kept = scene.kept();
    let [envelope] = kept.envelopes.as_slice() else {
        panic!("one envelope")
    };
    assert_eq!(envelope.nonce, 5);
    assert_eq!(envelope.transaction, keccak256(&envelope.bytes));
    signed.submit(&scene.desk).await.unwrap();
    assert_eq!(scene.phase(), Phase::Submitted);
    // A second answer finds nothing that waits.
    let over = Payment::<Awaiting>::take_up(scene.kept());
    assert_eq!(over.unwrap_err().code(), ErrorCode::ColdNotWaiting);
}

#[test]
fn what_is_not_its_signature_changes_nothing() {
    let scene = Scene::new();
    waiting(&scene);
    let request = taken_up(&scene).request(&COLD).unwrap();
    let mut other_request = request.clone();
    other_request.id = [1; 16];
    let mut other_data = request.clone();
    other_data.data = vec![0xc0];
    for answer in [
        sign(&key(8), &request),
        sign(&key(7), &other_request),
        sign(&key(7), &other_data),
    ] {
        let outcome = taken_up(&scene).answer(&answer, &COLD, &scene.desk);
        assert_eq!(outcome.unwrap_err().code(), ErrorCode::ColdOtherSigner);
        assert_eq!(scene.phase(), Phase::AwaitsSignature { nonce: 5 });
    }
}

#[test]
fn given_up_it_is_over_and_may_be_begun_anew_over_the_same_nonce() {
    let scene = Scene::new();
    waiting(&scene);
    taken_up(&scene).give_up(&scene.desk).unwrap();
    assert!(scene.kept().phase.is_closed());
    assert_eq!(scene.kept().ended_at, Some(START));
    waiting(&scene);
    assert_eq!(scene.phase(), Phase::AwaitsSignature { nonce: 5 });
}

#[tokio::test]
async fn the_vault_here_is_never_asked_for_it() {
    let scene = Scene::new();
    // There is no vault in these tests: asking it would be `vault_missing`.
    let approved = Payment::<Approved>::begin(terms(&scene), &scene.desk).unwrap();
    let outcome = approved.sign(Ok(NONCES), &scene.desk).await;
    assert_eq!(outcome.unwrap_err().code(), ErrorCode::ColdAccount);
}
