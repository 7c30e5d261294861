//! The typeface of receipts: it comes with the program, so that a receipt
//! looks the same on a computer without fonts. Names in other scripts are
//! written with the system's fonts where it has them.

use std::sync::{Arc, LazyLock};

use resvg::usvg::fontdb::Database;
use ttf_parser::Face;

/// The font families, as SVG names them; the first is the bundled one.
pub(super) const SANS: &str = "Noto Sans CJK SC, Noto Sans SC, sans-serif";
pub(super) const SERIF: &str = "Noto Serif CJK SC, Noto Serif SC, serif";

const REGULAR: &[u8] = include_bytes!("../../../../vault/fonts/NotoSansSC-Regular.otf");
const BOLD: &[u8] = include_bytes!("../../../../vault/fonts/NotoSansSC-Bold.otf");
const SERIF_BOLD: &[u8] = include_bytes!("../../../../vault/fonts/NotoSerifSC-Bold.otf");

static FACE: LazyLock<Option<Face<'static>>> = LazyLock::new(|| Face::parse(REGULAR, 0).ok());

static BUNDLED: LazyLock<Arc<Database>> = LazyLock::new(|| Arc::new(bundled()));

static WITH_SYSTEM: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = bundled();
    fonts.load_system_fonts();
    Arc::new(fonts)
});

fn bundled() -> Database {
    let mut fonts = Database::new();
    for font in [REGULAR, BOLD, SERIF_BOLD] {
        fonts.load_font_data(font.to_vec());
    }
    fonts.set_sans_serif_family("Noto Sans CJK SC");
    fonts.set_serif_family("Noto Serif CJK SC");
    fonts
}

/// The fonts that `text` needs.
pub(super) fn fonts_for(text: &str) -> Arc<Database> {
    if text.chars().all(|c| c.is_control() || covers(c)) {
        Arc::clone(&BUNDLED)
    } else {
        Arc::clone(&WITH_SYSTEM)
    }
}

/// Whether the bundled font has a glyph for `c`.
pub(super) fn covers(c: char) -> bool {
    FACE.as_ref()
        .is_some_and(|face| face.glyph_index(c).is_some())
}

/// Whether each of the bundled fonts has a glyph for `c`.
#[cfg(test)]
pub(super) fn covers_all(c: char) -> bool {
    [REGULAR, BOLD, SERIF_BOLD]
        .iter()
        .all(|font| Face::parse(font, 0).is_ok_and(|face| face.glyph_index(c).is_some()))
}

/// How wide `text` is in thousandths of its size; characters of other fonts
/// count as a full em.
pub(super) fn width(text: &str) -> u32 {
    text.chars()
        .map(|c| {
            FACE.as_ref()
                .and_then(|face| face.glyph_hor_advance(face.glyph_index(c)?))
                .map_or(1000, u32::from)
        })
        .fold(0, u32::saturating_add)
}

/// Breaks `text` into lines no wider than `width_limit` thousandths of its
/// size, at blanks where there are any; what does not fit into `lines` lines
/// ends with an ellipsis.
pub(super) fn wrap(text: &str, width_limit: u32, lines: usize) -> Vec<String> {
    let mut done: Vec<String> = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        let joined = format!("{line}{piece}");
        if width(joined.trim_end()) <= width_limit {
            line = joined;
            continue;
        }
        if !line.trim().is_empty() {
            done.push(line.trim_end().to_owned());
        }
        line = String::new();
        // A word that is longer than a line is broken anywhere.
        for c in piece.chars() {
            line.push(c);
            if width(line.trim_end()) > width_limit {
                line.pop();
                done.push(std::mem::take(&mut line));
                line.push(c);
            }
        }
    }
    if !line.trim().is_empty() {
        done.push(line.trim_end().to_owned());
    }
    if done.len() > lines {
        done.truncate(lines);
        if let Some(last) = done.last_mut() {
            while width(last).saturating_add(width("…")) > width_limit && last.pop().is_some() {}
            last.push('…');
        }
    }
    done
}

/// Where a line may break: after blanks, and around every CJK character, but
/// never before what closes a clause.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        if let Some(last) = pieces
            .last_mut()
            .filter(|_| word.is_empty() && "。，、；：？！）》」』”’…".contains(c))
        {
            last.push(c);
            continue;
        }
        word.push(c);
        if c == ' '
            || matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}')
        {
            pieces.push(std::mem::take(&mut word));
        }
    }
    pieces.push(word);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_lines() {
        assert_eq!(wrap("two words", 4000, 2), ["two", "words"]);
        assert_eq!(wrap("茶馆茶馆", 2000, 2), ["茶馆", "茶馆"]);
        assert_eq!(wrap("茶馆茶馆茶馆", 2000, 2), ["茶馆", "茶…"]);
        assert_eq!(wrap("茶馆。", 2000, 2), ["茶", "馆。"]);
        assert_eq!(wrap("", 2000, 2), Vec::<String>::new());
        for line in wrap(&"W".repeat(500), 3000, 4) {
            assert!(width(&line) <= 3000, "{line}");
        }
    }

    #[test]
    fn other_scripts_ask_the_system() {
        assert!(Arc::ptr_eq(
            &fonts_for("<text>茶馆 ¥12.50</text>\n"),
            &BUNDLED
        ));
        assert!(!covers('ก'));
    }
}
