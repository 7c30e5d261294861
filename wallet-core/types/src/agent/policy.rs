//! The spend policy, as shells see it. It is kept and enforced in the vault.

use alloy_primitives::U256;
use serde::{Deserialize, Serialize};

use crate::amount::decimal_atoms;
use crate::asset::AssetId;

/// How much of one asset may leave without the PIN.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuickPayLimit {
    /// The asset; the limit of a chain's coin also bounds what fees may burn.
    pub asset: AssetId,
    /// The most one payment may take, in atoms; zero turns quick pay off.
    #[serde(with = "decimal_atoms")]
    pub per_payment: U256,
    /// The most that may leave in one UTC day, in atoms.
    #[serde(with = "decimal_atoms")]
    pub per_day: U256,
}

/// What may be signed without the PIN, and when the vault locks itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpendPolicy {
    /// One limit an asset, at most 64; an asset without one always needs the PIN.
    pub quick_pay: Vec<QuickPayLimit>,
    /// Seconds without a signature or prompt until the vault locks (60 to 86,400).
    pub lock_after_seconds: u32,
}

/// What has left today without the PIN.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpentToday {
    /// The asset.
    pub asset: AssetId,
    /// Atoms, in the present UTC day.
    #[serde(with = "decimal_atoms")]
    pub atoms: U256,
}

/// What the policy says of a request before it is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpendVerdict {
    /// Within quick pay: no prompt.
    QuickPay,
    /// Signed before, byte for byte: no prompt, and it does not count again.
    AlreadyApproved,
    /// The asset, or the coin of the fee, has no quick-pay limit.
    PinNoLimit,
    /// Above the limit of one payment.
    PinAbovePayment,
    /// Above what is left of the day's limit.
    PinAboveDay,
    /// A certificate of a till: it moves no money and is always asked about.
    PinCertificate,
    /// The vault is locked: the prompt unlocks and approves at once.
    PinLocked,
}
