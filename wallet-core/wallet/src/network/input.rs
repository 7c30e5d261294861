//! Values of a new network, checked before anything is asked of its endpoints.

use std::collections::BTreeMap;

use alloy_primitives::Address as EvmAddress;
use jiaozi_ledger::{Endpoint, PoolOptions};
use jiaozi_types::{Address, Asset, AssetId, ChainId, Unchecked};
use serde::Deserialize;

use super::{NetworkEndpoint, is_offered, proxy};
use crate::api::{ErrorCode, FinalityRule, NetworkInput, Region};
use crate::error::WalletError;
use crate::text;

/// The newest version of network files.
const VERSION: u32 = 1;

/// A network whose values are in bounds but whose tokens were not looked at.
#[derive(Debug)]
pub struct NetworkDraft {
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
    /// Endpoints as kept.
    pub endpoints: Vec<NetworkEndpoint>,
    /// Endpoints as called.
    pub ledger_endpoints: Vec<Endpoint>,
    /// The proxy as kept.
    pub proxy: Option<String>,
    /// The pool's options.
    pub options: PoolOptions,
    /// Tokens to look at.
    pub tokens: Vec<TokenDraft>,
    /// When a payment is final.
    pub finality: FinalityRule,
    /// The first block whose transfers count.
    pub first_block: u64,
}

/// A token that is to be looked at.
#[derive(Debug)]
pub struct TokenDraft {
    /// The contract.
    pub contract: EvmAddress,
    /// Whether it is denominated in yuan.
    pub yuan: bool,
    /// The code that it must give itself.
    pub symbol: Option<String>,
}

impl NetworkInput {
    /// Reads a network file: JSON after `networks/schema.json`.
    ///
    /// # Errors
    /// `network_malformed`, with `line` and `column` where the file cannot be
    /// read as one; `network_file_newer` for a version above 1.
    pub fn read(file: &[u8]) -> Result<Self, WalletError> {
        #[derive(Deserialize)]
        struct Head {
            #[serde(default)]
            version: Option<u32>,
        }
        let malformed = |error: serde_json::Error| {
            let values = [("line", error.line()), ("column", error.column())];
            rule(ErrorCode::NetworkMalformed, values)
        };
        // A newer file may hold what this release cannot read.
        let head: Head = serde_json::from_slice(file).map_err(malformed)?;
        if let Some(version) = head.version.filter(|version| *version != VERSION) {
            return Err(rule(ErrorCode::NetworkFileNewer, [("version", version)]));
        }
        serde_json::from_slice(file).map_err(malformed)
    }
}

fn rule<V: ToString, const N: usize>(code: ErrorCode, values: [(&str, V); N]) -> WalletError {
    let values: BTreeMap<_, _> = values
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_string()))
        .collect();
    WalletError::Rule { code, values }
}

impl NetworkDraft {
    /// Checks the values of `input`.
    pub fn new(input: &NetworkInput, region: Region) -> Result<Self, WalletError> {
        let malformed = || WalletError::from(ErrorCode::NetworkMalformed);
        let chain: ChainId = input.id.parse().map_err(|_| malformed())?;
        let name = text::clean(&input.name, 40);
        let name_zh = input.name_zh.as_deref().map(|name| text::clean(name, 40));
        let counts = (1..=8).contains(&input.endpoints.len()) && input.tokens.len() <= 32;
        let depth_in_bounds = match input.finality {
            FinalityRule::Depth { blocks } => (1..=100_000).contains(&blocks),
            FinalityRule::Risk { exponent } => chain.is_core() && (1..=8).contains(&exponent),
            FinalityRule::Immediate | FinalityRule::Finalized => true,
        };
        let known_version = input.version.is_none_or(|version| version == VERSION);
        if name.is_empty() || !counts || !depth_in_bounds || !known_version {
            return Err(malformed());
        }
        // SLIP-44: Conflux counts in CFX (503), Ethereum and its kin as 60.
        let usual = match chain {
            ChainId::Eip155(1030 | 71) | ChainId::Conflux(_) => 503,
            ChainId::Eip155(_) => 60,
        };
        let slip44 = input.coin_type.unwrap_or(usual);
        let coin = Asset::new(AssetId::Coin { chain, slip44 }, 18, &input.coin_symbol)
            .ok_or_else(malformed)?;
        let mut ledger_endpoints = Vec::new();
        let mut endpoints = Vec::new();
        for endpoint in &input.endpoints {
            let endpoint = NetworkEndpoint {
                url: endpoint.url.trim().to_owned(),
                headers: endpoint.headers.clone(),
                websocket: endpoint.websocket.clone(),
            };
            ledger_endpoints.push(endpoint.ready()?);
            endpoints.push(endpoint);
        }
        let mut tokens = Vec::<TokenDraft>::new();
        for token in &input.tokens {
            let contract: Address<Unchecked> = token.contract.trim().parse()?;
            let contract = contract.require_chain(chain)?.evm();
            if tokens.iter().any(|known| known.contract == contract) {
                return Err(malformed());
            }
            let draft = TokenDraft {
                contract,
                yuan: token.yuan,
                symbol: token.symbol.clone(),
            };
            draft.require_offered(region, input.real_money, draft.symbol.as_deref())?;
            tokens.push(draft);
        }
        let kept = input.proxy.as_deref().map(str::trim);
        let kept = kept.filter(|proxy| !proxy.is_empty()).map(str::to_owned);
        Ok(Self {
            chain,
            name_zh: name_zh.filter(|zh| !zh.is_empty() && *zh != name),
            name,
            real_money: input.real_money,
            coin,
            endpoints,
            ledger_endpoints,
            options: proxy::options(kept.as_deref())?,
            proxy: kept,
            tokens,
            finality: input.finality,
            first_block: input.first_block.unwrap_or(0),
        })
    }
}

impl TokenDraft {
    /// Refuses a token that is not offered in `region`. `symbol` is its code,
    /// as far as it is known.
    pub fn require_offered(
        &self,
        region: Region,
        real_money: bool,
        symbol: Option<&str>,
    ) -> Result<(), WalletError> {
        if is_offered(region, real_money, self.yuan, symbol.unwrap_or_default()) {
            return Ok(());
        }
        let symbol = symbol.unwrap_or("¥");
        Err(rule(ErrorCode::RegionForbids, [("symbol", symbol)]))
    }

    /// Refuses a token that calls itself something else than was expected.
    pub fn require_symbol(&self, found: &str) -> Result<(), WalletError> {
        match &self.symbol {
            Some(wanted) if wanted != found => Err(rule(
                ErrorCode::TokenDiffers,
                [("wanted", wanted.as_str()), ("found", found)],
            )),
            _ => Ok(()),
        }
    }
}
