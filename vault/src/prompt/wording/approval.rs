//! What a signature would do, in words.

use alloy_primitives::U256;
use jiaozi_custody::{Money, Party, Reading, ReadingKind};
use jiaozi_types::agent::{AuthorizationForm, KeyRef};
use jiaozi_types::{Address, CoinType};
use jiff::tz::TimeZone;

use super::figures::{code, is_sandbox, moment, money, network, thousands};
use super::{Headline, PartyText, Row, Sheet};
use crate::prompt::messages::Messages;

/// The sheet of a signature. Moments are written in `zone`.
pub fn approval(reading: &Reading, say: Messages, zone: &TimeZone) -> Sheet {
    let amount = reading.amount.as_ref();
    let figure = amount.map(|amount| money(amount, say)).unwrap_or_default();
    let (title, lead, accept, question) = acts(reading.kind, &figure, say);
    Sheet {
        title,
        lead,
        amount: amount.map(|amount| headline(amount, reading, say)),
        party: reading
            .payee
            .as_ref()
            .map(|payee| party(payee, reading, say)),
        warnings: warnings(reading, say),
        rows: rows(reading, say, zone),
        accept,
        refuse: say.approve_refuse(),
        question,
    }
}

/// Who gets the money. A charge of a shop that the person saved has a fresh
/// address each time: it goes by the shop's saved name.
fn party(payee: &Party, reading: &Reading, say: Messages) -> PartyText {
    let shop = reading.shop.as_ref();
    let own = match reading.kind {
        ReadingKind::Sweep { account } => Some(say.approve_own_account(account.saturating_add(1))),
        _ => None,
    };
    let name = own
        .or_else(|| payee.name.clone())
        .or_else(|| shop.and_then(|shop| shop.name.clone()));
    let signed = shop.is_some_and(|shop| shop.claims.is_some());
    let (stranger, caution) = if signed {
        (say.approve_shop_new(), say.approve_shop_new_text())
    } else {
        (say.approve_to_new(), say.approve_to_new_text())
    };
    PartyText {
        label: say.approve_to(),
        caution: name.is_none().then_some(caution),
        name,
        stranger,
        address: payee.address.plain(),
    }
}

type Acts = (&'static str, Option<&'static str>, String, String);

/// Title, meaning, button and question of each kind.
fn acts(kind: ReadingKind, figure: &str, say: Messages) -> Acts {
    match kind {
        ReadingKind::CoinTransfer
        | ReadingKind::TokenTransfer
        | ReadingKind::CarriedAuthorization => (
            say.approve_pay_title(),
            None,
            say.approve_pay_button(figure),
            say.approve_pay_question(figure),
        ),
        ReadingKind::Authorization(form) => (
            say.approve_authorize_title(),
            Some(match form {
                AuthorizationForm::Receive => say.approve_authorize_text(),
                AuthorizationForm::Transfer => say.approve_authorize_anyone_text(),
            }),
            say.approve_authorize_button(figure),
            say.approve_authorize_question(figure),
        ),
        ReadingKind::Sweep { .. } => (
            say.approve_sweep_title(),
            Some(say.approve_sweep_text()),
            say.approve_sweep_button(figure),
            say.approve_sweep_question(figure),
        ),
        ReadingKind::CancelAuthorization | ReadingKind::CancelTransaction => (
            say.approve_cancel_title(),
            Some(if kind == ReadingKind::CancelTransaction {
                say.approve_cancel_transaction_text()
            } else {
                say.approve_cancel_text()
            }),
            say.approve_cancel_button().to_owned(),
            say.approve_cancel_question().to_owned(),
        ),
    }
}

fn headline(amount: &Money, reading: &Reading, say: Messages) -> Headline {
    Headline {
        figure: money(amount, say),
        of: say.approve_of(code(amount, say), network(reading.chain, say)),
        play_money: is_sandbox(reading.chain),
    }
}

fn warnings(reading: &Reading, say: Messages) -> Vec<&'static str> {
    let mut warnings = Vec::new();
    if reading.amount.as_ref().is_some_and(|a| a.known.is_none()) {
        warnings.push(say.approve_asset_unknown_text());
    }
    if reading
        .shop
        .as_ref()
        .is_some_and(|shop| shop.claims.is_none())
    {
        warnings.push(say.approve_shop_expired());
    }
    if fee_is_high(reading) {
        warnings.push(say.approve_fee_high());
    }
    warnings
}

/// Whether the fee may take more than 1 % of the amount, where both are of one
/// asset and can be compared.
fn fee_is_high(reading: &Reading) -> bool {
    match (&reading.amount, &reading.fee_cap) {
        (Some(amount), Some(fee)) if amount.asset == fee.asset => fee
            .atoms
            .checked_mul(U256::from(100))
            .is_none_or(|hundredfold| hundredfold > amount.atoms),
        _ => false,
    }
}

fn rows(reading: &Reading, say: Messages, zone: &TimeZone) -> Vec<Row> {
    let fee = reading
        .fee_cap
        .as_ref()
        .filter(|fee| !fee.atoms.is_zero())
        .map_or_else(|| say.approve_fee_none().to_owned(), |fee| money(fee, say));
    let mut rows = shop_rows(reading, say);
    rows.push(Row::text(say.approve_fee(), fee));
    if let Some(collateral) = reading.collateral.as_ref().filter(|c| !c.atoms.is_zero()) {
        let part = money(collateral, say);
        rows.push(Row::text(say.approve_collateral(), part));
    }
    // Contracts of Core Space can pay for their callers; the bytes do not tell.
    let calls = reading.amount.as_ref().and_then(|a| a.asset.contract());
    if reading.last_epoch.is_some() && calls.is_some() {
        rows.push(Row::text(
            say.approve_fee_sponsored(),
            say.approve_fee_none(),
        ));
    }
    if let Some(expires) = reading.expires {
        let until = moment(expires, say, zone);
        let until = until.unwrap_or_else(|| say.approve_expiry_none().to_owned());
        rows.push(Row::text(say.approve_expiry(), until));
    }
    if let Some(last) = reading.last_epoch {
        let until = thousands(&last.to_string());
        rows.push(Row::text(say.approve_epoch(), until));
    }
    if reading.amount.is_none() {
        // With an amount, the headline names the network.
        rows.push(Row::text(
            say.approve_network(),
            network(reading.chain, say),
        ));
    }
    let plain = |raw| Address::on(reading.chain, raw).plain();
    let from = short(&plain(reading.from));
    let from = match reading.signer {
        KeyRef::Account(index) => say.approve_account(from, index.saturating_add(1)),
        KeyRef::Path { scheme, index } => {
            format!("{}, {from}", scheme.path(CoinType::Ether, index))
        }
        KeyRef::Charge { till, number } => say.approve_charge(from, number, till),
    };
    rows.push(Row::text(say.approve_from(), from));
    match reading
        .amount
        .as_ref()
        .map(|a| (a.asset.contract(), &a.known))
    {
        // What the vault does not know by name is shown in full.
        Some((Some(contract), None)) => {
            rows.push(Row::hex(say.approve_contract(), plain(contract)));
        }
        Some((Some(contract), Some(_))) => {
            rows.push(Row::text(say.approve_contract(), short(&plain(contract))));
        }
        _ => {}
    }
    rows
}

/// What a shop says of itself, and who it is.
fn shop_rows(reading: &Reading, say: Messages) -> Vec<Row> {
    let Some(shop) = &reading.shop else {
        return Vec::new();
    };
    let Some(claims) = &shop.claims else {
        return Vec::new();
    };
    let identity = shop.identity.to_string();
    let claims = Row::text(say.approve_shop_claims(), claims);
    match shop.name {
        Some(_) => vec![
            claims,
            Row::text(say.approve_shop_signed(), short(&identity)),
        ],
        // Whom the vault does not know is shown in full.
        None => vec![claims, Row::hex(say.approve_shop_identity(), identity)],
    }
}

/// The two ends of an address that the vault knows to be right.
fn short(address: &str) -> String {
    // What stands before the digits: `0x`, or a network of Core Space.
    let prefix = address.find(':').map_or(2, |colon| colon.saturating_add(1));
    match (
        address.get(..prefix.saturating_add(4)),
        address.get(address.len().saturating_sub(4)..),
    ) {
        (Some(start), Some(end)) => format!("{start}…{end}"),
        _ => address.to_owned(),
    }
}
