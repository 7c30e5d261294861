//! What happened at the till, as pages or as it happens.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use jiaozi_wallet::till::access::Scope;
use serde_json::json;
use tokio::sync::{OwnedSemaphorePermit, watch};

use crate::app::{App, stopped};
use crate::operation::{Answer, Call, Content, Kind, Method, Operation, Parameter};
use crate::problem::{OwnCode, Problem};

/// Events that are read at a time for one listener.
const PART: usize = 100;
/// Without a sign that something happened, it is looked for all the same.
const LOOK: Duration = Duration::from_secs(2);

static QUERY: [Parameter; 2] = [
    Parameter {
        name: "after",
        about: "Events after this number; 0 is all",
        required: false,
        kind: Kind::Number(0, 9_007_199_254_740_991),
    },
    Parameter {
        name: "limit",
        about: "How many, 100 where nothing is said",
        required: false,
        kind: Kind::Number(1, 1_000),
    },
];

pub fn operations() -> Vec<Operation> {
    vec![Operation {
        method: Method::Get,
        path: "/v1/events",
        id: "listEvents",
        summary: "What happened, in order; with `Accept: text/event-stream`, as it happens",
        scope: Scope::ChargesRead,
        query: &QUERY,
        body: None,
        answer: (200, Content::JsonOrEvents("EventPage")),
        refusals: &[],
        handler: |call| Box::pin(events(call)),
    }]
}

async fn events(call: Call) -> Result<Answer, Problem> {
    let after = call.query.number("after", 0, 9_007_199_254_740_991)?;
    let limit = call.query.number("limit", 1, 1_000)?.unwrap_or(100);
    let after = call.last_event.or(after).unwrap_or(0);
    if call.wants_events {
        let room = Arc::clone(&call.app.streams).try_acquire_owned();
        let room = room.map_err(|_| OwnCode::TooManyStreams)?;
        let events = as_they_happen(Arc::clone(&call.app), after, room);
        let alive = KeepAlive::new().interval(Duration::from_secs(15));
        let response = Sse::new(events).keep_alive(alive).into_response();
        return Ok(Answer::Other(response));
    }
    let limit = usize::try_from(limit).unwrap_or(PART);
    let events = call.app.till.events_after(after, limit)?;
    let next = events.last().map_or(after, |last| last.seq);
    Answer::json(StatusCode::OK, &json!({ "events": events, "next": next }))
}

/// What one listener has been told.
struct Listener {
    app: Arc<App>,
    pulse: watch::Receiver<u64>,
    stop: watch::Receiver<bool>,
    after: u64,
    waiting: std::vec::IntoIter<Event>,
    _room: OwnedSemaphorePermit,
}

fn as_they_happen(
    app: Arc<App>,
    after: u64,
    room: OwnedSemaphorePermit,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let listener = Listener {
        pulse: app.pulse.clone(),
        stop: app.stop.clone(),
        app,
        after,
        waiting: Vec::new().into_iter(),
        _room: room,
    };
    stream::unfold(listener, |mut listener| async move {
        loop {
            if let Some(event) = listener.waiting.next() {
                return Some((Ok(event), listener));
            }
            listener.pulse.mark_unchanged();
            // A till whose records cannot be read ends the stream.
            let found = listener.app.till.events_after(listener.after, PART).ok()?;
            if let Some(last) = found.last() {
                listener.after = last.seq;
                let events = found.iter().filter_map(|event| {
                    let data = serde_json::to_string(event).ok()?;
                    Some(Event::default().id(event.seq.to_string()).data(data))
                });
                listener.waiting = events.collect::<Vec<_>>().into_iter();
                continue;
            }
            let (pulse, stop) = (&mut listener.pulse, &mut listener.stop);
            tokio::select! {
                () = stopped(stop) => return None,
                changed = pulse.changed() => changed.ok()?,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    })
}
