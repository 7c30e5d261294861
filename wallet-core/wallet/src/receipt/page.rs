//! A page of receipts: the frame, and the ways in which text, codes and the
//! seal get on it. The receipts themselves are in `ticket.rs` (payments) and
//! `sheet.rs` (charges of the till).
//!
//! All that comes from outside goes through [`plain`] and [`escape`]; nothing
//! in a drawing refers to anything outside of it.

use std::fmt::Write as _;

use jiaozi_types::agent::Language;
use jiaozi_types::sandbox;
use qrcode::{Color, EcLevel, QrCode};
use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};

use super::typeface::{self, SANS, SERIF};
use crate::text::clean;

/// Width and height of the page in its own units.
pub(super) const WIDTH: u32 = 840;
pub(super) const HEIGHT: u32 = 1190;

// `icons/tokens.json`, light: paper is light wherever it is looked at.
pub(super) const PAPER: &str = "#FAF7F2";
pub(super) const SHEET: &str = "#FFFFFF";
pub(super) const INK: &str = "#1B1B1F";
pub(super) const INK_SOFT: &str = "#5B5750";
pub(super) const LINE: &str = "#E4DED3";
pub(super) const VERMILION: &str = "#B3261E";
pub(super) const JADE: &str = "#1F6B4C";
pub(super) const AMBER: &str = "#8A5A00";

pub(super) const MARGIN: u32 = 96;
/// Foreign text made safe to show: no control, bidirectional or invisible
/// characters, no stacks of marks, no more than `max` characters.
pub(super) fn plain(text: &str, max: usize) -> String {
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
pub(super) fn in_groups(hex: &str, size: usize, per_line: usize) -> Vec<String> {
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

/// A Unix second as date and time where the clock is `offset` minutes ahead of
/// UTC, which it says.
pub(super) fn moment(unix: u64, offset: i32) -> String {
    let format = format_description!(
        "[year]-[month]-[day] [hour]:[minute]:[second] UTC[offset_hour sign:mandatory]:[offset_minute]"
    );
    let offset = UtcOffset::from_whole_seconds(offset.saturating_mul(60)).unwrap_or(UtcOffset::UTC);
    i64::try_from(unix)
        .ok()
        .and_then(|unix| OffsetDateTime::from_unix_timestamp(unix).ok())
        .and_then(|time| time.checked_to_offset(offset))
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

/// The drawing as it grows.
pub(super) struct Page {
    body: String,
    language: Language,
    width: u32,
    height: u32,
}

impl Page {
    /// An empty one.
    pub(super) fn new(language: Language, width: u32, height: u32) -> Self {
        Self {
            body: String::new(),
            language,
            width,
            height,
        }
    }

    /// Makes it as high as it came to be.
    pub(super) fn end_at(&mut self, height: u32) {
        self.height = height;
    }

    /// One with the frame of the icon and of the notes of old: hollow corners, one
    /// thick line and one thin.
    pub(super) fn framed(language: Language) -> Self {
        let mut page = Self::new(language, WIDTH, HEIGHT);
        page.put(format_args!(
            r#"<path fill="{PAPER}" d="M0 0H{WIDTH}V{HEIGHT}H0Z"/>"#
        ));
        page.frame(40, 36, SHEET, 9);
        page.frame(56, 30, "none", 2);
        page
    }

    pub(super) fn put(&mut self, part: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.body.write_fmt(part);
        self.body.push('\n');
    }

    pub(super) fn frame(&mut self, inset: u32, corner: u32, fill: &str, stroke: u32) {
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

    /// `more` are attributes, each with a blank before it.
    pub(super) fn text(&mut self, x: u32, y: u32, size: u32, colour: &str, more: &str, text: &str) {
        let text = escape(text);
        self.put(format_args!(
            r#"<text x="{x}" y="{y}" font-size="{size}" fill="{colour}"{more}>{text}</text>"#
        ));
    }

    /// Says that this is no real money, below the top of the frame.
    pub(super) fn ribbon(&mut self, text: &str) {
        let middle = WIDTH / 2;
        self.put(format_args!(
            r#"<rect x="{}" y="80" width="320" height="36" rx="8" fill="none" stroke="{AMBER}" stroke-width="2"/>"#,
            middle.saturating_sub(160)
        ));
        self.text(middle, 105, 19, AMBER, r#" text-anchor="middle""#, text);
    }

    /// A QR code of `text`; false when it does not fit into one.
    pub(super) fn qr(&mut self, left: u32, top: u32, size: u32, text: &str) -> bool {
        let Some((side, modules)) = modules(text) else {
            return false;
        };
        self.put(format_args!(
            r##"<svg x="{left}" y="{top}" width="{size}" height="{size}" viewBox="0 0 {side} {side}"><path fill="#000000" shape-rendering="crispEdges" d="{modules}"/></svg>"##
        ));
        true
    }

    /// The same for a printer's dots: each module is a whole number of units, and
    /// the code lies in the middle of `room` units. Gives its size; none when it
    /// does not fit.
    pub(super) fn qr_in_dots(&mut self, left: u32, top: u32, room: u32, text: &str) -> Option<u32> {
        let (side, _) = modules(text)?;
        let size = room.checked_div(side)?.checked_mul(side)?;
        let left = left.saturating_add(room.saturating_sub(size) / 2);
        (size > 0 && self.qr(left, top, size, text)).then_some(size)
    }

    /// The seal, a little askew around a middle.
    pub(super) fn seal(&mut self, x: u32, y: u32, text: &str) {
        let size = 128_000_u32
            .checked_div(typeface::width(text))
            .unwrap_or(40)
            .min(56);
        let size = size.saturating_mul(3).saturating_div(2).min(58);
        let word = escape(text);
        self.put(format_args!(
            r#"<g transform="translate({x} {y}) rotate(-8)"><rect x="-118" y="-58" width="236" height="116" rx="12" fill="{SHEET}" fill-opacity="0.72" stroke="{VERMILION}" stroke-width="8"/><rect x="-105" y="-45" width="210" height="90" rx="5" fill="none" stroke="{VERMILION}" stroke-width="2.5"/><text x="0" y="{}" font-size="{size}" font-family="{SERIF}" font-weight="700" text-anchor="middle" fill="{VERMILION}">{word}</text></g>"#,
            size.saturating_mul(36) / 100
        ));
    }

    /// Puts what `paper` draws below all that is there.
    pub(super) fn on(mut self, paper: &str) -> Self {
        self.body.insert_str(0, paper);
        self
    }

    /// The whole as one self-contained SVG document.
    pub(super) fn finish(self) -> String {
        let tag = match self.language {
            Language::English => "en",
            Language::SimplifiedChinese => "zh-CN",
        };
        let (width, height) = (self.width, self.height);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" xml:lang=\"{tag}\" font-family=\"{SANS}\">\n{}</svg>\n",
            self.body
        )
    }
}

/// The sandbox's network.
pub(super) fn sandbox_network() -> String {
    format!("eip155:{}", sandbox::CHAIN_ID)
}

/// Modules a side, and the dark ones as a path.
fn modules(text: &str) -> Option<(u32, String)> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let side = code.width();
    let mut path = String::new();
    for (at, colour) in code.to_colors().into_iter().enumerate() {
        if let (Color::Dark, Some(x), Some(y)) =
            (colour, at.checked_rem(side), at.checked_div(side))
        {
            let _ = write!(path, "M{x} {y}h1v1h-1z");
        }
    }
    Some((u32::try_from(side).ok()?, path))
}
