//! EVM ledgers (the sandbox, Conflux eSpace, BSN Spartan, any EVM chain) over
//! Ethereum JSON-RPC.
//!
//! Endpoints are tried in order: a call that fails on the way goes to the next
//! one; signed bytes go to all of them. Each endpoint's chain id is compared
//! before its first answer is used.

mod abi;
mod fees;
mod logs;
mod tokens;
mod transactions;
mod transfer;
mod wire;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use alloy_primitives::{Address, B256, Bytes, U64, U256};
use async_trait::async_trait;
use jiaozi_types::ChainId;
use jiaozi_types::agent::TokenDomain;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::endpoint::Endpoint;
use crate::error::LedgerError;
use crate::ledger::{
    Call, FeeQuote, FinalState, Finality, Ledger, NodeFacts, Nonces, TokenFacts, TransactionStatus,
    Transfer,
};
use crate::rpc::{RpcClient, RpcError};

pub use abi::Token;
pub use transfer::{token_transfer, unsigned_transaction};

/// An EVM ledger.
#[derive(Debug)]
pub struct EvmLedger {
    chain: u64,
    finality: Finality,
    nodes: Vec<Node>,
    /// Whether its nodes are Conflux nodes, once one has said so.
    conflux: OnceLock<bool>,
}

#[derive(Debug)]
struct Node {
    rpc: RpcClient,
    /// Whether the node's chain id was found right.
    verified: AtomicBool,
}

impl EvmLedger {
    /// The ledger of EIP-155 chain `chain`, reached at `endpoints` (at least one).
    pub fn new(
        chain: u64,
        finality: Finality,
        endpoints: &[Endpoint],
    ) -> Result<Self, LedgerError> {
        let nodes = endpoints
            .iter()
            .map(|endpoint| {
                let rpc = RpcClient::new(endpoint.clone())?;
                Ok(Node {
                    rpc,
                    verified: AtomicBool::new(false),
                })
            })
            .collect::<Result<Vec<_>, LedgerError>>()?;
        if nodes.is_empty() {
            return Err(LedgerError::Unreachable);
        }
        Ok(Self {
            chain,
            finality,
            nodes,
            conflux: OnceLock::new(),
        })
    }

    /// Asks the sandbox's embedded bank for `atoms` of its yuan; gives the
    /// transaction that brings them. Other ledgers refuse.
    pub async fn sandbox_top_up(&self, account: Address, atoms: U256) -> Result<B256, LedgerError> {
        self.require("sandbox_topUp", json!([account, atoms.to_string()]))
            .await
    }

    /// Calls the first endpoint that can be reached. `None` for a JSON null.
    async fn ask<T: DeserializeOwned>(
        &self,
        method: &str,
        params: Value,
    ) -> Result<Option<T>, LedgerError> {
        let mut last = LedgerError::Unreachable;
        for node in &self.nodes {
            let answer = match self.verify(node).await {
                Ok(()) => node
                    .rpc
                    .call(method, params.clone())
                    .await
                    .map_err(LedgerError::from),
                Err(error) => Err(error),
            };
            match answer {
                Ok(value) => return Ok(value),
                Err(error)
                    if error.is_retryable() || matches!(error, LedgerError::WrongChain { .. }) =>
                {
                    tracing::debug!(endpoint = %node.rpc.endpoint(), method, %error, "endpoint failed");
                    last = error;
                }
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    /// Whether the ledger's nodes call themselves Conflux.
    async fn is_conflux(&self) -> bool {
        if let Some(known) = self.conflux.get() {
            return *known;
        }
        match self.ask::<String>("web3_clientVersion", json!([])).await {
            Ok(name) => {
                let conflux =
                    name.is_some_and(|name| name.to_ascii_lowercase().contains("conflux"));
                *self.conflux.get_or_init(|| conflux)
            }
            Err(_) => false,
        }
    }

    /// Like [`Self::ask`], where null is no valid answer.
    async fn require<T: DeserializeOwned>(
        &self,
        method: &str,
        params: Value,
    ) -> Result<T, LedgerError> {
        self.ask(method, params)
            .await?
            .ok_or(LedgerError::Garbage("null"))
    }

    async fn verify(&self, node: &Node) -> Result<(), LedgerError> {
        if node.verified.load(Ordering::Acquire) {
            return Ok(());
        }
        let found: Option<U64> = node
            .rpc
            .call("eth_chainId", json!([]))
            .await
            .map_err(LedgerError::from)?;
        let found: u64 = found.ok_or(LedgerError::Garbage("null"))?.to();
        if found != self.chain {
            let (wanted, found) = (ChainId::Eip155(self.chain), ChainId::Eip155(found));
            return Err(LedgerError::WrongChain { wanted, found });
        }
        node.verified.store(true, Ordering::Release);
        Ok(())
    }
}

#[async_trait]
impl Ledger for EvmLedger {
    fn chain(&self) -> ChainId {
        ChainId::Eip155(self.chain)
    }

    async fn node(&self) -> Result<NodeFacts, LedgerError> {
        let head = self.head().await?;
        // A node may keep its name to itself.
        let client: Option<String> = self
            .ask("web3_clientVersion", json!([]))
            .await
            .unwrap_or_default();
        let client = client
            .unwrap_or_default()
            .chars()
            .filter(|c| c.is_ascii_graphic())
            .take(64)
            .collect();
        Ok(NodeFacts {
            chain: self.chain(),
            head,
            client,
        })
    }

    async fn head(&self) -> Result<u64, LedgerError> {
        Ok(self
            .require::<U64>("eth_blockNumber", json!([]))
            .await?
            .to())
    }

    async fn coin_balance(&self, account: Address) -> Result<U256, LedgerError> {
        self.require("eth_getBalance", json!([account, "latest"]))
            .await
    }

    async fn token_balance(&self, token: Address, account: Address) -> Result<U256, LedgerError> {
        tokens::balance(self, token, account).await
    }

    async fn token(&self, token: Address) -> Result<TokenFacts, LedgerError> {
        tokens::facts(self, token).await
    }

    async fn authorization_domain(
        &self,
        token: Address,
    ) -> Result<Option<TokenDomain>, LedgerError> {
        tokens::authorization_domain(self, token).await
    }

    async fn authorization_used(
        &self,
        token: Address,
        payer: Address,
        nonce: B256,
    ) -> Result<bool, LedgerError> {
        tokens::authorization_used(self, token, payer, nonce).await
    }

    async fn nonces(&self, account: Address) -> Result<Nonces, LedgerError> {
        let latest = self
            .require::<U64>("eth_getTransactionCount", json!([account, "latest"]))
            .await?;
        let pending = self
            .require::<U64>("eth_getTransactionCount", json!([account, "pending"]))
            .await?;
        Ok(Nonces {
            latest: latest.to(),
            pending: pending.max(latest).to(),
        })
    }

    async fn final_state(&self, account: Address) -> Result<FinalState, LedgerError> {
        transactions::final_state(self, account).await
    }

    async fn quote(&self, call: &Call) -> Result<FeeQuote, LedgerError> {
        fees::quote(self, call).await
    }

    async fn submit(&self, signed: &Bytes) -> Result<(), LedgerError> {
        let mut outcome = Err(LedgerError::Unreachable);
        for node in &self.nodes {
            let sent = match self.verify(node).await {
                Err(error) => Err(error),
                Ok(()) => match node
                    .rpc
                    .call::<B256>("eth_sendRawTransaction", json!([signed]))
                    .await
                {
                    Ok(_) => Ok(()),
                    Err(RpcError::Refused(refusal)) if refusal.is_already_known() => Ok(()),
                    Err(error) => Err(error.into()),
                },
            };
            // One endpoint that took it is enough; else the most telling refusal is kept.
            match (&outcome, sent) {
                (_, Ok(())) => outcome = Ok(()),
                (Ok(()), Err(_)) => {}
                (Err(kept), Err(error)) if kept.is_retryable() => outcome = Err(error),
                (Err(_), Err(_)) => {}
            }
        }
        outcome
    }

    async fn status(&self, transaction: B256) -> Result<TransactionStatus, LedgerError> {
        transactions::status(self, transaction).await
    }

    async fn transfers(
        &self,
        tokens: &[Address],
        account: Address,
        from: u64,
        to: u64,
    ) -> Result<Vec<Transfer>, LedgerError> {
        logs::transfers(self, tokens, account, from, to).await
    }

    async fn authorizations(
        &self,
        tokens: &[Address],
        nonces: &[B256],
        from: u64,
        to: u64,
    ) -> Result<Vec<(B256, B256)>, LedgerError> {
        logs::authorizations(self, tokens, nonces, from, to).await
    }

    async fn block_time(&self, block: u64) -> Result<u64, LedgerError> {
        let block: wire::Block = self
            .require("eth_getBlockByNumber", json!([U64::from(block), false]))
            .await?;
        Ok(block.timestamp.to())
    }
}
