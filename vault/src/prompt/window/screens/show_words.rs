//! Showing the recovery words, covered until the person has looked around.

use egui::{Align2, CornerRadius, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use jiaozi_custody::Words;

use super::{Buttons, Screen, Wish};
use crate::prompt::messages::Messages;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::look::{self, RADIUS_LARGE, SPACE, TEXT, TEXT_LARGE, TEXT_SMALL};
use crate::prompt::window::ornament;
use crate::prompt::window::widgets::{self, Weight};

/// The words on the screen.
pub struct ShowWords {
    words: Words,
    uncovered: bool,
    fresh: bool,
    reply: Reply<()>,
}

impl ShowWords {
    /// Shows `words`; `reply` is told when they are written down.
    pub fn new(words: Words, reply: Reply<()>) -> Self {
        Self {
            words,
            uncovered: false,
            fresh: true,
            reply,
        }
    }

    /// The words in columns, read downwards: two for 12 words, else three.
    fn grid(&self, ui: &mut Ui, say: Messages) {
        let palette = look::palette(ui);
        let count = self.words.count();
        let columns = if count > 12 { 3 } else { 2 };
        let rows = count.div_ceil(columns);
        let row = if count > 12 { SPACE * 8.0 } else { SPACE * 9.5 };
        let width = ui.available_width();
        let height = row * rows as f32 + SPACE * 4.0;
        let (sheet, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        self.paper(ui, sheet);
        let column = (width - SPACE * 6.0) / columns as f32;
        for (index, word) in self.words.iter().enumerate() {
            let number = index.saturating_add(1);
            let (place, line) = (index / rows, index % rows);
            let corner = sheet.left_top()
                + vec2(
                    SPACE * 3.0 + column * place as f32,
                    SPACE * 2.0 + row * line as f32,
                );
            let cell = egui::Rect::from_min_size(corner, vec2(column, row));
            let spoken = ui.interact(
                cell,
                ui.make_persistent_id(("word", number)),
                Sense::hover(),
            );
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
            let size = if count > 12 { TEXT } else { TEXT_LARGE };
            painter.text(
                pos2(cell.left() + SPACE * 8.5, baseline),
                Align2::LEFT_CENTER,
                word,
                look::sans(size),
                palette.ink,
            );
        }
    }

    fn cover(&mut self, ui: &mut Ui, say: Messages) {
        let palette = look::palette(ui);
        let height = SPACE * 46.0;
        let (sheet, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        self.paper(ui, sheet);
        let engraving = widgets::blend(palette.sheet, palette.ink_soft, 0.3);
        ornament::weave(ui.painter(), sheet.shrink(SPACE * 3.0), 14, engraving);
        let size = vec2(SPACE * 50.0, SPACE * 11.0);
        let place = egui::Rect::from_center_size(sheet.center(), size);
        let mut middle = ui.new_child(egui::UiBuilder::new().max_rect(place));
        let name = say.words_cover_button();
        let button = widgets::button(&mut middle, size, name, Weight::Secondary, true);
        if std::mem::take(&mut self.fresh) {
            button.request_focus();
        }
        self.uncovered = button.clicked();
    }

    fn paper(&self, ui: &Ui, area: egui::Rect) {
        let palette = look::palette(ui);
        ui.painter().rect(
            area,
            CornerRadius::same(RADIUS_LARGE),
            palette.sheet,
            Stroke::new(1.0, palette.line),
            StrokeKind::Inside,
        );
    }
}

impl Screen for ShowWords {
    fn title(&self, say: Messages) -> &'static str {
        say.words_show_title()
    }

    fn body(&mut self, ui: &mut Ui, say: Messages) -> Wish {
        let palette = look::palette(ui);
        widgets::paragraph(ui, &say.words_show_lead(self.words.count()));
        if self.uncovered {
            self.grid(ui, say);
            widgets::note(ui, say.words_never());
        } else {
            widgets::gap(ui, 1);
            self.cover(ui, say);
            widgets::gap(ui, 1);
            widgets::warning(ui, say.words_cover(), palette.amber);
        }
        Wish::Nothing
    }

    fn buttons(&self, say: Messages) -> Buttons {
        Buttons {
            refuse: Some(say.cancel()),
            accept: say.words_written_button().to_owned(),
            ready: self.uncovered,
        }
    }

    fn accept(&mut self) -> bool {
        self.reply.send(());
        true
    }

    fn is_secret(&self) -> bool {
        true
    }
}
