//! A change to the vault that the person consents to, in words.

use std::collections::BTreeSet;

use alloy_primitives::U256;
use jiaozi_custody::{CertificateReading, Money};
use jiaozi_types::agent::{Payee, QuickPayLimit, SpendPolicy, TokenDomain};
use jiaozi_types::{Address, Asset, AssetId, Timestamp};
use jiff::tz::TimeZone;

use super::figures::{code, duration, moment, money, network};
use super::{PartyText, Row, Sheet, Value};
use crate::prompt::Confirmation;
use crate::prompt::messages::Messages;

/// The sheet of a change. Moments are written in `zone`.
pub fn confirmation(what: &Confirmation, say: Messages, zone: &TimeZone) -> Sheet {
    match what {
        Confirmation::SavePayee { payee, replaces } => save_payee(payee, replaces.as_deref(), say),
        Confirmation::SaveAsset {
            asset,
            domain,
            replaces,
        } => save_asset(asset, domain.as_ref(), replaces.as_ref(), say),
        Confirmation::LoosenPolicy { from, to, assets } => loosen(from, to, assets, say),
        Confirmation::TakeBook {
            payees,
            assets,
            from,
            to,
            named,
        } => {
            let limits = loosen(from, to, named, say);
            let mut rows = vec![
                Row::text(say.backup_payees(), payees.to_string()),
                Row::text(say.backup_assets(), assets.to_string()),
            ];
            rows.extend(limits.rows.iter().cloned());
            Sheet {
                title: say.backup_title(),
                lead: Some(say.backup_lead()),
                rows,
                accept: say.backup_button().to_owned(),
                question: say.backup_question().to_owned(),
                ..limits
            }
        }
        Confirmation::RemoveWallet { fingerprint } => remove_wallet(fingerprint, say),
        Confirmation::Certify(reading) => certify(reading, say, zone),
    }
}

fn remove_wallet(fingerprint: &str, say: Messages) -> Sheet {
    Sheet {
        title: say.remove_title(),
        lead: Some(say.remove_lead()),
        amount: None,
        party: None,
        warnings: vec![say.remove_goes()],
        rows: vec![Row::text(say.remove_wallet(), fingerprint)],
        accept: say.remove_prove_button().to_owned(),
        refuse: say.cancel(),
        question: say.remove_question().to_owned(),
    }
}

fn certify(reading: &CertificateReading, say: Messages, zone: &TimeZone) -> Sheet {
    let certificate = &reading.certificate;
    let until = moment(Timestamp::from_unix(certificate.valid_before), say, zone);
    let until = until.unwrap_or_else(|| say.approve_expiry_none().to_owned());
    let rows = vec![
        Row::text(say.approve_expiry(), until),
        Row::hex(say.certificate_till(), certificate.till.to_string()),
    ];
    Sheet {
        title: say.certificate_title(),
        lead: Some(say.certificate_lead()),
        amount: None,
        party: Some(PartyText {
            label: say.certificate_shop(),
            name: Some(certificate.shop.clone()),
            stranger: say.approve_shop_new(),
            address: reading.identity.to_string(),
            caution: None,
        }),
        warnings: vec![say.certificate_no_money()],
        rows,
        accept: say.certificate_button().to_owned(),
        refuse: say.approve_refuse(),
        question: say.certificate_question().to_owned(),
    }
}

fn save_payee(payee: &Payee, replaces: Option<&str>, say: Messages) -> Sheet {
    let mut rows = Vec::new();
    if let Some(was) = replaces {
        rows.push(change(say.payee_name(), was, &payee.name));
    }
    rows.push(Row::text(
        say.approve_network(),
        network(payee.address.chain(), say),
    ));
    Sheet {
        title: say.payee_title(),
        lead: Some(say.payee_lead()),
        amount: None,
        party: Some(PartyText {
            label: say.payee_name(),
            name: Some(payee.name.clone()),
            stranger: say.approve_to_new(),
            address: payee.address.plain(),
            caution: replaces.map(|_| say.payee_renamed()),
        }),
        warnings: Vec::new(),
        rows,
        accept: say.save_button().to_owned(),
        refuse: say.cancel(),
        question: say.save_question().to_owned(),
    }
}

fn save_asset(
    asset: &Asset,
    domain: Option<&TokenDomain>,
    replaces: Option<&Asset>,
    say: Messages,
) -> Sheet {
    let decimals = asset.decimals().to_string();
    let mut rows = match replaces {
        Some(was) => vec![
            change(say.asset_symbol(), was.symbol(), asset.symbol()),
            change(say.asset_decimals(), &was.decimals().to_string(), &decimals),
        ],
        None => vec![
            Row::text(say.asset_symbol(), asset.symbol()),
            Row::text(say.asset_decimals(), decimals),
        ],
    };
    if asset.is_yuan() {
        rows.push(Row::text(say.asset_written(), "¥"));
    }
    rows.push(Row::text(
        say.approve_network(),
        network(asset.id().chain(), say),
    ));
    if let Some(contract) = asset.id().contract() {
        let contract = Address::on(asset.id().chain(), contract).plain();
        rows.push(Row::hex(say.approve_contract(), contract));
    }
    if let Some(domain) = domain {
        rows.push(Row::text(
            say.asset_domain(),
            format!("{} {}", domain.name, domain.version),
        ));
    }
    Sheet {
        title: say.asset_title(),
        lead: Some(say.asset_lead()),
        amount: None,
        party: None,
        warnings: Vec::new(),
        rows,
        accept: say.save_button().to_owned(),
        refuse: say.cancel(),
        question: say.save_question().to_owned(),
    }
}

fn loosen(from: &SpendPolicy, to: &SpendPolicy, assets: &[Asset], say: Messages) -> Sheet {
    let named: BTreeSet<AssetId> = [from, to]
        .iter()
        .flat_map(|policy| policy.quick_pay.iter().map(|limit| limit.asset))
        .collect();
    let mut rows: Vec<Row> = named
        .into_iter()
        .flat_map(|asset| limit_rows(asset, from, to, assets, say))
        .collect();
    if from.lock_after_seconds != to.lock_after_seconds {
        rows.push(change(
            say.policy_lock(),
            &duration(u64::from(from.lock_after_seconds), say),
            &duration(u64::from(to.lock_after_seconds), say),
        ));
    }
    Sheet {
        title: say.policy_title(),
        lead: Some(say.policy_lead()),
        amount: None,
        party: None,
        warnings: Vec::new(),
        rows,
        accept: say.policy_button().to_owned(),
        refuse: say.cancel(),
        question: say.policy_question().to_owned(),
    }
}

/// What changes in the limits of one asset.
fn limit_rows(
    asset: AssetId,
    from: &SpendPolicy,
    to: &SpendPolicy,
    assets: &[Asset],
    say: Messages,
) -> Vec<Row> {
    type Part = fn(&QuickPayLimit) -> U256;
    let written = |atoms: U256| Money {
        asset,
        known: assets.iter().find(|known| known.id() == asset).cloned(),
        atoms,
    };
    let limit = |policy: &SpendPolicy, of: Part| {
        let limit = policy.quick_pay.iter().find(|limit| limit.asset == asset);
        let atoms = limit.map(of).filter(|atoms| !atoms.is_zero());
        atoms.map_or_else(
            || say.policy_none().to_owned(),
            |atoms| money(&written(atoms), say),
        )
    };
    let code = code(&written(U256::ZERO), say);
    let kinds: [(&'static str, Part); 2] = [
        (say.policy_per_payment(), |limit| limit.per_payment),
        (say.policy_per_day(), |limit| limit.per_day),
    ];
    kinds
        .into_iter()
        .map(|(label, of)| (label, limit(from, of), limit(to, of)))
        .filter(|(_, was, becomes)| was != becomes)
        .map(|(label, was, becomes)| change(&format!("{code}  {label}"), &was, &becomes))
        .collect()
}

fn change(label: &str, was: &str, becomes: &str) -> Row {
    Row {
        label: label.to_owned(),
        value: Value::Change {
            was: was.to_owned(),
            becomes: becomes.to_owned(),
        },
    }
}
