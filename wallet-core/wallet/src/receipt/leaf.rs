//! A shop's receipt on A5: as many leaves as it needs, of the same frame as a
//! payment's receipt.

use super::page::{AMBER, INK, INK_SOFT, JADE, LINE, MARGIN, Page, WIDTH, in_groups};
use super::sheet::{Sheet, Sold, Tone};
use super::typeface;

const RIGHT: u32 = WIDTH - MARGIN;
const VALUE_LEFT: u32 = 250;
const VALUE_WIDTH: u32 = RIGHT - VALUE_LEFT;
const SIZE: u32 = 18;
const LINE_HEIGHT: u32 = 25;
const GAP: u32 = 5;
/// Where the rows of the first leaf and of the others begin.
const FIRST_TOP: u32 = 446;
const NEXT_TOP: u32 = 160;
/// Where rows end, on a leaf with the foot and on one without.
const FOOT_TOP: u32 = 896;
const BOTTOM: u32 = 1096;
const QR_SIDE: u32 = 140;

const MIDDLE: &str = r#" text-anchor="middle""#;
const BOLD: &str = r#" font-weight="700""#;
const BOLD_MIDDLE: &str = r#" text-anchor="middle" font-weight="700""#;
const END: &str = r#" text-anchor="end""#;
const BOLD_END: &str = r#" text-anchor="end" font-weight="700""#;

/// The receipt's leaves, each a self-contained SVG document of 840 by 1190 units.
pub(super) fn draw(sheet: &Sheet) -> Vec<String> {
    let pieces = pieces(sheet);
    let mut leaves = vec![first(sheet)];
    let mut next = FIRST_TOP;
    for (at, piece) in pieces.iter().enumerate() {
        let is_last = at.saturating_add(1) == pieces.len();
        let limit = if is_last { FOOT_TOP } else { BOTTOM };
        if next.saturating_add(piece.height()) > limit {
            leaves.push(further(sheet));
            next = NEXT_TOP;
        }
        if let Some(page) = leaves.last_mut() {
            piece.draw(page, next);
        }
        next = next.saturating_add(piece.height());
    }
    let count = leaves.len();
    if let Some(page) = leaves.last_mut() {
        foot(page, sheet);
    }
    let numbered = leaves.into_iter().enumerate().map(|(at, mut page)| {
        if count > 1 {
            let number = format!("{} / {count}", at.saturating_add(1));
            page.text(WIDTH / 2, 1126, 14, INK_SOFT, MIDDLE, &number);
        }
        page.finish()
    });
    numbered.collect()
}

/// What stands below the other.
enum Piece {
    Sold {
        name: Vec<String>,
        count: String,
        total: String,
        /// How many lines below the first the count and the total are.
        below: (usize, usize),
    },
    Sum {
        label: String,
        value: String,
        is_first: bool,
    },
    Fact {
        label: String,
        lines: Vec<String>,
    },
    Rule,
}

fn pieces(sheet: &Sheet) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for sold in &sheet.sold {
        pieces.push(piece_of(sold));
    }
    if !sheet.sold.is_empty() {
        pieces.push(Piece::Rule);
    }
    for (at, (label, value)) in sheet.sums.iter().enumerate() {
        pieces.push(Piece::Sum {
            label: label.clone(),
            value: value.clone(),
            is_first: at == 0,
        });
    }
    if !sheet.sums.is_empty() {
        pieces.push(Piece::Rule);
    }
    for (label, value) in &sheet.facts {
        let lines = match value.starts_with("0x") {
            true if value.len() > 42 => in_groups(value, 8, 4),
            true => in_groups(value, 8, 6),
            false => typeface::wrap(value, VALUE_WIDTH.saturating_mul(1000) / SIZE, 3),
        };
        pieces.push(Piece::Fact {
            label: label.clone(),
            lines,
        });
    }
    pieces
}

/// What was sold, on one line as a rule: sums that are long go below the name.
fn piece_of(sold: &Sold) -> Piece {
    let count = wide(&sold.count);
    let total = wide(&sold.total).max(130);
    let room = RIGHT.saturating_sub(MARGIN);
    let left = room.saturating_sub(count.saturating_add(total).saturating_add(48));
    let beside = left >= 200;
    let names = if beside { left.min(340) } else { room };
    let name = typeface::wrap(&sold.name, names.saturating_mul(1000) / SIZE, 2);
    let below = match beside {
        true => (0, 0),
        false if left > 0 => (name.len(), name.len()),
        false => (name.len(), name.len().saturating_add(1)),
    };
    Piece::Sold {
        name,
        count: sold.count.clone(),
        total: sold.total.clone(),
        below,
    }
}

fn wide(text: &str) -> u32 {
    typeface::width(text).saturating_mul(SIZE) / 1000
}

impl Piece {
    fn height(&self) -> u32 {
        let lines = match self {
            Self::Sold { name, below, .. } => name.len().max(below.1.saturating_add(1)),
            Self::Fact { lines, .. } => lines.len(),
            Self::Sum { .. } => 1,
            Self::Rule => return 22,
        };
        let lines = u32::try_from(lines).unwrap_or(u32::MAX).max(1);
        lines.saturating_mul(LINE_HEIGHT).saturating_add(GAP)
    }

    fn draw(&self, page: &mut Page, top: u32) {
        let down = |lines: usize| {
            let lines = u32::try_from(lines).unwrap_or(u32::MAX);
            top.saturating_add(lines.saturating_mul(LINE_HEIGHT))
        };
        match self {
            Self::Sold {
                name,
                count,
                total,
                below,
            } => {
                for (at, line) in name.iter().enumerate() {
                    page.text(MARGIN, down(at), SIZE, INK, "", line);
                }
                let left = RIGHT
                    .saturating_sub(wide(total).max(130))
                    .saturating_sub(24);
                let left = if below.0 == below.1 { left } else { RIGHT };
                page.text(left, down(below.0), SIZE, INK_SOFT, END, count);
                page.text(RIGHT, down(below.1), SIZE, INK, END, total);
            }
            Self::Sum {
                label,
                value,
                is_first,
            } => {
                let (weight, end) = match is_first {
                    true => (BOLD, BOLD_END),
                    false => ("", END),
                };
                page.text(MARGIN, top, SIZE, INK, weight, label);
                page.text(RIGHT, top, SIZE, INK, end, value);
            }
            Self::Fact { label, lines } => {
                page.text(MARGIN, top, SIZE, INK_SOFT, "", label);
                for (at, line) in lines.iter().enumerate() {
                    page.text(VALUE_LEFT, down(at), SIZE, INK, "", line);
                }
            }
            Self::Rule => rule(page, top.saturating_sub(12)),
        }
    }
}

fn rule(page: &mut Page, y: u32) {
    page.put(format_args!(
        r#"<path stroke="{LINE}" stroke-width="2" d="M{MARGIN} {y}H{RIGHT}"/>"#
    ));
}

/// `text` in the middle, set smaller where it is long.
fn fitted(page: &mut Page, y: u32, largest: u32, text: &str) {
    let fits = 640_000_u32.checked_div(typeface::width(text));
    let size = fits.unwrap_or(largest).clamp(9, largest);
    page.text(WIDTH / 2, y, size, INK, BOLD_MIDDLE, text);
}

fn first(sheet: &Sheet) -> Page {
    let mut page = Page::framed(sheet.language);
    if let Some(text) = &sheet.sandbox {
        page.ribbon(text);
    }
    let middle = WIDTH / 2;
    fitted(&mut page, 166, 34, &sheet.shop);
    page.text(middle, 194, 15, INK_SOFT, MIDDLE, &sheet.standing);
    page.text(middle, 238, 22, INK, MIDDLE, &sheet.title);
    fitted(&mut page, 304, 62, &sheet.amount);
    let colour = match sheet.tone {
        Tone::Good => JADE,
        Tone::Waiting => AMBER,
        Tone::Over => INK,
    };
    page.text(middle, 344, 22, colour, MIDDLE, &sheet.state);
    page.put(format_args!(
        r#"<path stroke="{INK_SOFT}" stroke-width="2" stroke-dasharray="3 7" d="M{MARGIN} 366H{RIGHT}"/>"#
    ));
    page.text(MARGIN, 408, SIZE, INK_SOFT, "", &sheet.code.0);
    page.text(VALUE_LEFT, 410, 34, INK, BOLD, &sheet.code.1);
    let charge = format!("{} {}", sheet.charge.0, sheet.charge.1);
    page.text(RIGHT, 408, SIZE, INK_SOFT, END, &charge);
    page
}

fn further(sheet: &Sheet) -> Page {
    let mut page = Page::framed(sheet.language);
    if let Some(text) = &sheet.sandbox {
        page.text(WIDTH / 2, 92, 15, AMBER, MIDDLE, text);
    }
    let title = format!("{} · {} {}", sheet.title, sheet.charge.0, sheet.charge.1);
    page.text(MARGIN, 120, SIZE, INK_SOFT, "", &title);
    page
}

fn foot(page: &mut Page, sheet: &Sheet) {
    rule(page, FOOT_TOP);
    let top = FOOT_TOP.saturating_add(18);
    let mut left = MARGIN;
    for (text, caption) in &sheet.codes {
        if page.qr(left, top, QR_SIDE, text) {
            let y = top.saturating_add(QR_SIDE).saturating_add(20);
            page.text(
                left.saturating_add(QR_SIDE / 2),
                y,
                14,
                INK_SOFT,
                MIDDLE,
                caption,
            );
            left = left.saturating_add(QR_SIDE).saturating_add(24);
        }
    }
    let captions = top.saturating_add(QR_SIDE).saturating_add(20);
    page.text(left, captions, 14, INK_SOFT, "", &sheet.issued_by);
    let colour = match sheet.tone {
        Tone::Waiting => AMBER,
        Tone::Good | Tone::Over => INK_SOFT,
    };
    let width = RIGHT.saturating_sub(MARGIN).saturating_mul(1000) / 15;
    let mut y = 1100;
    for line in typeface::wrap(&sheet.advice, width, 2) {
        page.text(MARGIN, y, 15, colour, "", &line);
        y = y.saturating_add(20);
    }
    if let Some(seal) = &sheet.seal {
        page.seal(628, 984, seal);
    }
}
