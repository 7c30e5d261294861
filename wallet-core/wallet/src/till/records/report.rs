//! A closed day.

use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::{Address as EvmAddress, B256, U256};
use jiaozi_types::{Asset, AssetId};
use serde::{Deserialize, Serialize};

use super::RefundRecord;
use crate::api::till::{ChargeCounts, DifferenceKind};
use crate::payment::Found;
use crate::records::first_version;

/// A Z report, as it was made. Key: its number (big-endian).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ReportRecord {
    /// The number, from 1; 0 for an X report, which is not kept.
    pub(crate) number: u32,
    /// When it was made (Unix seconds).
    pub(crate) made_at: u64,
    /// The shop's name.
    pub(crate) shop: String,
    /// The till.
    pub(crate) till: u16,
    /// The asset.
    pub(crate) asset: Asset,
    /// Minutes that the till's time zone is ahead of UTC.
    pub(crate) utc_offset: i32,
    /// The first second.
    pub(crate) from: u64,
    /// The second after the last.
    pub(crate) to: u64,
    /// The first block.
    pub(crate) first_block: u64,
    /// The last block; the one before the first where there is none.
    pub(crate) last_block: u64,
    /// The number of the charge after the last that was made.
    pub(crate) next_charge: u32,
    /// Charges that had not ended in these blocks, with their money in them.
    pub(crate) open: BTreeMap<u32, U256>,
    /// Refunds.
    pub(crate) refunds: Vec<BookedRefund>,
    /// What was received less what was refunded before this report.
    pub(crate) opening: Balance,
    /// The same after it.
    pub(crate) closing: Balance,
    /// The sums.
    pub(crate) sums: Sums,
    /// The ledger beside them.
    pub(crate) check: CheckRecord,
}

first_version!(ReportRecord, "till_report");

/// What was received and refunded since the till was set up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Balance {
    /// Received.
    pub(crate) received: U256,
    /// Refunded.
    pub(crate) refunded: U256,
}

/// The sums of a report, in atoms.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sums {
    /// As in [`crate::api::till::ReportView`].
    pub(crate) received: U256,
    /// Likewise.
    pub(crate) sales: U256,
    /// Likewise.
    pub(crate) unasked: U256,
    /// Likewise.
    pub(crate) others: U256,
    /// Likewise.
    pub(crate) carried_in: U256,
    /// Likewise.
    pub(crate) carried_out: U256,
    /// Likewise.
    pub(crate) refunded: U256,
    /// Likewise.
    pub(crate) waiting: U256,
    /// Likewise.
    pub(crate) other_assets: BTreeMap<AssetId, U256>,
    /// Likewise.
    pub(crate) counts: ChargeCounts,
    /// Likewise.
    pub(crate) items: Vec<NamedSum>,
    /// Likewise.
    pub(crate) staff: Vec<NamedSum>,
    /// Likewise.
    pub(crate) hours: Vec<HourSum>,
    /// Likewise.
    pub(crate) tills: Vec<TillSum>,
}

/// A sum under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NamedSum {
    /// The name.
    pub(crate) name: String,
    /// How many.
    pub(crate) count: u64,
    /// The sum.
    pub(crate) atoms: U256,
}

/// A sum of an hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HourSum {
    /// 0 to 23.
    pub(crate) hour: u8,
    /// Sales.
    pub(crate) count: u32,
    /// The sum.
    pub(crate) atoms: U256,
}

/// A sum of a till.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TillSum {
    /// The till.
    pub(crate) till: u16,
    /// Payments.
    pub(crate) payments: u64,
    /// The sum.
    pub(crate) atoms: U256,
}

/// The ledger beside the books.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CheckRecord {
    /// What the ledger says was received.
    pub(crate) ledger: U256,
    /// Where it does not agree.
    pub(crate) differences: Vec<DifferenceRecord>,
}

/// An entry on which ledger and books do not agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DifferenceRecord {
    /// How.
    pub(crate) kind: DifferenceKind,
    /// The block.
    pub(crate) block: u64,
    /// The log's index in it.
    pub(crate) log_index: u64,
    /// The transaction.
    pub(crate) transaction: B256,
    /// The till of the charge.
    pub(crate) till: u16,
    /// The charge's number.
    pub(crate) charge: u32,
    /// The refund.
    pub(crate) refund: Option<String>,
    /// What the ledger says.
    pub(crate) ledger: Option<U256>,
    /// What the books say.
    pub(crate) books: Option<U256>,
}

/// A refund that is final.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BookedRefund {
    /// The shop's number of it.
    pub(crate) number: String,
    /// The charge's number.
    pub(crate) charge: u32,
    /// The asset.
    pub(crate) asset: AssetId,
    /// How much.
    pub(crate) atoms: U256,
    /// Where to.
    pub(crate) to: EvmAddress,
    /// Where it is on the ledger; none where another computer of the shop paid it.
    pub(crate) place: Option<RefundPlace>,
}

/// Where a refund is on the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RefundPlace {
    /// The transaction.
    pub(crate) transaction: B256,
    /// The block.
    pub(crate) block: u64,
    /// The block's Unix second.
    pub(crate) time: u64,
}

/// A refund that is final and in no Z report yet. Key: that of the refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct UnbookedRefundRecord {
    /// The refund.
    pub(crate) refund: BookedRefund,
}

first_version!(UnbookedRefundRecord, "till_refund_unbooked");

impl UnbookedRefundRecord {
    /// Of a refund and what its payment has in a block.
    pub(crate) fn of(refund: &RefundRecord, found: Option<&Found>) -> Self {
        Self {
            refund: BookedRefund {
                number: refund.number.clone(),
                charge: refund.charge,
                asset: refund.asset,
                atoms: refund.atoms,
                to: refund.to,
                place: found.map(|found| RefundPlace {
                    transaction: found.transaction,
                    block: found.place.block,
                    time: found.place.time,
                }),
            },
        }
    }
}

impl ReportRecord {
    /// Charges that had not ended.
    pub(crate) fn open_numbers(&self) -> BTreeSet<u32> {
        self.open.keys().copied().collect()
    }
}
