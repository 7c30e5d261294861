//! What can be asked, one file a subject.

mod charges;
mod events;
mod receipts;
mod refunds;
mod reports;
mod status;
mod webhooks;

use std::sync::Arc;

use axum::http::StatusCode;
use jiaozi_wallet::api::till::ChargeView;
use serde_json::Value;

use crate::app::App;
use crate::operation::{Answer, Operation};
use crate::problem::Problem;

/// Every operation.
pub fn all() -> Vec<Operation> {
    let subjects = [
        status::operations(),
        charges::operations(),
        refunds::operations(),
        receipts::operations(),
        reports::operations(),
        events::operations(),
        webhooks::operations(),
    ];
    subjects.into_iter().flatten().collect()
}

/// A charge that was made under an idempotency key, as it stands.
pub fn made_charge(app: &Arc<App>, number: u32) -> Result<Answer, Problem> {
    let charge = app.till.get(&number.to_string())?;
    Answer::json(StatusCode::CREATED, &with_page(app, &charge)?)
}

/// A charge, with the link of its checkout page.
pub fn with_page(app: &App, charge: &ChargeView) -> Result<Value, Problem> {
    let url = app.page_url(&charge.id)?;
    let value = serde_json::to_value(charge);
    let mut value = value.map_err(|_| jiaozi_wallet::api::ErrorCode::Internal)?;
    if let Some(object) = value.as_object_mut() {
        object.insert("checkout_url".to_owned(), Value::String(url));
    }
    Ok(value)
}
