//! What customers take with them, and what everybody hears.

use jiaozi_types::agent::Language;
use jiaozi_wallet::api::till::{PrintedView, ReceiptLayout};
use jiaozi_wallet::till::Speech;
use tauri::ipc::Response;
use tauri::{AppHandle, State, command};

use super::files::{self, ReceiptFormat};
use super::{Answer, view};
use crate::shell::Shell;

/// The window turns the sound down itself.
const FULL: Option<u8> = Some(100);

/// What a paid charge received, as sound (WAV).
#[command]
pub async fn charge_voice(shell: State<'_, Shell>, id: String) -> Answer<Response> {
    let till = shell.wallet().await?.till();
    let speech = Speech {
        volume: FULL,
        language: None,
    };
    till.voice(&id, speech).map(Response::new).map_err(view)
}

/// The voice as it sounds; in the language of the settings where none is given.
#[command]
pub async fn voice_test(shell: State<'_, Shell>, language: Option<Language>) -> Answer<Response> {
    let till = shell.wallet().await?.till();
    let speech = Speech {
        volume: FULL,
        language,
    };
    till.voice_test(speech).map(Response::new).map_err(view)
}

/// Asks where to, and writes a charge's receipt there. Gives the path; none when
/// the person changed their mind.
#[command]
pub async fn save_charge_receipt(
    app: AppHandle,
    shell: State<'_, Shell>,
    id: String,
    format: ReceiptFormat,
) -> Answer<Option<String>> {
    let wallet = shell.wallet().await?;
    let language = wallet.state().await.map_err(view)?.language;
    let drawn = wallet.till().receipt(&id, layout(format), language).await;
    files::save_as(app, &id, format, drawn.map_err(view)?).await
}

/// The same for the receipt of a refund.
#[command]
pub async fn save_refund_receipt(
    app: AppHandle,
    shell: State<'_, Shell>,
    number: String,
    format: ReceiptFormat,
) -> Answer<Option<String>> {
    let wallet = shell.wallet().await?;
    let language = wallet.state().await.map_err(view)?.language;
    let till = wallet.till();
    let drawn = till.refund_receipt(&number, layout(format), language).await;
    files::save_as(app, &number, format, drawn.map_err(view)?).await
}

/// Prints a charge's receipt on the printer of the settings.
#[command]
pub async fn print_charge(shell: State<'_, Shell>, id: String) -> Answer<PrintedView> {
    shell.wallet().await?.till().print(&id).await.map_err(view)
}

/// The same for the receipt of a refund.
#[command]
pub async fn print_refund(shell: State<'_, Shell>, number: String) -> Answer<PrintedView> {
    let till = shell.wallet().await?.till();
    till.print_refund(&number).await.map_err(view)
}

fn layout(format: ReceiptFormat) -> ReceiptLayout {
    match format {
        ReceiptFormat::Pdf => ReceiptLayout::Pdf,
        ReceiptFormat::Png => ReceiptLayout::Png,
    }
}
