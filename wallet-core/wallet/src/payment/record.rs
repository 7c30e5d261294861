//! A payment as it lies on the disk.

use std::collections::BTreeMap;

use alloy_primitives::{B256, Bytes, U256};
use jiaozi_ledger::Inclusion;
use serde::{Deserialize, Serialize};

use super::terms::Terms;
use crate::api::ErrorCode;

/// A payment and where it stands. Key: the purchase id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentRecord {
    /// What was agreed.
    pub terms: Terms,
    /// Where it stands.
    pub phase: Phase,
}

crate::records::first_version!(PaymentRecord, "payment");

/// Where a payment stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Phase {
    /// Approved by the person; no signature is known.
    Approved,
    /// Signed; perhaps sent.
    Signed {
        /// The signature's envelope.
        envelope: Envelope,
    },
    /// A node holds it.
    Submitted {
        /// The signature's envelope.
        envelope: Envelope,
    },
    /// In a block.
    Included {
        /// The signature's envelope.
        envelope: Envelope,
        /// The block.
        place: Place,
    },
    /// Final.
    Settled {
        /// The transaction.
        transaction: B256,
        /// The block.
        place: Place,
    },
    /// Did not happen.
    Failed {
        /// The transaction, when one was signed.
        transaction: Option<B256>,
        /// The block that holds the failed execution.
        place: Option<Place>,
        /// Why.
        code: ErrorCode,
        /// Values for the sentence.
        values: BTreeMap<String, String>,
    },
    /// Another transaction used its nonce.
    Replaced {
        /// The transaction that can no longer happen.
        transaction: B256,
    },
}

/// The signed bytes and what is needed to follow them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// The bytes, sent again and again until they are in a block.
    pub bytes: Bytes,
    /// Their hash.
    pub transaction: B256,
    /// The account's nonce in them.
    pub nonce: u64,
}

/// A place on the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The block's number.
    pub block: u64,
    /// The block's hash.
    pub block_hash: B256,
    /// The block's time (Unix seconds).
    pub time: u64,
    /// The fee that was taken, in atoms of the coin.
    #[serde(with = "jiaozi_types::amount::decimal_atoms")]
    pub fee: U256,
}

impl Place {
    pub(super) fn new(inclusion: &Inclusion, time: u64) -> Self {
        Self {
            block: inclusion.block,
            block_hash: inclusion.block_hash,
            time,
            fee: inclusion.fee,
        }
    }
}

impl Phase {
    /// Whether nothing more can happen to the payment.
    pub fn is_over(&self) -> bool {
        matches!(
            self,
            Self::Settled { .. } | Self::Failed { .. } | Self::Replaced { .. }
        )
    }

    /// The envelope of a payment that is under way.
    pub fn envelope(&self) -> Option<&Envelope> {
        match self {
            Self::Signed { envelope }
            | Self::Submitted { envelope }
            | Self::Included { envelope, .. } => Some(envelope),
            _ => None,
        }
    }

    /// The transaction's hash, once there is one.
    pub fn transaction(&self) -> Option<B256> {
        match self {
            Self::Settled { transaction, .. } | Self::Replaced { transaction } => {
                Some(*transaction)
            }
            Self::Failed { transaction, .. } => *transaction,
            _ => self.envelope().map(|envelope| envelope.transaction),
        }
    }

    /// The place on the ledger, once there is one.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Included { place, .. } | Self::Settled { place, .. } => Some(place),
            Self::Failed { place, .. } => place.as_ref(),
            _ => None,
        }
    }
}
