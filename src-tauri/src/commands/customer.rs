//! The customer display, as the till's page has it opened, closed and shown something.

use tauri::ipc::Channel;
use tauri::{AppHandle, State, command};

use super::Answer;
use crate::customer::{self, CodeReader, Customer, CustomerScene};
use crate::shell::{Shell, internal};

#[command]
pub async fn open_customer(app: AppHandle, shell: State<'_, Shell>) -> Answer<()> {
    let language = match shell.wallet().await?.state().await {
        Ok(state) => state.language,
        Err(error) => return Err(super::view(error)),
    };
    customer::open(&app, language).map_err(|error| {
        tracing::warn!(%error, "the customer display was not opened");
        internal()
    })
}

#[command]
pub async fn close_customer(app: AppHandle) -> Answer<()> {
    customer::close(&app);
    Ok(())
}

/// Shows a charge to the customer; none shows the shop's name.
#[command]
pub async fn show_customer(
    shell: State<'_, Shell>,
    customer: State<'_, Customer>,
    charge: Option<String>,
    reader: CodeReader,
) -> Answer<()> {
    let wallet = shell.wallet().await?;
    customer.choose(charge, reader);
    customer.show(&wallet).await;
    Ok(())
}

/// The display is drawn and listens: the one thing that it can say.
#[command]
pub async fn customer_ready(
    shell: State<'_, Shell>,
    customer: State<'_, Customer>,
    scenes: Channel<CustomerScene>,
) -> Answer<()> {
    customer.listen(scenes);
    customer.show(&shell.wallet().await?).await;
    Ok(())
}
