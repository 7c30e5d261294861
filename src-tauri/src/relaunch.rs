//! Starting this program anew with another environment, in its own place.

use std::process::Command;

/// Turns off WebKit's DMA-BUF renderer, which draws nothing on some drivers.
pub const PLAIN_RENDERER: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";
/// Lets WebDriver drive the window.
const AUTOMATION: &str = "TAURI_WEBVIEW_AUTOMATION";

/// The webview obeys [`AUTOMATION`] in every build, so that whoever sets the
/// environment could drive the wallet. What ships starts anew without it.
pub fn without_automation() {
    if cfg!(feature = "automation") || std::env::var_os(AUTOMATION).is_none() {
        return;
    }
    let mut again = this_program();
    again.env_remove(AUTOMATION);
    replace(again);
}

/// This program with its arguments.
pub fn this_program() -> Command {
    let program = std::env::current_exe().unwrap_or_else(|_| "jiaozi-desktop".into());
    let mut command = Command::new(program);
    command.args(std::env::args_os().skip(1));
    command
}

/// Puts `command` in the place of this process, which ends in any case.
pub fn replace(mut command: Command) -> ! {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        let error = command.exec();
        tracing::error!(%error, "the program could not be started anew");
    }
    #[cfg(not(unix))]
    if let Err(error) = command.spawn() {
        tracing::error!(%error, "the program could not be started anew");
    }
    std::process::exit(1)
}
