//! The day's books.

use jiaozi_wallet::api::till::{ReportKind, ReportView};
use serde::Deserialize;
use tauri::{AppHandle, State, command};
use ts_rs::TS;

use super::{Answer, files, view};
use crate::shell::Shell;

/// The form of books for the bookkeeper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
#[ts(export_to = "shell/")]
pub enum ReportFormat {
    /// A table.
    Csv,
    /// A bank's statement (ISO 20022).
    Camt053,
}

/// How the day stands (X), or the day closed (Z).
#[command]
pub async fn report(shell: State<'_, Shell>, kind: ReportKind) -> Answer<ReportView> {
    let till = shell.wallet().await?.till();
    till.report(kind).await.map_err(view)
}

/// The days that are closed, newest first.
#[command]
pub async fn reports(shell: State<'_, Shell>) -> Answer<Vec<ReportView>> {
    shell.wallet().await?.till().reports().map_err(view)
}

/// Asks where to, and writes the books of a Z report there, or of the day so
/// far. Gives the path; none when the person changed their mind.
#[command]
pub async fn save_report(
    app: AppHandle,
    shell: State<'_, Shell>,
    number: Option<u32>,
    format: ReportFormat,
) -> Answer<Option<String>> {
    let till = shell.wallet().await?.till();
    let (bytes, kind, ending) = match format {
        ReportFormat::Csv => (till.report_csv(number).await, "CSV", "csv"),
        ReportFormat::Camt053 => (till.report_camt053(number).await, "camt.053", "xml"),
    };
    let mark = number.map_or_else(|| "x".to_owned(), |number| format!("z{number}"));
    let name = format!("jiaozi-till-{mark}.{ending}");
    files::save(app, name, kind, ending, bytes.map_err(view)?).await
}
