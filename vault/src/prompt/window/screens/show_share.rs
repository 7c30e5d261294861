//! One share of a wallet, covered until the person has looked around.

use egui::{Align2, CornerRadius, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use jiaozi_custody::shares::ShareWords;

use super::{Buttons, Screen, Wish};
use crate::prompt::messages::Messages;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::look::{self, RADIUS_LARGE, SPACE, TEXT, TEXT_SMALL};
use crate::prompt::window::ornament;
use crate::prompt::window::widgets::{self, Weight};

/// A share, and what is written beside its words.
pub struct ShareText {
    /// Which of how many.
    pub title: String,
    /// What to know of it.
    pub notes: Vec<String>,
    /// Its words.
    pub words: ShareWords,
}

/// The share on the screen.
pub struct ShowShare {
    share: ShareText,
    uncovered: bool,
    fresh: bool,
    reply: Reply<()>,
}

/// Columns of words, read downwards.
const COLUMNS: usize = 3;

impl ShowShare {
    /// Shows `share`; `reply` is told when it is written down.
    pub fn new(share: ShareText, reply: Reply<()>) -> Self {
        Self {
            share,
            uncovered: false,
            fresh: true,
            reply,
        }
    }

    fn grid(&self, ui: &mut Ui, say: Messages) {
        let palette = look::palette(ui);
        let count = self.share.words.iter().len();
        let rows = count.div_ceil(COLUMNS);
        let row = SPACE * 7.0;
        let width = ui.available_width();
        let height = row * rows as f32 + SPACE * 4.0;
        let (sheet, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
        paper(ui, sheet);
        let column = (width - SPACE * 4.0) / COLUMNS as f32;
        for (index, word) in self.share.words.iter().enumerate() {
            let number = index.saturating_add(1);
            let (place, line) = (index / rows, index % rows);
            let corner = sheet.left_top()
                + vec2(
                    SPACE * 2.0 + column * place as f32,
                    SPACE * 2.0 + row * line as f32,
                );
            let cell = egui::Rect::from_min_size(corner, vec2(column, row));
            let id = ui.make_persistent_id(("word", number));
            let spoken = ui.interact(cell, id, Sense::hover());
            spoken.widget_info(|| {
                WidgetInfo::labeled(Role::Label, true, say.words_number(number, word))
            });
            let painter = ui.painter();
            painter.text(
                pos2(cell.left() + SPACE * 6.0, cell.center().y + 1.0),
                Align2::RIGHT_CENTER,
                number,
                look::sans(TEXT_SMALL),
                palette.ink_soft,
            );
            painter.text(
                pos2(cell.left() + SPACE * 8.0, cell.center().y),
                Align2::LEFT_CENTER,
                word,
                look::sans(TEXT),
                palette.ink,
            );
        }
    }

    fn cover(&mut self, ui: &mut Ui, say: Messages) {
        let palette = look::palette(ui);
        let (sheet, _) =
            ui.allocate_exact_size(vec2(ui.available_width(), SPACE * 46.0), Sense::hover());
        paper(ui, sheet);
        let engraving = widgets::blend(palette.sheet, palette.ink_soft, 0.3);
        ornament::weave(ui.painter(), sheet.shrink(SPACE * 3.0), 14, engraving);
        let size = vec2(SPACE * 50.0, SPACE * 11.0);
        let place = egui::Rect::from_center_size(sheet.center(), size);
        let mut middle = ui.new_child(egui::UiBuilder::new().max_rect(place));
        let name = say.split_cover_button();
        let button = widgets::button(&mut middle, size, name, Weight::Secondary, true);
        if std::mem::take(&mut self.fresh) {
            button.request_focus();
        }
        self.uncovered = button.clicked();
    }
}

fn paper(ui: &Ui, area: egui::Rect) {
    let palette = look::palette(ui);
    ui.painter().rect(
        area,
        CornerRadius::same(RADIUS_LARGE),
        palette.sheet,
        Stroke::new(1.0, palette.line),
        StrokeKind::Inside,
    );
}

impl Screen for ShowShare {
    fn title(&self, say: Messages) -> &'static str {
        say.split_share_title()
    }

    fn body(&mut self, ui: &mut Ui, say: Messages) -> Wish {
        let palette = look::palette(ui);
        widgets::paragraph(ui, &self.share.title);
        if self.uncovered {
            self.grid(ui, say);
            for note in &self.share.notes {
                widgets::note(ui, note);
            }
        } else {
            self.cover(ui, say);
            widgets::warning(ui, say.shares_cover(), palette.amber);
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
