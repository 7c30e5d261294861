//! Conflux Core Space over `cfx_*` JSON-RPC.
//!
//! What other ledgers call a block is an epoch here: the blocks that one block
//! of the pivot chain orders. Its state is known five epochs later, so that the
//! newest epoch is the newest executed one (`latest_state`). Addresses cross the
//! wire after CIP-37, so that a node of another network refuses them.

mod dialect;
mod fees;
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
    Call, FeeQuote, FinalState, Finality, Ledger, NodeFacts, Nonces, TokenFacts, TransactionStatus,
    Transfer,
};
use crate::pool::{EndpointReport, Node, Pool, PoolOptions};
use crate::rpc::RpcRefusal;
use crate::{logs, tokens};

pub(crate) use dialect::CoreSpace;
pub use transfer::{signed_transaction, unsigned_transaction};

/// A ledger of Conflux Core Space.
#[derive(Debug)]
pub struct CoreLedger {
    network: u32,
    finality: Finality,
    pool: Pool,
}

/// An address as nodes take it.
pub(crate) fn plain(network: u32, raw: Address) -> String {
    jiaozi_types::Address::on(ChainId::Conflux(network), raw).plain()
}

impl CoreLedger {
    /// The ledger of the network of this number (CIP-37: 1029 main, 1 test),
    /// reached at `endpoints` (at least one).
    pub fn new(
        network: u32,
        finality: Finality,
        endpoints: &[Endpoint],
    ) -> Result<Self, LedgerError> {
        Self::with_options(network, finality, endpoints, PoolOptions::default())
    }

    /// Like [`Self::new`], through a proxy or with another patience.
    pub fn with_options(
        network: u32,
        finality: Finality,
        endpoints: &[Endpoint],
        options: PoolOptions,
    ) -> Result<Self, LedgerError> {
        Ok(Self {
            network,
            finality,
            pool: Pool::new(endpoints, Arc::new(CoreSpace { network }), options)?,
        })
    }
}

#[async_trait]
impl Ledger for CoreLedger {
    fn chain(&self) -> ChainId {
        ChainId::Conflux(self.network)
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
        let account = plain(self.network, account);
        let look = |node: Arc<Node>| {
            let params = json!([account, "latest_state"]);
            async move { node.require::<U256>("cfx_getBalance", params).await }
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

    async fn quote(&self, call: &Call) -> Result<FeeQuote, LedgerError> {
        fees::quote(self, call).await
    }

    async fn submit(&self, signed: &Bytes) -> Result<(), LedgerError> {
        self.pool
            .broadcast::<B256>(
                "cfx_sendRawTransaction",
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

    async fn final_state(&self, account: Address) -> Result<FinalState, LedgerError> {
        transactions::final_state(self, account).await
    }

    async fn final_block(&self) -> Result<u64, LedgerError> {
        transactions::final_block(self).await
    }

    async fn block_time(&self, block: u64) -> Result<u64, LedgerError> {
        let look = |node: Arc<Node>| async move {
            let params = json!([U64::from(block), false]);
            let block: wire::Block = node.require("cfx_getBlockByEpochNumber", params).await?;
            Ok(block.timestamp.to::<u64>())
        };
        let told = self.pool.look_each(look, |told| told.agreed().is_ok());
        told.await.agreed_or_lowest()
    }

    async fn block_hash(&self, block: u64) -> Result<Option<B256>, LedgerError> {
        let look = |node: Arc<Node>| async move {
            let params = json!([U64::from(block), false]);
            node.ask::<wire::Block>("cfx_getBlockByEpochNumber", params)
                .await
        };
        let found = self.pool.look(look).await?;
        Ok(found.and_then(|found| found.hash))
    }

    fn heads(&self) -> Option<watch::Receiver<Option<u64>>> {
        Some(self.pool.heads())
    }

    async fn endpoints(&self) -> Vec<EndpointReport> {
        self.pool.reports().await
    }
}
