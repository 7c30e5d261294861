//! The history as CSV, for spreadsheets.

use jiaozi_types::ChainId;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::query;
use crate::api::{ActivityQuery, ErrorCode, PaymentView};
use crate::book::Book;
use crate::error::WalletError;

const HEADER: [&str; 16] = [
    "time",
    "direction",
    "state",
    "amount",
    "asset",
    "fee",
    "fee_asset",
    "counterparty",
    "name",
    "reference",
    "note",
    "memo",
    "network",
    "block",
    "transaction",
    "id",
];

/// Every payment of `chain`, newest first, with a header. Times are UTC
/// (RFC 3339), amounts plain decimals in units of the asset.
pub fn csv(book: &Book, chain: ChainId) -> Result<Vec<u8>, WalletError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(HEADER)
        .map_err(|_| ErrorCode::Internal)?;
    let mut query = ActivityQuery {
        limit: 500,
        ..ActivityQuery::default()
    };
    loop {
        let page = query::page(book, chain, &query)?;
        for payment in &page.rows {
            writer
                .write_record(row(payment))
                .map_err(|_| ErrorCode::Internal)?;
        }
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => return writer.into_inner().map_err(|_| ErrorCode::Internal.into()),
        }
    }
}

fn row(payment: &PaymentView) -> [String; 16] {
    let fee = payment.fee.as_ref();
    let text = |text: &Option<String>| defused(text.as_deref().unwrap_or_default());
    [
        rfc3339(payment.created_at),
        code(&payment.direction),
        code(&payment.state),
        payment.amount.plain.clone(),
        payment.amount.asset.symbol.clone(),
        fee.map(|fee| fee.plain.clone()).unwrap_or_default(),
        fee.map(|fee| fee.asset.symbol.clone()).unwrap_or_default(),
        payment.counterparty.address.clone(),
        text(&payment.counterparty.name),
        text(&payment.reference),
        text(&payment.note),
        text(&payment.memo),
        defused(&payment.network),
        payment
            .block
            .map(|block| block.to_string())
            .unwrap_or_default(),
        payment.transaction.clone().unwrap_or_default(),
        payment.id.clone(),
    ]
}

fn rfc3339(seconds: u64) -> String {
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .and_then(|time| time.format(&Rfc3339).ok())
        .unwrap_or_default()
}

fn code<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(code)) => code,
        _ => String::new(),
    }
}

/// Foreign text that a spreadsheet would take for a formula gets a quote in
/// front of it.
pub(crate) fn defused(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_defused() {
        assert_eq!(defused("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(defused("两碗面"), "两碗面");
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00Z");
    }
}
