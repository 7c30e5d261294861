//! The customer display: a second window, full screen where there is a second
//! screen. It is told what to show and can do nothing else: its capability has
//! the one command by which it says that it listens.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiaozi_types::agent::{Language, Theme};
use jiaozi_wallet::api::WalletEvent;
use jiaozi_wallet::api::till::{ChargeState, ChargeView};
use jiaozi_wallet::{Wallet, WalletError, request};
use serde::{Deserialize, Serialize};
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager, Monitor, WebviewUrl, WebviewWindowBuilder};
use ts_rs::TS;

use crate::window;
use crate::wording::words;

/// Its label, by which its capability knows it.
pub const LABEL: &str = "customer";
const PAGE: &str = "customer.html";
/// Width and height where it is not full screen, in logical pixels.
const SIZE: (f64, f64) = (800.0, 600.0);

/// Whose code is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "shell/")]
pub enum CodeReader {
    /// Jiaozi's, with the shop's signed name.
    #[default]
    Jiaozi,
    /// Other wallets'.
    Others,
}

/// What the display shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[ts(export_to = "shell/")]
pub struct CustomerScene {
    /// The shop's name.
    pub shop: String,
    /// The languages, in order.
    pub languages: Vec<Language>,
    /// The theme.
    pub theme: Theme,
    /// What is going on.
    pub stage: CustomerStage,
}

/// What is going on, as far as a customer needs to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(export_to = "shell/")]
pub enum CustomerStage {
    /// Nothing: the shop's name.
    Idle,
    /// To be paid.
    Pay {
        /// How much is still to be paid, for people.
        amount: String,
        /// How much has come, for people, where it is a part.
        paid: Option<String>,
        /// The code.
        qr_svg: String,
        /// Unix second at which the charge ends.
        #[ts(type = "number")]
        expires_at: u64,
    },
    /// Something came, and is not sure enough yet.
    Wait {
        /// How much is asked for, for people.
        amount: String,
    },
    /// Paid, as the till's own look at the ledger has it.
    Paid {
        /// How much, for people.
        amount: String,
        /// The order code.
        code: String,
    },
}

/// What is shown, and to whom.
#[derive(Default)]
pub struct Customer(Mutex<Shown>);

#[derive(Default)]
struct Shown {
    scenes: Option<Channel<CustomerScene>>,
    charge: Option<String>,
    reader: CodeReader,
    last: Option<CustomerScene>,
}

impl Customer {
    /// Takes the display's channel.
    pub fn listen(&self, scenes: Channel<CustomerScene>) {
        let mut shown = self.shown();
        shown.scenes = Some(scenes);
        shown.last = None;
    }

    /// What is to be shown from now on.
    pub fn choose(&self, charge: Option<String>, reader: CodeReader) {
        let mut shown = self.shown();
        shown.charge = charge;
        shown.reader = reader;
    }

    /// Follows the wallet's changes.
    pub async fn hear(&self, wallet: &Wallet, event: &WalletEvent) {
        let concerned = match event {
            WalletEvent::Charge { charge } => self.shown().charge.as_ref() == Some(&charge.id),
            WalletEvent::Till | WalletEvent::Settings => true,
            _ => false,
        };
        if concerned {
            self.show(wallet).await;
        }
    }

    /// Shows how things stand. What cannot be read leaves what there is.
    pub async fn show(&self, wallet: &Wallet) {
        let (charge, reader) = {
            let shown = self.shown();
            if shown.scenes.is_none() {
                return;
            }
            (shown.charge.clone(), shown.reader)
        };
        match scene(wallet, charge.as_deref(), reader).await {
            Ok(Some(scene)) => self.tell(scene),
            Ok(None) => {}
            Err(error) => tracing::debug!(%error, "the customer display stays as it is"),
        }
    }

    fn tell(&self, scene: CustomerScene) {
        let mut shown = self.shown();
        if shown.last.as_ref() == Some(&scene) {
            return;
        }
        if let Some(scenes) = &shown.scenes
            && let Err(error) = scenes.send(scene.clone())
        {
            tracing::debug!(%error, "the customer display did not take a scene");
        }
        shown.last = Some(scene);
    }

    fn shown(&self) -> MutexGuard<'_, Shown> {
        // Nothing panics between two fields of it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What to show; none without a till.
async fn scene(
    wallet: &Wallet,
    charge: Option<&str>,
    reader: CodeReader,
) -> Result<Option<CustomerScene>, WalletError> {
    let till = wallet.till();
    let Some(view) = till.view()? else {
        return Ok(None);
    };
    let stage = match charge {
        Some(id) => stage(&till.get(id)?, reader)?,
        None => CustomerStage::Idle,
    };
    Ok(Some(CustomerScene {
        shop: view.shop,
        languages: view.display_languages,
        theme: wallet.state().await?.theme,
        stage,
    }))
}

fn stage(charge: &ChargeView, reader: CodeReader) -> Result<CustomerStage, WalletError> {
    let amount = charge.amount.text.clone();
    Ok(match charge.state {
        ChargeState::Paid => CustomerStage::Paid {
            amount,
            code: charge.code.clone(),
        },
        // All of it is there: the code would have it paid twice.
        ChargeState::Open if charge.assurance.is_some() => CustomerStage::Wait { amount },
        ChargeState::Open => CustomerStage::Pay {
            amount: charge.missing.text.clone(),
            paid: charge.flags.under.then(|| charge.paid.text.clone()),
            qr_svg: request::qr_svg(match reader {
                CodeReader::Jiaozi => &charge.link,
                CodeReader::Others => &charge.ethereum_link,
            })?,
            expires_at: charge.expires_at,
        },
        ChargeState::Unclear => CustomerStage::Wait { amount },
        ChargeState::Closed | ChargeState::Revoked => CustomerStage::Idle,
    })
}

/// Opens it, or shows it again.
pub fn open(app: &AppHandle, language: Language) -> tauri::Result<()> {
    if let Some(window) = app.get_webview_window(LABEL) {
        return window.show();
    }
    let mut builder = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App(PAGE.into()))
        .title(words(language).customer)
        .inner_size(SIZE.0, SIZE.1)
        .disable_drag_drop_handler()
        // The cashier goes on typing at the till.
        .focused(false)
        .on_navigation(window::is_own_page);
    if let Some(monitor) = second_monitor(app) {
        let place = monitor.position().to_logical::<f64>(monitor.scale_factor());
        builder = builder.position(place.x, place.y).fullscreen(true);
    }
    builder.build().map(drop)
}

/// A screen on which the wallet's window is not.
fn second_monitor(app: &AppHandle) -> Option<Monitor> {
    let main = app.get_webview_window(window::LABEL)?;
    let here = main.current_monitor().ok().flatten()?;
    let all = main.available_monitors().ok()?;
    all.into_iter()
        .find(|monitor| monitor.position() != here.position())
}

/// Closes it.
pub fn close(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(LABEL)
        && let Err(error) = window.destroy()
    {
        tracing::warn!(%error, "the customer display was not closed");
    }
}
