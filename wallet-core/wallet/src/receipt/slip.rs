//! A shop's receipt on a roll of 80 mm: one strip, as long as it needs to be. A
//! unit is a dot of a thermal printer (8 a millimetre), black or white.

use super::page::{Page, in_groups};
use super::sheet::Sheet;
use super::typeface;

/// Dots across the paper, and those at each side that printers cannot reach.
pub(super) const WIDTH: u32 = 640;
pub(super) const EDGE: u32 = 32;

const BLACK: &str = "#000000";
const LEFT: u32 = 40;
const RIGHT: u32 = WIDTH - LEFT;
const ROOM: u32 = RIGHT - LEFT;
const SIZE: u32 = 24;
const LINE_HEIGHT: u32 = 34;
const VALUE_LEFT: u32 = 196;
const QR_ROOM: u32 = 260;

const MIDDLE: &str = r#" text-anchor="middle""#;
const BOLD: &str = r#" font-weight="700""#;
const BOLD_MIDDLE: &str = r#" text-anchor="middle" font-weight="700""#;
const END: &str = r#" text-anchor="end""#;
const BOLD_END: &str = r#" text-anchor="end" font-weight="700""#;

/// The receipt as a self-contained SVG document, and its height in dots.
pub(super) fn draw(sheet: &Sheet) -> (String, u32) {
    let mut strip = Strip {
        page: Page::new(sheet.language, WIDTH, 0),
        next: 16,
    };
    strip.head(sheet);
    strip.rows(sheet);
    strip.codes(sheet);
    strip.centred(&sheet.advice, 22, "", 4);
    strip.centred(&sheet.issued_by, 20, "", 1);
    let height = strip.next.saturating_add(24);
    let mut page = strip.page;
    page.end_at(height);
    let paper = format!(r##"<path fill="#FFFFFF" d="M0 0H{WIDTH}V{height}H0Z"/>"##);
    (page.on(&paper).finish(), height)
}

/// The strip as it grows.
struct Strip {
    page: Page,
    /// How far down it has come.
    next: u32,
}

impl Strip {
    fn head(&mut self, sheet: &Sheet) {
        if let Some(text) = &sheet.sandbox {
            self.centred(text, 24, BOLD, 1);
        }
        self.centred(&sheet.shop, 40, BOLD, 2);
        self.centred(&sheet.standing, 20, "", 2);
        self.centred(&sheet.title, 28, "", 1);
        self.dashes();
        self.centred(&sheet.code.0, 22, "", 1);
        self.next = self.next.saturating_sub(6);
        self.centred(&sheet.code.1, 92, BOLD, 1);
        self.dashes();
        let fits = ROOM
            .saturating_mul(1000)
            .checked_div(typeface::width(&sheet.amount));
        self.centred(&sheet.amount, fits.unwrap_or(64).clamp(16, 64), BOLD, 1);
        self.centred(&sheet.state, 28, BOLD, 2);
        self.dashes();
    }

    fn rows(&mut self, sheet: &Sheet) {
        for sold in &sheet.sold {
            for line in wrap(&sold.name, SIZE, ROOM, 2) {
                self.line(LEFT, "", &line);
            }
            self.pair(LEFT.saturating_add(24), &sold.count, &sold.total, false);
        }
        if !sheet.sold.is_empty() {
            self.dashes();
        }
        for (at, (label, value)) in sheet.sums.iter().enumerate() {
            self.pair(LEFT, label, value, at == 0);
        }
        if !sheet.sums.is_empty() {
            self.dashes();
        }
        let charge = std::iter::once(&sheet.charge);
        for (label, value) in charge.chain(&sheet.facts) {
            let room = RIGHT.saturating_sub(VALUE_LEFT);
            let lines = match value.starts_with("0x") {
                true => in_groups(value, 8, 3),
                false => wrap(value, SIZE, room, 4),
            };
            let top = self.next;
            self.line(LEFT, "", label);
            self.next = top;
            for line in lines {
                self.line(VALUE_LEFT, "", &line);
            }
        }
        self.dashes();
    }

    /// The codes, side by side.
    fn codes(&mut self, sheet: &Sheet) {
        let count = u32::try_from(sheet.codes.len()).unwrap_or(u32::MAX).max(1);
        let share = ROOM.checked_div(count).unwrap_or(ROOM);
        let (mut left, top, mut lowest) = (LEFT, self.next.saturating_add(4), 0);
        for (text, caption) in &sheet.codes {
            let inset = share.saturating_sub(QR_ROOM) / 2;
            let size = self
                .page
                .qr_in_dots(left.saturating_add(inset), top, QR_ROOM, text);
            if let Some(size) = size {
                let y = top.saturating_add(size).saturating_add(28);
                let middle = left.saturating_add(share / 2);
                self.page.text(middle, y, 22, BLACK, MIDDLE, caption);
                lowest = lowest.max(y);
            }
            left = left.saturating_add(share);
        }
        self.next = lowest.max(self.next).saturating_add(18);
    }

    /// Two texts on one line, or on two where they are long.
    fn pair(&mut self, x: u32, left: &str, right: &str, is_bold: bool) {
        let (weight, end) = match is_bold {
            true => (BOLD, BOLD_END),
            false => ("", END),
        };
        let wide = |text: &str| typeface::width(text).saturating_mul(SIZE) / 1000;
        let needed = x.saturating_add(wide(left)).saturating_add(wide(right));
        let top = self.next;
        self.line(x, weight, left);
        if needed.saturating_add(20) <= RIGHT {
            self.next = top;
        }
        self.line(RIGHT, end, right);
    }

    fn line(&mut self, x: u32, more: &str, text: &str) {
        let y = self.next.saturating_add(26);
        self.page.text(x, y, SIZE, BLACK, more, text);
        self.next = self.next.saturating_add(LINE_HEIGHT);
    }

    fn centred(&mut self, text: &str, size: u32, weight: &str, lines: usize) {
        let more = if weight.is_empty() {
            MIDDLE
        } else {
            BOLD_MIDDLE
        };
        let height = size.saturating_add(size / 3);
        for line in wrap(text, size, ROOM, lines) {
            let y = self.next.saturating_add(size);
            self.page.text(WIDTH / 2, y, size, BLACK, more, &line);
            self.next = self.next.saturating_add(height);
        }
    }

    fn dashes(&mut self) {
        let y = self.next.saturating_add(10);
        self.page.put(format_args!(
            r#"<path stroke="{BLACK}" stroke-width="2" stroke-dasharray="8 6" d="M{LEFT} {y}H{RIGHT}"/>"#
        ));
        self.next = self.next.saturating_add(20);
    }
}

fn wrap(text: &str, size: u32, room: u32, lines: usize) -> Vec<String> {
    let limit = room.saturating_mul(1000).checked_div(size).unwrap_or(room);
    typeface::wrap(text, limit, lines)
}
