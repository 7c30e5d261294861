//! What the web UI can call. One file a feature; each command wraps one of the
//! wallet's, or a dialogue of the desktop. None takes or gives a word, a PIN,
//! a seed or a key.

mod activity;
mod app;
mod backup;
mod clipboard;
mod cold;
mod contacts;
mod customer;
pub mod files;
mod home;
mod networks;
mod pay;
mod receive;
mod till;
pub mod till_books;
pub mod till_charge;
mod till_paper;
mod till_refund;
mod vault;

use jiaozi_wallet::WalletError;
use jiaozi_wallet::api::{ErrorCode, ErrorView};
use tauri::ipc::Invoke;

/// What a command gives: the web UI sees an error as its code and values.
pub type Answer<T> = Result<T, ErrorView>;

/// An error as the web UI sees it. The log keeps the cause.
fn view(error: WalletError) -> ErrorView {
    let view = error.view();
    tracing::info!(%error, code = %view.code.as_str(), "a command failed");
    view
}

/// A value of the call is out of its bounds.
fn bad_input() -> ErrorView {
    ErrorView {
        code: ErrorCode::BadInput,
        ..crate::shell::internal()
    }
}

/// Sends calls to their commands.
pub fn handler() -> impl Fn(Invoke) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        activity::activity,
        activity::export_activity,
        app::app_state,
        app::front_end_ready,
        app::reopen,
        app::set_language,
        app::set_theme,
        backup::backup,
        backup::check_backup,
        backup::choose_backup_folder,
        backup::forget_backup_folder,
        backup::put_off_backup_check,
        backup::search_accounts,
        backup::set_backup_check_days,
        backup::take_back_backup,
        backup::write_backup,
        clipboard::copy_text,
        clipboard::read_clipboard,
        cold::cold_answer,
        cold::cold_give_up,
        cold::cold_request,
        cold::open_codes,
        cold::preview_watched,
        cold::read_codes,
        cold::save_cold_request,
        cold::watch_account,
        contacts::contacts,
        contacts::remove_contact,
        contacts::save_contact,
        customer::close_customer,
        customer::customer_ready,
        customer::open_customer,
        customer::show_customer,
        files::open_image,
        files::save_receipt,
        home::accounts,
        home::add_account,
        home::overview,
        home::refresh,
        home::top_up,
        networks::add_network,
        networks::check_network,
        networks::check_new_network,
        networks::network_presets,
        networks::networks,
        networks::read_network,
        networks::remove_network,
        networks::select_network,
        networks::set_region,
        pay::approve,
        pay::cancel_payment,
        pay::payment,
        pay::propose,
        pay::propose_replacement,
        pay::read_image,
        pay::read_request,
        pay::speed_up_payment,
        receive::receive,
        till::remove_item,
        till::remove_staff,
        till::save_item,
        till::save_staff,
        till::set_up_till,
        till::sign_shop_name,
        till::till,
        till_books::report,
        till_books::reports,
        till_books::save_report,
        till_charge::charge,
        till_charge::charge_codes,
        till_charge::charges,
        till_charge::close_charge,
        till_charge::look_at_charge,
        till_charge::make_charge,
        till_paper::charge_voice,
        till_paper::print_charge,
        till_paper::print_refund,
        till_paper::save_charge_receipt,
        till_paper::save_refund_receipt,
        till_paper::voice_test,
        till_refund::refund,
        till_refund::sweep,
        till_refund::sweep_state,
        vault::cancel_prompt,
        vault::change_pin,
        vault::check_words,
        vault::create_wallet,
        vault::lock,
        vault::remove_wallet,
        vault::restore_wallet,
        vault::set_policy,
        vault::show_words,
        vault::test_keyring,
        vault::unlock,
    ]
}
