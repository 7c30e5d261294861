//! What happened, for those that must miss nothing.

use alloy_primitives::U256;
use jiaozi_types::AssetId;
use serde::{Deserialize, Serialize};

use crate::api::till::{ChargeFlags, ChargeState, TillEventKind};
use crate::records::first_version;

/// An event. Key: its number (big-endian).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TillEventRecord {
    /// Unix seconds.
    pub(crate) at: u64,
    /// What happened.
    pub(crate) kind: TillEventKind,
    /// The charge's id.
    pub(crate) charge: Option<String>,
    /// The charge's version after it.
    pub(crate) version: u64,
    /// The charge's state after it.
    pub(crate) state: Option<ChargeState>,
    /// The charge's flags after it.
    pub(crate) flags: ChargeFlags,
    /// What counts as paid after it.
    pub(crate) paid: Option<(AssetId, U256)>,
    /// The shop's number of a refund or Z report.
    pub(crate) number: Option<String>,
}

first_version!(TillEventRecord, "till_event");
