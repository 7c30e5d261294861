//! Refunds.

use axum::http::StatusCode;
use jiaozi_wallet::api::till::RefundInput;
use jiaozi_wallet::till::access::Scope;
use serde::Deserialize;

use super::charges::{charge_id, money, text};
use crate::operation::{Answer, Call, Content, Kind, Method, Operation, Parameter};
use crate::problem::{OwnCode, Problem};

/// What to give back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewRefund {
    number: String,
    #[serde(default)]
    amount: Option<String>,
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    staff: Option<String>,
}

static QUERY: [Parameter; 1] = [Parameter {
    name: "number",
    about: "The shop's number of the refund",
    required: true,
    kind: Kind::Text(64),
}];

pub fn operations() -> Vec<Operation> {
    vec![
        Operation {
            method: Method::Post,
            path: "/v1/charges/{charge}/refunds",
            id: "createRefund",
            summary: "Give money back; a refund's number pays once, however often it is asked for",
            scope: Scope::RefundsWrite,
            query: &[],
            body: Some("NewRefund"),
            answer: (201, Content::Json("Refund")),
            refusals: &[404, 409, 422],
            handler: |call| Box::pin(create(call)),
        },
        Operation {
            method: Method::Get,
            path: "/v1/refunds",
            id: "getRefund",
            summary: "One refund by the shop's number of it, as it stands",
            scope: Scope::ChargesRead,
            query: &QUERY,
            body: None,
            answer: (200, Content::Json("Refund")),
            refusals: &[404],
            handler: |call| Box::pin(get(call)),
        },
    ]
}

async fn create(mut call: Call) -> Result<Answer, Problem> {
    let charge = charge_id(&call)?;
    let new: NewRefund = call.body()?;
    text("number", Some(&new.number), 1, 64)?;
    text("reason", new.reason.as_deref(), 0, 140)?;
    text("staff", new.staff.as_deref(), 1, 32)?;
    text("to", new.to.as_deref(), 1, 128)?;
    if let Some(amount) = &new.amount {
        money("amount", amount)?;
    }
    let input = RefundInput {
        charge,
        number: new.number,
        amount: new.amount,
        asset: None,
        to: new.to,
        // Who of the staff did it is known to the shop's software alone.
        staff: new.staff.unwrap_or_else(|| call.caller.name.clone()),
        pin: None,
        reason: new.reason,
    };
    let refund = call.app.till.refund_by(&call.caller, input).await?;
    Answer::json(StatusCode::CREATED, &refund)
}

async fn get(call: Call) -> Result<Answer, Problem> {
    let number = call
        .query
        .text("number", 64)?
        .ok_or(OwnCode::QueryMalformed)?;
    let refund = call.app.till.refund_of(&number)?;
    Answer::json(StatusCode::OK, &refund)
}
