//! The wallet as a whole, and the page's own affairs.

use jiaozi_types::agent::{Language, Theme};
use jiaozi_wallet::api::AppState;
use tauri::ipc::Channel;
use tauri::{AppHandle, State, command};

use super::{Answer, view};
use crate::events::ShellEvent;
use crate::shell::{self, Shell};

#[command]
pub async fn app_state(shell: State<'_, Shell>) -> Answer<AppState> {
    shell.wallet().await?.state().await.map_err(view)
}

/// The page is drawn and listens.
#[command]
pub fn front_end_ready(shell: State<'_, Shell>, events: Channel<ShellEvent>) {
    shell.listen(events);
}

/// Tries again to open a profile that could not be opened. An open one stays.
#[command]
pub async fn reopen(app: AppHandle, shell: State<'_, Shell>) -> Answer<AppState> {
    if shell.wallet().await.is_err() {
        shell::open(&app);
    }
    app_state(shell).await
}

#[command]
pub async fn set_language(
    app: AppHandle,
    shell: State<'_, Shell>,
    language: Language,
) -> Answer<AppState> {
    let state = shell
        .wallet()
        .await?
        .set_language(language)
        .await
        .map_err(view)?;
    shell::dress(&app, language);
    Ok(state)
}

#[command]
pub async fn set_theme(shell: State<'_, Shell>, theme: Theme) -> Answer<AppState> {
    shell.wallet().await?.set_theme(theme).await.map_err(view)
}
