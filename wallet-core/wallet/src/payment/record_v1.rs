//! Records of the first release: one envelope, inside the phase.

use std::collections::BTreeMap;

use alloy_primitives::{B256, Bytes};
use jiaozi_store::{Error as StoreError, Record};
use serde::Deserialize;
use serde_json::Value;

use super::Terms;
use super::record::{Act, Envelope, Found, PaymentRecord, Phase, Place};
use crate::api::{Checked, ErrorCode};

#[derive(Deserialize)]
struct OldRecord {
    terms: Terms,
    phase: OldPhase,
}

#[derive(Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum OldPhase {
    Approved,
    Signed {
        envelope: OldEnvelope,
    },
    Submitted {
        envelope: OldEnvelope,
    },
    Included {
        envelope: OldEnvelope,
        place: Place,
    },
    Settled {
        transaction: B256,
        place: Place,
    },
    Failed {
        transaction: Option<B256>,
        place: Option<Place>,
        code: ErrorCode,
        values: BTreeMap<String, String>,
    },
    Replaced {
        transaction: B256,
    },
}

#[derive(Deserialize)]
struct OldEnvelope {
    bytes: Bytes,
    transaction: B256,
    nonce: u64,
}

/// The present form of a record of version 1. That release did not ask how many
/// endpoints agreed, and kept no bytes of what was over.
pub(super) fn upgrade(record: Value) -> Result<Value, StoreError> {
    let shape = |error: serde_json::Error| StoreError::Shape {
        kind: PaymentRecord::KIND,
        detail: error.to_string(),
    };
    let old: OldRecord = serde_json::from_value(record).map_err(shape)?;
    serde_json::to_value(upgraded(old)).map_err(shape)
}

fn upgraded(old: OldRecord) -> PaymentRecord {
    let OldRecord { terms, phase } = old;
    let found = |transaction, place| Found {
        transaction,
        place,
        success: true,
        checked: Checked::Single,
    };
    let kept = |old: OldEnvelope| {
        vec![Envelope {
            act: Act::Pays,
            bytes: old.bytes,
            transaction: old.transaction,
            nonce: old.nonce,
            gas: terms.gas.clone(),
        }]
    };
    let (envelopes, phase) = match phase {
        OldPhase::Approved => (Vec::new(), Phase::Approved),
        OldPhase::Signed { envelope } => (kept(envelope), Phase::Signed),
        OldPhase::Submitted { envelope } => (kept(envelope), Phase::Submitted),
        OldPhase::Included { envelope, place } => {
            let found = found(envelope.transaction, place);
            (kept(envelope), Phase::Included { found })
        }
        OldPhase::Settled { transaction, place } => {
            let found = found(transaction, place);
            (Vec::new(), Phase::Settled { found })
        }
        OldPhase::Failed {
            transaction,
            code: ErrorCode::AuthorizationExpired,
            ..
        } => (
            Vec::new(),
            Phase::Expired {
                transaction: transaction.unwrap_or_default(),
            },
        ),
        OldPhase::Failed {
            transaction,
            place,
            code,
            values,
        } => {
            // An execution in a block used the nonce; without a signature nothing left.
            let closed = place.is_some() || transaction.is_none();
            let phase = Phase::Failed {
                transaction,
                place,
                code,
                values,
                closed,
            };
            (Vec::new(), phase)
        }
        OldPhase::Replaced { transaction } => {
            let closed = terms.authorization().is_none();
            let phase = Phase::Replaced {
                transaction,
                closed,
            };
            (Vec::new(), phase)
        }
    };
    PaymentRecord {
        terms,
        envelopes,
        phase,
        sight: None,
        ended_at: None,
    }
}
