//! Receipt printers: ESC/POS bytes to a device file or over TCP, within bounds
//! of time, and with what a printer says of itself where it says anything.

mod device;
mod network;
mod status;

#[cfg(test)]
mod tests;

use std::time::Duration;

use crate::api::ErrorCode;
use crate::api::till::{PrintedView, PrinterInput};
use crate::error::{WalletError, rule};
use crate::text::clean;

/// How long a printer may take nothing at all.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long one receipt may take altogether.
const LONGEST: Duration = Duration::from_secs(45);

/// Why a receipt was not printed.
#[derive(Debug, thiserror::Error)]
pub(super) enum PrinterError {
    /// The settings name no printer.
    #[error("this is no place of a printer")]
    Place,
    /// Nothing answers there, or it may not be used.
    #[error("the printer cannot be reached")]
    Unreachable(#[source] std::io::Error),
    /// It takes nothing.
    #[error("the printer takes nothing")]
    Stuck,
    /// It went away in the middle.
    #[error("the printer went away")]
    Broke(#[source] std::io::Error),
    /// No paper.
    #[error("the printer has no paper")]
    Paper,
    /// Its cover is open.
    #[error("the printer's cover is open")]
    Cover,
}

/// Whether the settings can name a printer so: nothing is opened.
///
/// # Errors
/// `till_printer_place`.
pub(super) fn check(printer: &PrinterInput) -> Result<(), WalletError> {
    let (place, fits) = match printer {
        PrinterInput::Device { path } => (path, device::is_path(path.trim())),
        PrinterInput::Network { address } => (address, network::is_address(address.trim())),
    };
    match fits {
        true => Ok(()),
        false => Err(rule(
            ErrorCode::TillPrinterPlace,
            [("place", clean(place, 80))],
        )),
    }
}

/// Prints `bytes`. The bounds of time are kept whatever the printer does.
pub(super) async fn send(
    printer: &PrinterInput,
    bytes: Vec<u8>,
) -> Result<PrintedView, PrinterError> {
    let confirmed = match printer {
        PrinterInput::Device { path } => device::send(path.trim(), bytes, PATIENCE).await?,
        PrinterInput::Network { address } => {
            let work = network::send(address.trim(), &bytes, network::Waits::default());
            let done = tokio::time::timeout(LONGEST, work).await;
            done.map_err(|_| PrinterError::Stuck)??
        }
    };
    Ok(PrintedView { confirmed })
}
