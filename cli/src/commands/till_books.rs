//! `jiaozi till report`, `reports` and `export`: the day's books.

use jiaozi_wallet::Till;
use jiaozi_wallet::api::AmountView;
use jiaozi_wallet::api::till::{DifferenceKind, HourTotal, NamedTotal, ReportKind, ReportView};

use crate::failure::Failure;
use crate::files;
use crate::options::{ReportChoice, TillExport};
use crate::output::{Column, Output};
use crate::progress;
use crate::session::Session;
use crate::wording;

/// The longest bar of the chart, in characters.
const BAR: u128 = 40;

/// `jiaozi till report`
pub async fn report(session: &Session, till: &Till, kind: ReportChoice) -> Result<(), Failure> {
    let kind = match kind {
        ReportChoice::X => ReportKind::X,
        ReportChoice::Z => ReportKind::Z,
    };
    let work = till.report(kind);
    let report = progress::during(&session.out, "asking_ledger", work).await?;
    session.out.answer(&report, |out| show(out, &report))
}

/// `jiaozi till reports`
pub fn reports(out: &Output, till: &Till, number: Option<u32>) -> Result<(), Failure> {
    if let Some(number) = number {
        let report = till.report_of(number)?;
        return out.answer(&report, |out| show(out, &report));
    }
    let reports = till.reports()?;
    out.answer(&reports, |out| {
        if reports.is_empty() {
            return out.line(out.messages().text("reports_none"));
        }
        let rows = reports.iter().map(|report| {
            vec![
                report
                    .number
                    .map(|number| number.to_string())
                    .unwrap_or_default(),
                wording::short_moment(report.to),
                report.counts.paid.to_string(),
                report.sales.text.clone(),
                report.refunded.text.clone(),
                net(report),
                ledger(out, report),
            ]
        });
        let columns = [
            Column::Right("report"),
            Column::Left("time"),
            Column::Right("report_count"),
            Column::Right("report_sales"),
            Column::Right("report_refunded"),
            Column::Right("report_net"),
            Column::Left("report_ledger"),
        ];
        out.table(&columns, rows.collect())
    })
}

/// `jiaozi till export`
pub async fn export(session: &Session, till: &Till, options: &TillExport) -> Result<(), Failure> {
    let out = &session.out;
    let mut saved = Vec::new();
    if let Some(file) = &options.csv {
        let work = till.report_csv(options.report);
        let bytes = progress::during(out, "asking_ledger", work).await?;
        files::write(file, &bytes)?;
        saved.push(file.as_path());
    }
    if let Some(file) = &options.camt053 {
        let work = till.report_camt053(options.report);
        let bytes = progress::during(out, "asking_ledger", work).await?;
        files::write(file, &bytes)?;
        saved.push(file.as_path());
    }
    out.all_saved(&saved)
}

fn show(out: &Output, report: &ReportView) -> Result<(), Failure> {
    let messages = out.messages();
    let title = match report.number {
        None => messages.text("report_x").to_owned(),
        Some(number) => messages.fill("report_z", &[("number", &number.to_string())]),
    };
    let period = format!(
        "{} – {}",
        wording::moment(report.from),
        wording::moment(report.to)
    );
    let some = |amount: &AmountView| (amount.atoms != "0").then(|| amount.text.clone());
    let counts = &report.counts;
    let number = |count: u32| count.to_string();
    let ended = [
        ("paid", number(counts.paid)),
        ("closed", number(counts.closed)),
        ("revoked", number(counts.revoked)),
        ("open", number(counts.open)),
    ];
    let unusual = [
        ("under", number(counts.under)),
        ("over", number(counts.over)),
        ("late", number(counts.late)),
        ("wrong_asset", number(counts.wrong_asset)),
        ("taken_back", number(counts.taken_back)),
    ];
    let others: Vec<_> = report
        .other_assets
        .iter()
        .map(|sum| sum.text.as_str())
        .collect();
    out.facts(&[
        ("report", Some(title)),
        ("shop", Some(report.shop.clone())),
        ("till_number", Some(report.till.to_string())),
        ("report_period", Some(period)),
        (
            "report_blocks",
            Some(format!("{} – {}", report.first_block, report.last_block)),
        ),
        ("report_sales", Some(report.sales.text.clone())),
        ("report_unasked", some(&report.unasked)),
        ("report_others", some(&report.others)),
        ("report_carried_in", some(&report.carried_in)),
        ("report_carried_out", some(&report.carried_out)),
        ("report_received", Some(report.received.text.clone())),
        ("report_refunded", some(&report.refunded)),
        ("report_net", Some(net(report))),
        ("report_waiting", some(&report.waiting)),
        (
            "report_other_assets",
            (!others.is_empty()).then(|| others.join(", ")),
        ),
        (
            "report_counts",
            Some(messages.fill("report_counts_text", &borrowed(&ended))),
        ),
        (
            "report_flags",
            unusual
                .iter()
                .any(|(_, count)| count != "0")
                .then(|| messages.fill("report_flags_text", &borrowed(&unusual))),
        ),
        ("report_ledger", Some(ledger(out, report))),
    ])?;
    differences(out, report)?;
    named(out, "report_item", "report_no_item", &report.items)?;
    named(out, "report_staff", "report_nobody", &report.staff)?;
    if report.tills.len() > 1 {
        let rows = report.tills.iter().map(|till| {
            vec![
                till.till.to_string(),
                till.payments.to_string(),
                till.total.text.clone(),
            ]
        });
        table(out, "report_till", rows.collect())?;
    }
    hours(out, &report.hours)
}

fn borrowed<'a>(values: &'a [(&'a str, String)]) -> Vec<(&'a str, &'a str)> {
    let values = values.iter();
    values.map(|(key, value)| (*key, value.as_str())).collect()
}

fn net(report: &ReportView) -> String {
    match report.net_negative {
        true => format!("-{}", report.net.text),
        false => report.net.text.clone(),
    }
}

fn ledger(out: &Output, report: &ReportView) -> String {
    let check = &report.ledger;
    let messages = out.messages();
    match check.agrees {
        true => messages.fill("report_agrees", &[("amount", &check.ledger.text)]),
        false => {
            let values = [
                ("ledger", check.ledger.text.as_str()),
                ("books", check.books.text.as_str()),
            ];
            messages.fill("report_differs", &values)
        }
    }
}

fn differences(out: &Output, report: &ReportView) -> Result<(), Failure> {
    if report.ledger.differences.is_empty() {
        return Ok(());
    }
    let amount = |amount: &Option<AmountView>| {
        let text = amount.as_ref().map(|amount| amount.text.clone());
        text.unwrap_or_else(|| "–".to_owned())
    };
    let rows = report.ledger.differences.iter().map(|difference| {
        let kind = match difference.kind {
            DifferenceKind::NotInBooks => "difference_not_in_books",
            DifferenceKind::NotOnLedger => "difference_not_on_ledger",
            DifferenceKind::Differs => "difference_differs",
            DifferenceKind::Unconfirmed => "difference_unconfirmed",
            DifferenceKind::RefundNotOnLedger => "difference_refund_not_on_ledger",
        };
        vec![
            out.messages().text(kind).to_owned(),
            difference.charge.clone(),
            difference.block.to_string(),
            amount(&difference.ledger),
            amount(&difference.books),
            difference.transaction.clone(),
        ]
    });
    let columns = [
        Column::Left("report_difference"),
        Column::Left("charge"),
        Column::Right("block"),
        Column::Right("report_on_ledger"),
        Column::Right("report_in_books"),
        Column::Left("transaction"),
    ];
    out.line("")?;
    out.table(&columns, rows.collect())
}

fn named(
    out: &Output,
    title: &'static str,
    nameless: &str,
    totals: &[NamedTotal],
) -> Result<(), Failure> {
    let rows = totals.iter().map(|sum| {
        let name = match sum.name.as_str() {
            "" => out.messages().text(nameless),
            name => name,
        };
        vec![
            name.to_owned(),
            sum.count.to_string(),
            sum.total.text.clone(),
        ]
    });
    table(out, title, rows.collect())
}

fn table(out: &Output, title: &'static str, rows: Vec<Vec<String>>) -> Result<(), Failure> {
    if rows.is_empty() {
        return Ok(());
    }
    let columns = [
        Column::Left(title),
        Column::Right("report_count"),
        Column::Right("report_sum"),
    ];
    out.line("")?;
    out.table(&columns, rows)
}

/// The day by hours, from the first with sales to the last.
fn hours(out: &Output, hours: &[HourTotal]) -> Result<(), Failure> {
    let (Some(first), Some(last)) = (hours.first(), hours.last()) else {
        return Ok(());
    };
    let atoms = |hour: &HourTotal| hour.total.atoms.parse::<u128>().unwrap_or(u128::MAX);
    let most = hours.iter().map(atoms).max().unwrap_or(1).max(1);
    let rows = (first.hour..=last.hour).map(|at| {
        let found = hours.iter().find(|hour| hour.hour == at);
        let (count, sum, long) = match found {
            None => (String::new(), String::new(), 0),
            Some(hour) => (
                hour.count.to_string(),
                hour.total.text.clone(),
                bar(atoms(hour), most),
            ),
        };
        vec![format!("{at:02}"), count, sum, "█".repeat(long)]
    });
    let columns = [
        Column::Left("report_hour"),
        Column::Right("report_count"),
        Column::Right("report_sum"),
        Column::Left("report_sales"),
    ];
    out.line("")?;
    out.table(&columns, rows.collect())
}

/// How long the bar of an hour is, at least one character.
fn bar(atoms: u128, most: u128) -> usize {
    let long = match atoms.checked_mul(BAR) {
        Some(scaled) => scaled.div_ceil(most),
        // So much money is near the most, or the scale hides it.
        None => atoms.div_ceil((most / BAR).max(1)).min(BAR),
    };
    usize::try_from(long.clamp(1, BAR)).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_sums() {
        assert_eq!((bar(1, 1_000_000), bar(500, 1_000), bar(7, 7)), (1, 20, 40));
        assert_eq!(bar(u128::MAX, u128::MAX), 40);
    }
}
