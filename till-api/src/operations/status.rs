//! How the till stands.

use axum::http::StatusCode;
use jiaozi_wallet::api::till::TillHealth;
use jiaozi_wallet::api::{AmountView, AssetView, ErrorCode};
use jiaozi_wallet::till::access::Scope;
use serde::Serialize;

use crate::operation::{Answer, Call, Content, Method, Operation};
use crate::problem::Problem;

/// What the shop's software is told of the till: nothing by which other charges
/// could be found on the ledger.
#[derive(Serialize)]
struct Status {
    shop: String,
    till: u16,
    watch_only: bool,
    shop_id: Option<String>,
    signed_until: Option<u64>,
    asset: AssetView,
    charge_seconds: u32,
    unclear_seconds: u32,
    instant_up_to: AmountView,
    open: u64,
    to_return: u64,
    health: TillHealth,
    version: &'static str,
}

pub fn operations() -> Vec<Operation> {
    vec![Operation {
        method: Method::Get,
        path: "/v1/till",
        id: "getTill",
        summary: "How the till stands, and how well it sees the ledger",
        scope: Scope::ChargesRead,
        query: &[],
        body: None,
        answer: (200, Content::Json("Till")),
        refusals: &[],
        handler: |call| Box::pin(till(call)),
    }]
}

async fn till(call: Call) -> Result<Answer, Problem> {
    let view = call.app.till.view()?.ok_or(ErrorCode::TillNotSetUp)?;
    let status = Status {
        shop: view.shop,
        till: view.till,
        watch_only: view.watch_only,
        shop_id: view.shop_id,
        signed_until: view.signed_until,
        asset: view.asset,
        charge_seconds: view.charge_seconds,
        unclear_seconds: view.unclear_seconds,
        instant_up_to: view.instant_up_to,
        open: view.open,
        to_return: view.to_return,
        health: view.health,
        version: env!("CARGO_PKG_VERSION"),
    };
    Answer::json(StatusCode::OK, &status)
}
