//! The wallet's window.

use jiaozi_types::agent::Language;
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

use crate::wording::words;

/// Its label, by which its capability knows it.
pub const LABEL: &str = "main";
/// Width and height at the first start, in logical pixels.
const SIZE: (f64, f64) = (1120.0, 760.0);
const LEAST_SIZE: (f64, f64) = (960.0, 640.0);

/// Makes it. Its place and size are those of the last time (window-state).
pub fn make(app: &AppHandle) -> tauri::Result<WebviewWindow> {
    WebviewWindowBuilder::new(app, LABEL, WebviewUrl::default())
        .title(words(Language::English).title)
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(LEAST_SIZE.0, LEAST_SIZE.1)
        // The page itself takes pictures that are dropped on it.
        .disable_drag_drop_handler()
        // Nothing but the page that is packed into the program is ever shown.
        .on_navigation(is_own_page)
        .build()
}

/// Whether a page is packed into the program.
pub fn is_own_page(url: &Url) -> bool {
    matches!(
        (url.scheme(), url.host_str()),
        ("tauri", Some("localhost")) | ("http", Some("tauri.localhost"))
    ) || url.as_str() == "about:blank"
}

/// Shows it, in front.
pub fn raise(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL) {
        let shown = window
            .show()
            .and_then(|()| window.unminimize())
            .and_then(|()| window.set_focus());
        if let Err(error) = shown {
            tracing::warn!(%error, "the window was not raised");
        }
    }
}

/// Takes it off the screen; the tray brings it back.
pub fn hide(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL)
        && let Err(error) = window.hide()
    {
        tracing::warn!(%error, "the window was not hidden");
    }
}

/// Gives it its title.
pub fn set_title(app: &AppHandle, language: Language) {
    if let Some(window) = app.get_webview_window(LABEL)
        && let Err(error) = window.set_title(words(language).title)
    {
        tracing::warn!(%error, "the window has no title");
    }
}
