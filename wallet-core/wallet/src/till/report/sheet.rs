//! A report line by line: each charge, and each entry of the ledger. Every figure
//! of the report is a sum over these lines.

use std::collections::HashMap;

use alloy_primitives::{Address as EvmAddress, B256, U256};
use jiaozi_types::{Address, AssetId};

use super::super::Till;
use super::super::records::{ReportRecord, TillRecord};
use super::books::Period;
use super::part::{Part, is_booked};
use crate::api::ErrorCode;
use crate::api::till::{Assurance, ChargeState, PaymentRole, ReportKind};
use crate::book::Book;
use crate::error::WalletError;

/// A report, line by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sheet {
    /// Charges of this till, in the order of their numbers.
    pub(crate) charges: Vec<ChargeLine>,
    /// Entries of the ledger, in its order.
    pub(crate) entries: Vec<EntryLine>,
}

/// A charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChargeLine {
    /// The id.
    pub(crate) id: String,
    /// The code.
    pub(crate) code: String,
    /// The shop's own number of the order.
    pub(crate) order: Option<String>,
    /// Where it stood at the end of the period.
    pub(crate) state: ChargeState,
    /// Who was at the till.
    pub(crate) staff: Option<String>,
    /// What was sold, in one line.
    pub(crate) items: String,
    /// The note.
    pub(crate) note: Option<String>,
    /// When it was made (Unix seconds).
    pub(crate) created_at: u64,
    /// What was asked for.
    pub(crate) asked: U256,
    /// What it adds to the period.
    pub(crate) part: PartLine,
    /// What of it was refunded in the period.
    pub(crate) refunded: U256,
}

/// What a charge adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PartLine {
    /// As in [`Part`].
    pub(crate) received: U256,
    /// Likewise.
    pub(crate) sales: U256,
    /// Likewise.
    pub(crate) unasked: U256,
    /// Likewise.
    pub(crate) carried_in: U256,
    /// Likewise.
    pub(crate) carried_out: U256,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EntryKind {
    /// A payment of a charge of this till.
    Payment,
    /// A payment at another till.
    OtherTill,
    /// Of another asset: in no sum.
    OtherAsset,
    /// A refund.
    Refund,
}

/// An entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EntryLine {
    /// What it is.
    pub(crate) kind: EntryKind,
    /// The charge.
    pub(crate) charge: String,
    /// The shop's number of the refund.
    pub(crate) refund: Option<String>,
    /// What a payment counts as.
    pub(crate) role: Option<PaymentRole>,
    /// The asset.
    pub(crate) asset: AssetId,
    /// How much.
    pub(crate) atoms: U256,
    /// Who paid, or was refunded; empty where the ledger does not tell.
    pub(crate) other: String,
    /// The block; none where it is not known.
    pub(crate) block: Option<u64>,
    /// The log's index in it.
    pub(crate) log_index: Option<u64>,
    /// The block's Unix second.
    pub(crate) time: u64,
    /// The transaction; empty where the ledger does not tell.
    pub(crate) transaction: String,
}

impl EntryLine {
    /// Where it is on the ledger, in at most 35 characters: block and log, or the
    /// refund's number where the place is not known.
    pub(crate) fn reference(&self) -> String {
        match (self.block, self.log_index) {
            (Some(block), Some(log)) => format!("{block}-{log}"),
            (Some(block), None) => {
                let short: String = self.transaction.chars().take(14).collect();
                format!("{block}-{short}")
            }
            (None, _) => "-".to_owned(),
        }
    }
}

impl Till {
    /// A report with its lines: that of a number, or how the day stands.
    pub(super) async fn sheet(
        &self,
        number: Option<u32>,
    ) -> Result<(ReportRecord, Sheet), WalletError> {
        let (book, settings) = (self.book()?, self.settings()?);
        let report = match number {
            Some(number) => book.till_report(number)?,
            None => self.report_record(ReportKind::X).await?,
        };
        let made = tokio::task::spawn_blocking(move || {
            let sheet = Sheet::of(&book, &settings, &report)?;
            Ok::<_, WalletError>((report, sheet))
        });
        made.await.map_err(|_| ErrorCode::Internal)?
    }
}

impl Sheet {
    /// Of a report.
    pub(crate) fn of(
        book: &Book,
        settings: &TillRecord,
        report: &ReportRecord,
    ) -> Result<Self, WalletError> {
        let before = match report.number {
            0 => book.last_till_report()?,
            1 => None,
            number => Some(book.till_report(number.saturating_sub(1))?),
        };
        let period = Period::of(report, before.as_ref());
        let refunds = period.refunds(book)?;
        let mut refunded: HashMap<u32, U256> = HashMap::new();
        for refund in refunds
            .iter()
            .filter(|refund| refund.asset == report.asset.id())
        {
            let sum = refunded.entry(refund.charge).or_default();
            *sum = sum.saturating_add(refund.atoms);
        }
        let mut sheet = Self {
            charges: Vec::new(),
            entries: Vec::new(),
        };
        period.each_charge(book, |charge, part| {
            for paid in &charge.payments {
                let told = paid.assurance >= Assurance::Included;
                if !told || !period.blocks.have(paid.block) {
                    continue;
                }
                let logged = paid.transaction != B256::ZERO;
                sheet.entries.push(EntryLine {
                    kind: match is_booked(paid, report.asset.id()) {
                        true => EntryKind::Payment,
                        false => EntryKind::OtherAsset,
                    },
                    charge: charge.id(),
                    refund: None,
                    role: Some(paid.role),
                    asset: paid.asset,
                    atoms: paid.atoms,
                    other: party(paid.asset, paid.from),
                    block: Some(paid.block),
                    log_index: logged.then_some(paid.log_index),
                    time: paid.time,
                    transaction: hash(paid.transaction),
                });
            }
            // What was asked for in another asset has no column here.
            if charge.asset != report.asset.id() && part.payments == 0 {
                return Ok(());
            }
            let asked = match charge.asset == report.asset.id() {
                true => charge.atoms,
                false => U256::ZERO,
            };
            let items = charge.lines.iter();
            let items: Vec<_> = items
                .map(|line| format!("{} × {}", line.name, line.quantity))
                .collect();
            sheet.charges.push(ChargeLine {
                state: state_then(charge.standing.state, &part),
                part: (&part).into(),
                refunded: refunded.remove(&charge.number).unwrap_or_default(),
                id: charge.id(),
                code: charge.code,
                order: charge.order,
                staff: charge.staff,
                items: items.join(", "),
                note: charge.note,
                created_at: charge.created_at,
                asked,
            });
            Ok(())
        })?;
        for paid in period.others(book)? {
            sheet.entries.push(EntryLine {
                kind: match paid.asset == report.asset.id() {
                    true => EntryKind::OtherTill,
                    false => EntryKind::OtherAsset,
                },
                charge: format!("{}-{}", paid.till, paid.number),
                refund: None,
                role: None,
                asset: paid.asset,
                atoms: paid.atoms,
                other: party(paid.asset, paid.from),
                block: Some(paid.block),
                log_index: Some(paid.log_index),
                time: paid.time,
                transaction: hash(paid.transaction),
            });
        }
        for refund in refunds {
            let place = refund.place;
            sheet.entries.push(EntryLine {
                kind: EntryKind::Refund,
                charge: format!("{}-{}", settings.till, refund.charge),
                refund: Some(refund.number),
                role: None,
                asset: refund.asset,
                atoms: refund.atoms,
                other: party(refund.asset, refund.to),
                block: place.map(|place| place.block),
                log_index: None,
                time: place.map_or(report.to, |place| place.time),
                transaction: place.map_or_else(String::new, |place| hash(place.transaction)),
            });
        }
        sheet
            .entries
            .sort_by_key(|entry| (entry.block.unwrap_or(u64::MAX), entry.log_index));
        // Refunds of charges that ended in an earlier period.
        for (number, atoms) in refunded {
            if let Some(charge) = book.till_charge(number)? {
                sheet.charges.push(ChargeLine {
                    id: charge.id(),
                    state: charge.standing.state,
                    part: (&Part::default()).into(),
                    refunded: atoms,
                    code: charge.code,
                    order: charge.order,
                    staff: charge.staff,
                    items: String::new(),
                    note: charge.note,
                    created_at: charge.created_at,
                    asked: match charge.asset == report.asset.id() {
                        true => charge.atoms,
                        false => U256::ZERO,
                    },
                });
            }
        }
        sheet
            .charges
            .sort_by_key(|charge| (charge.created_at, charge.id.clone()));
        Ok(sheet)
    }
}

impl From<&Part> for PartLine {
    fn from(part: &Part) -> Self {
        Self {
            received: part.received,
            sales: part.sales,
            unasked: part.unasked,
            carried_in: part.carried_in,
            carried_out: part.carried_out,
        }
    }
}

/// The state of a charge at the end of the period, whatever came after.
fn state_then(now: ChargeState, part: &Part) -> ChargeState {
    match now {
        ChargeState::Paid | ChargeState::Closed | ChargeState::Revoked if part.waits => {
            ChargeState::Open
        }
        ChargeState::Unclear => ChargeState::Open,
        now => now,
    }
}

fn party(asset: AssetId, address: EvmAddress) -> String {
    match address.is_zero() {
        true => String::new(),
        false => Address::on(asset.chain(), address).plain(),
    }
}

fn hash(transaction: B256) -> String {
    match transaction.is_zero() {
        true => String::new(),
        false => transaction.to_string(),
    }
}
