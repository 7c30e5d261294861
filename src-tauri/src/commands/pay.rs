//! Requests, proposals, payments.

use jiaozi_wallet::api::{
    PaymentView, ProposalView, ProposeInput, ReplacementAct, ReplacementView, RequestView,
};
use tauri::ipc::{InvokeBody, Request};
use tauri::{State, command};

use super::{Answer, view};
use crate::shell::Shell;

#[command]
pub async fn read_request(shell: State<'_, Shell>, text: String) -> Answer<RequestView> {
    shell.wallet().await?.read_request(text).await.map_err(view)
}

/// The picture's bytes are the body of the call.
#[command]
pub async fn read_image(shell: State<'_, Shell>, request: Request<'_>) -> Answer<RequestView> {
    let InvokeBody::Raw(bytes) = request.body() else {
        return Err(super::bad_input());
    };
    shell
        .wallet()
        .await?
        .read_image(bytes.clone())
        .await
        .map_err(view)
}

#[command]
pub async fn propose(shell: State<'_, Shell>, input: ProposeInput) -> Answer<ProposalView> {
    shell.wallet().await?.propose(input).await.map_err(view)
}

/// May open the vault's window; gives the payment as soon as it was sent.
#[command]
pub async fn approve(shell: State<'_, Shell>, id: String) -> Answer<PaymentView> {
    shell.wallet().await?.approve(id).await.map_err(view)
}

#[command]
pub async fn payment(shell: State<'_, Shell>, id: String) -> Answer<PaymentView> {
    shell.wallet().await?.payment(id).await.map_err(view)
}

/// What a cancellation or a higher fee would cost.
#[command]
pub async fn propose_replacement(
    shell: State<'_, Shell>,
    id: String,
    act: ReplacementAct,
) -> Answer<ReplacementView> {
    let wallet = shell.wallet().await?;
    wallet.propose_replacement(id, act).await.map_err(view)
}

/// May open the vault's window; gives the payment as it stands then.
#[command]
pub async fn cancel_payment(shell: State<'_, Shell>, id: String) -> Answer<PaymentView> {
    shell.wallet().await?.cancel(id).await.map_err(view)
}

/// May open the vault's window; gives the payment as it stands then.
#[command]
pub async fn speed_up_payment(shell: State<'_, Shell>, id: String) -> Answer<PaymentView> {
    shell.wallet().await?.speed_up(id).await.map_err(view)
}
