//! A report as ISO 20022 camt.053.001.08, the bank-to-customer statement that
//! bookkeeping software reads.
//!
//! Version 08 (2019) is the one that banks and payment schemes settled on and
//! that programs of today import; later ones add nothing that is said here.
//!
//! The account is the till: what came to the shop's receiving addresses is
//! credited, refunds are debited. Gathering moves money between the shop's own
//! addresses and is no entry. What the schema has no room for (hashes and
//! addresses are longer than its fields) is in the remittance text.
//!
//! The currency is said as it is: CNY for tokens of yuan, XTS (the code for
//! tests) on the sandbox, whose yuan is worth nothing, and XXX (no currency) for
//! a token that is no currency of ISO 4217; the asset's CAIP-19 id is in the
//! statement's text in any case.

use alloy_primitives::{U256, keccak256};
use jiaozi_types::{Amount, Asset, sandbox};
use quick_xml::events::{BytesDecl, BytesText, Event};
use quick_xml::writer::Writer;

use super::super::Till;
use super::super::records::{Balance, ReportRecord};
use super::csv::moment;
use super::sheet::{EntryKind, EntryLine, Sheet};
use crate::api::ErrorCode;
use crate::error::WalletError;

const NAMESPACE: &str = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08";
/// Decimals and digits that an amount of the schema has, at most.
const DECIMALS: usize = 5;
const DIGITS: usize = 18;

impl Till {
    /// The books of a Z report, or of the day so far, as a camt.053.001.08
    /// statement. Money of other assets is in the CSV alone.
    ///
    /// # Errors
    /// `report_too_fine` for amounts that the schema cannot hold exactly;
    /// `report_unknown`, and those of [`Self::report`] for the day so far.
    pub async fn report_camt053(&self, number: Option<u32>) -> Result<Vec<u8>, WalletError> {
        let (report, sheet) = self.sheet(number).await?;
        let account = account(&self.settings()?.public_key, report.till);
        write(&report, &sheet, &account)
    }
}

/// The till as an account, in at most 34 characters: it tells nobody the public key.
pub(crate) fn account(public_key: &str, till: u16) -> String {
    let digest = keccak256(format!("jiaozi till account v1\n{public_key}"));
    let short: String = digest.to_string().chars().skip(2).take(16).collect();
    format!("JIAOZI-{short}-{till}")
}

/// Writes a statement.
pub(crate) fn write(
    report: &ReportRecord,
    sheet: &Sheet,
    account: &str,
) -> Result<Vec<u8>, WalletError> {
    let mut page = Page {
        xml: Writer::new_with_indent(Vec::new(), b' ', 2),
        report,
    };
    page.xml
        .write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))
        .map_err(|_| ErrorCode::Internal)?;
    let document = page.statement(sheet, account);
    document?;
    let mut bytes = page.xml.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

struct Page<'a> {
    xml: Writer<Vec<u8>>,
    report: &'a ReportRecord,
}

type Done = Result<(), WalletError>;

impl Page<'_> {
    /// An element with others in it.
    fn group(&mut self, name: &str, inside: impl FnOnce(&mut Self) -> Done) -> Done {
        self.open(name, &[])?;
        inside(self)?;
        self.close(name)
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> Done {
        let mut start = quick_xml::events::BytesStart::new(name);
        start.extend_attributes(attributes.iter().copied());
        self.event(Event::Start(start))
    }

    fn close(&mut self, name: &str) -> Done {
        self.event(Event::End(quick_xml::events::BytesEnd::new(name)))
    }

    fn event(&mut self, event: Event<'_>) -> Done {
        self.xml
            .write_event(event)
            .map_err(|_| ErrorCode::Internal.into())
    }

    fn text(&mut self, name: &str, text: &str) -> Done {
        self.open(name, &[])?;
        self.event(Event::Text(BytesText::new(&clean(text))))?;
        self.close(name)
    }

    fn amount(&mut self, name: &str, atoms: U256) -> Done {
        let plain = plain(atoms, &self.report.asset)?;
        let currency = currency(&self.report.asset);
        self.open(name, &[("Ccy", currency)])?;
        self.event(Event::Text(BytesText::new(&plain)))?;
        self.close(name)
    }

    fn time(&mut self, name: &str, seconds: u64) -> Done {
        let moment = moment(seconds, self.report.utc_offset);
        self.text(name, &moment)
    }

    fn statement(&mut self, sheet: &Sheet, account: &str) -> Done {
        let report = self.report;
        let id = match report.number {
            0 => format!("{account}-X"),
            number => format!("{account}-{number}"),
        };
        // Longer than the field for a number of more than seven digits only.
        let id: String = id.chars().take(35).collect();
        self.open("Document", &[("xmlns", NAMESPACE)])?;
        self.open("BkToCstmrStmt", &[])?;
        self.group("GrpHdr", |page| {
            page.text("MsgId", &id)?;
            page.time("CreDtTm", report.made_at)
        })?;
        self.group("Stmt", |page| {
            page.text("Id", &id)?;
            if report.number > 0 {
                page.text("ElctrncSeqNb", &report.number.to_string())?;
            }
            page.time("CreDtTm", report.made_at)?;
            page.group("FrToDt", |page| {
                page.time("FrDtTm", report.from)?;
                page.time("ToDtTm", report.to)
            })?;
            page.group("Acct", |page| {
                page.group("Id", |page| {
                    page.group("Othr", |page| page.text("Id", account))
                })?;
                page.text("Ccy", currency(&report.asset))?;
                page.text("Nm", &report.shop)?;
                page.group("Ownr", |page| page.text("Nm", &report.shop))
            })?;
            page.balance("OPBD", report.opening, report.from)?;
            page.balance("CLBD", report.closing, report.to)?;
            let booked: Vec<_> = sheet
                .entries
                .iter()
                .filter(|entry| entry.asset == report.asset.id())
                .filter(|entry| entry.kind != EntryKind::OtherAsset)
                .collect();
            page.totals(&booked)?;
            for entry in booked {
                page.entry(entry)?;
            }
            page.text(
                "AddtlStmtInf",
                &format!(
                    "{} {}; blocks {}-{}; till {}",
                    report.asset.symbol(),
                    report.asset.id(),
                    report.first_block,
                    report.last_block,
                    report.till
                ),
            )
        })?;
        self.close("BkToCstmrStmt")?;
        self.close("Document")
    }

    fn balance(&mut self, code: &str, balance: Balance, at: u64) -> Done {
        self.group("Bal", |page| {
            page.group("Tp", |page| {
                page.group("CdOrPrtry", |page| page.text("Cd", code))
            })?;
            page.amount("Amt", balance.received.abs_diff(balance.refunded))?;
            page.text("CdtDbtInd", side(balance.refunded > balance.received))?;
            page.group("Dt", |page| page.time("DtTm", at))
        })
    }

    fn totals(&mut self, entries: &[&EntryLine]) -> Done {
        let sum = |debit: bool| {
            let on_side = entries.iter().filter(|entry| is_debit(entry) == debit);
            let count = on_side.clone().count();
            let sum = on_side.fold(U256::ZERO, |sum, entry| sum.saturating_add(entry.atoms));
            (count, sum)
        };
        let sides = [("TtlCdtNtries", sum(false)), ("TtlDbtNtries", sum(true))];
        self.group("TxsSummry", |page| {
            for (name, (count, sum)) in sides {
                page.group(name, |page| {
                    page.text("NbOfNtries", &count.to_string())?;
                    let sum = plain(sum, &page.report.asset)?;
                    page.text("Sum", &sum)
                })?;
            }
            Ok(())
        })
    }

    fn entry(&mut self, entry: &EntryLine) -> Done {
        let debit = is_debit(entry);
        self.group("Ntry", |page| {
            page.text("NtryRef", &entry.reference())?;
            page.amount("Amt", entry.atoms)?;
            page.text("CdtDbtInd", side(debit))?;
            page.group("Sts", |page| page.text("Cd", "BOOK"))?;
            page.group("BookgDt", |page| page.time("DtTm", entry.time))?;
            page.group("ValDt", |page| page.time("DtTm", entry.time))?;
            page.text("AcctSvcrRef", &entry.reference())?;
            page.group("BkTxCd", |page| {
                page.group("Domn", |page| {
                    page.text("Cd", "PMNT")?;
                    page.group("Fmly", |page| {
                        page.text("Cd", if debit { "ICDT" } else { "RCDT" })?;
                        page.text("SubFmlyCd", "OTHR")
                    })
                })
            })?;
            page.group("NtryDtls", |page| {
                page.group("TxDtls", |page| page.details(entry, debit))
            })
        })
    }

    fn details(&mut self, entry: &EntryLine, debit: bool) -> Done {
        self.group("Refs", |page| {
            page.text("AcctSvcrRef", &entry.reference())?;
            if let Some(number) = &entry.refund {
                let short: String = number.chars().take(35).collect();
                page.text("InstrId", &short)?;
            }
            page.text("EndToEndId", &entry.charge)
        })?;
        self.amount("Amt", entry.atoms)?;
        self.text("CdtDbtInd", side(debit))?;
        if !entry.other.is_empty() {
            let role = if debit { "Cdtr" } else { "Dbtr" };
            self.group("RltdPties", |page| {
                page.group(role, |page| {
                    page.group("Pty", |page| page.text("Nm", &entry.other))
                })
            })?;
        }
        let mut remittance = format!("{} {}", code(entry.kind), entry.transaction);
        if let Some(number) = &entry.refund {
            remittance.push(' ');
            remittance.push_str(number);
        }
        let remittance: String = remittance.trim().chars().take(140).collect();
        self.group("RmtInf", |page| page.text("Ustrd", &remittance))
    }
}

fn is_debit(entry: &EntryLine) -> bool {
    entry.kind == EntryKind::Refund
}

fn side(debit: bool) -> &'static str {
    if debit { "DBIT" } else { "CRDT" }
}

fn code(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Payment => "payment",
        EntryKind::OtherTill => "payment at another till",
        EntryKind::OtherAsset => "other asset",
        EntryKind::Refund => "refund",
    }
}

/// The ISO 4217 code that says what the asset is.
fn currency(asset: &Asset) -> &'static str {
    let tests = jiaozi_types::ChainId::Eip155(sandbox::CHAIN_ID);
    match asset.id().chain() == tests {
        true => "XTS",
        false if asset.is_yuan() => "CNY",
        false => "XXX",
    }
}

/// An amount as the schema takes it, without zeros that say nothing.
fn plain(atoms: U256, asset: &Asset) -> Result<String, WalletError> {
    let plain = Amount::from_atoms(atoms, asset.clone()).to_plain_string();
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    let least = part.len().min(2);
    let mut end = part.len();
    while end > least && part.as_bytes().get(end.saturating_sub(1)) == Some(&b'0') {
        end = end.saturating_sub(1);
    }
    let part = part.get(..end).unwrap_or(part);
    if part.len() > DECIMALS || whole.len().saturating_add(part.len()) > DIGITS {
        return Err(ErrorCode::ReportTooFine.into());
    }
    Ok(match part {
        "" => whole.to_owned(),
        part => format!("{whole}.{part}"),
    })
}

/// Text without what XML cannot hold.
fn clean(text: &str) -> String {
    let held = |c: &char| !c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}');
    text.chars().filter(held).collect()
}
