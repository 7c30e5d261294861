//! Asking for the present PIN or passphrase.

use egui::Ui;
use jiaozi_custody::Secret;

use super::{Buttons, Screen, Wish};
use crate::prompt::messages::Messages;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::secret_field::SecretField;
use crate::prompt::window::{wait::Wait, widgets};
use crate::prompt::wording::asking;
use crate::prompt::{SecretPurpose, SecretTrouble};

/// The question for the present secret.
pub struct AskSecret {
    why: SecretPurpose,
    field: SecretField,
    wait: Wait,
    reply: Reply<Secret>,
}

impl AskSecret {
    /// Asks, and says what was wrong with the last answer.
    pub fn new(why: SecretPurpose, trouble: Option<SecretTrouble>, reply: Reply<Secret>) -> Self {
        Self {
            why,
            field: SecretField::focused(),
            wait: Wait::after(trouble),
            reply,
        }
    }
}

impl Screen for AskSecret {
    fn title(&self, say: Messages) -> &'static str {
        asking(self.why, say).title
    }

    fn body(&mut self, ui: &mut Ui, say: Messages) -> Wish {
        let words = asking(self.why, say);
        widgets::paragraph(ui, words.lead);
        widgets::gap(ui, 4);
        let field = self.field.ui(ui, words.field, say);
        self.wait.ui(ui, say);
        widgets::gap(ui, 2);
        widgets::note(ui, say.secret_forgotten());
        Wish::accept_if(field.entered)
    }

    fn buttons(&self, say: Messages) -> Buttons {
        Buttons {
            refuse: Some(say.cancel()),
            accept: asking(self.why, say).accept.to_owned(),
            ready: !self.field.is_empty() && self.wait.is_over(),
        }
    }

    fn accept(&mut self) -> bool {
        self.reply.send(self.field.secret());
        true
    }

    fn is_secret(&self) -> bool {
        true
    }
}
