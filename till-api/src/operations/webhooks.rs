//! Webhooks and what was delivered to them.

use axum::http::StatusCode;
use jiaozi_wallet::api::till::TillEventKind;
use jiaozi_wallet::till::access::{Scope, WebhookInput, WebhookView};
use serde::Deserialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::charges::text;
use crate::app::on_disk;
use crate::operation::{Answer, Call, Content, Kind, Method, Operation, Parameter};
use crate::problem::{OwnCode, Problem};
use crate::webhooks::Poke;

/// Where to send what.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewWebhook {
    url: String,
    #[serde(default)]
    events: Option<Vec<TillEventKind>>,
    #[serde(default)]
    enabled: Option<bool>,
}

static QUERY: [Parameter; 2] = [
    Parameter {
        name: "before",
        about: "Deliveries of events before this number: the `next` of the last page",
        required: false,
        kind: Kind::Number(0, 9_007_199_254_740_991),
    },
    Parameter {
        name: "limit",
        about: "How many, 50 where nothing is said",
        required: false,
        kind: Kind::Number(1, 200),
    },
];

pub fn operations() -> Vec<Operation> {
    let one = "/v1/webhooks/{webhook}";
    let operation = |method, path, id, summary| Operation {
        method,
        path,
        id,
        summary,
        scope: Scope::WebhooksWrite,
        query: &[],
        body: None,
        answer: (200, Content::Json("Webhook")),
        refusals: &[404],
        handler: |call| Box::pin(get(call)),
    };
    vec![
        Operation {
            body: Some("NewWebhook"),
            answer: (201, Content::Json("WebhookWithSecret")),
            refusals: &[409, 422],
            handler: |call| Box::pin(create(call)),
            ..operation(
                Method::Post,
                "/v1/webhooks",
                "createWebhook",
                "Be told of what happens from now on; the secret is shown here alone",
            )
        },
        Operation {
            answer: (200, Content::Json("WebhookList")),
            refusals: &[],
            handler: |call| Box::pin(list(call)),
            ..operation(
                Method::Get,
                "/v1/webhooks",
                "listWebhooks",
                "Webhooks, oldest first",
            )
        },
        operation(Method::Get, one, "getWebhook", "One webhook"),
        Operation {
            body: Some("NewWebhook"),
            refusals: &[404, 422],
            handler: |call| Box::pin(replace(call)),
            ..operation(
                Method::Put,
                one,
                "replaceWebhook",
                "Change a webhook; its secrets stay",
            )
        },
        Operation {
            answer: (204, Content::Empty),
            handler: |call| Box::pin(remove(call)),
            ..operation(
                Method::Delete,
                one,
                "deleteWebhook",
                "Remove a webhook and its deliveries",
            )
        },
        Operation {
            answer: (200, Content::Json("WebhookWithSecret")),
            handler: |call| Box::pin(rotate(call)),
            ..operation(
                Method::Post,
                "/v1/webhooks/{webhook}/rotate",
                "rotateWebhookSecret",
                "Make a new secret; the last one stays valid until the next rotation",
            )
        },
        Operation {
            query: &QUERY,
            answer: (200, Content::Json("DeliveryPage")),
            handler: |call| Box::pin(deliveries(call)),
            ..operation(
                Method::Get,
                "/v1/webhooks/{webhook}/deliveries",
                "listDeliveries",
                "What was delivered, or is to be, newest first",
            )
        },
        Operation {
            answer: (202, Content::Json("Delivery")),
            handler: |call| Box::pin(redeliver(call)),
            ..operation(
                Method::Post,
                "/v1/webhooks/{webhook}/deliveries/{seq}/redeliver",
                "redeliver",
                "Deliver an event once more, under the same id",
            )
        },
    ]
}

fn checked(call: &mut Call) -> Result<WebhookInput, Problem> {
    let new: NewWebhook = call.body()?;
    text("url", Some(&new.url), 1, 2_048)?;
    let events = new.events.unwrap_or_default();
    let mut distinct = std::collections::HashSet::new();
    if !events.iter().all(|kind| distinct.insert(*kind)) {
        let what = "`events` names each event once";
        return Err(Problem::malformed(OwnCode::BodyMalformed, what));
    }
    Ok(WebhookInput {
        url: new.url,
        events,
        enabled: new.enabled.unwrap_or(true),
    })
}

/// The id, where it is written like one.
fn webhook_id(call: &Call) -> Result<String, Problem> {
    let id = call.path(0)?;
    let hex = |text: &str| text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
    match id.strip_prefix("wh_").is_some_and(hex) {
        true => Ok(id.to_owned()),
        false => Err(jiaozi_wallet::api::ErrorCode::TillWebhookUnknown.into()),
    }
}

fn with_secret(view: &WebhookView, secret: &Zeroizing<String>) -> Result<Value, Problem> {
    let value = serde_json::to_value(view);
    let mut value = value.map_err(|_| jiaozi_wallet::api::ErrorCode::Internal)?;
    if let Some(object) = value.as_object_mut() {
        object.insert("secret".to_owned(), Value::String(secret.to_string()));
    }
    Ok(value)
}

async fn create(mut call: Call) -> Result<Answer, Problem> {
    let (input, once) = (checked(&mut call)?, call.once()?);
    let (access, now) = (call.app.access()?, call.app.now());
    let make = move || access.add_webhook(input, None, Some(&once), now);
    let (view, secret) = on_disk(make).await?;
    // Nobody listens where the server is about to end.
    let _ = call.app.webhooks.send(Poke::Changed);
    Answer::json(StatusCode::CREATED, &with_secret(&view, &secret)?)
}

async fn list(call: Call) -> Result<Answer, Problem> {
    let all = call.app.access()?.webhooks()?;
    let views: Vec<_> = all.into_iter().map(|webhook| webhook.view).collect();
    Answer::json(StatusCode::OK, &json!({ "webhooks": views }))
}

async fn get(call: Call) -> Result<Answer, Problem> {
    let webhook = call.app.access()?.webhook(&webhook_id(&call)?)?;
    Answer::json(StatusCode::OK, &webhook.view)
}

async fn replace(mut call: Call) -> Result<Answer, Problem> {
    let (id, input) = (webhook_id(&call)?, checked(&mut call)?);
    let access = call.app.access()?;
    let view = on_disk(move || access.change_webhook(&id, input)).await?;
    let _ = call.app.webhooks.send(Poke::Changed);
    Answer::json(StatusCode::OK, &view)
}

async fn remove(call: Call) -> Result<Answer, Problem> {
    let (id, access) = (webhook_id(&call)?, call.app.access()?);
    on_disk(move || access.remove_webhook(&id)).await?;
    let _ = call.app.webhooks.send(Poke::Changed);
    Ok(Answer::Empty)
}

async fn rotate(call: Call) -> Result<Answer, Problem> {
    let (id, once, access) = (webhook_id(&call)?, call.once()?, call.app.access()?);
    let (view, secret) = on_disk(move || access.rotate_secret(&id, &once)).await?;
    let _ = call.app.webhooks.send(Poke::Changed);
    Answer::json(StatusCode::OK, &with_secret(&view, &secret)?)
}

async fn deliveries(call: Call) -> Result<Answer, Problem> {
    let before = call.query.number("before", 0, 9_007_199_254_740_991)?;
    let limit = call.query.number("limit", 1, 200)?.unwrap_or(50);
    let limit = usize::try_from(limit).unwrap_or(50);
    let id = webhook_id(&call)?;
    let page = call.app.access()?.deliveries(&id, before, limit)?;
    let next = match page.len() < limit {
        true => None,
        false => page.last().map(|last| last.seq),
    };
    Answer::json(StatusCode::OK, &json!({ "deliveries": page, "next": next }))
}

async fn redeliver(call: Call) -> Result<Answer, Problem> {
    let webhook = webhook_id(&call)?;
    let seq = call.path(1)?;
    let digits = (1..=16).contains(&seq.len()) && seq.bytes().all(|byte| byte.is_ascii_digit());
    let seq: u64 = match seq.parse() {
        Ok(seq) if digits => seq,
        _ => return Err(jiaozi_wallet::api::ErrorCode::TillDeliveryUnknown.into()),
    };
    let (access, now, id) = (call.app.access()?, call.app.now(), webhook.clone());
    let delivery = on_disk(move || access.redeliver(&id, seq, now)).await?;
    let _ = call.app.webhooks.send(Poke::Again { webhook, seq });
    Answer::json(StatusCode::ACCEPTED, &delivery)
}
