//! Receipts of charges and refunds, as files.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use jiaozi_types::agent::Language;
use jiaozi_wallet::api::till::ReceiptLayout;
use jiaozi_wallet::till::access::Scope;

use super::charges::charge_id;
use crate::operation::{Answer, Call, Content, Kind, Method, Operation, Parameter};
use crate::problem::{OwnCode, Problem};

const LAYOUTS: [(&str, ReceiptLayout); 4] = [
    ("pdf", ReceiptLayout::Pdf),
    ("png", ReceiptLayout::Png),
    ("slip", ReceiptLayout::Slip),
    ("escpos", ReceiptLayout::EscPos),
];

const LANGUAGES: [(&str, Language); 2] = [
    ("en", Language::English),
    ("zh-CN", Language::SimplifiedChinese),
];

const LAYOUT: Parameter = Parameter {
    name: "layout",
    about: "A5 (pdf, or png as a picture), 80 mm (slip, a PDF), or bytes for a printer of 80 mm (escpos); pdf if not given",
    required: false,
    kind: Kind::Words(&["pdf", "png", "slip", "escpos"]),
};

const LANGUAGE: Parameter = Parameter {
    name: "language",
    about: "The receipt's language; the first of the customer display if not given",
    required: false,
    kind: Kind::Words(&["en", "zh-CN"]),
};

static OF_CHARGE: [Parameter; 2] = [LAYOUT, LANGUAGE];

static OF_REFUND: [Parameter; 3] = [
    Parameter {
        name: "number",
        about: "The shop's number of the refund",
        required: true,
        kind: Kind::Text(64),
    },
    LAYOUT,
    LANGUAGE,
];

const FILES: Content = Content::File(&["application/pdf", "image/png", "application/octet-stream"]);

pub fn operations() -> Vec<Operation> {
    vec![
        Operation {
            method: Method::Get,
            path: "/v1/charges/{charge}/receipt",
            id: "getReceipt",
            summary: "The receipt of a charge as it stands; one that is not paid says so",
            scope: Scope::ChargesRead,
            query: &OF_CHARGE,
            body: None,
            answer: (200, FILES),
            refusals: &[404],
            handler: |call| Box::pin(of_charge(call)),
        },
        Operation {
            method: Method::Get,
            path: "/v1/refunds/receipt",
            id: "getRefundReceipt",
            summary: "The receipt of a refund by the shop's number of it, as it stands",
            scope: Scope::ChargesRead,
            query: &OF_REFUND,
            body: None,
            answer: (200, FILES),
            refusals: &[404],
            handler: |call| Box::pin(of_refund(call)),
        },
    ]
}

async fn of_charge(call: Call) -> Result<Answer, Problem> {
    let (layout, language) = how(&call)?;
    let till = &call.app.till;
    let bytes = till.receipt(&charge_id(&call)?, layout, language).await?;
    Ok(file(layout, bytes))
}

async fn of_refund(call: Call) -> Result<Answer, Problem> {
    let number = call.query.text("number", 64)?;
    let number = number.ok_or(OwnCode::QueryMalformed)?;
    let (layout, language) = how(&call)?;
    let till = &call.app.till;
    let bytes = till.refund_receipt(&number, layout, language).await?;
    Ok(file(layout, bytes))
}

fn how(call: &Call) -> Result<(ReceiptLayout, Language), Problem> {
    let layout = call.query.one_of("layout", &LAYOUTS)?;
    let language = match call.query.one_of("language", &LANGUAGES)? {
        Some(language) => language,
        None => {
            let till = call.app.till.view()?;
            let first = till.and_then(|till| till.display_languages.first().copied());
            first.unwrap_or(Language::English)
        }
    };
    Ok((layout.unwrap_or(ReceiptLayout::Pdf), language))
}

fn file(layout: ReceiptLayout, bytes: Vec<u8>) -> Answer {
    let kind = match layout {
        ReceiptLayout::Pdf | ReceiptLayout::Slip => "application/pdf",
        ReceiptLayout::Png => "image/png",
        ReceiptLayout::EscPos => "application/octet-stream",
    };
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = StatusCode::OK;
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Answer::Other(response)
}
