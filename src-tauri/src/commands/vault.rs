//! Questions of the vault. Each opens its window and waits for the person.

use jiaozi_types::agent::{Backup, RemovalProof, Sealing, WordLanguage};
use jiaozi_wallet::api::{AppState, KeyringView, PolicyInput};
use tauri::{AppHandle, State, command};

use super::{Answer, view};
use crate::relaunch;
use crate::shell::Shell;

#[command]
pub async fn create_wallet(
    shell: State<'_, Shell>,
    words: u8,
    word_language: WordLanguage,
    sealing: Sealing,
    backup: Backup,
) -> Answer<AppState> {
    let wallet = shell.wallet().await?;
    wallet
        .create_wallet(words, word_language, sealing, backup)
        .await
        .map_err(view)
}

#[command]
pub async fn restore_wallet(shell: State<'_, Shell>, sealing: Sealing) -> Answer<AppState> {
    shell
        .wallet()
        .await?
        .restore_wallet(sealing)
        .await
        .map_err(view)
}

#[command]
pub async fn unlock(shell: State<'_, Shell>) -> Answer<AppState> {
    shell.wallet().await?.unlock().await.map_err(view)
}

#[command]
pub async fn lock(shell: State<'_, Shell>) -> Answer<AppState> {
    shell.wallet().await?.lock().await.map_err(view)
}

#[command]
pub async fn show_words(shell: State<'_, Shell>) -> Answer<AppState> {
    shell.wallet().await?.show_words().await.map_err(view)
}

#[command]
pub async fn check_words(shell: State<'_, Shell>) -> Answer<AppState> {
    shell.wallet().await?.check_words().await.map_err(view)
}

#[command]
pub async fn change_pin(shell: State<'_, Shell>) -> Answer<AppState> {
    shell.wallet().await?.change_pin().await.map_err(view)
}

/// Removes the wallet. What this process still remembers of it ends with it: the
/// program starts anew with an empty profile, and the page never hears an answer.
#[command]
pub async fn remove_wallet(
    app: AppHandle,
    shell: State<'_, Shell>,
    proof: RemovalProof,
) -> Answer<()> {
    let wallet = shell.wallet().await?;
    wallet.remove_wallet(proof).await.map_err(view)?;
    wallet.close().await;
    app.cleanup_before_exit();
    relaunch::replace(relaunch::this_program())
}

#[command]
pub async fn cancel_prompt(shell: State<'_, Shell>) -> Answer<()> {
    shell.wallet().await?.cancel_prompt().await.map_err(view)
}

#[command]
pub async fn test_keyring(shell: State<'_, Shell>) -> Answer<KeyringView> {
    shell.wallet().await?.test_keyring().await.map_err(view)
}

#[command]
pub async fn set_policy(shell: State<'_, Shell>, policy: PolicyInput) -> Answer<AppState> {
    shell.wallet().await?.set_policy(policy).await.map_err(view)
}
