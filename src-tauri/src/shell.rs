//! What the shell holds: the wallet, once it is open, and the page that listens.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiaozi_wallet::api::{ErrorCode, ErrorView, MoneyState};
use jiaozi_wallet::vault::{PromptKind, VaultLaunch};
use jiaozi_wallet::{OpenOptions, Wallet};
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager};
use tokio::sync::watch;

use crate::events::{self, ShellEvent};
use crate::options::Folders;
use crate::sandbox::EmbeddedSandbox;
use crate::{tray, vault_program, window};

/// The wallet of this process.
#[derive(Clone)]
enum Opening {
    /// Being opened.
    UnderWay,
    /// Open.
    Open(Wallet),
    /// It could not be opened.
    Failed(ErrorView),
}

/// The page's end of events.
#[derive(Default)]
struct Listener {
    channel: Option<Channel<ShellEvent>>,
    /// What the page has to be told when it listens: the last link or page that was asked for.
    waiting: Option<ShellEvent>,
}

/// The shell's state, in Tauri's care.
pub struct Shell {
    folders: Folders,
    opening: watch::Sender<Opening>,
    listener: Mutex<Listener>,
}

impl Shell {
    /// With nothing opened yet.
    pub fn new(folders: Folders) -> Self {
        Self {
            folders,
            opening: watch::Sender::new(Opening::UnderWay),
            listener: Mutex::default(),
        }
    }

    /// The wallet, as soon as it is open; or why it could not be opened.
    pub async fn wallet(&self) -> Result<Wallet, ErrorView> {
        let mut opening = self.opening.subscribe();
        let settled = opening
            .wait_for(|opening| !matches!(opening, Opening::UnderWay))
            .await;
        match settled.as_deref() {
            Ok(Opening::Open(wallet)) => Ok(wallet.clone()),
            Ok(Opening::Failed(error)) => Err(error.clone()),
            Ok(Opening::UnderWay) | Err(_) => Err(internal()),
        }
    }

    /// Whether the page has said that it is drawn.
    pub fn page_is_ready(&self) -> bool {
        self.listener().channel.is_some()
    }

    /// Takes the page's channel, and tells it what waited.
    pub fn listen(&self, channel: Channel<ShellEvent>) {
        let mut listener = self.listener();
        if let Some(event) = listener.waiting.take() {
            send(&channel, event);
        }
        listener.channel = Some(channel);
    }

    /// Tells the page of a change. A page that is not there yet asks for everything when it comes.
    pub fn tell(&self, event: ShellEvent) {
        if let Some(channel) = self.listener().channel.as_ref() {
            send(channel, event);
        }
    }

    /// Opens the Pay page with a link, now or as soon as there is a page.
    pub fn open_link(&self, text: String) {
        self.go(ShellEvent::Link { text });
    }

    /// Has the page go somewhere, now or as soon as there is a page.
    pub fn go(&self, event: ShellEvent) {
        let mut listener = self.listener();
        match listener.channel.as_ref() {
            Some(channel) => send(channel, event),
            None => listener.waiting = Some(event),
        }
    }

    /// Ends the vault's process.
    pub async fn close(&self) {
        let open = match &*self.opening.borrow() {
            Opening::Open(wallet) => Some(wallet.clone()),
            _ => None,
        };
        if let Some(wallet) = open {
            wallet.close().await;
        }
    }

    fn listener(&self) -> MutexGuard<'_, Listener> {
        // Nothing panics between two fields of it.
        self.listener.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn send(channel: &Channel<ShellEvent>, event: ShellEvent) {
    if let Err(error) = channel.send(event) {
        tracing::debug!(%error, "the page did not take an event");
    }
}

/// A fault of the shell's own.
pub fn internal() -> ErrorView {
    ErrorView {
        code: ErrorCode::Internal,
        retryable: false,
        money: MoneyState::Safe,
        values: std::collections::BTreeMap::new(),
    }
}

/// Opens the profile, in the background: the window does not wait for it.
pub fn open(app: &AppHandle) {
    let app = app.clone();
    app.state::<Shell>().opening.send_replace(Opening::UnderWay);
    tauri::async_runtime::spawn(async move {
        let shell = app.state::<Shell>();
        let options = OpenOptions::new(
            shell.folders.profile.clone(),
            VaultLaunch::Pipe {
                program: vault_program::find(),
                profile: shell.folders.profile.clone(),
                prompt: PromptKind::Window,
            },
            Arc::new(EmbeddedSandbox::new(shell.folders.sandbox.clone())),
        );
        let outcome = Wallet::open(options).await;
        match outcome {
            Ok(wallet) => {
                events::forward(&app, &wallet);
                wallet.start_watching();
                wallet.till().watch();
                if let Ok(state) = wallet.state().await {
                    dress(&app, state.language);
                }
                shell.opening.send_replace(Opening::Open(wallet));
            }
            Err(error) => {
                tracing::warn!(%error, "the profile could not be opened");
                shell.opening.send_replace(Opening::Failed(error.view()));
            }
        }
    });
}

/// Puts the window's title and the tray's menu into a language.
pub fn dress(app: &AppHandle, language: jiaozi_types::agent::Language) {
    window::set_title(app, language);
    tray::set_language(app, language);
}
