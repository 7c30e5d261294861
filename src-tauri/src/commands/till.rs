//! The till's set-up: the shop, who works there and what is sold.

use jiaozi_wallet::Wallet;
use jiaozi_wallet::api::till::{ItemInput, StaffInput, TillInput, TillView};
use tauri::{State, command};

use super::{Answer, view};
use crate::shell::{Shell, internal};

/// How the till stands; none before it is set up.
#[command]
pub async fn till(shell: State<'_, Shell>) -> Answer<Option<TillView>> {
    shell.wallet().await?.till().view().map_err(view)
}

#[command]
pub async fn set_up_till(shell: State<'_, Shell>, input: TillInput) -> Answer<TillView> {
    let till = shell.wallet().await?.till();
    let stands = till.set_up(input).await.map_err(view)?;
    till.watch();
    Ok(stands)
}

/// Has the vault sign the shop's name, in its own window.
#[command]
pub async fn sign_shop_name(shell: State<'_, Shell>) -> Answer<TillView> {
    shell.wallet().await?.till().sign_name().await.map_err(view)
}

#[command]
pub async fn save_staff(shell: State<'_, Shell>, input: StaffInput) -> Answer<TillView> {
    let wallet = shell.wallet().await?;
    wallet.till().save_staff(input).await.map_err(view)?;
    stands(&wallet)
}

#[command]
pub async fn remove_staff(shell: State<'_, Shell>, name: String) -> Answer<TillView> {
    let wallet = shell.wallet().await?;
    wallet.till().remove_staff(&name).await.map_err(view)?;
    stands(&wallet)
}

#[command]
pub async fn save_item(shell: State<'_, Shell>, input: ItemInput) -> Answer<TillView> {
    let wallet = shell.wallet().await?;
    wallet.till().save_item(input).await.map_err(view)?;
    stands(&wallet)
}

#[command]
pub async fn remove_item(shell: State<'_, Shell>, id: String) -> Answer<TillView> {
    let wallet = shell.wallet().await?;
    wallet.till().remove_item(&id).await.map_err(view)?;
    stands(&wallet)
}

/// How the till stands after a change of it.
fn stands(wallet: &Wallet) -> Answer<TillView> {
    wallet.till().view().map_err(view)?.ok_or_else(internal)
}
