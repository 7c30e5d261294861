//! Secret words on a sheet of paper, covered until the person has looked around.

use egui::{
    Align2, CornerRadius, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use super::look::{self, RADIUS_LARGE, SPACE, TEXT, TEXT_LARGE, TEXT_SMALL};
use super::ornament;
use super::widgets::{self, Weight};
use crate::prompt::messages::Messages;

/// Whether the words are seen.
pub struct WordSheet {
    uncovered: bool,
    fresh: bool,
}

impl WordSheet {
    /// Covered.
    pub fn new() -> Self {
        Self {
            uncovered: false,
            fresh: true,
        }
    }

    /// Whether the words are seen.
    pub fn is_uncovered(&self) -> bool {
        self.uncovered
    }

    /// Draws the cover, with a button of this name that takes it away.
    pub fn cover(&mut self, ui: &mut Ui, name: &str) {
        let palette = look::palette(ui);
        let (sheet, _) =
            ui.allocate_exact_size(vec2(ui.available_width(), SPACE * 46.0), Sense::hover());
        paper(ui, sheet);
        let engraving = widgets::blend(palette.sheet, palette.ink_soft, 0.3);
        ornament::weave(ui.painter(), sheet.shrink(SPACE * 3.0), 14, engraving);
        let size = vec2(SPACE * 50.0, SPACE * 11.0);
        let place = Rect::from_center_size(sheet.center(), size);
        let mut middle = ui.new_child(egui::UiBuilder::new().max_rect(place));
        let button = widgets::button(&mut middle, size, name, Weight::Secondary, true);
        if std::mem::take(&mut self.fresh) {
            button.request_focus();
        }
        self.uncovered = button.clicked();
    }

    /// Draws `count` words in columns, read downwards: the fewer, the larger.
    pub fn words<'a>(
        &self,
        ui: &mut Ui,
        say: Messages,
        count: usize,
        words: impl Iterator<Item = &'a str>,
    ) {
        let palette = look::palette(ui);
        let (columns, row, size) = match count {
            0..=12 => (2, SPACE * 9.5, TEXT_LARGE),
            13..=24 => (3, SPACE * 8.0, TEXT),
            _ => (3, SPACE * 7.0, TEXT),
        };
        let rows = count.div_ceil(columns);
        let width = ui.available_width();
        let height = row * rows as f32 + SPACE * 4.0;
        let (sheet, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        paper(ui, sheet);
        let column = (width - SPACE * 6.0) / columns as f32;
        for (index, word) in words.enumerate() {
            let number = index.saturating_add(1);
            let (place, line) = (index / rows, index % rows);
            let corner = sheet.left_top()
                + vec2(
                    SPACE * 3.0 + column * place as f32,
                    SPACE * 2.0 + row * line as f32,
                );
            let cell = Rect::from_min_size(corner, vec2(column, row));
            let id = ui.make_persistent_id(("word", number));
            let spoken = ui.interact(cell, id, Sense::hover());
            spoken.widget_info(|| {
                WidgetInfo::labeled(Role::Label, true, say.words_number(number, word))
            });
            let painter = ui.painter();
            let baseline = cell.center().y;
            painter.text(
                pos2(cell.left() + SPACE * 6.0, baseline + 1.0),
                Align2::RIGHT_CENTER,
                number,
                look::sans(TEXT_SMALL),
                palette.ink_soft,
            );
            painter.text(
                pos2(cell.left() + SPACE * 8.5, baseline),
                Align2::LEFT_CENTER,
                word,
                look::sans(size),
                palette.ink,
            );
        }
    }
}

fn paper(ui: &Ui, area: Rect) {
    let palette = look::palette(ui);
    ui.painter().rect(
        area,
        CornerRadius::same(RADIUS_LARGE),
        palette.sheet,
        Stroke::new(1.0, palette.line),
        StrokeKind::Inside,
    );
}
