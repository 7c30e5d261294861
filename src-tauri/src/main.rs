//! Jiaozi's desktop shell: a window with the web UI, a tray icon, links and
//! dialogues around [`jiaozi_wallet::Wallet`]. It holds no keys: those are in
//! `jiaozi-vault`, a process of its own.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
mod customer;
mod events;
mod links;
mod options;
mod relaunch;
mod sandbox;
mod shell;
mod tray;
mod vault_program;
mod watchdog;
mod window;
mod wording;

use clap::Parser;
use tauri::{Manager, RunEvent, WindowEvent};
use tracing_subscriber::EnvFilter;

use crate::customer::Customer;
use crate::options::Options;
use crate::shell::Shell;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    relaunch::without_automation();
    let options = Options::parse().settle()?;
    let filter = EnvFilter::try_from_env("JIAOZI_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();

    let first_link = links::find(std::env::args().skip(1));
    let app = tauri::Builder::default()
        .plugin(
            tauri_plugin_single_instance::Builder::new()
                .dbus_id(options.instance_name())
                .callback(|app, arguments, _| {
                    window::raise(app);
                    if let Some(link) = links::find(arguments.into_iter().skip(1)) {
                        app.state::<Shell>().open_link(link);
                    }
                })
                .build(),
        )
        .plugin(
            tauri_plugin_window_state::Builder::new()
                // It goes where a second screen is.
                .with_denylist(&[customer::LABEL])
                .build(),
        )
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_clipboard_manager::init())
        .invoke_handler(commands::handler())
        .setup(move |app| {
            let shell = Shell::new(options);
            if let Some(link) = first_link {
                shell.open_link(link);
            }
            app.manage(shell);
            app.manage(Customer::default());
            shell::open(app.handle());
            window::make(app.handle())?;
            tray::make(app.handle());
            watchdog::start(app.handle());
            Ok(())
        })
        .build(tauri::generate_context!())?;
    app.run(|app, event| match event {
        // With a tray icon the wallet stays: payments that come in are still told.
        RunEvent::WindowEvent {
            label,
            event: WindowEvent::CloseRequested { api, .. },
            ..
        } if label == window::LABEL && tray::is_there(app) => {
            api.prevent_close();
            window::hide(app);
        }
        // The customer display does not outlive the till.
        RunEvent::WindowEvent {
            label,
            event: WindowEvent::Destroyed,
            ..
        } if label == window::LABEL => customer::close(app),
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            if let Some(link) = links::find(urls.into_iter().map(String::from)) {
                window::raise(app);
                app.state::<Shell>().open_link(link);
            }
        }
        RunEvent::Exit => tauri::async_runtime::block_on(app.state::<Shell>().close()),
        _ => {}
    });
    Ok(())
}
