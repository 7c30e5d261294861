//! The first page.

use jiaozi_types::agent::Language;

use super::{Flow, check, cold, make, sealed, shares, sheet, show};
use crate::prompt::messages::Messages;
use crate::prompt::window::{Row, WindowSession};

/// Asks what is wanted, does it, and asks again, until the window is closed.
pub fn run(session: &mut WindowSession) {
    while let Ok(choice) = session.home(rows(session.messages())) {
        // A refused question leads back here.
        let _ = match choice {
            0 => make::make(session),
            1 => show::show(session),
            2 => check::check(session),
            3 => sheet::sheet(session),
            4 => sealed::sealed(session),
            5 => several_shares(session),
            6 => cold_signing(session),
            _ => session.speak(other(session.messages())),
        };
    }
}

fn rows(say: Messages) -> Vec<Row> {
    vec![
        Row::new(say.tool_home_make(), say.tool_home_make_text()),
        Row::new(say.tool_home_show(), say.tool_home_show_text()),
        Row::new(say.tool_home_check(), say.tool_home_check_text()),
        Row::new(say.tool_home_sheet(), say.tool_home_sheet_text()),
        Row::new(say.tool_home_sealed(), say.tool_home_sealed_text()),
        Row::new(say.tool_home_shares(), say.tool_home_shares_text()),
        Row::new(say.tool_home_cold(), say.tool_home_cold_text()),
        Row::new(say.tool_home_language(), ""),
    ]
}

fn other(say: Messages) -> Messages {
    Messages::of(match say.language() {
        Language::English => Language::SimplifiedChinese,
        Language::SimplifiedChinese => Language::English,
    })
}

fn several_shares(session: &mut WindowSession) -> Flow {
    let say = session.messages();
    let rows = vec![
        Row::new(say.tool_shares_split(), say.tool_shares_split_text()),
        Row::new(say.tool_shares_check(), say.tool_shares_check_text()),
        Row::new(say.tool_shares_combine(), say.tool_shares_combine_text()),
    ];
    match session.menu(say.tool_home_shares(), say.tool_shares_lead(), rows)? {
        0 => shares::split(session),
        1 => shares::check(session),
        _ => shares::combine(session),
    }
}

fn cold_signing(session: &mut WindowSession) -> Flow {
    let say = session.messages();
    let rows = vec![
        Row::new(say.tool_cold_sign(), say.tool_cold_sign_text()),
        Row::new(say.tool_cold_watch(), say.tool_cold_watch_text()),
    ];
    match session.menu(say.tool_home_cold(), say.tool_cold_lead(), rows)? {
        0 => cold::sign(session),
        _ => cold::watch(session),
    }
}
