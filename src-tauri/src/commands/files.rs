//! Files that the person chooses in the desktop's own dialogues. The web UI
//! names no path and reads no file.

use std::fs::File;
use std::io::Read;

use jiaozi_wallet::api::{ErrorCode, ErrorView, RequestView};
use jiaozi_wallet::receipt;
use serde::Deserialize;
use tauri::{AppHandle, Manager, State, command};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder};
use tokio::sync::oneshot;
use ts_rs::TS;

use super::{Answer, view};
use crate::shell::{Shell, internal};
use crate::window;
use crate::wording::words;

/// Bytes of a picture that are read; one more tells the wallet that it is too large.
pub const LARGEST_PICTURE: u64 = 20 * 1024 * 1024 + 1;

/// The form of a saved receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "shell/")]
pub enum ReceiptFormat {
    /// A document.
    Pdf,
    /// A picture.
    Png,
}

/// Asks where to, and writes a receipt there. Gives the path; none when the
/// person changed their mind.
#[command]
pub async fn save_receipt(
    app: AppHandle,
    shell: State<'_, Shell>,
    id: String,
    format: ReceiptFormat,
) -> Answer<Option<String>> {
    let wallet = shell.wallet().await?;
    let payment = wallet.payment(id).await.map_err(view)?;
    let language = wallet.state().await.map_err(view)?.language;
    let mark = payment
        .reference
        .as_deref()
        .unwrap_or(&payment.id)
        .to_owned();
    let drawn = tauri::async_runtime::spawn_blocking(move || match format {
        ReceiptFormat::Pdf => receipt::pdf(&payment, language),
        ReceiptFormat::Png => receipt::png(&payment, language),
    });
    let bytes = drawn.await.map_err(|_| internal())?.map_err(|error| {
        tracing::error!(%error, "a receipt was not drawn");
        internal()
    })?;
    save_as(app, &mark, format, bytes).await
}

/// Asks where to, and writes a receipt there, named after `mark`.
pub async fn save_as(
    app: AppHandle,
    mark: &str,
    format: ReceiptFormat,
    bytes: Vec<u8>,
) -> Answer<Option<String>> {
    let mark: String = mark
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .take(24)
        .collect();
    let (kind, ending) = match format {
        ReceiptFormat::Pdf => ("PDF", "pdf"),
        ReceiptFormat::Png => ("PNG", "png"),
    };
    save(app, format!("jiaozi-{mark}.{ending}"), kind, ending, bytes).await
}

/// Asks for a picture and reads the QR code in it.
#[command]
pub async fn open_image(app: AppHandle, shell: State<'_, Shell>) -> Answer<Option<RequestView>> {
    let wallet = shell.wallet().await?;
    let language = wallet.state().await.map_err(view)?.language;
    let (answer, chosen) = oneshot::channel();
    dialogue(&app)
        .add_filter(words(language).pictures, &["png", "jpg", "jpeg", "webp"])
        .pick_file(move |path| drop(answer.send(path)));
    let Some(path) = chosen.await.map_err(|_| internal())? else {
        return Ok(None);
    };
    let path = path.into_path().map_err(|_| internal())?;
    let bytes = tauri::async_runtime::spawn_blocking(move || {
        let mut bytes = Vec::new();
        File::open(path)?
            .take(LARGEST_PICTURE)
            .read_to_end(&mut bytes)
            .map(|_| bytes)
    });
    let bytes = bytes
        .await
        .map_err(|_| internal())?
        .map_err(|error| file_error(&error))?;
    wallet.read_image(bytes).await.map(Some).map_err(view)
}

/// Asks where to, and writes there.
pub async fn save(
    app: AppHandle,
    name: String,
    kind: &'static str,
    ending: &'static str,
    bytes: Vec<u8>,
) -> Answer<Option<String>> {
    let (answer, chosen) = oneshot::channel();
    dialogue(&app)
        .set_file_name(name)
        .add_filter(kind, &[ending])
        .save_file(move |path| drop(answer.send(path)));
    let Some(path) = chosen.await.map_err(|_| internal())? else {
        return Ok(None);
    };
    let path = path.into_path().map_err(|_| internal())?;
    let written = tauri::async_runtime::spawn_blocking(move || {
        std::fs::write(&path, bytes).map(|()| path.display().to_string())
    });
    written
        .await
        .map_err(|_| internal())?
        .map(Some)
        .map_err(|error| file_error(&error))
}

/// A dialogue over the wallet's window.
pub fn dialogue(app: &AppHandle) -> FileDialogBuilder<tauri::Wry> {
    let dialogue = app.dialog().file();
    match app.get_webview_window(window::LABEL) {
        Some(window) => dialogue.set_parent(&window),
        None => dialogue,
    }
}

/// Why a file that the person chose was not read or written.
pub fn file_error(error: &std::io::Error) -> ErrorView {
    tracing::warn!(%error, "a file that the person chose");
    let code = match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => ErrorCode::DiskFull,
        _ => ErrorCode::StorageFailed,
    };
    ErrorView {
        code,
        retryable: true,
        ..internal()
    }
}
