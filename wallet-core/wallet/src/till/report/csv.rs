//! A report as CSV (RFC 4180), for spreadsheets: a line a charge, and a line an
//! entry of the ledger. Amounts are plain decimals in units of the asset.

use alloy_primitives::U256;
use csv::{QuoteStyle, Terminator, WriterBuilder};
use jiaozi_types::{Amount, Asset, AssetId};
use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

use super::super::Till;
use super::super::records::ReportRecord;
use super::sheet::{ChargeLine, EntryLine, Sheet};
use crate::api::ErrorCode;
use crate::error::WalletError;
use crate::history::export::defused;

const HEADER: [&str; 24] = [
    "record",
    "report",
    "charge",
    "code",
    "order",
    "time",
    "state",
    "staff",
    "items",
    "note",
    "asset",
    "asked",
    "received",
    "sales",
    "unasked",
    "carried_in",
    "carried_out",
    "refunded",
    "counts_as",
    "refund",
    "counterparty",
    "block",
    "log",
    "transaction",
];

impl Till {
    /// The books of a Z report, or of the day so far, as CSV: a line a charge
    /// (`record` is `charge`), a line an entry of the ledger. Sums over either
    /// are the figures of the report.
    ///
    /// # Errors
    /// `report_unknown`, and those of [`Self::report`] for the day so far.
    pub async fn report_csv(&self, number: Option<u32>) -> Result<Vec<u8>, WalletError> {
        let settings = self.settings()?;
        let (report, sheet) = self.sheet(number).await?;
        write(&report, &sheet, |id| self.asset_of(&settings, id))
    }
}

/// Writes a report; `asset` tells what an asset is.
pub(crate) fn write(
    report: &ReportRecord,
    sheet: &Sheet,
    asset: impl Fn(AssetId) -> Result<Asset, WalletError>,
) -> Result<Vec<u8>, WalletError> {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .quote_style(QuoteStyle::Necessary)
        .from_writer(Vec::new());
    let mut line = |fields: [String; 24]| {
        writer
            .write_record(fields)
            .map_err(|_| WalletError::from(ErrorCode::Internal))
    };
    line(HEADER.map(str::to_owned))?;
    for charge in &sheet.charges {
        line(charge_line(report, charge))?;
    }
    for entry in &sheet.entries {
        line(entry_line(report, entry, asset(entry.asset)?))?;
    }
    let bytes = writer.into_inner();
    bytes.map_err(|_| ErrorCode::Internal.into())
}

fn number(report: &ReportRecord) -> String {
    match report.number {
        0 => "X".to_owned(),
        number => format!("Z{number}"),
    }
}

fn charge_line(report: &ReportRecord, charge: &ChargeLine) -> [String; 24] {
    let amount = |atoms| plain(atoms, report.asset.clone());
    let text = |text: &Option<String>| defused(text.as_deref().unwrap_or_default());
    let part = &charge.part;
    [
        "charge".to_owned(),
        number(report),
        charge.id.clone(),
        charge.code.clone(),
        text(&charge.order),
        moment(charge.created_at, report.utc_offset),
        code(&charge.state),
        text(&charge.staff),
        defused(&charge.items),
        text(&charge.note),
        defused(report.asset.symbol()),
        amount(charge.asked),
        amount(part.received),
        amount(part.sales),
        amount(part.unasked),
        amount(part.carried_in),
        amount(part.carried_out),
        amount(charge.refunded),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
    ]
}

fn entry_line(report: &ReportRecord, entry: &EntryLine, asset: Asset) -> [String; 24] {
    let symbol = defused(asset.symbol());
    let amount = plain(entry.atoms, asset);
    let (received, refunded) = match entry.refund {
        Some(_) => (String::new(), amount),
        None => (amount, String::new()),
    };
    let count = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let none = String::new;
    [
        code(&entry.kind),
        number(report),
        entry.charge.clone(),
        none(),
        none(),
        moment(entry.time, report.utc_offset),
        none(),
        none(),
        none(),
        none(),
        symbol,
        none(),
        received,
        none(),
        none(),
        none(),
        none(),
        refunded,
        entry.role.as_ref().map(code).unwrap_or_default(),
        entry.refund.as_deref().map(defused).unwrap_or_default(),
        entry.other.clone(),
        count(entry.block),
        count(entry.log_index),
        entry.transaction.clone(),
    ]
}

fn plain(atoms: U256, asset: Asset) -> String {
    Amount::from_atoms(atoms, asset).to_plain_string()
}

/// A Unix second in the till's time zone (RFC 3339).
pub(crate) fn moment(seconds: u64, offset: i32) -> String {
    let offset = UtcOffset::from_whole_seconds(offset.saturating_mul(60)).unwrap_or(UtcOffset::UTC);
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .and_then(|time| time.checked_to_offset(offset))
        .and_then(|time| time.format(&Rfc3339).ok())
        .unwrap_or_default()
}

fn code<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(code)) => code,
        _ => String::new(),
    }
}
