//! Values of a new network, checked before anything is asked of its endpoints.

use alloy_primitives::Address as EvmAddress;
use jiaozi_ledger::Endpoint;
use jiaozi_types::{Address, Asset, AssetId, ChainId, Unchecked};

use super::NetworkEndpoint;
use crate::api::{ErrorCode, FinalityRule, NetworkInput};
use crate::error::WalletError;
use crate::text;

/// A network whose values are in bounds but whose tokens were not looked at.
#[derive(Debug)]
pub struct NetworkDraft {
    /// The chain.
    pub chain: ChainId,
    /// The name.
    pub name: String,
    /// Whether its money is real.
    pub real_money: bool,
    /// The chain's coin.
    pub coin: Asset,
    /// Endpoints as kept.
    pub endpoints: Vec<NetworkEndpoint>,
    /// Endpoints as called.
    pub ledger_endpoints: Vec<Endpoint>,
    /// Tokens to look at.
    pub tokens: Vec<TokenDraft>,
    /// When a payment is final.
    pub finality: FinalityRule,
}

/// A token that is to be looked at.
#[derive(Debug)]
pub struct TokenDraft {
    /// The contract.
    pub contract: EvmAddress,
    /// Whether it is denominated in yuan.
    pub yuan: bool,
}

impl NetworkDraft {
    /// Checks the values of `input`.
    pub fn new(input: &NetworkInput) -> Result<Self, WalletError> {
        let malformed = || WalletError::from(ErrorCode::NetworkMalformed);
        let chain: ChainId = input.id.parse().map_err(|_| malformed())?;
        let name = text::clean(&input.name, 40);
        let counts = (1..=8).contains(&input.endpoints.len()) && input.tokens.len() <= 32;
        let depth_in_bounds = match input.finality {
            FinalityRule::Depth { blocks } => (1..=100_000).contains(&blocks),
            FinalityRule::Risk { exponent } => chain.is_core() && (1..=18).contains(&exponent),
            FinalityRule::Immediate | FinalityRule::Finalized => true,
        };
        if name.is_empty() || !counts || !depth_in_bounds {
            return Err(malformed());
        }
        // SLIP-44: Conflux counts in CFX (503), Ethereum and its kin as 60.
        let slip44 = match chain {
            ChainId::Eip155(1030 | 71) | ChainId::Conflux(_) => 503,
            ChainId::Eip155(_) => 60,
        };
        let coin = Asset::new(AssetId::Coin { chain, slip44 }, 18, &input.coin_symbol)
            .ok_or_else(malformed)?;
        let mut ledger_endpoints = Vec::new();
        let mut endpoints = Vec::new();
        for endpoint in &input.endpoints {
            ledger_endpoints.push(Endpoint::new(&endpoint.url, &endpoint.headers)?);
            endpoints.push(NetworkEndpoint {
                url: endpoint.url.clone(),
                headers: endpoint.headers.clone(),
            });
        }
        let mut tokens = Vec::<TokenDraft>::new();
        for token in &input.tokens {
            let contract: Address<Unchecked> = token.contract.trim().parse()?;
            let contract = contract.require_chain(chain)?.evm();
            if tokens.iter().any(|known| known.contract == contract) {
                return Err(malformed());
            }
            tokens.push(TokenDraft {
                contract,
                yuan: token.yuan,
            });
        }
        let (real_money, finality) = (input.real_money, input.finality);
        Ok(Self {
            chain,
            name,
            real_money,
            coin,
            endpoints,
            ledger_endpoints,
            tokens,
            finality,
        })
    }
}
