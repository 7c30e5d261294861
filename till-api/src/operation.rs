//! What can be asked, as data: the router and the description are made of it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use jiaozi_wallet::till::access::{Caller, OnceKey, Scope};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::app::App;
use crate::problem::{OwnCode, Problem};
use crate::query::Query;

/// How a call is answered.
pub type Handler = fn(Call) -> Pin<Box<dyn Future<Output = Result<Answer, Problem>> + Send>>;

/// HTTP methods that are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Reads.
    Get,
    /// Acts; needs an idempotency key.
    Post,
    /// Replaces.
    Put,
    /// Removes.
    Delete,
}

impl Method {
    /// In capitals.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// Something that can be asked.
pub struct Operation {
    /// The method.
    pub method: Method,
    /// The path, with its parameters in braces.
    pub path: &'static str,
    /// Its name in the description.
    pub id: &'static str,
    /// One line.
    pub summary: &'static str,
    /// What the token must allow.
    pub scope: Scope,
    /// Query parameters.
    pub query: &'static [Parameter],
    /// The schema of the body; none without one.
    pub body: Option<&'static str>,
    /// The status of success, and what it carries.
    pub answer: (u16, Content),
    /// Other statuses that are the operation's own; those that every one has, and
    /// those that follow from method and body, are added.
    pub refusals: &'static [u16],
    /// Who answers.
    pub handler: Handler,
}

impl Operation {
    /// The path's parameters.
    pub fn path_parameters(&self) -> impl Iterator<Item = &'static str> {
        let parts = self.path.split('/');
        parts.filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    }
}

/// A query parameter.
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// One line.
    pub about: &'static str,
    /// Whether it must be given.
    pub required: bool,
    /// Which values.
    pub kind: Kind,
}

/// Values of a parameter.
pub enum Kind {
    /// Text of at most so many characters.
    Text(u32),
    /// Text of a pattern.
    Pattern(&'static str),
    /// A whole number within bounds.
    Number(u64, u64),
    /// One of some words.
    Words(&'static [&'static str]),
}

/// What an answer carries.
pub enum Content {
    /// Nothing.
    Empty,
    /// JSON of a schema.
    Json(&'static str),
    /// JSON of a schema, or events as they happen where they are asked for.
    JsonOrEvents(&'static str),
    /// A file of one of these types.
    File(&'static [&'static str]),
}

/// A call of an operation.
pub struct Call {
    /// The server.
    pub app: Arc<App>,
    /// Who calls.
    pub caller: Caller,
    /// Path parameters, in order.
    pub path: Vec<String>,
    /// The query.
    pub query: Query,
    /// The body, which is `null` without one.
    pub body: Value,
    /// The idempotency key, where the method needs one.
    pub once: Option<OnceKey>,
    /// Whether it was begun before and the process ended: since this Unix second.
    pub begun: Option<u64>,
    /// Whether events are asked for as they happen.
    pub wants_events: bool,
    /// The last event that the caller has seen, by `Last-Event-ID`.
    pub last_event: Option<u64>,
}

impl Call {
    /// A path parameter.
    pub fn path(&self, index: usize) -> Result<&str, Problem> {
        let found = self.path.get(index).map(String::as_str);
        found.ok_or_else(|| OwnCode::NotFound.into())
    }

    /// The body as a type.
    pub fn body<T: DeserializeOwned>(&mut self) -> Result<T, Problem> {
        let body = std::mem::take(&mut self.body);
        serde_json::from_value(body)
            .map_err(|error| Problem::malformed(OwnCode::BodyMalformed, error.to_string()))
    }

    /// The idempotency key.
    pub fn once(&self) -> Result<OnceKey, Problem> {
        let once = self.once.clone();
        once.ok_or_else(|| OwnCode::IdempotencyKeyNeeded.into())
    }
}

/// An answer.
pub enum Answer {
    /// JSON.
    Json(StatusCode, String),
    /// Nothing.
    Empty,
    /// Anything else.
    Other(Response),
}

impl Answer {
    /// JSON of a value.
    pub fn json<T: Serialize + ?Sized>(status: StatusCode, value: &T) -> Result<Self, Problem> {
        let text = serde_json::to_string(value);
        let text = text.map_err(|_| jiaozi_wallet::api::ErrorCode::Internal)?;
        Ok(Self::Json(status, text))
    }

    /// As HTTP.
    pub fn into_response(self) -> Response {
        let (status, kind, body) = match self {
            Self::Json(status, text) => (status, "application/json", Body::from(text)),
            Self::Empty => (StatusCode::NO_CONTENT, "", Body::empty()),
            Self::Other(response) => return response,
        };
        with_type(status, kind, body)
    }
}

fn with_type(status: StatusCode, kind: &'static str, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    if !kind.is_empty() {
        let kind = HeaderValue::from_static(kind);
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    response
}
