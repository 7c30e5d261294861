//! Money that goes back, and money that is gathered. What signs is the vault,
//! by its policy or after it asked.

use jiaozi_wallet::api::till::{RefundInput, RefundView, SweepView};
use tauri::{State, command};

use super::{Answer, bad_input, view};
use crate::shell::Shell;

/// Gives money back. The window's refunds are a person's: they name who, with
/// the code that the till gave them.
#[command]
pub async fn refund(shell: State<'_, Shell>, input: RefundInput) -> Answer<RefundView> {
    if input.pin.is_none() {
        return Err(bad_input());
    }
    shell
        .wallet()
        .await?
        .till()
        .refund(input)
        .await
        .map_err(view)
}

#[command]
pub async fn sweep_state(shell: State<'_, Shell>) -> Answer<SweepView> {
    shell.wallet().await?.till().sweep_view().map_err(view)
}

#[command]
pub async fn sweep(shell: State<'_, Shell>) -> Answer<SweepView> {
    shell.wallet().await?.till().sweep().await.map_err(view)
}
