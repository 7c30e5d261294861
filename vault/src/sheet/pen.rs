//! Writes on a page. The bundled fonts have no ligatures, kerning or variants,
//! so a character is a glyph and a line as wide as its glyphs.
#![expect(clippy::float_arithmetic, reason = "places on paper, not money")]

use krilla::color::rgb;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use ttf_parser::Face;

use super::SheetError;

const PLAIN: &[u8] = include_bytes!("../../fonts/NotoSansSC-Regular.otf");
const BOLD: &[u8] = include_bytes!("../../fonts/NotoSansSC-Bold.otf");
/// What does not begin a line.
const CLOSING: &str = "，。、；：）”？！,.;:)?!";

/// The colours of the sheet: those of the wallet's light theme.
#[derive(Debug, Clone, Copy)]
pub enum Colour {
    Ink,
    Soft,
    Line,
    Vermilion,
    Paper,
}

impl Colour {
    fn rgb(self) -> rgb::Color {
        match self {
            Self::Ink => rgb::Color::new(0x1b, 0x1b, 0x1f),
            Self::Soft => rgb::Color::new(0x5b, 0x57, 0x50),
            Self::Line => rgb::Color::new(0xa8, 0xa2, 0x98),
            Self::Vermilion => rgb::Color::new(0xb3, 0x26, 0x1e),
            Self::Paper => rgb::Color::new(0xff, 0xff, 0xff),
        }
    }
}

/// How heavy letters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Plain,
    Bold,
}

/// A font of the vault, to measure and to write with.
struct Typeface {
    face: Face<'static>,
    font: Font,
}

impl Typeface {
    fn new(bytes: &'static [u8]) -> Result<Self, SheetError> {
        let face = Face::parse(bytes, 0).map_err(|_| SheetError::Fonts)?;
        let font = Font::new(bytes.to_vec().into(), 0).ok_or(SheetError::Fonts)?;
        Ok(Self { face, font })
    }

    fn has(&self, text: &str) -> bool {
        text.chars().all(|c| self.face.glyph_index(c).is_some())
    }

    /// The width of a character, as a share of the size of letters.
    fn advance(&self, c: char) -> f32 {
        let glyph = self.face.glyph_index(c);
        let wide = glyph.and_then(|glyph| self.face.glyph_hor_advance(glyph));
        f32::from(wide.unwrap_or_default()) / f32::from(self.face.units_per_em())
    }

    fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let of = |(at, c): (usize, char)| {
            let glyph = self.face.glyph_index(c).unwrap_or_default();
            let range = at..at.saturating_add(c.len_utf8());
            KrillaGlyph::new(
                GlyphId::new(glyph.0.into()),
                self.advance(c),
                0.0,
                0.0,
                0.0,
                range,
                None,
            )
        };
        text.char_indices().map(of).collect()
    }
}

/// Writes on a page. Places are in points from the top left; of text it is the
/// base line.
pub struct Pen<'a, 'b> {
    surface: &'a mut Surface<'b>,
    plain: Typeface,
    bold: Typeface,
}

impl<'a, 'b> Pen<'a, 'b> {
    /// A pen for this page.
    pub fn new(surface: &'a mut Surface<'b>) -> Result<Self, SheetError> {
        Ok(Self {
            surface,
            plain: Typeface::new(PLAIN)?,
            bold: Typeface::new(BOLD)?,
        })
    }

    /// Writes a line. What the bold font lacks is written plain.
    pub fn text(&mut self, at: (u16, u16), size: u16, weight: Weight, colour: Colour, text: &str) {
        self.ink(colour);
        let typeface = match weight {
            Weight::Bold if self.bold.has(text) => &self.bold,
            _ => &self.plain,
        };
        let glyphs = typeface.glyphs(text);
        let font = typeface.font.clone();
        let start = Point::from_xy(at.0.into(), at.1.into());
        self.surface
            .draw_glyphs(start, &glyphs, font, text, size.into(), false);
    }

    /// Writes a paragraph in lines of at most `width`. Gives the base line after
    /// its last.
    pub fn paragraph(
        &mut self,
        at: (u16, u16),
        width: u16,
        size: u16,
        colour: Colour,
        text: &str,
    ) -> u16 {
        let mut y = at.1;
        for line in self.lines(text, f32::from(width) / f32::from(size)) {
            self.text((at.0, y), size, Weight::Plain, colour, &line);
            // Half as much again as the letters are high.
            y = y.saturating_add(size).saturating_add(size / 2);
        }
        y
    }

    /// Breaks a text at its spaces, and between any two Chinese characters.
    fn lines(&self, text: &str, width: f32) -> Vec<String> {
        let mut lines = vec![String::new()];
        let mut used = 0.0;
        for piece in pieces(text) {
            let wide: f32 = piece
                .trim_end()
                .chars()
                .map(|c| self.plain.advance(c))
                .sum();
            let whole: f32 = piece.chars().map(|c| self.plain.advance(c)).sum();
            if used + wide > width && used > 0.0 {
                lines.push(String::new());
                used = 0.0;
            }
            if let Some(line) = lines.last_mut() {
                line.push_str(&piece);
            }
            used += whole;
        }
        lines
    }

    /// Fills a rectangle.
    pub fn fill(&mut self, at: (u16, u16), size: (u16, u16), colour: Colour) {
        self.ink(colour);
        self.rectangle(at, size);
    }

    /// Draws the outline of a rectangle.
    pub fn frame(&mut self, at: (u16, u16), size: (u16, u16)) {
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(Stroke {
            paint: Colour::Line.rgb().into(),
            width: 0.75,
            ..Stroke::default()
        }));
        self.rectangle(at, size);
        self.surface.set_stroke(None);
    }

    /// Draws a line to write on.
    pub fn line(&mut self, at: (u16, u16), length: u16) {
        self.ink(Colour::Line);
        if let Some(rect) = Rect::from_xywh(at.0.into(), at.1.into(), length.into(), 0.75) {
            self.draw(rect);
        }
    }

    fn rectangle(&mut self, at: (u16, u16), size: (u16, u16)) {
        let (x, y) = (at.0.into(), at.1.into());
        if let Some(rect) = Rect::from_xywh(x, y, size.0.into(), size.1.into()) {
            self.draw(rect);
        }
    }

    fn draw(&mut self, rect: Rect) {
        let mut path = PathBuilder::new();
        path.push_rect(rect);
        if let Some(path) = path.finish() {
            self.surface.draw_path(&path);
        }
    }

    fn ink(&mut self, colour: Colour) {
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(Fill {
            paint: colour.rgb().into(),
            opacity: NormalizedF32::ONE,
            ..Fill::default()
        }));
    }
}

/// What a line may not break: words with their spaces, and single Chinese
/// characters with what must not begin a line.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut open = false;
    for c in text.chars() {
        let wide = c >= '\u{2e80}';
        let closes = CLOSING.contains(c);
        match pieces.last_mut() {
            Some(piece) if closes || (open && !wide) => piece.push(c),
            _ => pieces.push(c.to_string()),
        }
        open = !wide && !c.is_whitespace();
    }
    pieces
}

#[cfg(test)]
mod tests {
    use jiaozi_custody::Words;
    use jiaozi_types::agent::WordLanguage;

    use super::*;

    #[test]
    fn lines_break_where_they_may() {
        assert_eq!(pieces("a bc, d"), ["a ", "bc, ", "d"]);
        assert_eq!(pieces("用 a，好。"), ["用", " ", "a，", "好。"]);
    }

    #[test]
    fn the_plain_font_has_all_that_stands_on_a_sheet() {
        let plain = Typeface::new(PLAIN).unwrap();
        for file in [
            include_str!("../../messages/en.json"),
            include_str!("../../messages/zh-CN.json"),
        ] {
            let messages: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(file).unwrap();
            let on_it = |key: &str| {
                key.starts_with("sheet_") || key == "backup_evm" || key == "backup_core"
            };
            for (key, text) in messages.iter().filter(|(key, _)| on_it(key)) {
                assert!(plain.has(text.as_str().unwrap()), "{key}");
            }
        }
        for language in [WordLanguage::English, WordLanguage::SimplifiedChinese] {
            // A sample; the fonts are made from the whole lists.
            for filler in 0..=255_u8 {
                let words = Words::from_entropy(&[filler; 32], language).unwrap();
                assert!(words.iter().all(|word| plain.has(word)));
            }
        }
    }
}
