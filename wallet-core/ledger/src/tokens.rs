//! What tokens say, and what they can really do.

use std::sync::Arc;

use alloy_primitives::{Address, B256, Bytes, U64, U256};
use alloy_sol_types::{Eip712Domain, SolCall};
use jiaozi_types::agent::TokenDomain;
use jiaozi_types::asset::Asset;
use serde_json::json;

use crate::abi::Token;
use crate::error::LedgerError;
use crate::ledger::TokenFacts;
use crate::pool::{Answers, Node, Pool, Question};

/// A read-only call, decoded, as everyone answers it.
async fn view_each<C>(pool: &Pool, to: Address, call: &C) -> Answers<C::Return>
where
    C: SolCall,
    C::Return: PartialEq + Clone,
{
    let data = Bytes::from(call.abi_encode());
    let look = |node: Arc<Node>| {
        let Question { method, params } = node.dialect().ask_contract(to, &data);
        async move {
            let bytes: Bytes = node.require(method, params).await?;
            C::abi_decode_returns(&bytes).map_err(|_| LedgerError::NotAToken)
        }
    };
    let told = pool.look_each(look, |told| told.agreed().is_ok());
    told.await
}

/// A read-only call, decoded, that two endpoints answer alike: what tokens are
/// is kept for good, and decides what amounts look like.
async fn view<C>(pool: &Pool, to: Address, call: &C) -> Result<C::Return, LedgerError>
where
    C: SolCall,
    C::Return: PartialEq + Clone,
{
    view_each(pool, to, call).await.agreed()
}

/// What a token that lacks the function gives: a revert, or undecodable bytes.
/// Nodes word reverts differently, so a plain refusal counts as well.
fn lacks<T>(answer: Result<T, LedgerError>) -> Result<Option<T>, LedgerError> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(LedgerError::Reverted | LedgerError::NotAToken | LedgerError::Node(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

pub(crate) async fn balance(
    pool: &Pool,
    token: Address,
    account: Address,
) -> Result<U256, LedgerError> {
    let told = view_each(pool, token, &Token::balanceOfCall { account }).await;
    told.agreed_or_lowest()
}

/// The balance at the end of `block`, by Ethereum's JSON-RPC.
pub(crate) async fn balance_at(
    pool: &Pool,
    token: Address,
    account: Address,
    block: u64,
) -> Result<U256, LedgerError> {
    let data = Bytes::from(Token::balanceOfCall { account }.abi_encode());
    let params = json!([{ "to": token, "data": data }, U64::from(block)]);
    let bytes: Bytes = pool.require("eth_call", params).await?;
    Token::balanceOfCall::abi_decode_returns(&bytes).map_err(|_| LedgerError::NotAToken)
}

pub(crate) async fn facts(pool: &Pool, token: Address) -> Result<TokenFacts, LedgerError> {
    let decimals = lacks(view(pool, token, &Token::decimalsCall {}).await)?;
    let symbol = lacks(view(pool, token, &Token::symbolCall {}).await)?;
    let (Some(decimals), Some(symbol)) = (decimals, symbol) else {
        return Err(LedgerError::NotAToken);
    };
    let symbol: String = symbol
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(16)
        .collect();
    if decimals > Asset::MAX_DECIMALS || symbol.is_empty() {
        return Err(LedgerError::NotAToken);
    }
    Ok(TokenFacts { symbol, decimals })
}

pub(crate) async fn authorization_domain(
    pool: &Pool,
    token: Address,
) -> Result<Option<TokenDomain>, LedgerError> {
    let Some(separator) = lacks(view(pool, token, &Token::DOMAIN_SEPARATORCall {}).await)? else {
        return Ok(None);
    };
    let probe = Token::authorizationStateCall {
        authorizer: token,
        nonce: B256::ZERO,
    };
    if lacks(view(pool, token, &probe).await)?.is_none() {
        return Ok(None);
    }
    for (name, version) in candidate_domains(pool, token).await? {
        let domain = TokenDomain {
            name,
            version,
            chain: pool.chain(),
            contract: token,
        };
        if separator_of(&domain) == separator {
            return Ok(Some(domain));
        }
    }
    Ok(None)
}

/// Names and versions that the token may have signed its domain with: what
/// EIP-5267 tells, else its name with its version, else with the usual ones.
async fn candidate_domains(
    pool: &Pool,
    token: Address,
) -> Result<Vec<(String, String)>, LedgerError> {
    if let Some(told) = lacks(view(pool, token, &Token::eip712DomainCall {}).await)? {
        return Ok(vec![(told.name, told.version)]);
    }
    let Some(name) = lacks(view(pool, token, &Token::nameCall {}).await)? else {
        return Ok(Vec::new());
    };
    if let Some(version) = lacks(view(pool, token, &Token::versionCall {}).await)? {
        return Ok(vec![(name, version)]);
    }
    Ok(vec![(name.clone(), "1".to_owned()), (name, "2".to_owned())])
}

fn separator_of(domain: &TokenDomain) -> B256 {
    Eip712Domain {
        name: Some(domain.name.clone().into()),
        version: Some(domain.version.clone().into()),
        chain_id: Some(U256::from(domain.chain.number())),
        verifying_contract: Some(domain.contract),
        salt: None,
    }
    .separator()
}

pub(crate) async fn authorization_used(
    pool: &Pool,
    token: Address,
    payer: Address,
    nonce: B256,
) -> Result<bool, LedgerError> {
    view(
        pool,
        token,
        &Token::authorizationStateCall {
            authorizer: payer,
            nonce,
        },
    )
    .await
}
