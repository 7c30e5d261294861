//! Words for what the views hold.

use jiaozi_types::agent::Language;
use jiaozi_wallet::api::{
    Checked, Direction, NetworkView, PayeeStanding, PayeeView, PaymentState, PaymentView, Sight,
    Warning,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::messages::Messages;

/// A state.
pub fn state(messages: &Messages, state: PaymentState) -> &str {
    messages.text(match state {
        PaymentState::Proposed => "state_proposed",
        PaymentState::Approved => "state_approved",
        PaymentState::AwaitsSignature => "state_awaits_signature",
        PaymentState::Signed => "state_signed",
        PaymentState::Submitted => "state_submitted",
        PaymentState::Included => "state_included",
        PaymentState::Settled => "state_settled",
        PaymentState::Failed => "state_failed",
        PaymentState::Replaced => "state_replaced",
        PaymentState::Expired => "state_expired",
        PaymentState::Unknown => "state_unknown",
    })
}

/// What the last look at the ledger found besides, as a sentence.
pub fn sight(messages: &Messages, payment: &PaymentView) -> Option<String> {
    let key = match payment.sight.as_ref() {
        None if payment.cancelling => "sight_cancelling",
        None => return None,
        Some(Sight::NoNode) => "sight_no_node",
        Some(Sight::NodesDisagree) => "sight_nodes_disagree",
        Some(Sight::Returned) => "sight_returned",
        Some(Sight::PlaceTaken) => "sight_place_taken",
        Some(Sight::PaidElsewhere { .. }) => "sight_paid_elsewhere",
        Some(Sight::Refused) => "sight_refused",
        Some(Sight::Behind { payment: Some(id) }) => {
            return Some(messages.fill("sight_behind", &[("id", &short_id(id))]));
        }
        Some(Sight::Behind { payment: None }) => "sight_behind_elsewhere",
        Some(Sight::Slow) => "sight_slow",
        Some(Sight::TimeOver) => "sight_time_over",
        Some(Sight::RunsOut) => "sight_runs_out",
    };
    Some(messages.text(key).to_owned())
}

/// Who stands behind its place on the ledger.
pub fn checked(messages: &Messages, checked: Checked) -> &str {
    messages.text(match checked {
        Checked::Single => "checked_single",
        Checked::Agreed => "checked_agreed",
        Checked::Unconfirmed => "checked_unconfirmed",
    })
}

/// Which way.
pub fn direction(messages: &Messages, direction: Direction) -> &str {
    messages.text(match direction {
        Direction::In => "direction_in",
        Direction::Out => "direction_out",
        Direction::Own => "direction_own",
    })
}

/// What is known of a payee.
pub fn standing(messages: &Messages, payee: &PayeeView) -> String {
    match payee.standing {
        PayeeStanding::New => messages.text("standing_new").to_owned(),
        PayeeStanding::PaidBefore if payee.times_paid == 1 => {
            messages.text("standing_paid_once").to_owned()
        }
        PayeeStanding::PaidBefore => messages.fill(
            "standing_paid_before",
            &[("times", &payee.times_paid.to_string())],
        ),
        PayeeStanding::Contact => messages.text("standing_contact").to_owned(),
        PayeeStanding::Own => messages.text("standing_own").to_owned(),
    }
}

/// A payee's name: the saved one, the one that a shop signs for, or the one it
/// gives itself, marked as such.
pub fn name(messages: &Messages, payee: &PayeeView) -> Option<String> {
    let claimed = || {
        let name = payee.claimed_name.as_deref()?;
        Some(messages.fill("claimed_name", &[("name", name)]))
    };
    let issuer = || is_issuer(payee).then(|| messages.text("issuer").to_owned());
    let signed = || {
        let shop = payee.shop.as_ref()?;
        Some(messages.fill("shop_name", &[("name", &shop.name)]))
    };
    payee
        .name
        .clone()
        .or_else(signed)
        .or_else(claimed)
        .or_else(issuer)
}

/// The shortest way to name a payee.
pub fn short_payee(messages: &Messages, payee: &PayeeView) -> String {
    if is_issuer(payee) {
        return messages.text("issuer").to_owned();
    }
    let name = payee.name.as_ref().or(payee.claimed_name.as_ref());
    name.cloned().unwrap_or_else(|| short(&payee.address))
}

/// New money comes from the zero address (ERC-20).
fn is_issuer(payee: &PayeeView) -> bool {
    let digits = payee.address.strip_prefix("0x").unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|digit| digit == b'0')
}

/// The beginning and end of an address or hash.
pub fn short(text: &str) -> String {
    match (text.get(..8), text.get(text.len().saturating_sub(6)..)) {
        (Some(start), Some(end)) if text.len() > 20 => format!("{start}…{end}"),
        _ => text.to_owned(),
    }
}

/// Enough of an id to name one payment.
pub fn short_id(id: &str) -> String {
    const DIGITS: usize = 10;
    id.chars().take(DIGITS).collect()
}

/// A warning, as a sentence.
pub fn warning(messages: &Messages, warning: &Warning) -> String {
    match warning {
        Warning::NewPayee => messages.text("warning_new_payee").to_owned(),
        Warning::LooksLike { address } => {
            messages.fill("warning_looks_like", &[("address", address)])
        }
        Warning::HighFee { basis_points } => {
            let (whole, hundredths) = (basis_points / 100, basis_points % 100);
            let percent = format!("{whole}.{hundredths:02}");
            messages.fill("warning_high_fee", &[("percent", &percent)])
        }
        Warning::OwnAccount => messages.text("warning_own_account").to_owned(),
        Warning::SameAsRecent { id } => {
            messages.fill("warning_same_as_recent", &[("id", &short_id(id))])
        }
    }
}

/// The network of a payment; that of play money is called so.
pub fn network(messages: &Messages, payment: &PaymentView) -> String {
    let sandbox = format!("eip155:{}", jiaozi_types::sandbox::CHAIN_ID);
    if payment.network_id == sandbox {
        messages.text("sandbox_name").to_owned()
    } else {
        payment.network.clone()
    }
}

/// A network's name in the language; that of play money is called so.
pub fn network_name(messages: &Messages, network: &NetworkView) -> String {
    if network.sandbox {
        messages.text("sandbox_name").to_owned()
    } else {
        either(messages, &Some(network.name.clone()), &network.name_zh)
    }
}

/// The text in the language: the Chinese one where there is one.
pub fn either(messages: &Messages, english: &Option<String>, chinese: &Option<String>) -> String {
    let chinese = chinese
        .as_ref()
        .filter(|_| messages.language() == Language::SimplifiedChinese);
    chinese.or(english.as_ref()).cloned().unwrap_or_default()
}

/// A moment in the computer's time zone, with its offset.
pub fn moment(unix: u64) -> String {
    formatted(unix, "%Y-%m-%d %H:%M:%S %:z")
}

/// A moment for a table: without seconds and offset.
pub fn short_moment(unix: u64) -> String {
    formatted(unix, "%Y-%m-%d %H:%M")
}

fn formatted(unix: u64, format: &str) -> String {
    i64::try_from(unix)
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .map(|moment| {
            moment
                .to_zoned(TimeZone::system())
                .strftime(format)
                .to_string()
        })
        .unwrap_or_default()
}

/// Seconds as people say them.
pub fn seconds(messages: &Messages, seconds: u64) -> String {
    let (key, count) = match seconds {
        0..120 => ("seconds", seconds),
        120..7200 => ("minutes", seconds / 60),
        _ => ("hours", seconds / 3600),
    };
    messages.fill(key, &[("count", &count.to_string())])
}
