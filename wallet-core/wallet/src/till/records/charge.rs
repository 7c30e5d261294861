//! A charge.

use alloy_primitives::{Address as EvmAddress, B256, U256};
use jiaozi_types::amount::decimal_atoms;
use jiaozi_types::{AssetId, ChainId};
use serde::{Deserialize, Serialize};

use super::super::standing::{Asked, Came, Standing};
use crate::api::Checked;
use crate::api::till::{Assurance, PaymentRole};
use crate::records::first_version;

/// A charge of this till. Key: its number (big-endian).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct TillChargeRecord {
    /// The till.
    pub(crate) till: u16,
    /// The number in that till.
    pub(crate) number: u32,
    /// The code that cashier and customer compare.
    pub(crate) code: String,
    /// The shop's own number of the order.
    pub(crate) order: Option<String>,
    /// The receiving address.
    pub(crate) address: EvmAddress,
    /// The asset.
    pub(crate) asset: AssetId,
    /// How much.
    #[serde(with = "decimal_atoms")]
    pub(crate) atoms: U256,
    /// How sure it must be.
    pub(crate) wanted: Assurance,
    /// What is sold: name, how many, the price of one in atoms.
    pub(crate) lines: Vec<LineRecord>,
    /// The note.
    pub(crate) note: Option<String>,
    /// Who was at the till.
    pub(crate) staff: Option<String>,
    /// Unix seconds.
    pub(crate) created_at: u64,
    /// For how long it was asked to be open, in seconds.
    pub(crate) seconds: u32,
    /// Unix seconds.
    pub(crate) expires_at: u64,
    /// How long it is waited for when unclear, in seconds.
    pub(crate) unclear_seconds: u32,
    /// Days since 1970 in the till's time zone.
    pub(crate) day: u32,
    /// The `jiaozi:` link.
    pub(crate) link: String,
    /// Where it stands.
    pub(crate) standing: Standing,
    /// What came, in the ledger's order.
    pub(crate) payments: Vec<PaymentRecord>,
    /// Refunds, by the shop's numbers.
    pub(crate) refunds: Vec<RefundPart>,
    /// What was gathered of the asset that is asked for.
    #[serde(with = "decimal_atoms")]
    pub(crate) gathered: U256,
    /// How often it was gathered: the next authorization has this number.
    pub(crate) sweeps: u32,
    /// The block from which on a payment can be in.
    pub(crate) first_block: u64,
    /// Grows with every change.
    pub(crate) version: u64,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LineRecord {
    /// What.
    pub(crate) name: String,
    /// How many.
    pub(crate) quantity: u32,
    /// The price of one, in atoms.
    #[serde(with = "decimal_atoms")]
    pub(crate) price: U256,
}

/// What a refund takes of a charge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RefundPart {
    /// The shop's number of it.
    pub(crate) number: String,
    /// The asset.
    pub(crate) asset: AssetId,
    /// How much.
    #[serde(with = "decimal_atoms")]
    pub(crate) atoms: U256,
}

/// Money that came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PaymentRecord {
    /// The chain and asset.
    pub(crate) asset: AssetId,
    /// The transaction.
    pub(crate) transaction: B256,
    /// The log's index in its block.
    pub(crate) log_index: u64,
    /// Who paid.
    pub(crate) from: EvmAddress,
    /// How much.
    #[serde(with = "decimal_atoms")]
    pub(crate) atoms: U256,
    /// The block.
    pub(crate) block: u64,
    /// The block's Unix second.
    pub(crate) time: u64,
    /// How sure it is.
    pub(crate) assurance: Assurance,
    /// What it counts as.
    pub(crate) role: PaymentRole,
    /// Who stands behind it.
    pub(crate) checked: Checked,
}

/// The id of a charge.
pub(crate) fn charge_id(till: u16, number: u32) -> String {
    format!("{till}-{number}")
}

impl TillChargeRecord {
    /// The id.
    pub(crate) fn id(&self) -> String {
        charge_id(self.till, self.number)
    }

    /// The network.
    pub(crate) fn chain(&self) -> ChainId {
        self.asset.chain()
    }

    /// What is asked for.
    pub(crate) fn asked(&self) -> Asked {
        Asked {
            atoms: self.atoms,
            wanted: self.wanted,
            expires_at: self.expires_at,
            unclear_seconds: self.unclear_seconds.into(),
        }
    }

    /// What came.
    pub(crate) fn came(&self) -> Vec<Came> {
        let came = |payment: &PaymentRecord| Came {
            atoms: payment.atoms,
            assurance: payment.assurance,
            role: payment.role,
        };
        self.payments.iter().map(came).collect()
    }

    /// What came of an asset, whenever, in blocks.
    pub(crate) fn received(&self, asset: AssetId) -> U256 {
        self.payments
            .iter()
            .filter(|payment| payment.asset == asset && payment.assurance >= Assurance::Included)
            .fold(U256::ZERO, |sum, payment| sum.saturating_add(payment.atoms))
    }

    /// What was refunded of an asset, or is about to be.
    pub(crate) fn refunded(&self, asset: AssetId) -> U256 {
        self.refunds
            .iter()
            .filter(|part| part.asset == asset)
            .fold(U256::ZERO, |sum, part| sum.saturating_add(part.atoms))
    }

    /// What can be returned of an asset.
    pub(crate) fn returnable(&self, asset: AssetId) -> U256 {
        self.received(asset).saturating_sub(self.refunded(asset))
    }

    /// Assets that came and were not asked for.
    pub(crate) fn other_assets(&self) -> Vec<AssetId> {
        let mut others = Vec::new();
        for payment in &self.payments {
            if payment.asset != self.asset && !others.contains(&payment.asset) {
                others.push(payment.asset);
            }
        }
        others
    }

    /// Whether there is money that nobody asked for and that was not returned.
    pub(crate) fn is_owed(&self) -> bool {
        use crate::api::till::ChargeState as S;
        let kept = match self.standing.state {
            // What is asked for may still be completed.
            S::Open | S::Unclear | S::Paid => self.atoms,
            S::Closed | S::Revoked => U256::ZERO,
        };
        let owed = |asset: &AssetId| !self.returnable(*asset).is_zero();
        self.returnable(self.asset) > kept || self.other_assets().iter().any(owed)
    }

    /// What lies on the address and is beyond doubt, of the asset that is asked for.
    pub(crate) fn ungathered(&self) -> U256 {
        self.payments
            .iter()
            .filter(|payment| payment.asset == self.asset && payment.assurance == Assurance::Final)
            .fold(U256::ZERO, |sum, payment| sum.saturating_add(payment.atoms))
            .saturating_sub(self.gathered)
    }

    /// Whether a second endpoint is to be asked about a payment.
    pub(crate) fn is_doubted(&self) -> bool {
        self.payments
            .iter()
            .any(|payment| payment.checked == Checked::Unconfirmed)
    }

    /// The oldest block of a payment that is not final.
    pub(crate) fn fresh_block(&self) -> Option<u64> {
        self.payments
            .iter()
            .filter(|payment| {
                payment.assurance < Assurance::Final && payment.asset.chain() == self.chain()
            })
            .map(|payment| payment.block)
            .min()
    }
}

first_version!(TillChargeRecord, "till_charge");
