//! The clipboard. The web UI has no access of its own.

use std::io::Cursor;

use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
use jiaozi_wallet::api::RequestView;
use tauri::{AppHandle, State, command};
use tauri_plugin_clipboard_manager::ClipboardExt;

use super::{Answer, view};
use crate::shell::{Shell, internal};

/// The longest text that is put into the clipboard, in bytes.
const LONGEST: usize = 8 * 1024;

/// Reads a payment request from the clipboard: text, else a picture.
#[command]
pub async fn read_clipboard(app: AppHandle, shell: State<'_, Shell>) -> Answer<RequestView> {
    let wallet = shell.wallet().await?;
    let found = tauri::async_runtime::spawn_blocking(move || {
        let text = app
            .clipboard()
            .read_text()
            .ok()
            .filter(|text| !text.trim().is_empty());
        let picture = if text.is_none() { picture(&app) } else { None };
        (text.unwrap_or_default(), picture)
    });
    match found.await.map_err(|_| internal())? {
        (_, Some(picture)) => wallet.read_image(picture).await.map_err(view),
        // Nothing at all is read as text, which says that it is no request.
        (text, None) => wallet.read_request(text).await.map_err(view),
    }
}

/// The clipboard's picture as PNG.
fn picture(app: &AppHandle) -> Option<Vec<u8>> {
    let picture = app.clipboard().read_image().ok()?;
    let mut bytes = Cursor::new(Vec::new());
    let encoder = PngEncoder::new(&mut bytes);
    encoder
        .write_image(
            picture.rgba(),
            picture.width(),
            picture.height(),
            ExtendedColorType::Rgba8,
        )
        .ok()?;
    Some(bytes.into_inner())
}

/// Puts a text into the clipboard.
#[command]
pub async fn copy_text(app: AppHandle, text: String) -> Answer<()> {
    if text.len() > LONGEST {
        return Err(super::bad_input());
    }
    app.clipboard().write_text(text).map_err(|error| {
        tracing::warn!(%error, "the clipboard cannot be written");
        internal()
    })
}
