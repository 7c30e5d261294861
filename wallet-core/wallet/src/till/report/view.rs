//! Reports as shells see them.

use alloy_primitives::U256;
use jiaozi_types::{Amount, AssetId};

use super::super::Till;
use super::super::records::{DifferenceRecord, NamedSum, ReportRecord};
use crate::api::AmountView;
use crate::api::till::{
    HourTotal, LedgerCheck, LedgerDifference, NamedTotal, ReportKind, ReportView, TillTotal,
};
use crate::error::WalletError;
use crate::views;

impl Till {
    pub(crate) fn report_view(&self, report: &ReportRecord) -> Result<ReportView, WalletError> {
        let settings = self.settings()?;
        view(report, |id, atoms| {
            let asset = self.asset_of(&settings, id)?;
            Ok(views::amount(&Amount::from_atoms(atoms, asset)))
        })
    }
}

/// A report with amounts of other assets written by `other`.
pub(crate) fn view(
    report: &ReportRecord,
    other: impl Fn(AssetId, U256) -> Result<AmountView, WalletError>,
) -> Result<ReportView, WalletError> {
    let amount = |atoms| views::amount(&Amount::from_atoms(atoms, report.asset.clone()));
    let sums = &report.sums;
    let named = |sums: &[NamedSum]| -> Vec<NamedTotal> {
        let totals = sums.iter().map(|sum| NamedTotal {
            name: sum.name.clone(),
            count: sum.count,
            total: amount(sum.atoms),
        });
        totals.collect()
    };
    let others = sums.other_assets.iter();
    Ok(ReportView {
        kind: match report.number {
            0 => ReportKind::X,
            _ => ReportKind::Z,
        },
        number: Some(report.number).filter(|number| *number > 0),
        made_at: report.made_at,
        shop: report.shop.clone(),
        till: report.till,
        from: report.from,
        to: report.to,
        first_block: report.first_block,
        last_block: report.last_block,
        received: amount(sums.received),
        sales: amount(sums.sales),
        unasked: amount(sums.unasked),
        others: amount(sums.others),
        carried_in: amount(sums.carried_in),
        carried_out: amount(sums.carried_out),
        refunded: amount(sums.refunded),
        net: amount(sums.received.abs_diff(sums.refunded)),
        net_negative: sums.refunded > sums.received,
        waiting: amount(sums.waiting),
        other_assets: others
            .map(|(id, atoms)| other(*id, *atoms))
            .collect::<Result<_, _>>()?,
        counts: sums.counts,
        items: named(&sums.items),
        staff: named(&sums.staff),
        hours: sums
            .hours
            .iter()
            .map(|sum| HourTotal {
                hour: sum.hour,
                count: sum.count,
                total: amount(sum.atoms),
            })
            .collect(),
        tills: sums
            .tills
            .iter()
            .map(|sum| TillTotal {
                till: sum.till,
                payments: sum.payments,
                total: amount(sum.atoms),
            })
            .collect(),
        ledger: LedgerCheck {
            ledger: amount(report.check.ledger),
            books: amount(sums.received),
            agrees: report.check.differences.is_empty() && report.check.ledger == sums.received,
            differences: report
                .check
                .differences
                .iter()
                .map(|difference| shown(difference, amount))
                .collect(),
        },
    })
}

fn shown(difference: &DifferenceRecord, amount: impl Fn(U256) -> AmountView) -> LedgerDifference {
    LedgerDifference {
        kind: difference.kind,
        block: difference.block,
        transaction: difference.transaction.to_string(),
        charge: format!("{}-{}", difference.till, difference.charge),
        refund: difference.refund.clone(),
        ledger: difference.ledger.map(&amount),
        books: difference.books.map(&amount),
    }
}
