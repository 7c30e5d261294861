//! Deciding: a payment to approve or a change to consent to. What it is stands
//! on the sheet; the button says the act.

use egui::{Align, Color32, Layout, RichText, Stroke, Ui, vec2};
use jiaozi_custody::Secret;

use super::{Buttons, FirstFocus, Screen, Wish};
use crate::prompt::messages::Messages;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::look::{self, AMOUNT, SPACE, TEXT, TEXT_SMALL, TITLE};
use crate::prompt::window::secret_field::SecretField;
use crate::prompt::window::{wait::Wait, widgets};
use crate::prompt::wording::{Headline, PartyText, Row, Sheet, Value, field};
use crate::prompt::{SecretNeed, SecretTrouble};

/// Seconds until a sheet without PIN can be consented to: a window that opens
/// under somebody's typing must not be answered by it.
const SETTLES: f64 = 0.7;

/// The decision.
pub struct Decide {
    sheet: Sheet,
    secret: SecretNeed,
    field: SecretField,
    wait: Wait,
    appeared: Option<f64>,
    settled: bool,
    reply: Reply<Option<Secret>>,
}

impl Decide {
    /// Asks; the PIN, where it is needed, goes to `reply`.
    pub fn new(
        sheet: Sheet,
        secret: SecretNeed,
        trouble: Option<SecretTrouble>,
        reply: Reply<Option<Secret>>,
    ) -> Self {
        Self {
            sheet,
            secret,
            field: SecretField::focused(),
            wait: Wait::after(trouble),
            appeared: None,
            settled: false,
            reply,
        }
    }

    fn settle(&mut self, ui: &Ui) {
        let now = ui.input(|input| input.time);
        let appeared = *self.appeared.get_or_insert(now);
        self.settled = now - appeared >= SETTLES;
        if !self.settled {
            let rest = std::time::Duration::from_secs_f64((SETTLES - (now - appeared)).max(0.05));
            ui.ctx().request_repaint_after(rest);
        }
    }
}

fn headline(ui: &mut Ui, headline: &Headline) {
    let palette = look::palette(ui);
    ui.with_layout(Layout::top_down(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let font = widgets::fitting(
            ui,
            &headline.figure,
            look::bold(AMOUNT),
            ui.available_width(),
        );
        ui.label(
            RichText::new(&headline.figure)
                .font(font)
                .color(palette.ink),
        );
        let colour = if headline.play_money {
            palette.amber
        } else {
            palette.ink_soft
        };
        ui.label(
            RichText::new(&headline.of)
                .font(look::sans(TEXT_SMALL))
                .color(colour),
        );
    });
}

fn party(ui: &mut Ui, party: &PartyText) {
    let palette = look::palette(ui);
    widgets::card(ui, |ui| {
        ui.spacing_mut().item_spacing.y = SPACE * 0.5;
        widgets::caption(ui, party.label);
        let (name, colour) = match &party.name {
            Some(name) => (name.as_str(), palette.ink),
            None => (party.stranger, palette.amber),
        };
        let font = widgets::fitting(ui, name, look::sans(TITLE), ui.available_width());
        let label = RichText::new(name).font(font).color(colour);
        ui.add(egui::Label::new(label).wrap());
        widgets::address(ui, &party.address, TEXT);
        if let Some(caution) = party.caution {
            widgets::coloured(ui, caution, palette.amber);
        }
    });
}

/// The rows, names left and values right, with a hairline between them.
fn rows(ui: &mut Ui, rows: &[Row]) {
    let palette = look::palette(ui);
    ui.spacing_mut().item_spacing.y = 0.0;
    for (index, row) in rows.iter().enumerate() {
        if index > 0 {
            let (line, _) =
                ui.allocate_exact_size(vec2(ui.available_width(), 1.0), egui::Sense::hover());
            ui.painter().hline(
                line.x_range(),
                line.center().y,
                Stroke::new(1.0, palette.line),
            );
        }
        match &row.value {
            Value::Text(text) => pair(ui, &row.label, |ui| value(ui, text, palette.ink)),
            Value::Change { was, becomes } => pair(ui, &row.label, |ui| {
                // Right to left: what it will be stands last.
                value(ui, becomes, palette.ink);
                value(ui, "→", palette.ink_soft);
                value(ui, was, palette.ink_soft);
            }),
            Value::Hex(hex) => {
                widgets::gap(ui, 1);
                widgets::caption(ui, &row.label);
                widgets::address(ui, hex, TEXT_SMALL);
                widgets::gap(ui, 1);
            }
        }
    }
}

fn pair(ui: &mut Ui, label: &str, contents: impl FnOnce(&mut Ui)) {
    let size = vec2(ui.available_width(), SPACE * 6.5);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_height(size.y);
        widgets::caption(ui, label);
        ui.with_layout(Layout::right_to_left(Align::Center), contents);
    });
}

fn value(ui: &mut Ui, text: &str, colour: Color32) {
    let font = widgets::fitting(ui, text, look::sans(TEXT), ui.available_width());
    ui.add(egui::Label::new(RichText::new(text).font(font).color(colour)).truncate());
}

impl Screen for Decide {
    fn title(&self, _say: Messages) -> &'static str {
        self.sheet.title
    }

    fn body(&mut self, ui: &mut Ui, _say: Messages) -> Wish {
        self.settle(ui);
        let palette = look::palette(ui);
        if let Some(amount) = &self.sheet.amount {
            headline(ui, amount);
        }
        if let Some(lead) = self.sheet.lead {
            widgets::paragraph(ui, lead);
        }
        if let Some(details) = &self.sheet.party {
            party(ui, details);
        }
        for warning in &self.sheet.warnings {
            widgets::warning(ui, warning, palette.amber);
        }
        rows(ui, &self.sheet.rows);
        Wish::Nothing
    }

    fn foot_height(&self) -> f32 {
        match self.secret {
            SecretNeed::None => 0.0,
            SecretNeed::Secret(_) if self.wait.has_trouble() => SPACE * 26.0,
            SecretNeed::Secret(_) => SPACE * 20.0,
        }
    }

    fn foot(&mut self, ui: &mut Ui, say: Messages) -> Wish {
        let SecretNeed::Secret(kind) = self.secret else {
            return Wish::Nothing;
        };
        let touched = self.field.ui(ui, field(kind, say), say);
        self.wait.ui(ui, say);
        Wish::accept_if(touched.entered)
    }

    fn buttons(&self, _say: Messages) -> Buttons {
        let ready = match self.secret {
            SecretNeed::None => self.settled,
            SecretNeed::Secret(_) => !self.field.is_empty() && self.wait.is_over(),
        };
        Buttons {
            refuse: Some(self.sheet.refuse),
            accept: self.sheet.accept.clone(),
            ready,
        }
    }

    fn accept(&mut self) -> bool {
        self.reply.send(match self.secret {
            SecretNeed::None => None,
            SecretNeed::Secret(_) => Some(self.field.secret()),
        });
        true
    }

    fn first_focus(&self) -> FirstFocus {
        match self.secret {
            SecretNeed::None => FirstFocus::Refuse,
            SecretNeed::Secret(_) => FirstFocus::Body,
        }
    }

    fn is_secret(&self) -> bool {
        self.secret != SecretNeed::None
    }
}
