//! The checkout page of one charge: for whoever has its link, without a token, in
//! their language, with or without scripts. It holds no secret and ends with the
//! charge.

mod render;
mod style;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::Response;
use axum::routing::get;
use jiaozi_types::agent::Language;
use jiaozi_wallet::api::till::{ChargeState, ChargeView};
use serde::Serialize;

use crate::app::App;
use crate::language;
use crate::problem::{OwnCode, Problem};
use crate::query::Query;

/// Seconds for which a page shows how its charge ended.
const SHOWN: u64 = 86_400;
/// Nothing from elsewhere, no script in the page, no frame around it.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
    img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The page's paths.
pub fn router() -> Router<Arc<App>> {
    let file = |kind: &'static str, text: &'static str| {
        get(move || async move {
            let mut response = Response::new(Body::from(text));
            let headers = response.headers_mut();
            let kept = HeaderValue::from_static("public, max-age=3600");
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
            headers.insert(header::CACHE_CONTROL, kept);
            response
        })
    };
    Router::new()
        .route(
            "/pay/page.css",
            file("text/css; charset=utf-8", style::css()),
        )
        .route(
            "/pay/page.js",
            file("text/javascript; charset=utf-8", include_str!("page.js")),
        )
        .route("/pay/{token}", get(page))
        .route("/pay/{token}/state", get(state))
}

/// What the page's script is told: what the page shows, and nothing more.
#[derive(Serialize)]
struct PageState {
    state: ChargeState,
    version: u64,
    paid: Option<String>,
    seconds_left: u64,
}

/// The charge of a link, as long as its page is shown.
fn find(app: &App, token: &str) -> Result<ChargeView, Problem> {
    let number = app.access()?.page_charge(token)?;
    let number = number.ok_or(OwnCode::NotFound)?;
    let charge = app.till.get(&number.to_string())?;
    let gone = |ended: u64| app.now().saturating_sub(ended) > SHOWN;
    match charge.ended_at.is_some_and(gone) {
        true => Err(OwnCode::NotFound.into()),
        false => Ok(charge),
    }
}

async fn page(
    State(app): State<Arc<App>>,
    token: Result<Path<String>, axum::extract::rejection::PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let spoken = spoken(&uri, &headers);
    let token = token.map(|Path(token)| token).unwrap_or_default();
    let shop = app.till.view().ok().flatten();
    let found = find(&app, &token).ok().zip(shop);
    let html = match &found {
        Some((charge, till)) => render::charge(charge, &till.shop, &token, spoken, app.now()),
        None => render::nothing(spoken),
    };
    let mut response = Response::new(Body::from(html));
    if found.is_none() {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    let headers = response.headers_mut();
    let fixed = HeaderValue::from_static;
    headers.insert(header::CONTENT_TYPE, fixed("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_LANGUAGE, fixed(language::tag(spoken)));
    headers.insert(header::VARY, fixed("Accept-Language"));
    headers.insert(header::CONTENT_SECURITY_POLICY, fixed(POLICY));
    headers.insert(header::X_FRAME_OPTIONS, fixed("DENY"));
    headers.insert("x-robots-tag", fixed("noindex"));
    headers.insert("cross-origin-opener-policy", fixed("same-origin"));
    response
}

async fn state(
    State(app): State<Arc<App>>,
    token: Result<Path<String>, axum::extract::rejection::PathRejection>,
    headers: HeaderMap,
) -> Response {
    let token = token.map(|Path(token)| token).unwrap_or_default();
    let told = find(&app, &token).and_then(|charge| {
        let state = PageState {
            state: charge.state,
            version: charge.version,
            paid: (charge.paid.atoms != "0").then(|| charge.paid.text.clone()),
            seconds_left: charge.expires_at.saturating_sub(app.now()),
        };
        crate::operation::Answer::json(StatusCode::OK, &state)
    });
    match told {
        Ok(answer) => answer.into_response(),
        Err(problem) => problem.into_response(language::of(&headers)),
    }
}

/// The language of `?lang=`, else of the browser.
fn spoken(uri: &Uri, headers: &HeaderMap) -> Language {
    let query = uri.query().unwrap_or_default();
    let asked = Query::read(query, &["lang"]).and_then(|query| query.text("lang", 16));
    let asked = asked.ok().flatten();
    asked
        .and_then(|tag| language::named(&tag))
        .unwrap_or_else(|| language::of(headers))
}
