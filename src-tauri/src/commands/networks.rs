//! Networks.

use jiaozi_wallet::api::{
    AppState, NetworkCheck, NetworkInput, NetworkPreset, NetworkView, Region,
};
use tauri::{State, command};

use super::{Answer, view};
use crate::shell::Shell;

#[command]
pub async fn networks(shell: State<'_, Shell>) -> Answer<Vec<NetworkView>> {
    shell.wallet().await?.networks().await.map_err(view)
}

#[command]
pub async fn select_network(shell: State<'_, Shell>, id: String) -> Answer<AppState> {
    shell.wallet().await?.select_network(id).await.map_err(view)
}

/// The vault asks about each token in its own window.
#[command]
pub async fn add_network(shell: State<'_, Shell>, input: NetworkInput) -> Answer<NetworkView> {
    shell.wallet().await?.add_network(input).await.map_err(view)
}

#[command]
pub async fn remove_network(shell: State<'_, Shell>, id: String) -> Answer<()> {
    shell.wallet().await?.remove_network(id).await.map_err(view)
}

#[command]
pub async fn check_network(shell: State<'_, Shell>, id: String) -> Answer<NetworkCheck> {
    shell.wallet().await?.check_network(id).await.map_err(view)
}

#[command]
pub async fn check_new_network(
    shell: State<'_, Shell>,
    input: NetworkInput,
) -> Answer<NetworkCheck> {
    shell
        .wallet()
        .await?
        .check_new_network(input)
        .await
        .map_err(view)
}

#[command]
pub async fn network_presets(shell: State<'_, Shell>) -> Answer<Vec<NetworkPreset>> {
    shell.wallet().await?.network_presets().await.map_err(view)
}

/// A network file that the person dropped or chose, as values of the form.
#[command]
pub async fn read_network(text: String) -> Answer<NetworkInput> {
    NetworkInput::read(text.as_bytes()).map_err(view)
}

#[command]
pub async fn set_region(shell: State<'_, Shell>, region: Region) -> Answer<AppState> {
    shell.wallet().await?.set_region(region).await.map_err(view)
}
