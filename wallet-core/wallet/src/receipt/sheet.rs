//! What a shop's receipt says: a charge or a refund as the lines of a sheet,
//! which `leaf.rs` draws on A5 and `slip.rs` on paper of 80 mm.

use jiaozi_types::agent::Language;

use super::page::{moment, plain, sandbox_network};
use super::shop_words::ShopWords;
use super::ticket::proof;
use crate::api::till::{Assurance, ChargeState, ChargeView, PaymentRole, RefundState, RefundView};
use crate::api::{AmountView, Checked};
use crate::till::voice::{Digits, in_capitals};

/// Transactions that one code holds, so that it stays easy to read.
const IN_A_CODE: usize = 2;

/// Who gives a receipt, and where.
#[derive(Debug, Clone)]
pub struct Shop {
    /// The shop's name.
    pub name: String,
    /// The address of the account that signed the name; none where nobody did.
    pub signed_by: Option<String>,
    /// The till's number.
    pub till: u16,
    /// Minutes that the shop's clock is ahead of UTC.
    pub utc_offset: i32,
    /// The network's CAIP-2 id.
    pub network_id: String,
    /// The network's name.
    pub network: String,
}

/// How good the news is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Good,
    Waiting,
    Over,
}

/// One thing that was sold.
pub(super) struct Sold {
    pub(super) name: String,
    pub(super) count: String,
    pub(super) total: String,
}

/// A receipt's content, cleaned; nothing of it is cut into lines yet.
pub(super) struct Sheet {
    pub(super) language: Language,
    pub(super) sandbox: Option<String>,
    pub(super) shop: String,
    /// Whether somebody signed the shop's name, in words.
    pub(super) standing: String,
    pub(super) title: String,
    /// The code that cashier and customer compare, with its label.
    pub(super) code: (String, String),
    /// The charge's number, with its label.
    pub(super) charge: (String, String),
    pub(super) amount: String,
    pub(super) state: String,
    pub(super) tone: Tone,
    pub(super) sold: Vec<Sold>,
    /// Sums, below what was sold; the last one is the one that counts.
    pub(super) sums: Vec<(String, String)>,
    pub(super) facts: Vec<(String, String)>,
    /// What the codes hold, each with what is written below it.
    pub(super) codes: Vec<(String, String)>,
    pub(super) advice: String,
    pub(super) seal: Option<String>,
    pub(super) issued_by: String,
}

impl Sheet {
    /// The receipt of a charge, with what was refunded of it.
    pub(super) fn of_charge(charge: &ChargeView, shop: &Shop, language: Language) -> Self {
        let words = ShopWords::of(language);
        let paid = charge.state == ChargeState::Paid;
        let is_final = paid && charge.assurance == Some(Assurance::Final);
        let returned = !charge.refunds.is_empty();
        let mut sheet = Self::headed(shop, language, charge);
        sheet.title = match (paid, charge.state) {
            (true, _) => &words.title_receipt,
            (false, ChargeState::Open | ChargeState::Unclear) => &words.title_bill,
            (false, _) => &words.title_record,
        }
        .clone();
        sheet.amount = plain(&charge.amount.text, 48);
        (sheet.state, sheet.tone) = standing(charge, words, is_final);
        sheet.sold = charge
            .lines
            .iter()
            .map(|line| Sold {
                name: plain(&line.name, 80),
                count: format!("{} × {}", line.quantity, plain(&line.price.text, 40)),
                total: plain(&line.total.text, 40),
            })
            .collect();
        sheet.sums = sums(charge, words);
        sheet.facts = charge_facts(charge, shop, words, language);
        let proofs: Vec<String> = charge
            .payments
            .iter()
            .filter(|payment| !payment.transaction.is_empty())
            .map(|payment| proof(&charge.network_id, &payment.transaction))
            .take(IN_A_CODE)
            .collect();
        sheet.codes = vec![(plain(&charge.id, 24), words.order_code.clone())];
        if !proofs.is_empty() {
            sheet
                .codes
                .push((proofs.join("\n"), words.ledger_code.clone()));
        }
        sheet.advice = match (paid, is_final, proofs.is_empty()) {
            (true, true, false) => &words.proof,
            (true, false, false) => &words.included_proof,
            (true, ..) => &words.no_proof,
            (false, ..) => &words.not_paid_proof,
        }
        .clone();
        sheet.seal = match (is_final, returned) {
            (true, false) => Some(words.seal_paid.clone()),
            (true, true) if all_returned(charge) => Some(words.seal_refunded.clone()),
            _ => None,
        };
        sheet
    }

    /// The receipt of a refund of a charge.
    pub(super) fn of_refund(
        refund: &RefundView,
        charge: &ChargeView,
        shop: &Shop,
        language: Language,
    ) -> Self {
        let words = ShopWords::of(language);
        let mut sheet = Self::headed(shop, language, charge);
        sheet.title.clone_from(&words.title_refund);
        sheet.amount = plain(&refund.amount.text, 48);
        let (state, tone) = match refund.state {
            RefundState::Pending => (&words.refund_pending, Tone::Waiting),
            RefundState::Moving => (&words.refund_moving, Tone::Waiting),
            RefundState::Paid => (&words.refund_paid, Tone::Good),
            RefundState::Failed => (&words.refund_failed, Tone::Over),
        };
        (sheet.state, sheet.tone) = (state.clone(), tone);
        let mut facts = Facts::default();
        facts.put(&words.refund_number, &plain(&refund.number, 64));
        facts.put(&words.charged, &plain(&charge.amount.text, 48));
        facts.put(&words.capitals, &capitals(&refund.amount, language));
        facts.put(&words.to, &plain(&refund.to, 64));
        facts.put(
            &words.reason,
            &plain(refund.reason.as_deref().unwrap_or_default(), 140),
        );
        facts.put(
            &words.staff,
            &at_till(shop, words, &plain(&refund.staff, 32)),
        );
        facts.put(&words.time, &moment(refund.created_at, shop.utc_offset));
        facts.put(&words.network, &network(shop));
        let transaction = refund.transaction.as_deref().unwrap_or_default();
        facts.put(&words.transaction, &plain(transaction, 66));
        sheet.facts = facts.0;
        sheet.codes = vec![(plain(&charge.id, 24), words.order_code.clone())];
        if !transaction.is_empty() {
            let code = proof(&shop.network_id, transaction);
            sheet.codes.push((code, words.ledger_code.clone()));
        }
        let paid = refund.state == RefundState::Paid;
        sheet.advice = match (paid, transaction.is_empty()) {
            (true, false) => &words.proof,
            (true, true) => &words.no_proof,
            (false, _) => &words.not_refunded_proof,
        }
        .clone();
        sheet.seal = paid.then(|| words.seal_refunded.clone());
        sheet
    }

    fn headed(shop: &Shop, language: Language, charge: &ChargeView) -> Self {
        let words = ShopWords::of(language);
        let standing = match &shop.signed_by {
            Some(identity) => format!("{} {}", words.signed, short(&plain(identity, 64))),
            None => words.claimed.clone(),
        };
        Self {
            language,
            sandbox: (shop.network_id == sandbox_network()).then(|| words.sandbox.clone()),
            shop: plain(&shop.name, 64),
            standing,
            title: String::new(),
            code: (words.code.clone(), plain(&charge.code, 8)),
            charge: (words.charge.clone(), plain(&charge.id, 24)),
            amount: String::new(),
            state: String::new(),
            tone: Tone::Over,
            sold: Vec::new(),
            sums: Vec::new(),
            facts: Vec::new(),
            codes: Vec::new(),
            advice: String::new(),
            seal: None,
            issued_by: words.issued_by.clone(),
        }
    }
}

/// Labels and values; what is empty is left out.
#[derive(Default)]
struct Facts(Vec<(String, String)>);

impl Facts {
    fn put(&mut self, label: &str, value: &str) {
        if !value.is_empty() {
            self.0.push((label.to_owned(), value.to_owned()));
        }
    }
}

fn standing(charge: &ChargeView, words: &ShopWords, is_final: bool) -> (String, Tone) {
    let (text, tone) = match charge.state {
        ChargeState::Paid if is_final => (&words.state_final, Tone::Good),
        ChargeState::Paid => (&words.state_included, Tone::Good),
        ChargeState::Open => (&words.state_open, Tone::Waiting),
        ChargeState::Unclear => (&words.state_unclear, Tone::Waiting),
        ChargeState::Closed => (&words.state_closed, Tone::Over),
        ChargeState::Revoked => (&words.state_revoked, Tone::Waiting),
    };
    (text.clone(), tone)
}

/// What was asked for, what came and what went back.
fn sums(charge: &ChargeView, words: &ShopWords) -> Vec<(String, String)> {
    let mut sums = Vec::new();
    let mut put = |label: &str, amount: &AmountView| {
        sums.push((label.to_owned(), plain(&amount.text, 40)));
    };
    let is_zero = |amount: &AmountView| amount.atoms == "0";
    put(&words.total, &charge.amount);
    put(&words.paid, &charge.paid);
    if !is_zero(&charge.refunded) {
        put(&words.refunded, &charge.refunded);
    }
    let owed = charge.flags.over || charge.flags.late || charge.state == ChargeState::Revoked;
    if owed && !is_zero(&charge.returnable) {
        put(&words.returnable, &charge.returnable);
    }
    for other in &charge.returnable_other {
        put(&words.returnable, other);
    }
    sums
}

fn charge_facts(
    charge: &ChargeView,
    shop: &Shop,
    words: &ShopWords,
    language: Language,
) -> Vec<(String, String)> {
    let mut facts = Facts::default();
    facts.put(&words.capitals, &capitals(&charge.amount, language));
    facts.put(
        &words.order,
        &plain(charge.order.as_deref().unwrap_or_default(), 64),
    );
    facts.put(
        &words.note,
        &plain(charge.note.as_deref().unwrap_or_default(), 140),
    );
    let staff = plain(charge.staff.as_deref().unwrap_or_default(), 32);
    facts.put(&words.staff, &at_till(shop, words, &staff));
    let last = charge.payments.iter().map(|payment| payment.time).max();
    match last {
        Some(time) => facts.put(&words.paid_at, &moment(time, shop.utc_offset)),
        None => facts.put(&words.time, &moment(charge.created_at, shop.utc_offset)),
    }
    facts.put(&words.network, &network(shop));
    for payment in &charge.payments {
        let role = match payment.role {
            PaymentRole::Counts => None,
            PaymentRole::Late => Some(&words.late),
            PaymentRole::WrongAsset => Some(&words.wrong_asset),
        };
        let sum = plain(&payment.amount.text, 40);
        let sum = match role {
            Some(role) => format!("{sum} ({role})"),
            None => sum,
        };
        // One payment of all that was paid is told by the sums.
        if charge.payments.len() > 1 || role.is_some() {
            facts.put(&words.payment, &sum);
        }
        facts.put(&words.from, &plain(&payment.from, 64));
        facts.put(&words.transaction, &plain(&payment.transaction, 66));
        let by = match payment.checked {
            Checked::Single => &words.checked_single,
            Checked::Agreed => &words.checked_agreed,
            Checked::Unconfirmed => &words.checked_unconfirmed,
        };
        facts.put(&words.block, &format!("{} ({by})", payment.block));
    }
    for refund in &charge.refunds {
        let state = match refund.state {
            RefundState::Pending => &words.refund_pending,
            RefundState::Moving => &words.refund_moving,
            RefundState::Paid => &words.refund_paid,
            RefundState::Failed => &words.refund_failed,
        };
        let number = plain(&refund.number, 64);
        facts.put(
            &words.refund,
            &format!("{} · {number}", plain(&refund.amount.text, 40)),
        );
        facts.put(&words.refund_state, state);
        let transaction = refund.transaction.as_deref().unwrap_or_default();
        facts.put(&words.transaction, &plain(transaction, 66));
    }
    facts.0
}

/// Whether all that came went back for good.
fn all_returned(charge: &ChargeView) -> bool {
    charge.returnable.atoms == "0"
        && charge
            .refunds
            .iter()
            .all(|refund| refund.state == RefundState::Paid)
}

/// The amount in the capitals of Chinese receipts, for yuan and in Chinese alone.
fn capitals(amount: &AmountView, language: Language) -> String {
    let chinese = language == Language::SimplifiedChinese && amount.asset.yuan;
    let digits = chinese.then(|| Digits::read(&amount.plain)).flatten();
    digits
        .and_then(|digits| in_capitals(&digits))
        .unwrap_or_default()
}

/// `Till 7 · Li`.
fn at_till(shop: &Shop, words: &ShopWords, staff: &str) -> String {
    let till = format!("{} {}", words.till, shop.till);
    match staff.is_empty() {
        true => till,
        false => format!("{staff} · {till}"),
    }
}

fn network(shop: &Shop) -> String {
    format!(
        "{} ({})",
        plain(&shop.network, 40),
        plain(&shop.network_id, 40)
    )
}

/// `0x5aAeb6…BeAed`: enough to know a shop again by.
fn short(address: &str) -> String {
    let letters: Vec<char> = address.chars().collect();
    match (
        letters.get(..8),
        letters.get(letters.len().saturating_sub(6)..),
    ) {
        (Some(head), Some(tail)) if letters.len() > 20 => {
            format!("{}…{}", String::from_iter(head), String::from_iter(tail))
        }
        _ => address.to_owned(),
    }
}
