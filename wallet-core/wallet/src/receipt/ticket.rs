//! The ticket itself: one SVG page of the proportions of A5, from which the
//! picture and the document are made.
//!
//! All that comes from outside goes through [`plain`].

use jiaozi_types::agent::Language;

use super::page::{
    AMBER, INK, INK_SOFT, JADE, LINE, MARGIN, Page, WIDTH, in_groups, moment, plain,
    sandbox_network,
};
use super::typeface;
use super::words::Words;
use crate::api::{Direction, PaymentState, PaymentView};

const VALUE_LEFT: u32 = 250;
const VALUE_WIDTH: u32 = 494;
const ROW_SIZE: u32 = 20;
const ROWS_TOP: u32 = 392;
const FOOT_TOP: u32 = 942;
const QR_SIDE: u32 = 150;
const ADVICE_SIZE: u32 = 16;
const ADVICE_WIDTH: u32 = 250;

/// The receipt of `payment`, as one self-contained SVG document.
pub(super) fn draw(payment: &PaymentView, language: Language) -> String {
    let words = Words::of(language);
    let mut page = Page::framed(language);
    head(&mut page, payment, words);
    let mut next = ROWS_TOP;
    for (label, lines) in rows(payment, words) {
        next = row(&mut page, next, &label, &lines);
    }
    foot(&mut page, payment, words);
    page.finish()
}

/// Label and lines of every row, in order.
fn rows(payment: &PaymentView, words: &Words) -> Vec<(String, Vec<String>)> {
    let own = vec![format!(
        "{} {}",
        words.account,
        u64::from(payment.account).saturating_add(1)
    )];
    let other = counterparty(payment, words);
    let (to, from) = match payment.direction {
        Direction::In => (own, other),
        Direction::Out | Direction::Own => (other, own),
    };
    let mut rows = vec![(words.to.clone(), to), (words.from.clone(), from)];
    // Who receives does not pay the fee, and need not know it.
    if payment.direction != Direction::In {
        let settled = payment.state == PaymentState::Settled;
        let label = if settled || payment.fee.is_none() {
            &words.fee
        } else {
            &words.fee_at_most
        };
        let fee = payment
            .fee
            .as_ref()
            .map_or(words.no_fee.clone(), |fee| plain(&fee.text, 40));
        rows.push((label.clone(), vec![fee]));
    }
    rows.push((
        words.time.clone(),
        vec![moment(payment.included_at.unwrap_or(payment.created_at), 0)],
    ));
    let network = format!(
        "{} ({})",
        plain(&payment.network, 40),
        plain(&payment.network_id, 40)
    );
    rows.push((words.network.clone(), wrap(&network, 1)));
    if let Some(hash) = &payment.transaction {
        rows.push((words.transaction.clone(), in_groups(&plain(hash, 66), 8, 4)));
    }
    if let Some(block) = payment.block {
        let block = match payment.checked {
            Some(checked) => format!("{block} ({})", words.checked_by(checked)),
            None => block.to_string(),
        };
        rows.push((words.block.clone(), vec![block]));
    }
    if let Some(reference) = &payment.reference {
        rows.push((words.reference.clone(), wrap(&plain(reference, 80), 2)));
    }
    if let Some(note) = &payment.note {
        rows.push((words.note.clone(), wrap(&plain(note, 140), 2)));
    }
    // What is only seen on the ledger has no purchase number of ours.
    if payment.direction != Direction::In {
        rows.push((words.id.clone(), wrap(&plain(&payment.id, 80), 1)));
    }
    rows.retain(|(_, lines)| !lines.is_empty());
    rows
}

/// The name, unless nobody knows one, and the address.
fn counterparty(payment: &PaymentView, words: &Words) -> Vec<String> {
    let known = payment
        .counterparty
        .name
        .as_ref()
        .map(|name| plain(name, 64));
    let claimed = payment
        .counterparty
        .claimed_name
        .as_ref()
        .map(|name| plain(name, 64));
    let name = match (known, claimed) {
        (Some(name), _) if !name.is_empty() => Some(name),
        (_, Some(name)) if !name.is_empty() => Some(format!("{name} {}", words.claimed)),
        _ => None,
    };
    let mut lines = name.map_or_else(Vec::new, |name| wrap(&name, 2));
    lines.extend(in_groups(&plain(&payment.counterparty.address, 64), 8, 6));
    lines
}

fn wrap(text: &str, lines: usize) -> Vec<String> {
    typeface::wrap(text, VALUE_WIDTH.saturating_mul(1000) / ROW_SIZE, lines)
}

fn head(page: &mut Page, payment: &PaymentView, words: &Words) {
    const MIDDLE: &str = r#" text-anchor="middle""#;
    const BOLD_MIDDLE: &str = r#" text-anchor="middle" font-weight="700""#;
    let middle = WIDTH / 2;
    if payment.network_id == sandbox_network() {
        page.ribbon(&words.sandbox);
    }
    page.text(
        middle,
        168,
        34,
        INK,
        BOLD_MIDDLE,
        words.title(payment.direction),
    );
    let amount = plain(&payment.amount.text, 48);
    // Long amounts are set smaller, so that they stay on one line.
    let fits = 640_000_u32
        .checked_div(typeface::width(&amount))
        .unwrap_or(76);
    page.text(middle, 262, fits.clamp(24, 76), INK, BOLD_MIDDLE, &amount);
    let colour = match payment.state {
        PaymentState::Settled => JADE,
        PaymentState::Failed | PaymentState::Replaced | PaymentState::Expired => INK,
        _ => AMBER,
    };
    page.text(
        middle,
        316,
        23,
        colour,
        MIDDLE,
        words.state(payment.state, payment.direction),
    );
    let (left, right) = (MARGIN, WIDTH.saturating_sub(MARGIN));
    page.put(format_args!(
        r#"<path stroke="{INK_SOFT}" stroke-width="2" stroke-dasharray="3 7" d="M{left} 348H{right}"/>"#
    ));
}

/// A row from `next` on; gives where the one below it begins.
fn row(page: &mut Page, mut next: u32, label: &str, lines: &[String]) -> u32 {
    page.text(MARGIN, next, ROW_SIZE, INK_SOFT, "", label);
    for line in lines {
        page.text(VALUE_LEFT, next, ROW_SIZE, INK, "", line);
        next = next.saturating_add(29);
    }
    next.saturating_add(11)
}

fn foot(page: &mut Page, payment: &PaymentView, words: &Words) {
    let (left, right) = (MARGIN, WIDTH.saturating_sub(MARGIN));
    page.put(format_args!(
        r#"<path stroke="{LINE}" stroke-width="2" d="M{left} {FOOT_TOP}H{right}"/>"#
    ));
    let top = FOOT_TOP.saturating_add(22);
    let beside = left.saturating_add(QR_SIDE).saturating_add(20);
    let code = payment
        .transaction
        .as_ref()
        .is_some_and(|hash| page.qr(left, top, QR_SIDE, &proof(&payment.network_id, hash)));
    let settled = payment.state == PaymentState::Settled;
    let column = if code { beside } else { left };
    page.text(
        column,
        top.saturating_add(16),
        18,
        INK,
        "",
        &words.issued_by,
    );
    let (advice, colour) = match (settled, code) {
        (true, true) => (&words.proof, INK_SOFT),
        (true, false) => return seal(page, words.seal(payment.direction)),
        (false, _) => (&words.not_proof, AMBER),
    };
    // As low as the code, and no wider than what the seal leaves.
    let lines = typeface::wrap(advice, ADVICE_WIDTH.saturating_mul(1000) / ADVICE_SIZE, 4);
    let mut y = top.saturating_add(QR_SIDE).saturating_add(22);
    y = lines.iter().fold(y, |y, _| y.saturating_sub(24));
    for line in &lines {
        page.text(column, y, ADVICE_SIZE, colour, "", line);
        y = y.saturating_add(24);
    }
    if settled {
        seal(page, words.seal(payment.direction));
    }
}

fn seal(page: &mut Page, text: &str) {
    page.seal(648, 1016, text);
}

/// The network and the transaction as plain text, for a QR code.
pub(super) fn proof(network: &str, transaction: &str) -> String {
    format!("{} {}", plain(network, 41), plain(transaction, 66))
}
