//! Receipts of the till's charges and refunds, as files and on paper.

use std::time::Duration;

use jiaozi_types::agent::Language;

use super::Till;
use super::printer::{self, PrinterError};
use super::records::TillRecord;
use crate::api::ErrorCode;
use crate::api::till::{PrintedView, PrinterInput, ReceiptLayout};
use crate::error::{WalletError, rule};
use crate::receipt::{self, ReceiptError, Shop};

/// How long a receipt waits for the one before it.
const TURN: Duration = Duration::from_secs(20);

impl Till {
    /// The receipt of a charge as it stands, with what was refunded of it: one
    /// that is not paid says so.
    ///
    /// # Errors
    /// `charge_unknown`, `till_receipt_failed`.
    pub async fn receipt(
        &self,
        id: &str,
        layout: ReceiptLayout,
        language: Language,
    ) -> Result<Vec<u8>, WalletError> {
        let (charge, shop) = (self.get(id)?, self.shop()?);
        drawn(move || receipt::of_charge(&charge, &shop, layout, language)).await
    }

    /// The receipt of a refund, by the shop's number of it.
    ///
    /// # Errors
    /// `refund_unknown`, `till_receipt_failed`.
    pub async fn refund_receipt(
        &self,
        number: &str,
        layout: ReceiptLayout,
        language: Language,
    ) -> Result<Vec<u8>, WalletError> {
        let refund = self.refund_of(number)?;
        let (charge, shop) = (self.get(&refund.charge)?, self.shop()?);
        drawn(move || receipt::of_refund(&refund, &charge, &shop, layout, language)).await
    }

    /// Prints the receipt of a charge on the printer of the settings, in the
    /// first language of the customer display. Whatever the printer does, the
    /// charge is as it was.
    ///
    /// # Errors
    /// `till_printer_none` where there is no printer (a PDF can be had by
    /// [`Self::receipt`]), and the other codes of printers.
    pub async fn print(&self, id: &str) -> Result<PrintedView, WalletError> {
        let settings = self.settings()?;
        let printer = place(&settings)?;
        let layout = ReceiptLayout::EscPos;
        let bytes = self
            .receipt(id, layout, self.paper_language(&settings))
            .await?;
        self.put_on_paper(printer, bytes).await
    }

    /// The same for the receipt of a refund.
    pub async fn print_refund(&self, number: &str) -> Result<PrintedView, WalletError> {
        let settings = self.settings()?;
        let printer = place(&settings)?;
        let layout = ReceiptLayout::EscPos;
        let language = self.paper_language(&settings);
        let bytes = self.refund_receipt(number, layout, language).await?;
        self.put_on_paper(printer, bytes).await
    }

    async fn put_on_paper(
        &self,
        printer: PrinterInput,
        bytes: Vec<u8>,
    ) -> Result<PrintedView, WalletError> {
        // Two at once would be printed into one another.
        let turn = tokio::time::timeout(TURN, self.shared().printing.lock()).await;
        let _turn = turn.map_err(|_| ErrorCode::TillPrinterBusy)?;
        let told = printer::send(&printer, bytes).await;
        told.map_err(|error| {
            tracing::warn!(%error, "a receipt was not printed");
            refused(&error, &printer)
        })
    }

    fn paper_language(&self, settings: &TillRecord) -> Language {
        let first = settings.display_languages.first();
        first.copied().unwrap_or_else(|| self.wallet.language())
    }

    /// Who gives the receipts of this till.
    fn shop(&self) -> Result<Shop, WalletError> {
        let settings = self.settings()?;
        let network = self.network(&settings)?;
        // A name that nobody stands for any more is the shop's own word again.
        let signed = settings.certificate.as_ref();
        let signed = signed.filter(|signed| signed.valid_before > self.now());
        Ok(Shop {
            signed_by: signed.map(|signed| signed.identity.to_checksum(None)),
            name: settings.shop,
            till: settings.till,
            utc_offset: settings.utc_offset,
            network_id: network.chain.to_string(),
            network: network.name,
        })
    }
}

fn place(settings: &TillRecord) -> Result<PrinterInput, WalletError> {
    let printer = settings.printer.clone();
    printer.ok_or_else(|| ErrorCode::TillPrinterNone.into())
}

/// Draws where it holds nobody up.
async fn drawn(
    draw: impl FnOnce() -> Result<Vec<u8>, ReceiptError> + Send + 'static,
) -> Result<Vec<u8>, WalletError> {
    let drawn = tokio::task::spawn_blocking(draw).await;
    let drawn = drawn.map_err(|_| ErrorCode::TillReceiptFailed)?;
    drawn.map_err(|error| {
        tracing::error!(%error, "a receipt was not drawn");
        ErrorCode::TillReceiptFailed.into()
    })
}

fn refused(error: &PrinterError, printer: &PrinterInput) -> WalletError {
    let place = match printer {
        PrinterInput::Device { path } => path,
        PrinterInput::Network { address } => address,
    };
    let code = match error {
        PrinterError::Place => ErrorCode::TillPrinterPlace,
        PrinterError::Unreachable(_) => ErrorCode::TillPrinterUnreachable,
        PrinterError::Stuck => ErrorCode::TillPrinterStuck,
        PrinterError::Broke(_) => ErrorCode::TillPrinterBroke,
        PrinterError::Paper => ErrorCode::TillPrinterPaper,
        PrinterError::Cover => ErrorCode::TillPrinterCover,
    };
    rule(code, [("place", crate::text::clean(place, 80))])
}
