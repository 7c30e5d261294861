//! One of several things to do next, each with a line that says what it is.

use egui::{Align2, CornerRadius, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::{Buttons, Screen, Wish};
use crate::prompt::messages::Messages;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::look::{self, RADIUS_LARGE, SPACE, TEXT, TEXT_SMALL};
use crate::prompt::window::widgets;

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice<T> {
    /// What it gives.
    pub value: T,
    /// Its name.
    pub name: &'static str,
    /// What it is, in a line.
    pub note: &'static str,
}

/// The question which.
pub struct Pick<T> {
    title: &'static str,
    lead: &'static str,
    choices: Vec<Choice<T>>,
    chosen: usize,
    fresh: bool,
    reply: Reply<T>,
}

impl<T: Copy> Pick<T> {
    /// Asks; the first is chosen until another is.
    pub fn new(
        title: &'static str,
        lead: &'static str,
        choices: Vec<Choice<T>>,
        reply: Reply<T>,
    ) -> Self {
        Self {
            title,
            lead,
            choices,
            chosen: 0,
            fresh: true,
            reply,
        }
    }
}

impl<T: Copy + Send> Screen for Pick<T> {
    fn title(&self, _say: Messages) -> &'static str {
        self.title
    }

    fn body(&mut self, ui: &mut Ui, _say: Messages) -> Wish {
        let palette = look::palette(ui);
        widgets::paragraph(ui, self.lead);
        widgets::gap(ui, 1);
        let mut chosen = None;
        for (index, choice) in self.choices.iter().enumerate() {
            let wide = ui.available_width();
            let note = ui.painter().layout(
                choice.note.to_owned(),
                look::sans(TEXT_SMALL),
                palette.ink_soft,
                wide - SPACE * 14.0,
            );
            let size = vec2(wide, note.size().y + SPACE * 13.0);
            let (area, response) = ui.allocate_exact_size(size, Sense::click());
            let selected = index == self.chosen;
            response.widget_info(|| {
                WidgetInfo::selected(Role::RadioButton, true, selected, choice.name)
            });
            let edge = match () {
                () if response.has_focus() => Stroke::new(2.0, palette.ink),
                () if selected => Stroke::new(1.5, palette.vermilion),
                () if response.hovered() => Stroke::new(1.0, palette.ink_soft),
                () => Stroke::new(1.0, palette.line),
            };
            let painter = ui.painter();
            painter.rect(
                area,
                CornerRadius::same(RADIUS_LARGE),
                palette.sheet,
                edge,
                StrokeKind::Inside,
            );
            let dot = pos2(area.left() + SPACE * 5.5, area.top() + SPACE * 6.0);
            painter.circle_stroke(dot, SPACE * 2.0, Stroke::new(1.5, palette.ink_soft));
            if selected {
                painter.circle_filled(dot, SPACE * 1.1, palette.vermilion);
            }
            let left = area.left() + SPACE * 10.5;
            painter.text(
                pos2(left, dot.y),
                Align2::LEFT_CENTER,
                choice.name,
                look::bold(TEXT),
                palette.ink,
            );
            painter.galley(pos2(left, dot.y + SPACE * 3.5), note, palette.ink_soft);
            if std::mem::take(&mut self.fresh) {
                response.request_focus();
            }
            if response.clicked() {
                chosen = Some(index);
            }
        }
        match chosen {
            Some(index) => {
                self.chosen = index;
                Wish::FocusAccept
            }
            None => Wish::Nothing,
        }
    }

    fn buttons(&self, say: Messages) -> Buttons {
        Buttons {
            refuse: Some(say.cancel()),
            accept: say.flow_continue().to_owned(),
            ready: true,
        }
    }

    fn accept(&mut self) -> bool {
        match self.choices.get(self.chosen) {
            Some(choice) => {
                self.reply.send(choice.value);
                true
            }
            None => false,
        }
    }
}
