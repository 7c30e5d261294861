//! The ticket itself: one SVG page of the proportions of A5, from which the
//! picture and the document are made.
//!
//! All that comes from outside goes through [`plain`] and [`escape`]; nothing
//! in the drawing refers to anything outside of it.

use std::fmt::Write as _;

use jiaozi_types::agent::Language;
use jiaozi_types::sandbox;
use qrcode::{Color, EcLevel, QrCode};
use time::OffsetDateTime;
use time::macros::format_description;

use super::typeface::{self, SANS, SERIF};
use super::words::Words;
use crate::api::{Direction, PaymentState, PaymentView};
use crate::text::clean;

/// Width and height of the page in its own units.
pub(super) const WIDTH: u32 = 840;
pub(super) const HEIGHT: u32 = 1190;

// `icons/tokens.json`, light: paper is light wherever it is looked at.
const PAPER: &str = "#FAF7F2";
const SHEET: &str = "#FFFFFF";
const INK: &str = "#1B1B1F";
const INK_SOFT: &str = "#5B5750";
const LINE: &str = "#E4DED3";
const VERMILION: &str = "#B3261E";
const JADE: &str = "#1F6B4C";
const AMBER: &str = "#8A5A00";

const MARGIN: u32 = 96;
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
    let mut page = Page::new(language);
    page.head(payment, words);
    for (label, lines) in rows(payment, words) {
        page.row(&label, &lines);
    }
    page.foot(payment, words);
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
        vec![moment(payment.included_at.unwrap_or(payment.created_at))],
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

/// Foreign text made safe to show: no control, bidirectional or invisible
/// characters, no stacks of marks, no more than `max` characters.
fn plain(text: &str, max: usize) -> String {
    let mut marks = 0_u8;
    let calm: String = text
        .chars()
        .filter(|c| {
            let mark = matches!(c, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}')
                || matches!(c, '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe2f}');
            marks = if mark { marks.saturating_add(1) } else { 0 };
            marks <= 2 && !matches!(c, '\u{fffc}'..='\u{ffff}')
        })
        .collect();
    clean(&calm, max)
}

/// `0x` and the digits in groups of `size`, `per_line` groups a line.
fn in_groups(hex: &str, size: usize, per_line: usize) -> Vec<String> {
    let (head, digits) = hex
        .strip_prefix("0x")
        .map_or(("", hex), |digits| ("0x ", digits));
    let digits: Vec<char> = digits.chars().collect();
    let groups: Vec<String> = digits
        .chunks(size)
        .map(|group| group.iter().collect())
        .collect();
    let lines = groups.chunks(per_line).enumerate();
    lines
        .map(|(at, line)| format!("{}{}", if at == 0 { head } else { "" }, line.join(" ")))
        .collect()
}

/// A Unix second as date and time in UTC, which it says.
fn moment(unix: u64) -> String {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second] UTC+00:00");
    i64::try_from(unix)
        .ok()
        .and_then(|unix| OffsetDateTime::from_unix_timestamp(unix).ok())
        .and_then(|time| time.format(format).ok())
        .unwrap_or_else(|| unix.to_string())
}

/// Text as it may stand in XML.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(c),
        }
    }
    safe
}

/// The drawing as it grows, and how far down its rows have come.
struct Page {
    svg: String,
    next: u32,
}

impl Page {
    fn new(language: Language) -> Self {
        let tag = match language {
            Language::English => "en",
            Language::SimplifiedChinese => "zh-CN",
        };
        let mut page = Self {
            svg: String::new(),
            next: ROWS_TOP,
        };
        page.put(format_args!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" xml:lang="{tag}" font-family="{SANS}">"#
        ));
        page.put(format_args!(
            r#"<path fill="{PAPER}" d="M0 0H{WIDTH}V{HEIGHT}H0Z"/>"#
        ));
        // The frame of the icon and of the notes of old: hollow corners, one thick line and one thin.
        page.frame(40, 36, SHEET, 9);
        page.frame(56, 30, "none", 2);
        page
    }

    fn put(&mut self, part: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.svg.write_fmt(part);
        self.svg.push('\n');
    }

    fn frame(&mut self, inset: u32, corner: u32, fill: &str, stroke: u32) {
        let (left, right, bottom) = (
            inset,
            WIDTH.saturating_sub(inset),
            HEIGHT.saturating_sub(inset),
        );
        let (near, far) = (left.saturating_add(corner), right.saturating_sub(corner));
        let low = bottom.saturating_sub(corner);
        self.put(format_args!(
            r#"<path fill="{fill}" stroke="{INK}" stroke-width="{stroke}" d="M{near} {left}H{far}A{corner} {corner} 0 0 0 {right} {near}V{low}A{corner} {corner} 0 0 0 {far} {bottom}H{near}A{corner} {corner} 0 0 0 {left} {low}V{near}A{corner} {corner} 0 0 0 {near} {left}Z"/>"#
        ));
    }

    fn text(&mut self, x: u32, y: u32, size: u32, colour: &str, more: &str, text: &str) {
        let text = escape(text);
        self.put(format_args!(
            r#"<text x="{x}" y="{y}" font-size="{size}" fill="{colour}"{more}>{text}</text>"#
        ));
    }

    fn head(&mut self, payment: &PaymentView, words: &Words) {
        const MIDDLE: &str = r#" text-anchor="middle""#;
        const BOLD_MIDDLE: &str = r#" text-anchor="middle" font-weight="700""#;
        let middle = WIDTH / 2;
        if payment.network_id == sandbox_network() {
            self.put(format_args!(
                r#"<rect x="{}" y="80" width="320" height="36" rx="8" fill="none" stroke="{AMBER}" stroke-width="2"/>"#,
                middle.saturating_sub(160)
            ));
            self.text(middle, 105, 19, AMBER, MIDDLE, &words.sandbox);
        }
        self.text(
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
        self.text(middle, 262, fits.clamp(24, 76), INK, BOLD_MIDDLE, &amount);
        let colour = match payment.state {
            PaymentState::Settled => JADE,
            PaymentState::Failed | PaymentState::Replaced | PaymentState::Expired => INK,
            _ => AMBER,
        };
        self.text(
            middle,
            316,
            23,
            colour,
            MIDDLE,
            words.state(payment.state, payment.direction),
        );
        let (left, right) = (MARGIN, WIDTH.saturating_sub(MARGIN));
        self.put(format_args!(
            r#"<path stroke="{INK_SOFT}" stroke-width="2" stroke-dasharray="3 7" d="M{left} 348H{right}"/>"#
        ));
    }

    fn row(&mut self, label: &str, lines: &[String]) {
        self.text(MARGIN, self.next, ROW_SIZE, INK_SOFT, "", label);
        for line in lines {
            self.text(VALUE_LEFT, self.next, ROW_SIZE, INK, "", line);
            self.next = self.next.saturating_add(29);
        }
        self.next = self.next.saturating_add(11);
    }

    fn foot(&mut self, payment: &PaymentView, words: &Words) {
        let (left, right) = (MARGIN, WIDTH.saturating_sub(MARGIN));
        self.put(format_args!(
            r#"<path stroke="{LINE}" stroke-width="2" d="M{left} {FOOT_TOP}H{right}"/>"#
        ));
        let top = FOOT_TOP.saturating_add(22);
        let beside = left.saturating_add(QR_SIDE).saturating_add(20);
        let code = payment
            .transaction
            .as_ref()
            .is_some_and(|hash| self.qr(left, top, payment, hash));
        let settled = payment.state == PaymentState::Settled;
        let column = if code { beside } else { left };
        self.text(
            column,
            top.saturating_add(16),
            18,
            INK,
            "",
            &words.issued_by,
        );
        let (advice, colour) = match (settled, code) {
            (true, true) => (&words.proof, INK_SOFT),
            (true, false) => return self.seal(words.seal(payment.direction)),
            (false, _) => (&words.not_proof, AMBER),
        };
        // As low as the code, and no wider than what the seal leaves.
        let lines = typeface::wrap(advice, ADVICE_WIDTH.saturating_mul(1000) / ADVICE_SIZE, 4);
        let mut y = top.saturating_add(QR_SIDE).saturating_add(22);
        y = lines.iter().fold(y, |y, _| y.saturating_sub(24));
        for line in &lines {
            self.text(column, y, ADVICE_SIZE, colour, "", line);
            y = y.saturating_add(24);
        }
        if settled {
            self.seal(words.seal(payment.direction));
        }
    }

    /// The network and the transaction as plain text, in a QR code; false
    /// when it does not fit into one.
    fn qr(&mut self, left: u32, top: u32, payment: &PaymentView, hash: &str) -> bool {
        let text = format!("{} {}", plain(&payment.network_id, 41), plain(hash, 66));
        let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else {
            return false;
        };
        let side = code.width();
        let mut modules = String::new();
        for (at, colour) in code.to_colors().into_iter().enumerate() {
            if let (Color::Dark, Some(x), Some(y)) =
                (colour, at.checked_rem(side), at.checked_div(side))
            {
                let _ = write!(modules, "M{x} {y}h1v1h-1z");
            }
        }
        self.put(format_args!(
            r##"<svg x="{left}" y="{top}" width="{QR_SIDE}" height="{QR_SIDE}" viewBox="0 0 {side} {side}"><path fill="#000000" shape-rendering="crispEdges" d="{modules}"/></svg>"##
        ));
        true
    }

    fn seal(&mut self, text: &str) {
        let size = 128_000_u32
            .checked_div(typeface::width(text))
            .unwrap_or(40)
            .min(56);
        let size = size.saturating_mul(3).saturating_div(2).min(58);
        let word = escape(text);
        self.put(format_args!(
            r#"<g transform="translate(648 1016) rotate(-8)"><rect x="-118" y="-58" width="236" height="116" rx="12" fill="{SHEET}" fill-opacity="0.72" stroke="{VERMILION}" stroke-width="8"/><rect x="-105" y="-45" width="210" height="90" rx="5" fill="none" stroke="{VERMILION}" stroke-width="2.5"/><text x="0" y="{}" font-size="{size}" font-family="{SERIF}" font-weight="700" text-anchor="middle" fill="{VERMILION}">{word}</text></g>"#,
            size.saturating_mul(36) / 100
        ));
    }

    fn finish(mut self) -> String {
        self.svg.push_str("</svg>\n");
        self.svg
    }
}

fn sandbox_network() -> String {
    format!("eip155:{}", sandbox::CHAIN_ID)
}
