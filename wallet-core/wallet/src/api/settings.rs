//! Networks and limits, as shells show and change them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{AmountView, AssetView, ErrorView};

/// When a payment is final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FinalityRule {
    /// With its block: the ledger never takes a block back.
    Immediate,
    /// After this many blocks on top of its own.
    Depth {
        /// Blocks, 1 to 100,000.
        blocks: u32,
    },
    /// When the node's `finalized` block has reached it.
    Finalized,
    /// When the node puts the risk that it is undone below 10^-exponent; on
    /// Conflux Core only.
    Risk {
        /// 1 to 18; 8 is a chance of one in a hundred million.
        exponent: u8,
    },
}

/// An endpoint. Query, path and headers may hold access keys: only scheme and
/// host are ever shown.
#[derive(Debug, Clone, Serialize, TS)]
pub struct EndpointView {
    /// Scheme and host.
    pub host: String,
    /// How many headers are sent.
    pub headers: u32,
}

/// An endpoint to be set.
#[derive(Clone, Deserialize, TS)]
pub struct EndpointInput {
    /// `http://` (loopback only) or `https://`.
    pub url: String,
    /// Headers, as name and value.
    pub headers: Vec<(String, String)>,
}

impl std::fmt::Debug for EndpointInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EndpointInput(..)")
    }
}

/// A network.
#[derive(Debug, Clone, Serialize, TS)]
pub struct NetworkView {
    /// CAIP-2 id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Whether this is the embedded sandbox.
    pub sandbox: bool,
    /// Whether its money is real: where it is not, the interface says so.
    pub real_money: bool,
    /// Whether it is the one in use.
    pub selected: bool,
    /// The chain's coin, in which fees are paid.
    pub coin: AssetView,
    /// Tokens, the main asset first.
    pub tokens: Vec<AssetView>,
    /// When a payment is final.
    pub finality: FinalityRule,
    /// Endpoints; none for the sandbox, which starts with the wallet.
    pub endpoints: Vec<EndpointView>,
}

/// A token of a network to be added.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct TokenInput {
    /// The contract's address.
    pub contract: String,
    /// Whether amounts are written with ¥.
    pub yuan: bool,
}

/// A network to be added. Code and decimals of tokens are read from the ledger
/// and confirmed in the vault.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct NetworkInput {
    /// CAIP-2 id, as in `eip155:1030`.
    pub id: String,
    /// Name, 1 to 40 characters.
    pub name: String,
    /// Whether its money is real.
    pub real_money: bool,
    /// Code of the chain's coin.
    pub coin_symbol: String,
    /// Endpoints, 1 to 8.
    pub endpoints: Vec<EndpointInput>,
    /// Tokens, the main asset first.
    pub tokens: Vec<TokenInput>,
    /// When a payment is final.
    pub finality: FinalityRule,
}

/// What a look at a network saw.
#[derive(Debug, Clone, Serialize, TS)]
pub struct NetworkCheck {
    /// Whether payments can be made.
    pub usable: bool,
    /// CAIP-2 id that the endpoint reports.
    pub chain: Option<String>,
    /// The newest block.
    #[ts(type = "number | null")]
    pub block: Option<u64>,
    /// The node's own name for itself, cut to printable ASCII.
    pub client: Option<String>,
    /// Tokens and whether they take authorizations (EIP-3009).
    pub tokens: Vec<(AssetView, bool)>,
    /// What is wrong.
    pub error: Option<ErrorView>,
}

/// The spend policy.
#[derive(Debug, Clone, Serialize, TS)]
pub struct PolicyView {
    /// Quick-pay limits.
    pub quick_pay: Vec<QuickPayView>,
    /// Seconds until the vault locks itself.
    pub lock_after_seconds: u32,
}

/// A quick-pay limit.
#[derive(Debug, Clone, Serialize, TS)]
pub struct QuickPayView {
    /// The most one payment may take without the PIN.
    pub per_payment: AmountView,
    /// The most that may leave in one UTC day without the PIN.
    pub per_day: AmountView,
    /// What has left today.
    pub spent_today: AmountView,
}

/// The spend policy to be set.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct PolicyInput {
    /// Quick-pay limits; an asset that is left out always needs the PIN.
    pub quick_pay: Vec<QuickPayInput>,
    /// Seconds until the vault locks itself, 60 to 86,400.
    pub lock_after_seconds: u32,
}

/// A quick-pay limit to be set, in units as a person writes them.
#[derive(Debug, Clone, Deserialize, TS)]
pub struct QuickPayInput {
    /// CAIP-19 id of the asset.
    pub asset: String,
    /// The most one payment may take without the PIN; `0` turns quick pay off.
    pub per_payment: String,
    /// The most that may leave in one UTC day without the PIN.
    pub per_day: String,
}
