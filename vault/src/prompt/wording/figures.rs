//! Amounts, networks, moments and addresses as people read them.

use jiaozi_custody::Money;
use jiaozi_types::agent::Language;
use jiaozi_types::{Amount, AssetId, ChainId, Timestamp, sandbox};
use jiff::tz::TimeZone;

use crate::prompt::messages::Messages;

/// An amount: `¥12.50`, `1.5 CFX`, or raw units of a token that the vault does
/// not know.
pub(super) fn money(money: &Money, say: Messages) -> String {
    match &money.known {
        Some(asset) => Amount::from_atoms(money.atoms, asset.clone()).to_string(),
        None => say.approve_atoms(thousands(&money.atoms.to_string())),
    }
}

/// Digits with a comma between each three.
pub(super) fn thousands(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len().saturating_mul(2));
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && digits.len().abs_diff(at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// An asset's code; for an unknown coin or token what kind of thing it is.
pub(super) fn code(money: &Money, say: Messages) -> String {
    match (&money.known, money.asset) {
        (Some(asset), _) => asset.symbol().to_owned(),
        (None, AssetId::Coin { .. }) => say.approve_coin_unknown().to_owned(),
        (None, AssetId::Token { .. }) => say.approve_asset_unknown().to_owned(),
    }
}

/// Whether the network is the sandbox.
pub(super) fn is_sandbox(chain: ChainId) -> bool {
    chain == ChainId::Eip155(sandbox::CHAIN_ID)
}

/// A network's name; its CAIP-2 id where the vault knows none.
pub(super) fn network(chain: ChainId, say: Messages) -> String {
    let name = match chain {
        _ if is_sandbox(chain) => return say.approve_network_sandbox().to_owned(),
        ChainId::Eip155(1030) => "Conflux eSpace",
        ChainId::Eip155(71) => return say.approve_network_test("Conflux eSpace"),
        ChainId::Eip155(9090) => "BSN Spartan-I",
        ChainId::Eip155(9003) => "BSN Spartan-II",
        ChainId::Eip155(5566) => "BSN Spartan-III",
        ChainId::Eip155(1) => "Ethereum",
        ChainId::Conflux(1029) => "Conflux Core",
        ChainId::Conflux(1) => return say.approve_network_test("Conflux Core"),
        other => return say.approve_network_other(other),
    };
    name.to_owned()
}

/// A moment in the computer's time zone, to the minute; none for one beyond
/// the year 9999, which is as good as never.
pub(super) fn moment(at: Timestamp, say: Messages, zone: &TimeZone) -> Option<String> {
    let seconds = i64::try_from(at.as_unix()).ok()?;
    let local = jiff::Timestamp::from_second(seconds)
        .ok()?
        .to_zoned(zone.clone());
    let format = match say.language() {
        Language::English => "%-d %B %Y, %H:%M",
        Language::SimplifiedChinese => "%Y年%-m月%-d日 %H:%M",
    };
    Some(local.strftime(format).to_string())
}

/// A length of time in its largest whole unit.
pub(super) fn duration(seconds: u64, say: Messages) -> String {
    match seconds {
        0..60 => say.seconds(seconds),
        _ if seconds.is_multiple_of(3600) => say.hours(seconds / 3600),
        _ if seconds.is_multiple_of(60) => say.minutes(seconds / 60),
        _ => format!(
            "{} {}",
            say.minutes(seconds / 60),
            say.seconds(seconds % 60)
        ),
    }
}

/// What is left of a wait: `0:05`, `12:30`, `1:00:00`.
pub fn countdown(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// An address or number in groups of four digits. The first group of a
/// hexadecimal one also holds the `0x`; the network of a CIP-37 address is a
/// group of its own.
pub fn grouped(text: &str) -> Vec<&str> {
    let first = match text.find(':') {
        Some(colon) => colon.saturating_add(1),
        None => text.len().min(6),
    };
    let (prefix, mut rest) = text.split_at(first);
    let mut groups = vec![prefix];
    while !rest.is_empty() {
        let Some((group, after)) = rest.split_at_checked(rest.len().min(4)) else {
            break;
        };
        groups.push(group);
        rest = after;
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_and_lengths() {
        let say = Messages::of(Language::English);
        assert_eq!(countdown(5), "0:05");
        assert_eq!(countdown(750), "12:30");
        assert_eq!(countdown(3600), "1:00:00");
        assert_eq!(thousands("1250000000"), "1,250,000,000");
        assert_eq!(thousands("125"), "125");
        assert_eq!(duration(900, say), "15 min");
        assert_eq!(duration(86_400, say), "24 h");
        assert_eq!(duration(90, say), "1 min 30 s");
    }

    #[test]
    fn addresses_stand_in_groups_of_four() {
        let groups = grouped("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
        assert_eq!(groups.len(), 10);
        assert_eq!(groups.first(), Some(&"0x5aAe"));
        assert_eq!(groups.last(), Some(&"BeAed".get(1..).unwrap()));
        assert_eq!(
            groups.concat(),
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
        );
        assert_eq!(grouped(""), vec![""]);
        let core = "cfx:aarc9abycue0hhzgyrr53m6cxedgccrmmyybjgh4xg";
        let groups = grouped(core);
        assert_eq!(groups.get(..2), Some(["cfx:", "aarc"].as_slice()));
        assert_eq!(groups.len(), 12);
        assert_eq!(groups.concat(), core);
    }

    #[test]
    fn moments_are_local_and_bounded() {
        let at = Timestamp::from_unix(1_795_381_500);
        let zone = TimeZone::fixed(jiff::tz::offset(8));
        let english = moment(at, Messages::of(Language::English), &zone);
        assert_eq!(english.as_deref(), Some("23 November 2026, 05:05"));
        let chinese = moment(at, Messages::of(Language::SimplifiedChinese), &zone);
        assert_eq!(chinese.as_deref(), Some("2026年11月23日 05:05"));
        let never = Timestamp::from_unix(u64::MAX);
        assert_eq!(moment(never, Messages::of(Language::English), &zone), None);
    }
}
