//! The tray icon and its menu. A desktop without a tray does without.

use jiaozi_types::agent::Language;
use tauri::image::Image;
use tauri::menu::{Menu, MenuEvent, MenuItem, PredefinedMenuItem};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager, Wry, include_image};

use crate::events::{ShellEvent, ShellPage};
use crate::shell::Shell;
use crate::window;
use crate::wording::words;

const ID: &str = "jiaozi";
const ICON: Image<'_> = include_image!("../icons/tray-light-64.png");

/// Makes it, in English until the wallet says which language.
pub fn make(app: &AppHandle) {
    if let Err(error) = try_make(app) {
        tracing::info!(%error, "there is no tray here");
    }
}

fn try_make(app: &AppHandle) -> tauri::Result<()> {
    if !desktop_has_tray() {
        return Ok(());
    }
    TrayIconBuilder::with_id(ID)
        .icon(ICON)
        .tooltip(words(Language::English).title)
        .menu(&menu(app, Language::English)?)
        .on_menu_event(chosen)
        .build(app)?;
    Ok(())
}

/// Whether a tray icon would be seen: on Linux, whether anything draws icons.
/// Where nothing does, closing the window must end the program.
fn desktop_has_tray() -> bool {
    !cfg!(target_os = "linux") || status_notifier_host_runs()
}

#[cfg(target_os = "linux")]
fn status_notifier_host_runs() -> bool {
    use gtk::gio::{BusType, Cancellable, DBusCallFlags, bus_get_sync};
    use gtk::glib::{ToVariant, Variant};
    let Ok(bus) = bus_get_sync(BusType::Session, Cancellable::NONE) else {
        return false;
    };
    let asked = bus.call_sync(
        Some("org.freedesktop.DBus"),
        "/org/freedesktop/DBus",
        "org.freedesktop.DBus",
        "NameHasOwner",
        Some(&("org.kde.StatusNotifierWatcher",).to_variant()),
        None,
        DBusCallFlags::NONE,
        1000,
        Cancellable::NONE,
    );
    asked
        .ok()
        .and_then(|answer: Variant| answer.get::<(bool,)>())
        .is_some_and(|(there,)| there)
}

#[cfg(not(target_os = "linux"))]
fn status_notifier_host_runs() -> bool {
    true
}

/// Whether there is one, so that a closed window can be brought back.
pub fn is_there(app: &AppHandle) -> bool {
    app.tray_by_id(ID).is_some()
}

/// Puts its menu into a language.
pub fn set_language(app: &AppHandle, language: Language) {
    let Some(tray) = app.tray_by_id(ID) else {
        return;
    };
    let changed = menu(app, language).and_then(|menu| tray.set_menu(Some(menu)));
    if let Err(error) = changed.and_then(|()| tray.set_tooltip(Some(words(language).title))) {
        tracing::warn!(%error, "the tray's menu was not changed");
    }
}

fn menu(app: &AppHandle, language: Language) -> tauri::Result<Menu<Wry>> {
    let words = words(language);
    let item = |id: &str, text: &str| MenuItem::with_id(app, id, text, true, None::<&str>);
    Menu::with_items(
        app,
        &[
            &item("open", words.open)?,
            &item("pay", words.pay)?,
            &item("receive", words.receive)?,
            &PredefinedMenuItem::separator(app)?,
            &item("lock", words.lock)?,
            &item("quit", words.quit)?,
        ],
    )
}

fn chosen(app: &AppHandle, event: MenuEvent) {
    let go = |page| {
        window::raise(app);
        app.state::<Shell>().go(ShellEvent::Page { page });
    };
    match event.id().as_ref() {
        "open" => window::raise(app),
        "pay" => go(ShellPage::Pay),
        "receive" => go(ShellPage::Receive),
        "lock" => {
            let app = app.clone();
            tauri::async_runtime::spawn(async move {
                if let Ok(wallet) = app.state::<Shell>().wallet().await
                    && let Err(error) = wallet.lock().await
                {
                    tracing::warn!(%error, "the vault was not locked");
                }
            });
        }
        "quit" => app.exit(0),
        _ => {}
    }
}
