//! A payment as it lies on the disk.

use std::collections::BTreeMap;

use alloy_primitives::{B256, Bytes, U256};
use jiaozi_ledger::{Agreement, Inclusion};
use jiaozi_store::Error as StoreError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::terms::{Gas, Terms};
use crate::api::{Checked, ErrorCode, Sight};

/// A payment and where it stands. Key: the purchase id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentRecord {
    /// What was agreed.
    pub terms: Terms,
    /// What was signed for it and may still be executed, all over one nonce of
    /// the account, the oldest first: the payment, the same with a higher fee, a
    /// cancellation. The ledger takes one of them at most.
    pub envelopes: Vec<Envelope>,
    /// Where it stands.
    pub phase: Phase,
    /// What the last look at the ledger found besides.
    pub sight: Option<Sight>,
    /// When it came to its end (Unix seconds).
    pub ended_at: Option<u64>,
}

/// Where a payment stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Phase {
    /// Approved by the person; no new signature is known.
    Approved,
    /// Signed; perhaps sent.
    Signed,
    /// A node holds it.
    Submitted,
    /// In a block.
    Included {
        /// What is in the block.
        found: Found,
    },
    /// Final.
    Settled {
        /// What is in the block.
        found: Found,
    },
    /// Did not happen.
    Failed {
        /// The transaction, when one was signed.
        transaction: Option<B256>,
        /// The block that holds the failed execution or the cancellation.
        place: Option<Place>,
        /// Why.
        code: ErrorCode,
        /// Values for the sentence.
        values: BTreeMap<String, String>,
        /// Whether it is proven that nothing signed for it can pay any more.
        closed: bool,
    },
    /// Another transaction used its nonce, and that is final.
    Replaced {
        /// The transaction that can no longer happen.
        transaction: B256,
        /// Whether its authorization is void, too.
        closed: bool,
    },
    /// Its time was over, by the ledger's own final time, before it was executed.
    Expired {
        /// The transaction that can no longer pay.
        transaction: B256,
    },
}

/// Signed bytes and what is needed to follow and to replace them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// What they do.
    pub act: Act,
    /// The bytes, sent again and again until they are in a block.
    pub bytes: Bytes,
    /// Their hash.
    pub transaction: B256,
    /// The account's nonce in them.
    pub nonce: u64,
    /// What the ledger may take for them.
    pub gas: Gas,
}

impl Envelope {
    /// The most that the ledger may take for it, in atoms of the coin.
    pub fn fee_cap(&self) -> Option<U256> {
        U256::from(self.gas.limit).checked_mul(U256::from(self.gas.fee.most()))
    }
}

/// What an envelope does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Pays.
    Pays,
    /// Uses the nonce up, and voids the authorization where there is one.
    Cancels,
}

/// A transaction that is in a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Its hash: one of the envelopes', or of another computer with the same
    /// words that carried the same authorization.
    pub transaction: B256,
    /// Its block.
    pub place: Place,
    /// Whether it did what it should.
    pub success: bool,
    /// Who says so.
    pub checked: Checked,
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

impl Found {
    pub(super) fn new(transaction: B256, inclusion: &Inclusion, time: u64) -> Self {
        Self {
            transaction,
            place: Place {
                block: inclusion.block,
                block_hash: inclusion.block_hash,
                time,
                fee: inclusion.fee,
            },
            success: inclusion.success,
            checked: match inclusion.agreement {
                Agreement::Single => Checked::Single,
                Agreement::Agreed => Checked::Agreed,
                Agreement::Unconfirmed => Checked::Unconfirmed,
            },
        }
    }
}

impl PaymentRecord {
    /// The envelope that is sent: the last that was signed.
    pub fn envelope(&self) -> Option<&Envelope> {
        self.envelopes.last()
    }

    /// The transaction that people look for: the one in a block, else the one
    /// that is sent.
    pub fn transaction(&self) -> Option<B256> {
        self.phase
            .transaction()
            .or_else(|| Some(self.envelope()?.transaction))
    }

    /// Whether its cancellation is under way.
    pub fn is_cancelling(&self) -> bool {
        let cancels = |envelope: &Envelope| envelope.act == Act::Cancels;
        !self.phase.is_over() && self.envelope().is_some_and(cancels)
    }
}

impl Phase {
    /// Whether the payment has come to an end.
    pub fn is_over(&self) -> bool {
        matches!(
            self,
            Self::Settled { .. }
                | Self::Failed { .. }
                | Self::Replaced { .. }
                | Self::Expired { .. }
        )
    }

    /// Whether it ended without paying, as far as is known, so that a new
    /// attempt may be thought of.
    pub fn has_failed(&self) -> bool {
        match self {
            Self::Failed { code, .. } => *code != ErrorCode::AlreadyPaid,
            Self::Replaced { .. } | Self::Expired { .. } => true,
            _ => false,
        }
    }

    /// Whether it is proven that nothing signed for it can pay any more.
    pub fn is_closed(&self) -> bool {
        match self {
            Self::Failed { closed, .. } | Self::Replaced { closed, .. } => *closed,
            Self::Expired { .. } => true,
            _ => false,
        }
    }

    fn transaction(&self) -> Option<B256> {
        match self {
            Self::Included { found } | Self::Settled { found } => Some(found.transaction),
            Self::Replaced { transaction, .. } | Self::Expired { transaction } => {
                Some(*transaction)
            }
            Self::Failed { transaction, .. } => *transaction,
            Self::Approved | Self::Signed | Self::Submitted => None,
        }
    }

    /// What is in a block.
    pub fn found(&self) -> Option<&Found> {
        match self {
            Self::Included { found } | Self::Settled { found } => Some(found),
            _ => None,
        }
    }

    /// The place on the ledger, once there is one.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Failed { place, .. } => place.as_ref(),
            _ => self.found().map(|found| &found.place),
        }
    }
}

impl jiaozi_store::Record for PaymentRecord {
    const KIND: &'static str = "payment";
    const VERSION: u16 = 3;

    /// Version 2 knew no sweeps of a till.
    fn upgrade(from: u16, record: Value) -> Result<Value, StoreError> {
        match from {
            1 => super::record_v1::upgrade(record),
            2 => Ok(record),
            other => Err(crate::records::no_such_version::<Self>(other)),
        }
    }
}
