//! A choice among a few things, each a row with a line of its own.

use egui::{Align2, CornerRadius, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::{Buttons, FirstFocus, Screen, Wish};
use crate::prompt::messages::Messages;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::look::{self, RADIUS_LARGE, SPACE, TEXT, TEXT_SMALL};
use crate::prompt::window::widgets;

/// What can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// What it is, in one line; may be empty.
    pub text: String,
}

impl Row {
    /// A row.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
        }
    }
}

/// The question which.
pub struct Menu {
    title: &'static str,
    lead: String,
    rows: Vec<Row>,
    refuse: &'static str,
    fresh: bool,
    chosen: Option<usize>,
    reply: Reply<usize>,
}

impl Menu {
    /// Asks; the row's place (from 0) goes to `reply`. `refuse` is the button
    /// that chooses nothing.
    pub fn new(
        title: &'static str,
        lead: String,
        rows: Vec<Row>,
        refuse: &'static str,
        reply: Reply<usize>,
    ) -> Self {
        Self {
            title,
            lead,
            rows,
            refuse,
            fresh: true,
            chosen: None,
            reply,
        }
    }
}

impl Screen for Menu {
    fn title(&self, _say: Messages) -> &'static str {
        self.title
    }

    fn body(&mut self, ui: &mut Ui, _say: Messages) -> Wish {
        if !self.lead.is_empty() {
            widgets::paragraph(ui, &self.lead);
            widgets::gap(ui, 1);
        }
        // Tight: the first page's eight rows are seen without scrolling.
        ui.spacing_mut().item_spacing.y = SPACE;
        for (at, row) in self.rows.iter().enumerate() {
            let response = draw(ui, row);
            if at == 0 && std::mem::take(&mut self.fresh) {
                response.request_focus();
            }
            if response.gained_focus() {
                // Tab may lead below what is seen.
                response.scroll_to_me(None);
            }
            if response.clicked() {
                self.chosen = Some(at);
            }
        }
        Wish::accept_if(self.chosen.is_some())
    }

    fn buttons(&self, _say: Messages) -> Buttons {
        Buttons {
            refuse: Some(self.refuse),
            accept: String::new(),
            ready: self.chosen.is_some(),
        }
    }

    fn accept(&mut self) -> bool {
        if let Some(chosen) = self.chosen {
            self.reply.send(chosen);
        }
        self.chosen.is_some()
    }

    fn first_focus(&self) -> FirstFocus {
        FirstFocus::Body
    }
}

fn draw(ui: &mut Ui, row: &Row) -> egui::Response {
    let palette = look::palette(ui);
    let left = SPACE * 4.0;
    let width = ui.available_width();
    let text = (!row.text.is_empty()).then(|| {
        let font = look::sans(TEXT_SMALL);
        let wrap = width - left - SPACE * 8.0;
        ui.painter()
            .layout(row.text.clone(), font, palette.ink_soft, wrap)
    });
    let head = TEXT * 1.4;
    let below = text.as_ref().map_or(0.0, |text| text.size().y);
    let size = vec2(width, head + below + SPACE * 2.5);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let name = match row.text.is_empty() {
        true => row.name.clone(),
        false => format!("{}: {}", row.name, row.text),
    };
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    let edge = match () {
        () if response.has_focus() => Stroke::new(2.0, palette.ink),
        () if response.hovered() => Stroke::new(1.0, palette.ink_soft),
        () => Stroke::new(1.0, palette.line),
    };
    let painter = ui.painter();
    let radius = CornerRadius::same(RADIUS_LARGE);
    painter.rect(rect, radius, palette.sheet, edge, StrokeKind::Inside);
    let at = pos2(rect.left() + left, rect.top() + SPACE * 1.25 + head * 0.5);
    let font = look::bold(TEXT);
    painter.text(at, Align2::LEFT_CENTER, &row.name, font, palette.ink);
    if let Some(text) = text {
        let at = pos2(rect.left() + left, rect.top() + SPACE * 1.25 + head + 2.0);
        painter.galley(at, text, palette.ink_soft);
    }
    // An arrow, drawn: the fonts have none.
    let tip = pos2(rect.right() - SPACE * 4.0, rect.center().y);
    let stroke = Stroke::new(1.5, palette.ink_soft);
    painter.line_segment([tip - vec2(SPACE, SPACE), tip], stroke);
    painter.line_segment([tip - vec2(SPACE, -SPACE), tip], stroke);
    response
}
