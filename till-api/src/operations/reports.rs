//! The day's books.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use jiaozi_wallet::api::ErrorCode;
use jiaozi_wallet::api::till::ReportKind;
use jiaozi_wallet::till::access::Scope;
use serde_json::json;

use crate::operation::{Answer, Call, Content, Method, Operation};
use crate::problem::Problem;

const CSV: &str = "text/csv; charset=utf-8";
const XML: &str = "application/xml";

const fn read(
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    content: Content,
    refusals: &'static [u16],
    handler: crate::operation::Handler,
) -> Operation {
    Operation {
        method: Method::Get,
        path,
        id,
        summary,
        scope: Scope::ReportsRead,
        query: &[],
        body: None,
        answer: (200, content),
        refusals,
        handler,
    }
}

pub fn operations() -> Vec<Operation> {
    vec![
        read(
            "/v1/reports",
            "listReports",
            "Days that are closed (Z reports), newest first",
            Content::Json("ReportList"),
            &[],
            |call| Box::pin(list(call)),
        ),
        Operation {
            method: Method::Post,
            path: "/v1/reports",
            id: "closeDay",
            summary: "Close the day: a Z report, numbered and kept; 409 where nothing is to be closed",
            scope: Scope::ReportsClose,
            query: &[],
            body: None,
            answer: (201, Content::Json("Report")),
            refusals: &[409],
            handler: |call| Box::pin(close(call)),
        },
        read(
            "/v1/reports/{report}",
            "getReport",
            "A Z report by its number, or `x`: how the day stands",
            Content::Json("Report"),
            &[404, 409],
            |call| Box::pin(get(call)),
        ),
        read(
            "/v1/reports/{report}/csv",
            "getReportCsv",
            "Its charges and ledger entries, a line each",
            Content::File(&[CSV]),
            &[404, 409],
            |call| Box::pin(csv(call)),
        ),
        read(
            "/v1/reports/{report}/camt053",
            "getReportCamt053",
            "It as an ISO 20022 statement (camt.053.001.08)",
            Content::File(&[XML]),
            &[404, 409],
            |call| Box::pin(camt053(call)),
        ),
    ]
}

async fn list(call: Call) -> Result<Answer, Problem> {
    let reports = call.app.till.reports()?;
    Answer::json(StatusCode::OK, &json!({ "reports": reports }))
}

async fn close(call: Call) -> Result<Answer, Problem> {
    let closed = call.app.till.report(ReportKind::Z).await;
    let report = match (closed, call.begun) {
        // It was closed under this key, and the process ended before it was told.
        (Err(error), Some(begun)) if error.code() == ErrorCode::ReportNothingNew => {
            let last = call.app.till.reports()?.into_iter().next();
            let made = last.filter(|report| report.made_at >= begun);
            made.ok_or(error)?
        }
        (closed, _) => closed?,
    };
    Answer::json(StatusCode::CREATED, &report)
}

/// The number of a Z report; none for `x`.
fn number(call: &Call) -> Result<Option<u32>, Problem> {
    match call.path(0)? {
        "x" => Ok(None),
        text if text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            let number = text.parse().map_err(|_| ErrorCode::ReportUnknown)?;
            Ok(Some(number))
        }
        _ => Err(ErrorCode::ReportUnknown.into()),
    }
}

async fn get(call: Call) -> Result<Answer, Problem> {
    let report = match number(&call)? {
        Some(number) => call.app.till.report_of(number)?,
        None => call.app.till.report(ReportKind::X).await?,
    };
    Answer::json(StatusCode::OK, &report)
}

async fn csv(call: Call) -> Result<Answer, Problem> {
    let bytes = call.app.till.report_csv(number(&call)?).await?;
    Ok(file(CSV, bytes))
}

async fn camt053(call: Call) -> Result<Answer, Problem> {
    let bytes = call.app.till.report_camt053(number(&call)?).await?;
    Ok(file(XML, bytes))
}

fn file(kind: &'static str, bytes: Vec<u8>) -> Answer {
    let mut response = Response::new(Body::from(bytes));
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Answer::Other(response)
}
