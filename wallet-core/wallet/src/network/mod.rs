//! Networks: a chain, its assets, its rule of finality and its endpoints.
//!
//! The sandbox is built in; others are added by the person, whose values are
//! checked here and whose tokens are looked at on the ledger before they are
//! kept.

mod input;

use jiaozi_ledger::{Endpoint, Finality};
use jiaozi_store::{Error as StoreError, Record};
use jiaozi_types::agent::TokenDomain;
use jiaozi_types::{Asset, AssetId, ChainId, sandbox};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::api::{EndpointView, FinalityRule, NetworkView};
use crate::error::WalletError;
use crate::views;

pub use input::{NetworkDraft, TokenDraft};

/// A network of this profile.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Network {
    /// The chain.
    pub chain: ChainId,
    /// The name.
    pub name: String,
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
}

/// An endpoint as it is kept: sealed with the other records.
#[derive(Clone, Serialize, Deserialize)]
pub struct NetworkEndpoint {
    /// The URL.
    pub url: String,
    /// Headers, by name.
    pub headers: Vec<(String, String)>,
}

impl std::fmt::Debug for NetworkEndpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NetworkEndpoint(..)")
    }
}

impl Record for Network {
    const KIND: &'static str = "network";
    const VERSION: u16 = 1;

    fn upgrade(from_version: u16, _: Value) -> Result<Value, StoreError> {
        Err(crate::records::no_such_version::<Self>(from_version))
    }
}

impl Network {
    /// The embedded sandbox.
    pub fn sandbox() -> Self {
        let chain = ChainId::Eip155(sandbox::CHAIN_ID);
        Self {
            chain,
            name: "Sandbox".to_owned(),
            real_money: false,
            coin: sandbox::coin_asset(),
            tokens: vec![NetworkToken {
                asset: sandbox::yuan_asset(),
                domain: Some(sandbox::yuan_domain()),
            }],
            finality: FinalityRule::Immediate,
            endpoints: Vec::new(),
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
        match self.finality {
            FinalityRule::Immediate => Finality::Immediate,
            FinalityRule::Depth { blocks } => Finality::Depth(blocks),
            FinalityRule::Finalized => Finality::Finalized,
            FinalityRule::Risk { exponent } => Finality::Risk(exponent),
        }
    }

    /// The endpoints, ready to be called.
    pub fn ledger_endpoints(&self) -> Result<Vec<Endpoint>, WalletError> {
        let ready =
            |endpoint: &NetworkEndpoint| Ok(Endpoint::new(&endpoint.url, &endpoint.headers)?);
        self.endpoints.iter().map(ready).collect()
    }

    /// For shells.
    pub fn view(&self, selected: ChainId) -> NetworkView {
        let endpoint = |endpoint: &NetworkEndpoint| EndpointView {
            host: Endpoint::new(&endpoint.url, &[])
                .map(|endpoint| endpoint.host())
                .unwrap_or_default(),
            headers: u32::try_from(endpoint.headers.len()).unwrap_or(u32::MAX),
        };
        NetworkView {
            id: self.chain.to_string(),
            name: self.name.clone(),
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
        }
    }
}
