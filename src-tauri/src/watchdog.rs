//! On some Linux drivers WebKit draws a blank window. When the page has not
//! said in time that it is drawn, the program starts itself anew, once, with
//! WebKit's plain renderer.

use std::time::Duration;

use tauri::{AppHandle, Manager};

use crate::relaunch::{self, PLAIN_RENDERER};
use crate::shell::Shell;

/// How long the page may take. A cold start on a slow disk takes 5 s.
const PATIENCE: Duration = Duration::from_secs(20);

/// Starts watching.
pub fn start(app: &AppHandle) {
    if !cfg!(target_os = "linux") || std::env::var_os(PLAIN_RENDERER).is_some() {
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(PATIENCE).await;
        let shell = app.state::<Shell>();
        if shell.page_is_ready() {
            return;
        }
        tracing::warn!("the window stayed blank: starting anew with the plain renderer");
        shell.close().await;
        app.cleanup_before_exit();
        let mut again = relaunch::this_program();
        again.env(PLAIN_RENDERER, "1");
        relaunch::replace(again);
    });
}
