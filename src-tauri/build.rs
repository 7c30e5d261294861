//! Declares the commands, so that each needs a permission of its own, and
//! embeds the web UI.

/// Every command of the shell. A window may call those that its capability lists.
const COMMANDS: &[&str] = &[
    "accounts",
    "activity",
    "add_account",
    "add_network",
    "app_state",
    "approve",
    "cancel_payment",
    "cancel_prompt",
    "change_pin",
    "check_network",
    "check_new_network",
    "check_words",
    "contacts",
    "copy_text",
    "create_wallet",
    "export_activity",
    "front_end_ready",
    "lock",
    "network_presets",
    "networks",
    "open_image",
    "overview",
    "payment",
    "propose",
    "propose_replacement",
    "read_clipboard",
    "read_image",
    "read_network",
    "read_request",
    "receive",
    "refresh",
    "remove_contact",
    "remove_network",
    "reopen",
    "restore_wallet",
    "save_contact",
    "save_receipt",
    "select_network",
    "set_language",
    "set_policy",
    "set_region",
    "set_theme",
    "show_words",
    "speed_up_payment",
    "test_keyring",
    "top_up",
    "unlock",
];

fn main() {
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    if let Err(error) = tauri_build::try_build(attributes) {
        eprintln!("{error:#}");
        std::process::exit(1);
    }
}
