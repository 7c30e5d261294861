//! What every call goes through, in this order: who asks, how often, whether the
//! token allows it, in which form, and under which idempotency key.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{FromRequestParts, RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::Response;
use axum::routing::{MethodFilter, MethodRouter, on};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use jiaozi_wallet::till::access::{Caller, KeptReply, Once, OnceKey};
use serde_json::Value;
use tokio::time::{Instant, timeout};

use crate::app::{App, on_disk};
use crate::language;
use crate::limits;
use crate::operation::{Answer, Call, Method, Operation};
use crate::problem::{OwnCode, Problem};
use crate::query::Query;

/// The header that makes a call happen once.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// The router of all operations.
pub fn router(operations: Vec<Operation>) -> Router<Arc<App>> {
    let mut paths: Vec<(&'static str, Vec<Operation>)> = Vec::new();
    for operation in operations {
        match paths.iter_mut().find(|(path, _)| *path == operation.path) {
            Some((_, known)) => known.push(operation),
            None => paths.push((operation.path, vec![operation])),
        }
    }
    let mut router = Router::new();
    for (path, operations) in paths {
        router = router.route(path, methods(operations));
    }
    router
}

fn methods(operations: Vec<Operation>) -> MethodRouter<Arc<App>> {
    let mut allow = vec!["OPTIONS"];
    for operation in &operations {
        allow.push(operation.method.as_str());
        if operation.method == Method::Get {
            allow.push("HEAD");
        }
    }
    allow.sort_unstable();
    let allow = allow.join(", ");
    let mut router = MethodRouter::new();
    for operation in operations {
        let filter = match operation.method {
            // HEAD as well.
            Method::Get => MethodFilter::GET,
            Method::Post => MethodFilter::POST,
            Method::Put => MethodFilter::PUT,
            Method::Delete => MethodFilter::DELETE,
        };
        let operation = Arc::new(operation);
        let handler = move |State(app): State<Arc<App>>, request: Request| {
            let operation = Arc::clone(&operation);
            async move {
                let language = language::of(request.headers());
                match answer(app, operation, request).await {
                    Ok(response) => response,
                    Err(problem) => problem.into_response(language),
                }
            }
        };
        router = router.merge(on(filter, handler));
    }
    let told = allow.clone();
    let options = move || {
        let told = told.clone();
        async move {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NO_CONTENT;
            if let Ok(told) = told.parse() {
                response.headers_mut().insert(header::ALLOW, told);
            }
            response
        }
    };
    router
        .merge(on(MethodFilter::OPTIONS, options))
        .fallback(move |headers: HeaderMap| {
            let problem = Problem::method(allow.clone());
            async move { problem.into_response(language::of(&headers)) }
        })
}

async fn answer(
    app: Arc<App>,
    operation: Arc<Operation>,
    request: Request,
) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let caller = caller(&app, &parts.headers)?;
    app.tokens
        .take(&caller.id, Instant::now())
        .map_err(Problem::too_many)?;
    if !caller.may(operation.scope) {
        return Err(Problem::scope(operation.scope.as_str()));
    }
    let path = path_of(&mut parts).await?;
    let names: Vec<_> = operation.query.iter().map(|known| known.name).collect();
    let query = Query::read(parts.uri.query().unwrap_or_default(), &names)?;
    for needed in operation.query.iter().filter(|known| known.required) {
        if query.text(needed.name, 256)?.is_none() {
            let detail = format!("parameter `{}` is needed", needed.name);
            return Err(Problem::malformed(OwnCode::QueryMalformed, detail));
        }
    }
    if operation.body.is_some() {
        is_json(&parts.headers)?;
    }
    let key = match operation.method {
        Method::Post => Some(idempotency_key(&parts.headers)?),
        _ => None,
    };
    let bytes = read_body(body).await?;
    let body = match operation.body {
        Some(_) => serde_json::from_slice(&bytes)
            .map_err(|error| Problem::malformed(OwnCode::BodyMalformed, error.to_string()))?,
        None if bytes.is_empty() => Value::Null,
        None => {
            let detail = "this call has no body";
            return Err(Problem::malformed(OwnCode::BodyMalformed, detail));
        }
    };
    let once = key.map(|key| {
        let place = parts.uri.path().as_bytes();
        OnceKey::new(&caller.id, &key, &[b"POST", place, &bytes])
    });
    let accept = parts.headers.get(header::ACCEPT);
    let last_event = parts.headers.get(LAST_EVENT_ID);
    let call = Call {
        path,
        query,
        body,
        once,
        begun: None,
        wants_events: accept.is_some_and(|accept| accept.as_bytes() == b"text/event-stream"),
        last_event: last_event.and_then(|id| id.to_str().ok()?.parse().ok()),
        app: Arc::clone(&app),
        caller,
    };
    if operation.method == Method::Get {
        let done = timeout(limits::ANSWER, (operation.handler)(call)).await;
        let answer = done.map_err(|_| Problem::from(OwnCode::TookTooLong))??;
        return Ok(answer.into_response());
    }
    // What acts goes on when the caller hangs up, and is finished before the
    // process ends.
    let work = app.work.clone();
    let task = tokio::spawn(async move {
        let _work = work;
        act(operation, call).await
    });
    let done = timeout(limits::ANSWER, task).await;
    let done = done.map_err(|_| Problem::from(OwnCode::TookTooLong))?;
    let answer = done.map_err(|_| Problem::from(jiaozi_wallet::api::ErrorCode::Internal))??;
    Ok(answer.into_response())
}

/// Does what is asked for, once for each idempotency key.
async fn act(operation: Arc<Operation>, mut call: Call) -> Result<Answer, Problem> {
    let Some(key) = call.once.clone() else {
        return (operation.handler)(call).await;
    };
    let app = Arc::clone(&call.app);
    let turn = app.turns.of(&key);
    let _turn = turn.lock().await;
    let access = app.access()?;
    match access.once(&key)? {
        Once::Differs => return Err(OwnCode::IdempotencyKeyReused.into()),
        Once::Done(reply) => {
            let status = StatusCode::from_u16(reply.status);
            let status = status.map_err(|_| jiaozi_wallet::api::ErrorCode::StoreDamaged)?;
            return match status.is_success() {
                true => Ok(Answer::Json(status, reply.body)),
                false => Err(Problem::kept(status, &reply.body)),
            };
        }
        Once::Charge(number) => return crate::operations::made_charge(&app, number),
        Once::Begun(at) => call.begun = Some(at),
        Once::New => {}
    }
    // A charge is kept together with its key, in one batch.
    if operation.id == "createCharge" {
        return (operation.handler)(call).await;
    }
    let (now, keep, writer) = (app.now(), key.clone(), access.clone());
    if call.begun.is_none() {
        on_disk(move || writer.begin_once(&keep, now)).await?;
    }
    let outcome = (operation.handler)(call).await;
    let reply = match &outcome {
        Ok(Answer::Json(status, body)) => Some(KeptReply {
            status: status.as_u16(),
            body: body.clone(),
        }),
        Ok(_) => None,
        // What may be different another time is tried anew.
        Err(problem) if problem.status().is_client_error() => Some(KeptReply {
            status: problem.status().as_u16(),
            body: problem.keep(),
        }),
        Err(_) => None,
    };
    match reply {
        Some(reply) => on_disk(move || access.end_once(&key, reply)).await?,
        None if outcome.is_err() => {}
        None => on_disk(move || access.drop_once(&key)).await?,
    }
    outcome
}

fn caller(app: &App, headers: &HeaderMap) -> Result<Caller, Problem> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(OwnCode::Unauthorized.into());
    };
    let token = value
        .to_str()
        .ok()
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    let caller = match token {
        Some(token) => app.access()?.caller(token)?,
        None => None,
    };
    caller.ok_or_else(|| OwnCode::Unauthorized.into())
}

async fn path_of(parts: &mut Parts) -> Result<Vec<String>, Problem> {
    match RawPathParams::from_request_parts(parts, &()).await {
        Ok(found) => Ok(found.iter().map(|(_, value)| value.to_owned()).collect()),
        // Bytes that are no text name nothing.
        Err(_) => Err(OwnCode::NotFound.into()),
    }
}

fn is_json(headers: &HeaderMap) -> Result<(), Problem> {
    let mut kinds = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(kind), None) = (kinds.next(), kinds.next()) else {
        return Err(OwnCode::ContentType.into());
    };
    let text = kind.to_str().unwrap_or_default().to_ascii_lowercase();
    let (kind, parameters) = text.split_once(';').unwrap_or((&text, ""));
    let encoding = parameters.replace([' ', '"'], "");
    let plain = headers.get(header::CONTENT_ENCODING).is_none();
    match kind.trim() == "application/json" && matches!(&*encoding, "" | "charset=utf-8") && plain {
        true => Ok(()),
        false => Err(OwnCode::ContentType.into()),
    }
}

fn idempotency_key(headers: &HeaderMap) -> Result<String, Problem> {
    let mut keys = headers.get_all(IDEMPOTENCY_KEY).iter();
    let (Some(key), None) = (keys.next(), keys.next()) else {
        return Err(OwnCode::IdempotencyKeyNeeded.into());
    };
    let key = key.to_str().unwrap_or_default();
    let visible = key.bytes().all(|byte| byte.is_ascii_graphic());
    match visible && (1..=limits::IDEMPOTENCY_KEY).contains(&key.len()) {
        true => Ok(key.to_owned()),
        false => Err(OwnCode::IdempotencyKeyNeeded.into()),
    }
}

async fn read_body(body: Body) -> Result<Vec<u8>, Problem> {
    let limited = Limited::new(body, limits::BODY);
    let read = timeout(limits::BODY_WAIT, limited.collect()).await;
    match read {
        Ok(Ok(whole)) => Ok(whole.to_bytes().to_vec()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(OwnCode::BodyTooLarge.into()),
        // The caller is gone, or speaks no HTTP.
        Ok(Err(_)) => Err(OwnCode::BodyMalformed.into()),
        Err(_) => Err(OwnCode::BodyTimeout.into()),
    }
}
