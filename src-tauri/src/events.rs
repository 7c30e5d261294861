//! What the page is told without asking.

use jiaozi_wallet::Wallet;
use jiaozi_wallet::api::WalletEvent;
use serde::Serialize;
use tauri::{AppHandle, Manager};
use tokio::sync::broadcast::error::RecvError;
use ts_rs::TS;

use crate::customer::Customer;
use crate::shell::Shell;

/// A page that can be asked for from outside the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "shell/")]
pub enum ShellPage {
    /// Pay.
    Pay,
    /// Receive.
    Receive,
}

/// What the page is told without asking.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export_to = "shell/")]
pub enum ShellEvent {
    /// The wallet changed.
    Wallet {
        /// How.
        event: WalletEvent,
    },
    /// A payment link was opened.
    Link {
        /// The link, unread.
        text: String,
    },
    /// A page was asked for, in the tray's menu.
    Page {
        /// Which.
        page: ShellPage,
    },
}

/// Tells the page of the wallet's changes, as long as the wallet lives.
pub fn forward(app: &AppHandle, wallet: &Wallet) {
    let app = app.clone();
    let wallet = wallet.clone();
    let mut changes = wallet.subscribe();
    tauri::async_runtime::spawn(async move {
        resume(&wallet).await;
        loop {
            let shell = app.state::<Shell>();
            match changes.recv().await {
                Ok(event) => {
                    if matches!(event, WalletEvent::Vault) {
                        resume(&wallet).await;
                    }
                    app.state::<Customer>().hear(&wallet, &event).await;
                    shell.tell(ShellEvent::Wallet { event });
                }
                // Some were missed: these two make the page ask for everything.
                Err(RecvError::Lagged(_)) => {
                    shell.tell(ShellEvent::Wallet {
                        event: WalletEvent::Settings,
                    });
                    shell.tell(ShellEvent::Wallet {
                        event: WalletEvent::Overview,
                    });
                }
                Err(RecvError::Closed) => return,
            }
        }
    });
}

/// Takes up payments under way. Records that are still sealed have their turn
/// when the vault is unlocked.
async fn resume(wallet: &Wallet) {
    if let Err(error) = wallet.resume_payments().await {
        tracing::debug!(%error, "payments were not taken up");
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use ts_rs::Config;

    use super::*;
    use crate::commands::files::ReceiptFormat;
    use crate::commands::till_books::ReportFormat;
    use crate::commands::till_charge::ChargeCodes;
    use crate::customer::{CodeReader, CustomerScene};

    fn write_all(folder: &Path) {
        let config = Config::new().with_out_dir(folder);
        ShellEvent::export_all(&config).unwrap();
        ReceiptFormat::export_all(&config).unwrap();
        ReportFormat::export_all(&config).unwrap();
        ChargeCodes::export_all(&config).unwrap();
        CodeReader::export_all(&config).unwrap();
        CustomerScene::export_all(&config).unwrap();
    }

    /// After a change, write them with
    /// `JIAOZI_WRITE_BINDINGS=1 cargo test -p jiaozi-desktop bindings`.
    #[test]
    fn the_committed_bindings_are_those_of_the_types() {
        let committed = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../ui/src/bindings");
        if std::env::var_os("JIAOZI_WRITE_BINDINGS").is_some() {
            return write_all(&committed);
        }
        let fresh = tempfile::tempdir().unwrap();
        write_all(fresh.path());
        for name in [
            "ChargeCodes.ts",
            "CodeReader.ts",
            "CustomerScene.ts",
            "CustomerStage.ts",
            "ReceiptFormat.ts",
            "ReportFormat.ts",
            "ShellEvent.ts",
            "ShellPage.ts",
        ] {
            let read =
                |folder: &Path| std::fs::read_to_string(folder.join("shell").join(name)).unwrap();
            assert_eq!(
                read(&committed),
                read(fresh.path()),
                "{name} is stale: run with JIAOZI_WRITE_BINDINGS=1"
            );
        }
    }
}
