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
    seconds: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewLine {
    name: String,
    quantity: u32,
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
    if new
        .seconds
        .is_some_and(|seconds| !(60..=86_400).contains(&seconds))
    {
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
        if !(1..=10_000).contains(&line.quantity) {
            return Err(bad("`quantity` is a number from 1 to 10000"));
        }
        read.push(ChargeLineInput {
            name: line.name,
            quantity: line.quantity,
            price: line.price,
        });
    }
    Ok(ChargeInput {
        amount: new.amount,
        lines: read,
        note: new.note,
        staff: new.staff,
        order: new.order,
        seconds: new.seconds,
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
    if let Some(order) = query.text("order", 64)? {
        let found = match call.app.till.get_order(&order) {
            Ok(charge) => vec![with_page(&call.app, &charge)?],
            Err(error) if error.code() == ErrorCode::ChargeUnknown => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        let page = json!({ "charges": found, "next": null });
        return Answer::json(StatusCode::OK, &page);
    }
    let limit = query.number("limit", 1, 200)?;
    let after = query.text("after", 32)?;
    let day = query.text("day", 10)?;
    let bad = |what: &str| Problem::malformed(OwnCode::QueryMalformed, what);
    if after.as_deref().is_some_and(|after| !is_place(after)) {
        return Err(bad("`after` is the `next` of the last page"));
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
    let by_day = asked.day.is_some();
    let page = call
        .app
        .till
        .list(asked)
        .await
        .map_err(|error| match error.code() {
            ErrorCode::BadInput if by_day => bad("`day` is a day, as in 2026-11-28"),
            _ => error.into(),
        })?;
    let charges = page.charges.iter();
    let charges: Result<Vec<_>, _> = charges.map(|one| with_page(&call.app, one)).collect();
    let page = json!({ "charges": charges?, "next": page.next });
    Answer::json(StatusCode::OK, &page)
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
