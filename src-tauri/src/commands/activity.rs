//! Past payments.

use jiaozi_wallet::api::{ActivityPage, ActivityQuery};
use tauri::{AppHandle, State, command};

use super::{Answer, files, view};
use crate::shell::Shell;

#[command]
pub async fn activity(shell: State<'_, Shell>, query: ActivityQuery) -> Answer<ActivityPage> {
    let wallet = shell.wallet().await?;
    let first = query.cursor.is_none();
    let page = wallet.activity(query).await.map_err(view);
    // Whoever opens the list may search it next.
    if first {
        wallet.prepare_search();
    }
    page
}

/// Asks where to, and writes all payments there as CSV. Gives the path; none
/// when the person changed their mind.
#[command]
pub async fn export_activity(app: AppHandle, shell: State<'_, Shell>) -> Answer<Option<String>> {
    let wallet = shell.wallet().await?;
    let bytes = wallet.export_csv().await.map_err(view)?;
    files::save(app, "jiaozi.csv".to_owned(), "CSV", "csv", bytes).await
}
