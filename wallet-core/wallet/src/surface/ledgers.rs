//! Ledgers of the profile's networks, connected when they are first needed.

use std::sync::Arc;

use jiaozi_ledger::{Endpoint, Ledger, LedgerError, connect};
use jiaozi_types::ChainId;

use super::Wallet;
use crate::api::ErrorCode;
use crate::error::WalletError;
use crate::network::Network;
use crate::payment::Desk;

impl Wallet {
    /// The ledger of a network.
    pub(crate) async fn ledger(&self, network: &Network) -> Result<Arc<dyn Ledger>, WalletError> {
        let mut ledgers = self.inner.ledgers.lock().await;
        if let Some(ledger) = ledgers.get(&network.chain) {
            return Ok(Arc::clone(ledger));
        }
        let ledger = connect(
            network.chain,
            network.ledger_finality(),
            &self.endpoints(network).await?,
            network.pool_options()?,
        )?;
        ledgers.insert(network.chain, Arc::clone(&ledger));
        Ok(ledger)
    }

    /// Where a network is reached. The sandbox starts when it is not there.
    pub(super) async fn endpoints(&self, network: &Network) -> Result<Vec<Endpoint>, WalletError> {
        if !network.is_sandbox() {
            return network.ledger_endpoints();
        }
        let url = self.inner.sandbox.attach().await.map_err(|error| {
            tracing::warn!(%error, "the sandbox ledger does not start");
            WalletError::from(ErrorCode::SandboxFailed)
        })?;
        Ok(vec![Endpoint::new(&url, &[])?])
    }

    /// After a failure to reach the sandbox: another process may have hosted it
    /// and ended, so that the next call looks for it anew.
    pub(crate) async fn note_failure(&self, network: &Network, error: &WalletError) {
        let gone = matches!(
            error,
            WalletError::Ledger(LedgerError::Unreachable | LedgerError::Timeout)
        );
        if gone && network.is_sandbox() {
            self.forget_ledger(network.chain).await;
        }
    }

    pub(super) async fn forget_ledger(&self, chain: ChainId) {
        self.inner.ledgers.lock().await.remove(&chain);
    }

    /// What a payment on `network` works with.
    pub(super) async fn desk(&self, network: &Network) -> Result<Desk, WalletError> {
        Ok(Desk {
            vault: Arc::clone(&self.inner.vault),
            ledger: self.ledger(network).await?,
            book: self.book()?,
            clock: Arc::clone(&self.inner.clock),
        })
    }
}
