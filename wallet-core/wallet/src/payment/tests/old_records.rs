//! Records that earlier releases wrote still open.

use serde_json::{Value, json};

use super::super::{Act, Phase};
use super::Scene;
use crate::api::{Checked, ErrorCode};
use crate::payment::PaymentRecord;
use jiaozi_store::{Error as StoreError, Record};

/// As `PaymentRecord` version 1 wrote it.
const OLD: &str = include_str!("payment-v1.json");

/// As version 2 wrote it, before tills gathered money: two envelopes over one nonce.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
struct Second(Value);

impl Record for Second {
    const KIND: &'static str = PaymentRecord::KIND;
    const VERSION: u16 = 2;

    fn upgrade(from: u16, _: Value) -> Result<Value, StoreError> {
        Err(crate::records::no_such_version::<Self>(from))
    }
}

#[test]
fn a_profile_of_before_tills_opens_with_its_payments() {
    let scene = Scene::new();
    let second: Value = serde_json::from_str(include_str!("payment-v2.json")).unwrap();
    let key = [3; 16];
    let store = scene.desk.book.store();
    store.put(&key, &Second(second.clone())).unwrap();
    let record = scene.kept();
    let acts: Vec<_> = record.envelopes.iter().map(|kept| kept.act).collect();
    assert_eq!(acts, [Act::Pays, Act::Cancels]);
    assert_eq!(record.phase.found().unwrap().checked, Checked::Agreed);
    // Nothing was lost on the way in, and what is written now is read again.
    assert_eq!(serde_json::to_value(&record).unwrap(), second);
    scene.desk.book.save_payment(&record).unwrap();
    assert_eq!(scene.kept(), record);
}

fn upgraded(phase: Value) -> PaymentRecord {
    let mut old: Value = serde_json::from_str(OLD).unwrap();
    old["phase"] = phase;
    serde_json::from_value(PaymentRecord::upgrade(1, old).unwrap()).unwrap()
}

fn envelope() -> Value {
    json!({ "bytes": "0xabcd", "transaction": format!("0x{}", "cc".repeat(32)), "nonce": 7 })
}

fn place() -> Value {
    json!({
        "block": 9,
        "block_hash": format!("0x{}", "09".repeat(32)),
        "time": 1_800_000_001_u64,
        "fee": "0",
    })
}

#[test]
fn payments_under_way_keep_their_bytes() {
    let stored: Value = serde_json::from_str(OLD).unwrap();
    let record = upgraded(stored["phase"].clone());
    assert!(matches!(record.phase, Phase::Submitted));
    let kept = record.envelope().unwrap();
    assert_eq!((kept.nonce, kept.act), (7, Act::Pays));
    assert_eq!(kept.gas, record.terms.gas);
    let record = upgraded(json!({ "state": "included", "envelope": envelope(), "place": place() }));
    assert_eq!(record.envelopes.len(), 1);
    assert_eq!(record.phase.found().unwrap().checked, Checked::Single);
}

#[test]
fn ends_keep_what_they_proved() {
    let transaction = envelope()["transaction"].clone();
    let settled = json!({ "state": "settled", "transaction": transaction, "place": place() });
    assert!(matches!(upgraded(settled).phase, Phase::Settled { .. }));
    let failed = |code: &str, place: Value| {
        let transaction = transaction.clone();
        json!({
            "state": "failed", "transaction": transaction, "place": place, "code": code,
            "values": {},
        })
    };
    let refused = upgraded(failed("ledger_refused", Value::Null));
    assert!(matches!(
        refused.phase,
        Phase::Failed {
            code: ErrorCode::LedgerRefused,
            closed: false,
            ..
        }
    ));
    let reverted = upgraded(failed("reverted", place()));
    assert!(matches!(reverted.phase, Phase::Failed { closed: true, .. }));
    let expired = upgraded(failed("authorization_expired", Value::Null));
    assert!(matches!(expired.phase, Phase::Expired { .. }));
    let replaced = upgraded(json!({ "state": "replaced", "transaction": transaction }));
    assert!(matches!(
        replaced.phase,
        Phase::Replaced { closed: false, .. }
    ));
}

#[test]
fn what_never_was_is_no_record() {
    assert!(PaymentRecord::upgrade(0, json!({})).is_err());
    assert!(PaymentRecord::upgrade(1, json!({ "terms": 1 })).is_err());
    let scene = Scene::new();
    let now = serde_json::to_value(scene.signed()).unwrap();
    assert!(serde_json::from_value::<PaymentRecord>(now).is_ok());
}
