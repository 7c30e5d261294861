//! Charges.

use axum::http::StatusCode;
use jiaozi_wallet::api::ErrorCode;
use jiaozi_wallet::api::till::{ChargeInput, ChargeLineInput, ChargeQuery, ChargeState};
use jiaozi_wallet::till::access::Scope;
use serde::Deserialize;
use serde_json::json;

use super::with_page;
use crate::operation::{Answer, Call, Content, Kind, Method, Operation, Parameter};
use crate::problem::{OwnCode, Problem};

/// What to ask a customer for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewCharge {
    #[serde(default)]
    amount: Option<String>,
    #[serde(default)]
    lines: Option<Vec<NewLine>>,
    #[serde(default)]
    note: Option<String>,
    #[serde(default)]
    staff: Option<String>,
    #[serde(default)]
    order: Option<String>,
    #[serde(default)]
    seconds: Option<Whole>,
}

/// A whole number: JSON writes it as `60` or `60.0`.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "serde_json::Number")]
struct Whole(u32);

impl TryFrom<serde_json::Number> for Whole {
    type Error = &'static str;

    fn try_from(number: serde_json::Number) -> Result<Self, Self::Error> {
        let text = number.to_string();
        let whole = text.strip_suffix(".0").unwrap_or(&text);
        whole
            .parse()
            .map(Self)
            .map_err(|_| "not a whole number within bounds")
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewLine {
    name: String,
    quantity: Whole,
    price: String,
}

const STATES: [(&str, ChargeState); 5] = [
    ("open", ChargeState::Open),
    ("unclear", ChargeState::Unclear),
    ("paid", ChargeState::Paid),
    ("closed", ChargeState::Closed),
    ("revoked", ChargeState::Revoked),
];

const fn parameter(name: &'static str, about: &'static str, kind: Kind) -> Parameter {
    Parameter {
        name,
        about,
        required: false,
        kind,
    }
}

static QUERY: [Parameter; 7] = [
    parameter(
        "text",
        "In code, order, note, lines, staff, payer's address, transaction or amount",
        Kind::Text(100),
    ),
    parameter(
        "state",
        "In this state only",
        Kind::Words(&["open", "unclear", "paid", "closed", "revoked"]),
    ),
    parameter(
        "to_return",
        "`true`: only those with money that nobody asked for",
        Kind::Words(&["true", "false"]),
    ),
    parameter(
        "day",
        "Of this day of the shop only, as in 2026-11-28",
        Kind::Pattern(
            "^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$|^20[0-9]{2}-(0[13-9]|1[0-2])-(29|30)$|^20[0-9]{2}-(0[13578]|1[02])-31$|^20([02468][048]|[13579][26])-02-29$",
        ),
    ),
    parameter("order", "The one with this order number", Kind::Text(64)),
    parameter(
        "after",
        "Where the last page ended: its `next`",
        Kind::Pattern("^[0-9]{1,9}\\.[0-9]{1,9}$"),
    ),
    parameter(
        "limit",
        "How many, 50 where nothing is said",
        Kind::Number(1, 200),
    ),
];

pub fn operations() -> Vec<Operation> {
    vec![
        Operation {
            method: Method::Post,
            path: "/v1/charges",
            id: "createCharge",
            summary: "Make a charge, with a receiving address of its own",
            scope: Scope::ChargesWrite,
            query: &[],
            body: Some("NewCharge"),
            answer: (201, Content::Json("Charge")),
            refusals: &[409, 422],
            handler: |call| Box::pin(create(call)),
        },
        Operation {
            method: Method::Get,
            path: "/v1/charges",
            id: "listCharges",
            summary: "Charges, newest first",
            scope: Scope::ChargesRead,
            query: &QUERY,
            body: None,
            answer: (200, Content::Json("ChargePage")),
            refusals: &[],
            handler: |call| Box::pin(list(call)),
        },
        Operation {
            method: Method::Get,
            path: "/v1/charges/{charge}",
            id: "getCharge",
            summary: "One charge, as it stands",
            scope: Scope::ChargesRead,
            query: &[],
            body: None,
            answer: (200, Content::Json("Charge")),
            refusals: &[404],
            handler: |call| Box::pin(get(call)),
        },
        Operation {
            method: Method::Post,
            path: "/v1/charges/{charge}/close",
            id: "closeCharge",
            summary: "End an open charge now; it is over with the next look at the ledger",
            scope: Scope::ChargesWrite,
            query: &[],
            body: None,
            answer: (200, Content::Json("Charge")),
            refusals: &[404, 409],
            handler: |call| Box::pin(close(call)),
        },
        Operation {
            method: Method::Post,
            path: "/v1/charges/{charge}/look",
            id: "lookAtCharge",
            summary: "Look deeper at the ledger: at every asset and network of the charge's address",
            scope: Scope::ChargesWrite,
            query: &[],
            body: None,
            answer: (200, Content::Json("Charge")),
            refusals: &[404],
            handler: |call| Box::pin(look(call)),
        },
    ]
}

async fn create(mut call: Call) -> Result<Answer, Problem> {
    let new: NewCharge = call.body()?;
    let once = call.once()?;
    let charge = call.app.till.charge_once(once, checked(new)?).await?;
    Answer::json(StatusCode::CREATED, &with_page(&call.app, &charge)?)
}

/// Holds a charge against the bounds of the description.
fn checked(new: NewCharge) -> Result<ChargeInput, Problem> {
    let bad = |what: &str| Problem::malformed(OwnCode::BodyMalformed, what);
    if let Some(amount) = &new.amount {
        money("amount", amount)?;
    }
    text("note", new.note.as_deref(), 0, 140)?;
    text("staff", new.staff.as_deref(), 0, 32)?;
    text("order", new.order.as_deref(), 1, 64)?;
    let seconds = new.seconds.map(|Whole(seconds)| seconds);
    if seconds.is_some_and(|seconds| !(60..=86_400).contains(&seconds)) {
        return Err(bad("`seconds` is a number from 60 to 86400"));
    }
    let lines = new.lines.unwrap_or_default();
    if lines.len() > 100 {
        return Err(bad("`lines` has at most 100 entries"));
    }
    if lines.is_empty() && new.amount.is_none() {
        return Err(bad("`amount` or `lines` is needed"));
    }
    let mut read = Vec::with_capacity(lines.len());
    for line in lines {
        text("name", Some(&line.name), 1, 64)?;
        money("price", &line.price)?;
        let Whole(quantity) = line.quantity;
        if !(1..=10_000).contains(&quantity) {
            return Err(bad("`quantity` is a number from 1 to 10000"));
        }
        read.push(ChargeLineInput {
            name: line.name,
            quantity,
            price: line.price,
        });
    }
    Ok(ChargeInput {
        amount: new.amount,
        lines: read,
        note: new.note,
        staff: new.staff,
        order: new.order,
        seconds,
    })
}

/// Digits, with at most 18 of them behind a point.
pub(super) fn money(name: &str, value: &str) -> Result<(), Problem> {
    let (whole, part) = value.split_once('.').unwrap_or((value, "0"));
    let digits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    match digits(whole, 15) && digits(part, 18) {
        true => Ok(()),
        false => {
            let what = format!("`{name}` is an amount in digits, as in \"12.50\"");
            Err(Problem::malformed(OwnCode::BodyMalformed, what))
        }
    }
}

/// Text of a bounded number of characters.
pub(super) fn text(
    name: &str,
    value: Option<&str>,
    least: usize,
    most: usize,
) -> Result<(), Problem> {
    let fits = |value: &str| (least..=most).contains(&value.chars().count());
    match value.is_none_or(fits) {
        true => Ok(()),
        false => {
            let what = format!("`{name}` has {least} to {most} characters");
            Err(Problem::malformed(OwnCode::BodyMalformed, what))
        }
    }
}

async fn list(call: Call) -> Result<Answer, Problem> {
    let query = &call.query;
    let limit = query.number("limit", 1, 200)?;
    let after = query.text("after", 32)?;
    let (day, order) = (query.text("day", 10)?, query.text("order", 64)?);
    let bad = |what: &str| Problem::malformed(OwnCode::QueryMalformed, what);
    if after.as_deref().is_some_and(|after| !is_place(after)) {
        return Err(bad("`after` is the `next` of the last page"));
    }
    if day.as_deref().is_some_and(|day| !is_day(day)) {
        return Err(bad("`day` is a day, as in 2026-11-28"));
    }
    let asked = ChargeQuery {
        text: query.text("text", 100)?,
        state: query.one_of("state", &STATES)?,
        to_return: query
            .one_of("to_return", &[("true", true), ("false", false)])?
            .unwrap_or(false),
        day,
        after,
        limit: limit.and_then(|limit| u32::try_from(limit).ok()),
    };
    if let Some(order) = order {
        let found = match call.app.till.get_order(&order) {
            Ok(charge) => vec![with_page(&call.app, &charge)?],
            Err(error) if error.code() == ErrorCode::ChargeUnknown => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        let page = json!({ "charges": found, "next": null });
        return Answer::json(StatusCode::OK, &page);
    }
    let page = call.app.till.list(asked).await?;
    let charges = page.charges.iter();
    let charges: Result<Vec<_>, _> = charges.map(|one| with_page(&call.app, one)).collect();
    let page = json!({ "charges": charges?, "next": page.next });
    Answer::json(StatusCode::OK, &page)
}

/// A day of this century, as in `2026-11-28`.
fn is_day(text: &str) -> bool {
    let digits = |text: &str, least: u32, most: u32| {
        let number = text
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| text.parse().ok());
        number
            .flatten()
            .filter(|number| (least..=most).contains(number))
    };
    let (Some(year), Some(month), Some(day)) = (text.get(..4), text.get(5..7), text.get(8..))
    else {
        return false;
    };
    let Some((year, month)) = digits(year, 2_000, 2_099).zip(digits(month, 1, 12)) else {
        return false;
    };
    let days = match month {
        2 if year.is_multiple_of(4) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    text.len() == 10
        && text.get(4..5) == Some("-")
        && text.get(7..8) == Some("-")
        && digits(day, 1, days).is_some()
}

/// Day and number, as in `20785.12`.
fn is_place(text: &str) -> bool {
    let part = |part: &str| {
        (1..=9).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    text.split_once('.')
        .is_some_and(|(day, number)| part(day) && part(number))
}

/// The id, where it is written like one, as in `7-123`.
pub(super) fn charge_id(call: &Call) -> Result<String, Problem> {
    let id = call.path(0)?;
    let number = |text: &str, most| {
        (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    match id.split_once('-') {
        Some((till, charge)) if number(till, 3) && number(charge, 10) => Ok(id.to_owned()),
        _ => Err(ErrorCode::ChargeUnknown.into()),
    }
}

async fn get(call: Call) -> Result<Answer, Problem> {
    let charge = call.app.till.get(&charge_id(&call)?)?;
    Answer::json(StatusCode::OK, &with_page(&call.app, &charge)?)
}

async fn close(call: Call) -> Result<Answer, Problem> {
    let id = charge_id(&call)?;
    let closed = call.app.till.close(&id).await;
    let charge = match closed {
        // It was ended under this key, and the process with it.
        Err(error) if error.code() == ErrorCode::ChargeOver && call.begun.is_some() => {
            call.app.till.get(&id)?
        }
        closed => closed?,
    };
    Answer::json(StatusCode::OK, &with_page(&call.app, &charge)?)
}

async fn look(call: Call) -> Result<Answer, Problem> {
    let charge = call.app.till.look(&charge_id(&call)?).await?;
    Answer::json(StatusCode::OK, &with_page(&call.app, &charge)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for good in ["2026-11-28", "2024-02-29", "2000-02-29", "2099-12-31"] {
            assert!(is_day(good), "{good}");
        }
        for bad in [
            "",
            "2026-11-31",
            "2026-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-1-1",
            "2026-11-28 ",
            "2026/11/28",
            "+026-11-28",
            "2026-+1-28",
            "é026-11-28",
            "1999-01-01",
            "2026-11-2é",
        ] {
            assert!(!is_day(bad), "{bad}");
        }
    }

    #[test]
    fn amounts_are_digits() {
        for good in ["0", "12.50", "000.1", "999999999999999.1"] {
            money("amount", good).unwrap();
        }
        for bad in [
            "",
            ".",
            "1.",
            ".5",
            "-1",
            "+1",
            "1e3",
            "1,5",
            "１",
            " 1",
            "1.2.3",
            "0x1",
            "9999999999999999",
        ] {
            assert!(money("amount", bad).is_err(), "{bad}");
        }
    }
}
