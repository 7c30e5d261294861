//! The history.

use super::Wallet;
use crate::api::{ActivityPage, ActivityQuery};
use crate::error::WalletError;
use crate::history;

impl Wallet {
    /// A page of the history of the network in use.
    pub async fn activity(&self, query: ActivityQuery) -> Result<ActivityPage, WalletError> {
        let (book, chain) = (self.book()?, self.network()?.chain);
        let page = tokio::task::spawn_blocking(move || history::page(&book, chain, &query)).await;
        page.map_err(|_| crate::api::ErrorCode::Internal)?
    }

    /// The whole history of the network in use as CSV (UTF-8).
    pub async fn export_csv(&self) -> Result<Vec<u8>, WalletError> {
        let (book, chain) = (self.book()?, self.network()?.chain);
        let bytes = tokio::task::spawn_blocking(move || history::csv(&book, chain)).await;
        bytes.map_err(|_| crate::api::ErrorCode::Internal)?
    }
}
