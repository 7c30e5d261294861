//! The last screen: what was achieved.

use std::time::Duration;

use egui::{Align, Layout, Ui, vec2};

use super::{Buttons, FirstFocus, Screen, Wish};
use crate::prompt::Notice;
use crate::prompt::messages::Messages;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::look::{self, SPACE, TITLE};
use crate::prompt::window::{ornament, widgets};
use crate::prompt::wording::notice;

/// Seconds until the screen closes by itself.
const STAYS: f64 = 12.0;

/// The good news.
pub struct Done {
    notice: Notice,
    appeared: Option<f64>,
    reply: Reply<()>,
}

impl Done {
    /// Says it; `reply` is told when the person has seen it.
    pub fn new(notice: Notice, reply: Reply<()>) -> Self {
        Self {
            notice,
            appeared: None,
            reply,
        }
    }
}

impl Screen for Done {
    fn title(&self, say: Messages) -> &'static str {
        say.done_title()
    }

    fn body(&mut self, ui: &mut Ui, say: Messages) -> Wish {
        let palette = look::palette(ui);
        let now = ui.input(|input| input.time);
        let appeared = *self.appeared.get_or_insert(now);
        ui.ctx().request_repaint_after(Duration::from_millis(500));
        let (title, text) = notice(self.notice, say);
        widgets::gap(ui, 8);
        let size = SPACE * 24.0;
        let (place, _) =
            ui.allocate_exact_size(vec2(ui.available_width(), size), egui::Sense::hover());
        let left = place.center().x - size * 0.5;
        ornament::seal(ui.painter(), egui::pos2(left, place.top()), size);
        widgets::gap(ui, 5);
        ui.with_layout(Layout::top_down(Align::Center), |ui| {
            ui.label(
                egui::RichText::new(title)
                    .font(look::serif(TITLE))
                    .color(palette.ink),
            );
        });
        widgets::gap(ui, 2);
        if self.notice == Notice::WalletMadeWithoutBackup {
            widgets::warning(ui, text, palette.amber);
        } else {
            ui.with_layout(Layout::top_down(Align::Center), |ui| {
                widgets::paragraph(ui, text);
            });
        }
        Wish::accept_if(now - appeared > STAYS)
    }

    fn buttons(&self, say: Messages) -> Buttons {
        Buttons {
            refuse: None,
            accept: say.done_button().to_owned(),
            ready: true,
        }
    }

    fn accept(&mut self) -> bool {
        self.reply.send(());
        true
    }

    fn first_focus(&self) -> FirstFocus {
        FirstFocus::Accept
    }
}
