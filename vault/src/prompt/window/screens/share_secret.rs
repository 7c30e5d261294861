//! The passphrase that new shares will need, typed twice, or the one that shares
//! or a file have, typed once.

use egui::Ui;
use jiaozi_custody::shares::SharePassphrase;
use jiaozi_types::agent::Language;

use super::{Buttons, Screen, Wish};
use crate::prompt::messages::Messages;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::secret_field::SecretField;
use crate::prompt::window::{look, widgets};
use crate::prompt::wording::shares_error;

/// The question for a new passphrase of shares.
pub struct ShareSecret {
    first: SecretField,
    again: SecretField,
    trouble: Option<String>,
    reply: Reply<SharePassphrase>,
    language: Language,
}

impl ShareSecret {
    /// Asks; the passphrase goes to `reply`.
    pub fn new(say: Messages, reply: Reply<SharePassphrase>) -> Self {
        Self {
            first: SecretField::focused(),
            again: SecretField::new(),
            trouble: None,
            reply,
            language: say.language(),
        }
    }

    fn is_same(&self) -> bool {
        self.first.secret().same_as(&self.again.secret())
    }
}

impl Screen for ShareSecret {
    fn title(&self, say: Messages) -> &'static str {
        say.split_secret_title()
    }

    fn body(&mut self, ui: &mut Ui, say: Messages) -> Wish {
        let palette = look::palette(ui);
        widgets::paragraph(ui, say.split_secret_lead());
        widgets::gap(ui, 2);
        let first = self.first.ui(ui, say.split_secret_field(), say);
        widgets::gap(ui, 2);
        let again = self.again.ui(ui, say.split_secret_again(), say);
        if first.changed || again.changed {
            self.trouble = None;
        }
        if let Some(trouble) = &self.trouble {
            widgets::spoken(ui, trouble, palette.vermilion);
        } else if self.again.is_empty() {
            widgets::note(ui, " ");
        } else if self.is_same() {
            widgets::coloured(ui, say.secret_same(), palette.jade);
        } else {
            widgets::spoken(ui, say.secret_differ(), palette.vermilion);
        }
        if first.entered {
            self.again.focus();
        }
        Wish::accept_if(again.entered)
    }

    fn buttons(&self, say: Messages) -> Buttons {
        Buttons {
            refuse: Some(say.cancel()),
            accept: say.flow_continue().to_owned(),
            ready: !self.first.is_empty() && self.is_same(),
        }
    }

    fn accept(&mut self) -> bool {
        match SharePassphrase::new(self.first.secret()) {
            Ok(passphrase) => {
                self.reply.send(passphrase);
                true
            }
            Err(error) => {
                let say = Messages::of(self.language);
                self.trouble = Some(shares_error(&error, say));
                false
            }
        }
    }

    fn is_secret(&self) -> bool {
        true
    }
}
