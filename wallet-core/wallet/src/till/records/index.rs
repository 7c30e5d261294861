//! What leads to charges: each is written in the same batch as the charge.

use alloy_primitives::{Address as EvmAddress, B256, U256, keccak256};
use jiaozi_types::amount::decimal_atoms;
use jiaozi_types::{AssetId, PurchaseId};
use serde::{Deserialize, Serialize};

use crate::api::Checked;
use crate::records::first_version;

/// What is given out next. Key: none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CounterRecord {
    /// The number of the next charge.
    pub(crate) number: u32,
    /// The number of the last event.
    pub(crate) event: u64,
    /// Days since 1970 of the last charge.
    pub(crate) day: u32,
    /// How many charges that day has.
    pub(crate) of_day: u32,
    /// What was gathered since the till was set up.
    #[serde(with = "decimal_atoms")]
    pub(crate) gathered: U256,
    /// What came to charge addresses and was not gathered.
    #[serde(with = "decimal_atoms")]
    pub(crate) ungathered: U256,
}

first_version!(CounterRecord, "till_counter");

/// Leads from a receiving address to its charge. Key: the address.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct AddressRecord {
    /// The charge's number.
    pub(crate) number: u32,
}

first_version!(AddressRecord, "till_address");

/// Leads from the shop's number of an order to its charge. Key: its hash.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct OrderRecord {
    /// The charge's number.
    pub(crate) number: u32,
}

first_version!(OrderRecord, "till_order");

/// Marks a charge of a day. Key: day, number.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct DayRecord {}

first_version!(DayRecord, "till_day");

/// Marks a charge that a look has something to do with. Key: Unix second, number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DueRecord {
    /// Whether the charge has not ended.
    pub(crate) open: bool,
}

first_version!(DueRecord, "till_due");

/// Marks a charge with a payment that is not final. Key: the oldest such block, number.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct FreshRecord {}

first_version!(FreshRecord, "till_fresh");

/// Marks a charge with a payment in a block, for the books. Key: block, number.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct PaidInRecord {}

first_version!(PaidInRecord, "till_paid_in");

/// Marks a charge with money that nobody asked for. Key: number.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct OwedRecord {}

first_version!(OwedRecord, "till_owed");

/// Marks a charge with a payment that one of several endpoints alone has told of. Key: number.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct DoubtRecord {}

first_version!(DoubtRecord, "till_doubt");

/// Marks a charge with money that is to be gathered. Key: number.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct UngatheredRecord {}

first_version!(UngatheredRecord, "till_ungathered");

/// Charges from before this profile, on whose addresses money may lie. Key: none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EarlierRecord {
    /// The first number that was not looked at.
    pub(crate) next: u32,
    /// The number behind the last.
    pub(crate) end: u32,
}

first_version!(EarlierRecord, "till_earlier");

/// A gathering that is not over. Key: the charge's number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SweepRecord {
    /// The payment that makes it.
    pub(crate) purchase: PurchaseId,
    /// How much.
    #[serde(with = "decimal_atoms")]
    pub(crate) atoms: U256,
}

first_version!(SweepRecord, "till_sweep");

/// Marks a refund that is not over. Key: that of the refund.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct LiveRefundRecord {}

first_version!(LiveRefundRecord, "till_refund_live");

/// A payment to another till of the shop, as the ledger shows it. Key: block,
/// transaction, log index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OtherPaymentRecord {
    /// The till.
    pub(crate) till: u16,
    /// The charge's number in that till.
    pub(crate) number: u32,
    /// The asset.
    pub(crate) asset: AssetId,
    /// How much.
    #[serde(with = "decimal_atoms")]
    pub(crate) atoms: U256,
    /// Who paid.
    pub(crate) from: EvmAddress,
    /// The transaction.
    pub(crate) transaction: B256,
    /// The log's index in its block.
    pub(crate) log_index: u64,
    /// The block.
    pub(crate) block: u64,
    /// The block's Unix second.
    pub(crate) time: u64,
    /// Who stands behind it.
    pub(crate) checked: Checked,
}

first_version!(OtherPaymentRecord, "till_other");

/// The key of an order or of a refund: keys are not sealed, and numbers are the shop's own.
pub(crate) fn order_key(number: &str) -> [u8; 32] {
    keccak256(number).0
}

/// Of a day, or of a charge in it.
pub(crate) fn day_key(day: u32, number: u32) -> [u8; 8] {
    let mut key = [0; 8];
    let parts = day.to_be_bytes().into_iter().chain(number.to_be_bytes());
    key.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
    key
}

/// Of a second or block, and a charge.
pub(crate) fn timed_key(at: u64, number: u32) -> [u8; 12] {
    let mut key = [0; 12];
    let parts = at.to_be_bytes().into_iter().chain(number.to_be_bytes());
    key.iter_mut().zip(parts).for_each(|(to, from)| *to = from);
    key
}

/// The charge of such a key.
pub(crate) fn timed_number(key: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(*key.last_chunk::<4>()?))
}

/// Of a payment to another till.
pub(crate) fn branch_key(block: u64, transaction: B256, log_index: u64) -> Vec<u8> {
    [
        &block.to_be_bytes()[..],
        transaction.as_slice(),
        &log_index.to_be_bytes(),
    ]
    .concat()
}
