//! The history.

use super::Wallet;
use crate::api::{ActivityPage, ActivityQuery, ErrorCode, PaymentView};
use crate::error::WalletError;
use crate::history;
use crate::receipt::{self, ReceiptError};
use jiaozi_types::agent::Language;

impl Wallet {
    /// A page of the history of the network in use.
    pub async fn activity(&self, query: ActivityQuery) -> Result<ActivityPage, WalletError> {
        let (book, chain) = (self.book()?, self.network()?.chain);
        let page = tokio::task::spawn_blocking(move || history::page(&book, chain, &query)).await;
        page.map_err(|_| ErrorCode::Internal)?
    }

    /// The whole history of the network in use as CSV (UTF-8).
    pub async fn export_csv(&self) -> Result<Vec<u8>, WalletError> {
        let (book, chain) = (self.book()?, self.network()?.chain);
        let bytes = tokio::task::spawn_blocking(move || history::csv(&book, chain)).await;
        bytes.map_err(|_| ErrorCode::Internal)?
    }

    /// The receipt of a payment as PDF, in the wallet's language.
    pub async fn receipt_pdf(&self, id: String) -> Result<Vec<u8>, WalletError> {
        self.receipt(id, receipt::pdf).await
    }

    /// The receipt of a payment as PNG, in the wallet's language.
    pub async fn receipt_png(&self, id: String) -> Result<Vec<u8>, WalletError> {
        self.receipt(id, receipt::png).await
    }

    async fn receipt(
        &self,
        id: String,
        draw: fn(&PaymentView, Language) -> Result<Vec<u8>, ReceiptError>,
    ) -> Result<Vec<u8>, WalletError> {
        let (payment, language) = (self.payment(id).await?, self.preferences().language);
        let drawn = tokio::task::spawn_blocking(move || draw(&payment, language)).await;
        let drawn = drawn.map_err(|_| ErrorCode::Internal)?;
        drawn.map_err(|error| {
            tracing::error!(%error, "the receipt was not drawn");
            ErrorCode::Internal.into()
        })
    }
}
