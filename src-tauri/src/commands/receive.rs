//! Being paid.

use jiaozi_wallet::api::{ReceiveInput, ReceiveView};
use tauri::{State, command};

use super::{Answer, view};
use crate::shell::Shell;

#[command]
pub async fn receive(shell: State<'_, Shell>, input: ReceiveInput) -> Answer<ReceiveView> {
    shell.wallet().await?.receive(input).await.map_err(view)
}
