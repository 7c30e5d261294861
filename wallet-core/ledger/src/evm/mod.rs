//! EVM ledgers (the sandbox, Conflux eSpace, BSN Spartan, any EVM chain) over
//! Ethereum JSON-RPC.
//!
//! The endpoints are a [`Pool`]: what is shown is one hedged answer, what money
//! is decided by is what two of them say.

mod capabilities;
mod espace;
mod fees;
mod history;
mod transactions;
mod transfer;
mod wire;

use std::sync::Arc;

use alloy_primitives::{Address, B256, Bytes, U64, U256};
use async_trait::async_trait;
use jiaozi_types::ChainId;
use jiaozi_types::agent::TokenDomain;
use serde_json::json;
use tokio::sync::watch;

use crate::endpoint::Endpoint;
use crate::error::LedgerError;
use crate::ledger::{
    Call, CoinTransfer, FeeQuote, FinalState, Finality, Ledger, NodeFacts, Nonces, TokenFacts,
    TokenTraits, TransactionStatus, Transfer,
};
use crate::pool::{EndpointReport, Ethereum, Node, Pool, PoolOptions};
use crate::rpc::RpcRefusal;
use crate::{logs, tokens};

pub use crate::abi::Token;
pub(crate) use espace::is_public as is_public_espace;
pub use transfer::{signed_transaction, token_transfer, unsigned_transaction};

/// An EVM ledger.
#[derive(Debug)]
pub struct EvmLedger {
    chain: u64,
    finality: Finality,
    pool: Pool,
}

impl EvmLedger {
    /// The ledger of EIP-155 chain `chain`, reached at `endpoints` (at least one).
    pub fn new(
        chain: u64,
        finality: Finality,
        endpoints: &[Endpoint],
    ) -> Result<Self, LedgerError> {
        Self::with_options(chain, finality, endpoints, PoolOptions::default())
    }

    /// Like [`Self::new`], through a proxy or with another patience.
    pub fn with_options(
        chain: u64,
        finality: Finality,
        endpoints: &[Endpoint],
        options: PoolOptions,
    ) -> Result<Self, LedgerError> {
        Ok(Self {
            chain,
            finality,
            pool: Pool::new(endpoints, Arc::new(Ethereum { chain }), options)?,
        })
    }
}

#[async_trait]
impl Ledger for EvmLedger {
    fn chain(&self) -> ChainId {
        ChainId::Eip155(self.chain)
    }

    async fn node(&self) -> Result<NodeFacts, LedgerError> {
        let head = self.head().await?;
        let name = |node: Arc<Node>| async move { Ok(node.client().await) };
        let client = self.pool.look(name).await.unwrap_or_default();
        Ok(NodeFacts {
            chain: self.chain(),
            head,
            client: client.unwrap_or_default(),
        })
    }

    async fn head(&self) -> Result<u64, LedgerError> {
        self.pool.head().await
    }

    async fn coin_balance(&self, account: Address) -> Result<U256, LedgerError> {
        let look = |node: Arc<Node>| async move {
            let params = json!([account, "latest"]);
            node.require::<U256>("eth_getBalance", params).await
        };
        let told = self.pool.look_each(look, |told| told.agreed().is_ok());
        told.await.agreed_or_lowest()
    }

    async fn token_balance(&self, token: Address, account: Address) -> Result<U256, LedgerError> {
        tokens::balance(&self.pool, token, account).await
    }

    async fn token(&self, token: Address) -> Result<TokenFacts, LedgerError> {
        tokens::facts(&self.pool, token).await
    }

    async fn authorization_domain(
        &self,
        token: Address,
    ) -> Result<Option<TokenDomain>, LedgerError> {
        tokens::authorization_domain(&self.pool, token).await
    }

    async fn authorization_used(
        &self,
        token: Address,
        payer: Address,
        nonce: B256,
    ) -> Result<bool, LedgerError> {
        tokens::authorization_used(&self.pool, token, payer, nonce).await
    }

    async fn nonces(&self, account: Address) -> Result<Nonces, LedgerError> {
        transactions::nonces(self, account).await
    }

    async fn final_state(&self, account: Address) -> Result<FinalState, LedgerError> {
        transactions::final_state(self, account).await
    }

    async fn sandbox_top_up(&self, account: Address, atoms: U256) -> Result<B256, LedgerError> {
        let params = json!([account, atoms.to_string()]);
        let transaction = self.pool.ask_once("sandbox_topUp", params).await?;
        transaction.ok_or(LedgerError::Garbage("null"))
    }

    async fn quote(&self, call: &Call) -> Result<FeeQuote, LedgerError> {
        fees::quote(self, call).await
    }

    async fn submit(&self, signed: &Bytes) -> Result<(), LedgerError> {
        if espace::is_public(self.chain) {
            espace::check_affordable(self, signed).await?;
        }
        self.pool
            .broadcast::<B256>(
                "eth_sendRawTransaction",
                json!([signed]),
                RpcRefusal::is_already_known,
            )
            .await
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
        logs::transfers(&self.pool, tokens, account, from, to).await
    }

    async fn all_transfers(
        &self,
        tokens: &[Address],
        from: u64,
        to: u64,
    ) -> Result<Vec<Transfer>, LedgerError> {
        logs::all_transfers(&self.pool, tokens, from, to).await
    }

    async fn authorizations(
        &self,
        tokens: &[Address],
        nonces: &[B256],
        from: u64,
        to: u64,
    ) -> Result<Vec<(B256, B256)>, LedgerError> {
        logs::authorizations(&self.pool, tokens, nonces, from, to).await
    }

    async fn block_time(&self, block: u64) -> Result<u64, LedgerError> {
        let look = |node: Arc<Node>| async move {
            let params = json!([U64::from(block), false]);
            let block: wire::Block = node.require("eth_getBlockByNumber", params).await?;
            Ok(block.timestamp.to::<u64>())
        };
        let told = self.pool.look_each(look, |told| told.agreed().is_ok());
        told.await.agreed_or_lowest()
    }

    fn heads(&self) -> Option<watch::Receiver<Option<u64>>> {
        Some(self.pool.heads())
    }

    async fn endpoints(&self) -> Vec<EndpointReport> {
        self.pool.reports().await
    }

    async fn block_hash(&self, block: u64) -> Result<Option<B256>, LedgerError> {
        history::block_hash(self, block).await
    }

    async fn token_traits(&self, token: Address) -> Result<TokenTraits, LedgerError> {
        capabilities::token_traits(self, token).await
    }

    async fn final_block(&self) -> Result<u64, LedgerError> {
        transactions::final_block(self).await
    }

    async fn active_by(
        &self,
        account: Address,
        tokens: &[Address],
        block: u64,
    ) -> Result<Option<bool>, LedgerError> {
        history::active_by(self, account, tokens, block).await
    }

    async fn coin_transfers(
        &self,
        account: Address,
        from: u64,
        to: u64,
    ) -> Result<Vec<CoinTransfer>, LedgerError> {
        history::coin_transfers(self, account, from, to).await
    }
}
