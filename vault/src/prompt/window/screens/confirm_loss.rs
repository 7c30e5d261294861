//! Removing a wallet without a backup: the person types what is lost.

use egui::Ui;

use super::{Buttons, Screen, Wish};
use crate::prompt::messages::Messages;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::{look, widgets};
use crate::prompt::wording::knows_the_loss;

/// The typed confirmation.
pub struct ConfirmLoss {
    fingerprint: String,
    typed: String,
    say: Messages,
    wants_focus: bool,
    reply: Reply<()>,
}

impl ConfirmLoss {
    /// Asks for it, for the wallet of this fingerprint.
    pub fn new(fingerprint: String, say: Messages, reply: Reply<()>) -> Self {
        Self {
            fingerprint,
            typed: String::new(),
            say,
            wants_focus: true,
            reply,
        }
    }
}

impl Screen for ConfirmLoss {
    fn title(&self, say: Messages) -> &'static str {
        say.remove_loss_title()
    }

    fn body(&mut self, ui: &mut Ui, say: Messages) -> Wish {
        let palette = look::palette(ui);
        widgets::warning(ui, say.remove_loss_lead(), palette.vermilion);
        widgets::gap(ui, 1);
        widgets::paragraph(ui, say.remove_lead());
        widgets::paragraph(ui, say.remove_goes());
        widgets::caption(ui, &format!("{} {}", say.remove_wallet(), self.fingerprint));
        widgets::gap(ui, 2);
        let asked = say.remove_loss_field(say.remove_loss_sentence());
        let caption = widgets::caption(ui, &asked);
        let field = widgets::field(ui, &mut self.typed, "", "loss").labelled_by(caption.id);
        if std::mem::take(&mut self.wants_focus) {
            field.request_focus();
        }
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        Wish::accept_if(entered)
    }

    fn buttons(&self, say: Messages) -> Buttons {
        Buttons {
            refuse: Some(say.cancel()),
            accept: say.remove_loss_button().to_owned(),
            ready: knows_the_loss(&self.typed, self.say),
        }
    }

    fn accept(&mut self) -> bool {
        let knows = knows_the_loss(&self.typed, self.say);
        if knows {
            self.reply.send(());
        }
        knows
    }
}
