//! Networks and limits, as shells show and change them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{AmountView, AssetView, ErrorView};

/// When a payment is final.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum FinalityRule {
    /// With its block: the ledger never takes a block back.
    Immediate,
    /// After this many blocks on top of its own.
    Depth {
        /// Blocks, 1 to 100,000.
        blocks: u32,
    },
    /// When the node's `finalized` block has reached it.
    #[default]
    Finalized,
    /// When the node puts the risk that it is undone at 10^-exponent at most; on
    /// Conflux Core only.
    Risk {
        /// 1 to 8; 8 is a chance of one in a hundred million.
        exponent: u8,
    },
}

/// Where the person says they are: it decides whether offshore yuan tokens are
/// offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Region {
    /// Not said: offshore yuan tokens are not offered.
    #[default]
    Unset,
    /// Mainland China: they are not offered.
    MainlandChina,
    /// Elsewhere: they are.
    Elsewhere,
}

/// An endpoint. Query, path and headers may hold access keys: only scheme and
/// host are ever shown.
#[derive(Debug, Clone, Serialize, TS)]
pub struct EndpointView {
    /// Scheme and host.
    pub host: String,
    /// How many headers are sent.
    pub headers: u32,
    /// Whether new blocks are told over a WebSocket.
    pub websocket: bool,
}

/// An endpoint to be set.
#[derive(Clone, Default, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct EndpointInput {
    /// `http://` (loopback only) or `https://`.
    pub url: String,
    /// Headers, as name and value.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// The same node's WebSocket, `wss://` (or `ws://`, loopback only).
    #[serde(default)]
    pub websocket: Option<String>,
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
    /// The name in Chinese, where it has another one.
    pub name_zh: Option<String>,
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
    /// The proxy's scheme and host.
    pub proxy: Option<String>,
    /// The first block whose transfers count.
    #[ts(type = "number")]
    pub first_block: u64,
}

/// A token of a network to be added.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TokenInput {
    /// The contract's address.
    pub contract: String,
    /// Whether amounts are written with ¥.
    #[serde(default)]
    pub yuan: bool,
    /// The code that the contract must give itself.
    #[serde(default)]
    pub symbol: Option<String>,
}

/// A network to be added: the content of a network file (`networks/schema.json`,
/// version 1). Code and decimals of tokens are read from the ledger and
/// confirmed in the vault.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NetworkInput {
    /// Where the schema of a file is; not looked at.
    #[serde(rename = "$schema", default, skip_serializing)]
    #[ts(skip)]
    pub schema: Option<String>,
    /// The format's version; 1 when left out.
    #[serde(default)]
    pub version: Option<u32>,
    /// CAIP-2 id, as in `eip155:1030`.
    pub id: String,
    /// Name, 1 to 40 characters.
    pub name: String,
    /// The name in Chinese.
    #[serde(default)]
    pub name_zh: Option<String>,
    /// Whether its money is real.
    pub real_money: bool,
    /// Code of the chain's coin.
    pub coin_symbol: String,
    /// SLIP-44 type of the coin.
    #[serde(default)]
    pub coin_type: Option<u32>,
    /// Endpoints, 1 to 8.
    pub endpoints: Vec<EndpointInput>,
    /// Tokens, the main asset first.
    pub tokens: Vec<TokenInput>,
    /// When a payment is final.
    pub finality: FinalityRule,
    /// The first block whose transfers count.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub first_block: Option<u64>,
    /// A proxy for endpoints that are not on this computer.
    #[serde(default)]
    pub proxy: Option<String>,
    /// What people should know.
    #[serde(default)]
    pub about: Option<String>,
    /// What people should know, in Chinese.
    #[serde(default)]
    pub about_zh: Option<String>,
    /// What an endpoint of this network looks like.
    #[serde(default)]
    pub endpoint_form: Option<String>,
}

/// A network that ships with the wallet.
#[derive(Debug, Clone, Serialize, TS)]
pub struct NetworkPreset {
    /// Its short name, as in `conflux-espace`.
    pub key: String,
    /// Its values; endpoints are the person's to give.
    pub network: NetworkInput,
    /// Whether the profile has it already.
    pub added: bool,
    /// Tokens of it that are not offered in the person's region.
    pub withheld: Vec<String>,
}

/// What a look at a network saw.
#[derive(Debug, Clone, Serialize, TS)]
pub struct NetworkCheck {
    /// Whether payments can be made.
    pub usable: bool,
    /// CAIP-2 id that the endpoints are on.
    pub chain: Option<String>,
    /// The newest block.
    #[ts(type = "number | null")]
    pub block: Option<u64>,
    /// The node's own name for itself, cut to printable ASCII.
    pub client: Option<String>,
    /// Each endpoint, in the order of configuration.
    pub endpoints: Vec<EndpointCheck>,
    /// What the endpoints say of each other.
    pub agreement: EndpointAgreement,
    /// The newest block that is final by the network's rule; none where the
    /// nodes cannot tell.
    #[ts(type = "number | null")]
    pub final_block: Option<u64>,
    /// Tokens and what they can do.
    pub tokens: Vec<TokenCheck>,
    /// What is wrong.
    pub error: Option<ErrorView>,
}

/// What a look at an endpoint saw.
#[derive(Debug, Clone, Serialize, TS)]
pub struct EndpointCheck {
    /// Scheme and host.
    pub host: String,
    /// CAIP-2 id of the chain that it is on.
    pub chain: Option<String>,
    /// Its newest block.
    #[ts(type = "number | null")]
    pub block: Option<u64>,
    /// Seconds since that block was made, by this computer's clock.
    #[ts(type = "number | null")]
    pub age_seconds: Option<u64>,
    /// Its own name for itself.
    pub client: Option<String>,
    /// Milliseconds that an answer took.
    pub latency_ms: Option<u32>,
    /// What is wrong.
    pub error: Option<ErrorView>,
}

/// Whether endpoints have the same ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum EndpointAgreement {
    /// One endpoint answers: nobody can check it.
    Single,
    /// All that answer have the same block at the same height.
    Agreed,
    /// They have different blocks at the same height.
    Disagreed,
}

/// What a look at a token saw.
#[derive(Debug, Clone, Serialize, TS)]
pub struct TokenCheck {
    /// The asset.
    pub asset: AssetView,
    /// The name that the token gives itself.
    pub name: Option<String>,
    /// Whether it takes authorizations (EIP-3009): a payment cannot be made twice.
    pub authorizes: bool,
    /// Whether it takes permits (EIP-2612).
    pub permits: bool,
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
