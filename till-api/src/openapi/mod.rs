//! The description of the calls (OpenAPI 3.1), made of the same table as the
//! router: `docs/till-api.json`, which a test compares with it.
//!
//! No derive macro makes it: the views are the wallet's, whose crate has no web in
//! it, and what matters most here, every status of every call, no type says.

mod schemas;

use serde_json::{Map, Value, json};

use crate::limits;
use crate::operation::{Content, Kind, Method, Operation, Parameter};
use crate::operations;

/// The description.
pub fn describe() -> Value {
    let mut paths = Map::new();
    for operation in operations::all() {
        let path = paths
            .entry(operation.path)
            .or_insert_with(|| Value::Object(Map::new()));
        if let Some(path) = path.as_object_mut() {
            let method = operation.method.as_str().to_ascii_lowercase();
            path.insert(method, one(&operation));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Jiaozi till",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "A shop's charges, refunds, reports, events and webhooks.",
            "description": "Amounts are decimal text. Errors have a stable `code`, sentences in the \
                language of Accept-Language, and say what they mean for the money. Every POST needs an \
                Idempotency-Key, which is kept for two days: the same key with the same request has \
                the same outcome, and with another one it is refused.",
            "license": { "name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT" },
        },
        "servers": [{ "url": "http://127.0.0.1:8817" }],
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "jzt_…",
                    "description": "A token of `jiaozi till token add`.",
                },
            },
            "schemas": schemas::all(),
            "responses": { "Problem": problem() },
        },
    })
}

/// The description as the file has it.
///
/// # Errors
/// None that can happen: it is plain JSON.
pub fn text() -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string_pretty(&describe())? + "\n")
}

fn schema(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn problem() -> Value {
    json!({
        "description": "Why the call has no other answer",
        "headers": {
            "Content-Language": { "schema": { "enum": ["en", "zh-CN"] }, "required": true },
        },
        "content": { "application/json": { "schema": schema("Problem") } },
    })
}

fn one(operation: &Operation) -> Value {
    let mut parameters = Vec::new();
    for name in operation.path_parameters() {
        parameters.push(json!({
            "name": name,
            "in": "path",
            "required": true,
            "schema": path_schema(name),
        }));
    }
    if operation.method == Method::Post {
        parameters.push(json!({
            "name": "Idempotency-Key",
            "in": "header",
            "required": true,
            "description": "New for each act, the same when it is repeated",
            "schema": {
                "type": "string",
                "pattern": "^[!-~]+$",
                "minLength": 1,
                "maxLength": limits::IDEMPOTENCY_KEY,
            },
        }));
    }
    parameters.extend(operation.query.iter().map(parameter));
    let mut described = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "description": format!("Scope: `{}`.", operation.scope.as_str()),
        "parameters": parameters,
        "responses": responses(operation),
    });
    if let (Some(body), Some(described)) = (operation.body, described.as_object_mut()) {
        let body = json!({
            "required": true,
            "content": { "application/json": { "schema": schema(body) } },
        });
        described.insert("requestBody".to_owned(), body);
    }
    described
}

fn path_schema(name: &str) -> Value {
    let pattern = match name {
        "charge" => "^[0-9]{1,3}-[0-9]{1,10}$",
        "report" => "^(x|[1-9][0-9]{0,8})$",
        "webhook" => "^wh_[0-9a-f]{32}$",
        _ => "^[0-9]{1,16}$",
    };
    json!({ "type": "string", "pattern": pattern })
}

fn parameter(parameter: &Parameter) -> Value {
    let schema = match parameter.kind {
        Kind::Text(most) => json!({ "type": "string", "minLength": 1, "maxLength": most }),
        Kind::Pattern(pattern) => json!({ "type": "string", "pattern": pattern }),
        Kind::Number(least, most) => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
        Kind::Words(words) => json!({ "type": "string", "enum": words }),
    };
    json!({
        "name": parameter.name,
        "in": "query",
        "description": parameter.about,
        "required": parameter.required,
        "schema": schema,
    })
}

/// What can be asked next with what was answered, where names do not say it.
fn links(operation: &str) -> Option<Value> {
    match operation {
        "createRefund" => Some(json!({
            "refund": {
                "operationId": "getRefund",
                "parameters": { "number": "$request.body#/number" },
            },
        })),
        "listDeliveries" => Some(json!({
            "again": {
                "operationId": "redeliver",
                "parameters": {
                    "webhook": "$request.path.webhook",
                    "seq": "$response.body#/deliveries/0/seq",
                },
            },
        })),
        _ => None,
    }
}

fn responses(operation: &Operation) -> Value {
    let (status, content) = &operation.answer;
    let content = match content {
        Content::Empty => None,
        Content::Json(name) => Some(json!({ "application/json": { "schema": schema(name) } })),
        Content::File(kinds) => {
            let file = json!({ "schema": { "type": "string", "format": "binary" } });
            let kinds = kinds.iter().map(|kind| ((*kind).to_owned(), file.clone()));
            Some(Value::Object(kinds.collect()))
        }
        Content::JsonOrEvents(name) => Some(json!({
            "application/json": { "schema": schema(name) },
            "text/event-stream": { "schema": { "type": "string" } },
        })),
    };
    let mut answer = json!({ "description": "Done" });
    if let (Some(content), Some(answer)) = (content, answer.as_object_mut()) {
        answer.insert("content".to_owned(), content);
    }
    if let (Some(links), Some(answer)) = (links(operation.id), answer.as_object_mut()) {
        answer.insert("links".to_owned(), links);
    }
    let mut all = Map::new();
    all.insert(status.to_string(), answer);
    // Of every call: malformed, nobody, not allowed, too often, and faults.
    let mut refusals = vec![400, 401, 403, 408, 413, 429, 500, 503];
    if operation.body.is_some() {
        refusals.push(415);
    }
    if operation.method == Method::Post {
        refusals.push(422);
    }
    refusals.extend_from_slice(operation.refusals);
    refusals.sort_unstable();
    refusals.dedup();
    for refusal in refusals {
        let problem = json!({ "$ref": "#/components/responses/Problem" });
        all.insert(refusal.to_string(), problem);
    }
    Value::Object(all)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// `JIAOZI_WRITE_DESCRIPTION=1 cargo test -p jiaozi-till-api description` writes it.
    #[test]
    fn the_committed_description_is_this_one() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/till-api.json");
        let text = text().unwrap();
        if std::env::var_os("JIAOZI_WRITE_DESCRIPTION").is_some() {
            std::fs::write(&file, &text).unwrap();
        }
        let committed = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(
            committed == text,
            "docs/till-api.json is not what the code describes"
        );
    }

    #[test]
    fn every_schema_that_is_named_is_there_and_used() {
        let described = describe();
        let text = described.to_string();
        let schemas = described["components"]["schemas"].as_object().unwrap();
        let mut named = std::collections::BTreeSet::new();
        for part in text.split("#/components/schemas/").skip(1) {
            named.insert(part.split('"').next().unwrap().to_owned());
        }
        assert!(
            named.iter().eq(schemas.keys()),
            "{named:?} {:?}",
            schemas.keys()
        );
    }

    #[test]
    fn names_of_operations_differ() {
        let mut ids: Vec<_> = operations::all().iter().map(|one| one.id).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
    }
}
