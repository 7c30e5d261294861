//! The shapes of what is sent and answered. Objects name all their fields: what is
//! not described is a fault, which the tests look for.

use jiaozi_wallet::api::ErrorCode;
use serde_json::{Map, Value, json};

use crate::problem::OwnCode;

/// Every schema, by name.
pub fn all() -> Value {
    let mut all = Map::new();
    let subjects = [
        problem(),
        money(),
        till(),
        charge(),
        refund(),
        report(),
        events(),
        webhooks(),
    ];
    for (name, schema) in subjects.into_iter().flatten() {
        all.insert(name.to_owned(), schema);
    }
    Value::Object(all)
}

type Named = Vec<(&'static str, Value)>;

/// An object with exactly these fields.
fn object(fields: Value) -> Value {
    let names: Vec<_> = fields
        .as_object()
        .map(|fields| fields.keys().cloned().collect())
        .unwrap_or_default();
    json!({
        "type": "object",
        "properties": fields,
        "required": names,
        "additionalProperties": false,
    })
}

/// An object of which only some fields must be given.
fn input(fields: Value, required: &[&str]) -> Value {
    json!({
        "type": "object",
        "properties": fields,
        "required": required,
        "additionalProperties": false,
    })
}

fn of(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn or_null(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

fn list(name: &str) -> Value {
    json!({ "type": "array", "items": of(name) })
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn second() -> Value {
    json!({ "type": "integer", "minimum": 0, "description": "Unix second" })
}

fn count() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

fn flag() -> Value {
    json!({ "type": "boolean" })
}

fn words(words: &[&str]) -> Value {
    json!({ "type": "string", "enum": words })
}

/// Text that is given, or null, within a number of characters.
fn given(least: u32, most: u32) -> Value {
    json!({ "type": ["string", "null"], "minLength": least, "maxLength": most })
}

/// An amount that is given.
fn amount_in(nullable: bool) -> Value {
    let kind = if nullable {
        json!(["string", "null"])
    } else {
        json!("string")
    };
    json!({
        "type": kind,
        "pattern": "^[0-9]{1,15}(\\.[0-9]{1,18})?$",
        "examples": ["12.50"],
    })
}

fn problem() -> Named {
    let own = OwnCode::ALL.iter().map(|code| code.as_str().to_owned());
    let codes: Vec<_> = own
        .chain(ErrorCode::ALL.iter().map(|code| code.as_str()))
        .collect();
    let error = object(json!({
        "code": { "type": "string", "enum": codes },
        "message": text(),
        "next": text(),
        "retryable": flag(),
        "money": words(&["safe", "moving", "moved"]),
        "values": { "type": "object", "additionalProperties": { "type": "string" } },
        "detail": or_null(text()),
    }));
    let told = json!({
        "code": { "type": "string", "enum": codes },
        "retryable": flag(),
        "money": words(&["safe", "moving", "moved"]),
        "values": { "type": "object", "additionalProperties": { "type": "string" } },
    });
    vec![
        ("Problem", object(json!({ "error": error }))),
        ("Trouble", object(told)),
    ]
}

fn money() -> Named {
    vec![
        (
            "Asset",
            object(json!({
                "id": text(),
                "symbol": text(),
                "decimals": count(),
                "yuan": flag(),
            })),
        ),
        (
            "Amount",
            object(json!({
                "asset": of("Asset"),
                "atoms": { "type": "string", "pattern": "^[0-9]+$" },
                "plain": text(),
                "text": text(),
            })),
        ),
    ]
}

fn till() -> Named {
    let health = object(json!({
        "online": flag(),
        "seen_at": or_null(second()),
        "block": or_null(count()),
        "clock_ahead": { "type": ["integer", "null"] },
        "error": or_null(of("Trouble")),
    }));
    let till = object(json!({
        "shop": text(),
        "till": count(),
        "watch_only": flag(),
        "shop_id": or_null(text()),
        "signed_until": or_null(second()),
        "asset": of("Asset"),
        "charge_seconds": count(),
        "unclear_seconds": count(),
        "instant_up_to": of("Amount"),
        "open": count(),
        "to_return": count(),
        "health": health,
        "version": text(),
    }));
    vec![("Till", till)]
}

fn charge() -> Named {
    let assurance = words(&["seen", "included", "final"]);
    let line = object(json!({
        "name": text(),
        "quantity": count(),
        "price": of("Amount"),
        "total": of("Amount"),
    }));
    let payment = object(json!({
        "transaction": text(),
        "from": text(),
        "amount": of("Amount"),
        "block": count(),
        "time": second(),
        "assurance": assurance,
        "role": words(&["counts", "late", "wrong_asset"]),
        "checked": text(),
    }));
    let charge = object(json!({
        "id": { "type": "string", "pattern": "^[0-9]{1,3}-[0-9]{1,10}$" },
        "network_id": text(),
        "code": text(),
        "order": or_null(text()),
        "state": of("ChargeState"),
        "flags": of("Flags"),
        "amount": of("Amount"),
        "paid": of("Amount"),
        "missing": of("Amount"),
        "returnable": of("Amount"),
        "returnable_other": list("Amount"),
        "refunded": of("Amount"),
        "assurance": or_null(words(&["seen", "included", "final"])),
        "wanted": words(&["seen", "included", "final"]),
        "lines": { "type": "array", "items": line },
        "note": or_null(text()),
        "staff": or_null(text()),
        "address": text(),
        "link": text(),
        "ethereum_link": text(),
        "reference": text(),
        "created_at": second(),
        "expires_at": second(),
        "ended_at": or_null(second()),
        "payments": { "type": "array", "items": payment },
        "refunds": list("Refund"),
        "gathered": flag(),
        "version": count(),
        "checkout_url": { "type": "string", "description": "The page to send the customer to" },
    }));
    let new_line = input(
        json!({
            "name": { "type": "string", "minLength": 1, "maxLength": 64 },
            "quantity": { "type": "integer", "minimum": 1, "maximum": 10_000 },
            "price": amount_in(false),
        }),
        &["name", "quantity", "price"],
    );
    let mut new = input(
        json!({
            "amount": amount_in(true),
            "lines": { "type": ["array", "null"], "items": new_line, "maxItems": 100 },
            "note": given(0, 140),
            "staff": given(0, 32),
            "order": given(1, 64),
            "seconds": { "type": ["integer", "null"], "minimum": 60, "maximum": 86_400 },
        }),
        &[],
    );
    if let Some(new) = new.as_object_mut() {
        let one = json!([
            { "required": ["amount"], "properties": { "amount": { "type": "string" } } },
            { "required": ["lines"], "properties": { "lines": { "type": "array", "minItems": 1 } } },
        ]);
        new.insert("anyOf".to_owned(), one);
    }
    let page = object(json!({ "charges": list("Charge"), "next": or_null(text()) }));
    vec![
        ("NewCharge", new),
        ("Charge", charge),
        ("ChargePage", page),
        (
            "ChargeState",
            words(&["open", "unclear", "paid", "closed", "revoked"]),
        ),
        (
            "Flags",
            object(json!({
                "under": flag(),
                "over": flag(),
                "late": flag(),
                "wrong_asset": flag(),
                "taken_back": flag(),
            })),
        ),
    ]
}

fn refund() -> Named {
    let new = input(
        json!({
            "number": { "type": "string", "minLength": 1, "maxLength": 64 },
            "amount": amount_in(true),
            "to": given(1, 128),
            "reason": given(0, 140),
            "staff": given(1, 32),
        }),
        &["number"],
    );
    let refund = object(json!({
        "number": text(),
        "charge": text(),
        "amount": of("Amount"),
        "to": text(),
        "staff": text(),
        "reason": or_null(text()),
        "state": words(&["pending", "moving", "paid", "failed"]),
        "payment": or_null(text()),
        "transaction": or_null(text()),
        "block": or_null(count()),
        "paid_at": or_null(second()),
        "error": or_null(of("Trouble")),
        "created_at": second(),
    }));
    vec![("NewRefund", new), ("Refund", refund)]
}

fn report() -> Named {
    let sum = || of("Amount");
    let named = object(json!({ "name": text(), "count": count(), "total": sum() }));
    let hour = object(json!({
        "hour": { "type": "integer", "minimum": 0, "maximum": 23 },
        "count": count(),
        "total": sum(),
    }));
    let till = object(json!({ "till": count(), "payments": count(), "total": sum() }));
    let difference = object(json!({
        "kind": words(&[
            "not_in_books",
            "not_on_ledger",
            "differs",
            "unconfirmed",
            "refund_not_on_ledger",
        ]),
        "block": count(),
        "transaction": text(),
        "charge": text(),
        "refund": or_null(text()),
        "ledger": or_null(sum()),
        "books": or_null(sum()),
    }));
    let check = object(json!({
        "ledger": sum(),
        "books": sum(),
        "agrees": flag(),
        "differences": { "type": "array", "items": difference },
    }));
    let counts = object(json!({
        "paid": count(),
        "closed": count(),
        "revoked": count(),
        "open": count(),
        "under": count(),
        "over": count(),
        "late": count(),
        "wrong_asset": count(),
        "taken_back": count(),
    }));
    let mut report = object(json!({
        "kind": words(&["x", "z"]),
        "number": or_null(count()),
        "made_at": second(),
        "shop": text(),
        "till": count(),
        "from": second(),
        "to": second(),
        "first_block": count(),
        "last_block": count(),
        "received": sum(),
        "sales": sum(),
        "unasked": sum(),
        "others": sum(),
        "carried_in": sum(),
        "carried_out": sum(),
        "refunded": sum(),
        "net": sum(),
        "net_negative": flag(),
        "waiting": sum(),
        "other_assets": list("Amount"),
        "counts": counts,
        "items": list("NamedTotal"),
        "staff": list("NamedTotal"),
        "hours": { "type": "array", "items": hour },
        "tills": { "type": "array", "items": till },
        "ledger": check,
    }));
    if let Some(report) = report.as_object_mut() {
        let rule = "received + carried_in = sales + unasked + others + carried_out";
        report.insert("description".to_owned(), rule.into());
    }
    vec![
        ("NamedTotal", named),
        ("Report", report),
        ("ReportList", object(json!({ "reports": list("Report") }))),
    ]
}

/// What can happen.
const KINDS: [&str; 12] = [
    "charge_created",
    "charge_changed",
    "charge_paid",
    "charge_unclear",
    "charge_closed",
    "charge_revoked",
    "charge_reopened",
    "refund_created",
    "refund_moving",
    "refund_paid",
    "refund_failed",
    "day_closed",
];

fn events() -> Named {
    let event = object(json!({
        "seq": count(),
        "at": second(),
        "kind": of("EventKind"),
        "charge": or_null(text()),
        "version": count(),
        "state": or_null(of("ChargeState")),
        "flags": of("Flags"),
        "paid": or_null(of("Amount")),
        "number": or_null(text()),
    }));
    vec![
        ("EventKind", words(&KINDS)),
        ("Event", event),
        (
            "EventPage",
            object(json!({ "events": list("Event"), "next": count() })),
        ),
    ]
}

fn webhooks() -> Named {
    let kinds = json!({
        "type": ["array", "null"],
        "items": of("EventKind"),
        "uniqueItems": true,
        "description": "Empty means all",
    });
    let new = input(
        json!({
            "url": {
                "type": "string",
                "minLength": 1,
                "maxLength": 2_048,
                "description": "`https://…`, or `http://` on this computer",
                "examples": ["https://shop.example/hooks/jiaozi"],
            },
            "events": kinds,
            "enabled": { "type": ["boolean", "null"] },
        }),
        &["url"],
    );
    let fields = json!({
        "id": { "type": "string", "pattern": "^wh_[0-9a-f]{32}$" },
        "url": text(),
        "events": list("EventKind"),
        "enabled": flag(),
        "secrets": count(),
        "created_at": second(),
    });
    let mut with_secret = fields.clone();
    if let Some(fields) = with_secret.as_object_mut() {
        let secret = json!({ "type": "string", "pattern": "^whsec_[0-9a-f]{64}$" });
        fields.insert("secret".to_owned(), secret);
    }
    let delivery = object(json!({
        "seq": count(),
        "event": text(),
        "kind": of("EventKind"),
        "charge": or_null(text()),
        "state": words(&["pending", "delivered", "failed"]),
        "attempts": count(),
        "last_at": or_null(second()),
        "status": or_null(count()),
        "error": or_null(text()),
        "next_at": or_null(second()),
    }));
    vec![
        ("NewWebhook", new),
        ("Webhook", object(fields)),
        ("WebhookWithSecret", object(with_secret)),
        (
            "WebhookList",
            object(json!({ "webhooks": list("Webhook") })),
        ),
        ("Delivery", delivery),
        (
            "DeliveryPage",
            object(json!({ "deliveries": list("Delivery"), "next": or_null(count()) })),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use jiaozi_wallet::api::till::TillEventKind;

    #[test]
    fn every_kind_of_event_is_described() {
        for kind in super::KINDS {
            let read = serde_json::from_value::<TillEventKind>(kind.into());
            read.unwrap_or_else(|_| panic!("{kind}"));
        }
        // A new kind is found by this match.
        let count = |kind: TillEventKind| match kind {
            TillEventKind::ChargeCreated
            | TillEventKind::ChargeChanged
            | TillEventKind::ChargePaid
            | TillEventKind::ChargeUnclear
            | TillEventKind::ChargeClosed
            | TillEventKind::ChargeRevoked
            | TillEventKind::ChargeReopened
            | TillEventKind::RefundCreated
            | TillEventKind::RefundMoving
            | TillEventKind::RefundPaid
            | TillEventKind::RefundFailed
            | TillEventKind::DayClosed => 12,
        };
        assert_eq!(super::KINDS.len(), count(TillEventKind::DayClosed));
    }
}
