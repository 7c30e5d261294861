//! A refund.

use std::collections::BTreeMap;

use alloy_primitives::{Address as EvmAddress, U256};
use jiaozi_types::amount::decimal_atoms;
use jiaozi_types::{AssetId, PurchaseId};
use serde::{Deserialize, Serialize};

use crate::api::ErrorCode;
use crate::api::till::RefundState;
use crate::records::first_version;

/// A refund. Key: the hash of the shop's number of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RefundRecord {
    /// The shop's number.
    pub(crate) number: String,
    /// The charge's number.
    pub(crate) charge: u32,
    /// The asset.
    pub(crate) asset: AssetId,
    /// How much.
    #[serde(with = "decimal_atoms")]
    pub(crate) atoms: U256,
    /// Where to.
    pub(crate) to: EvmAddress,
    /// Who refunded.
    pub(crate) staff: String,
    /// Why.
    pub(crate) reason: Option<String>,
    /// The payment that makes it: its id follows from the shop and the number.
    pub(crate) purchase: PurchaseId,
    /// Where it stands.
    pub(crate) state: RefundState,
    /// Why it failed, or what it waits for, with the values of its sentence.
    pub(crate) error: Option<(ErrorCode, BTreeMap<String, String>)>,
    /// Unix seconds.
    pub(crate) created_at: u64,
}

first_version!(RefundRecord, "till_refund");
