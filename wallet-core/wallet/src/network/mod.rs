//! Networks: a chain, its assets, its rule of finality and its endpoints.
//!
//! The sandbox is built in; others are added by the person, from a preset, a
//! file or by hand. Their values are checked here, and their endpoints and
//! tokens are looked at on the ledger before they are kept.

mod check;
mod input;
mod preset;
mod proxy;
mod region;
#[cfg(test)]
mod tests;

use alloy_primitives::Address as EvmAddress;
use jiaozi_ledger::{Endpoint, Finality, PoolOptions, Proxy};
use jiaozi_store::{Error as StoreError, Record};
use jiaozi_types::agent::TokenDomain;
use jiaozi_types::{Asset, AssetId, ChainId, sandbox};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::{EndpointView, FinalityRule, NetworkView};
use crate::error::WalletError;
use crate::views;

pub(crate) use check::{Checker, look_at_token};
pub use input::{NetworkDraft, TokenDraft};
pub use preset::presets;
pub(crate) use region::is_offered;

/// A network of this profile.
#[derive(Clone, Serialize, Deserialize)]
pub struct Network {
    /// The chain.
    pub chain: ChainId,
    /// The name.
    pub name: String,
    /// The name in Chinese, where it has another one.
    pub name_zh: Option<String>,
    /// Whether its money is real.
    pub real_money: bool,
    /// The chain's coin.
    pub coin: Asset,
    /// Tokens, the main asset first.
    pub tokens: Vec<NetworkToken>,
    /// When a payment is final.
    pub finality: FinalityRule,
    /// Endpoints; none for the sandbox.
    pub endpoints: Vec<NetworkEndpoint>,
    /// A proxy for endpoints that are not on this computer; its URL may hold a
    /// password.
    pub proxy: Option<String>,
    /// The first block whose transfers count as history.
    pub first_block: u64,
}

/// A token of a network.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NetworkToken {
    /// The asset.
    pub asset: Asset,
    /// Its EIP-712 domain when the ledger showed that it takes EIP-3009
    /// authorizations.
    pub domain: Option<TokenDomain>,
    /// Whether the ledger showed that it takes permits (EIP-2612).
    pub permits: bool,
}

/// An endpoint as it is kept: sealed with the other records.
#[derive(Clone, Serialize, Deserialize)]
pub struct NetworkEndpoint {
    /// The URL.
    pub url: String,
    /// Headers, by name.
    pub headers: Vec<(String, String)>,
    /// The same node's WebSocket.
    pub websocket: Option<String>,
}

impl NetworkEndpoint {
    /// Ready to be called.
    pub(crate) fn ready(&self) -> Result<Endpoint, WalletError> {
        let endpoint = Endpoint::new(&self.url, &self.headers)?;
        Ok(match &self.websocket {
            Some(websocket) => endpoint.with_websocket(websocket)?,
            None => endpoint,
        })
    }

    /// An endpoint without headers.
    #[cfg(test)]
    pub(crate) fn plain(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            headers: Vec::new(),
            websocket: None,
        }
    }
}

impl std::fmt::Debug for NetworkEndpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NetworkEndpoint(..)")
    }
}

impl Record for Network {
    const KIND: &'static str = "network";
    const VERSION: u16 = 2;

    /// Version 1 had one name, no proxy and no WebSockets, did not ask tokens
    /// for permits, and counted from 10,000 blocks before its own time.
    fn upgrade(from_version: u16, mut old: Value) -> Result<Value, StoreError> {
        let no_such = || crate::records::no_such_version::<Self>(from_version);
        let fields = old.as_object_mut().filter(|_| from_version == 1);
        let fields = fields.ok_or_else(no_such)?;
        fields.insert("name_zh".to_owned(), Value::Null);
        fields.insert("proxy".to_owned(), Value::Null);
        fields.insert("first_block".to_owned(), Value::from(0));
        let each = |list: Option<&mut Value>, name: &str, value: Value| {
            let items = list.and_then(Value::as_array_mut).into_iter().flatten();
            for item in items.filter_map(Value::as_object_mut) {
                item.insert(name.to_owned(), value.clone());
            }
        };
        each(fields.get_mut("tokens"), "permits", Value::Bool(false));
        each(fields.get_mut("endpoints"), "websocket", Value::Null);
        Ok(old)
    }
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Network")
            .field("chain", &self.chain)
            .finish_non_exhaustive()
    }
}

impl Network {
    /// The embedded sandbox.
    pub fn sandbox() -> Self {
        let chain = ChainId::Eip155(sandbox::CHAIN_ID);
        Self {
            chain,
            name: "Sandbox".to_owned(),
            name_zh: Some("沙箱".to_owned()),
            real_money: false,
            coin: sandbox::coin_asset(),
            tokens: vec![NetworkToken {
                asset: sandbox::yuan_asset(),
                domain: Some(sandbox::yuan_domain()),
                permits: true,
            }],
            finality: FinalityRule::Immediate,
            endpoints: Vec::new(),
            proxy: None,
            first_block: 0,
        }
    }

    /// Whether this is the embedded sandbox.
    pub fn is_sandbox(&self) -> bool {
        self.chain == ChainId::Eip155(sandbox::CHAIN_ID)
    }

    /// What is paid in when nothing else is said: the first token, or the coin.
    pub fn main_asset(&self) -> &Asset {
        self.tokens.first().map_or(&self.coin, |token| &token.asset)
    }

    /// Every asset, the main one first.
    pub fn assets(&self) -> impl Iterator<Item = &Asset> {
        self.tokens
            .iter()
            .map(|token| &token.asset)
            .chain(std::iter::once(&self.coin))
    }

    /// The contracts of its tokens.
    pub fn token_contracts(&self) -> impl Iterator<Item = EvmAddress> {
        self.tokens
            .iter()
            .filter_map(|token| token.asset.id().contract())
    }

    /// The asset of this id, if the network lists it.
    pub fn asset(&self, id: AssetId) -> Option<&Asset> {
        self.assets().find(|asset| asset.id() == id)
    }

    /// The EIP-712 domain of an asset that takes authorizations.
    pub fn authorization_domain(&self, id: AssetId) -> Option<&TokenDomain> {
        self.tokens
            .iter()
            .find(|token| token.asset.id() == id)?
            .domain
            .as_ref()
    }

    /// The ledger's form of the rule of finality.
    pub fn ledger_finality(&self) -> Finality {
        ledger_finality(self.finality)
    }

    /// The endpoints, ready to be called.
    pub fn ledger_endpoints(&self) -> Result<Vec<Endpoint>, WalletError> {
        self.endpoints.iter().map(NetworkEndpoint::ready).collect()
    }

    /// The pool's options: the proxy.
    pub fn pool_options(&self) -> Result<PoolOptions, WalletError> {
        proxy::options(self.proxy.as_deref())
    }

    /// For shells.
    pub fn view(&self, selected: ChainId) -> NetworkView {
        let endpoint = |endpoint: &NetworkEndpoint| EndpointView {
            host: Endpoint::new(&endpoint.url, &[])
                .map(|endpoint| endpoint.host())
                .unwrap_or_default(),
            headers: u32::try_from(endpoint.headers.len()).unwrap_or(u32::MAX),
            websocket: endpoint.websocket.is_some(),
        };
        NetworkView {
            id: self.chain.to_string(),
            name: self.name.clone(),
            name_zh: self.name_zh.clone(),
            sandbox: self.is_sandbox(),
            real_money: self.real_money,
            selected: self.chain == selected,
            coin: views::asset(&self.coin),
            tokens: self
                .tokens
                .iter()
                .map(|token| views::asset(&token.asset))
                .collect(),
            finality: self.finality,
            endpoints: self.endpoints.iter().map(endpoint).collect(),
            proxy: self
                .proxy
                .as_deref()
                .and_then(|proxy| Proxy::new(proxy).ok())
                .map(|proxy| proxy.to_string()),
            first_block: self.first_block,
        }
    }
}

/// The ledger's form of a rule of finality.
pub(crate) fn ledger_finality(rule: FinalityRule) -> Finality {
    match rule {
        FinalityRule::Immediate => Finality::Immediate,
        FinalityRule::Depth { blocks } => Finality::Depth(blocks),
        FinalityRule::Finalized => Finality::Finalized,
        FinalityRule::Risk { exponent } => Finality::Risk(exponent),
    }
}
