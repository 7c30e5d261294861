//! Accounts and their money.

use jiaozi_wallet::api::{AccountView, Overview};
use tauri::{State, command};

use super::{Answer, view};
use crate::shell::Shell;

#[command]
pub async fn accounts(shell: State<'_, Shell>) -> Answer<Vec<AccountView>> {
    shell.wallet().await?.accounts().await.map_err(view)
}

#[command]
pub async fn add_account(shell: State<'_, Shell>, label: String) -> Answer<AccountView> {
    shell.wallet().await?.add_account(label).await.map_err(view)
}

#[command]
pub async fn overview(shell: State<'_, Shell>, account: u32) -> Answer<Overview> {
    shell.wallet().await?.overview(account).await.map_err(view)
}

#[command]
pub async fn refresh(shell: State<'_, Shell>, account: u32) -> Answer<Overview> {
    shell.wallet().await?.refresh(account).await.map_err(view)
}

#[command]
pub async fn top_up(shell: State<'_, Shell>, account: u32, amount: String) -> Answer<Overview> {
    shell
        .wallet()
        .await?
        .top_up(account, amount)
        .await
        .map_err(view)
}
