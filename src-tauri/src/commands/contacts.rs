//! Saved payees.

use jiaozi_wallet::api::ContactView;
use tauri::{State, command};

use super::{Answer, view};
use crate::shell::Shell;

#[command]
pub async fn contacts(shell: State<'_, Shell>) -> Answer<Vec<ContactView>> {
    shell.wallet().await?.contacts().await.map_err(view)
}

/// The vault asks about the name in its own window.
#[command]
pub async fn save_contact(
    shell: State<'_, Shell>,
    name: String,
    address: String,
) -> Answer<ContactView> {
    shell
        .wallet()
        .await?
        .save_contact(name, address)
        .await
        .map_err(view)
}

#[command]
pub async fn remove_contact(shell: State<'_, Shell>, address: String) -> Answer<()> {
    shell
        .wallet()
        .await?
        .remove_contact(address)
        .await
        .map_err(view)
}
