//! A passphrase that belongs to a backup and not to this computer: of words
//! (BIP-39), of a sealed file, of shares. A new one is typed twice.

use egui::Ui;
use jiaozi_custody::Secret;

use super::{Buttons, Screen, Wish};
use crate::prompt::messages::Messages;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::look;
use crate::prompt::window::secret_field::SecretField;
use crate::prompt::window::widgets;

/// Takes what was typed; else says why not.
type Reading<T> = Box<dyn Fn(&Secret) -> Result<T, String> + Send>;

/// What is asked for.
pub struct Ask<T> {
    /// The header.
    pub title: &'static str,
    /// What it is.
    pub lead: String,
    /// The field's name.
    pub label: &'static str,
    /// Whether it is a new one.
    pub new: bool,
    /// Takes it, or says what is wrong.
    pub read: Reading<T>,
}

/// The question for it.
pub struct Passphrase<T> {
    ask: Ask<T>,
    first: SecretField,
    again: SecretField,
    reply: Reply<T>,
}

impl<T> Passphrase<T> {
    /// Asks.
    pub fn new(ask: Ask<T>, reply: Reply<T>) -> Self {
        Self {
            ask,
            first: SecretField::focused(),
            again: SecretField::new(),
            reply,
        }
    }

    fn is_same(&self) -> bool {
        !self.ask.new || self.first.secret().same_as(&self.again.secret())
    }
}

impl<T: Send> Screen for Passphrase<T> {
    fn title(&self, _say: Messages) -> &'static str {
        self.ask.title
    }

    fn body(&mut self, ui: &mut Ui, say: Messages) -> Wish {
        let palette = look::palette(ui);
        widgets::paragraph(ui, &self.ask.lead);
        widgets::gap(ui, 2);
        let first = self.first.ui(ui, self.ask.label, say);
        match (self.ask.read)(&self.first.secret()) {
            _ if self.first.is_empty() => widgets::note(ui, " "),
            Ok(_) => widgets::note(ui, " "),
            Err(why) => widgets::spoken(ui, &why, palette.vermilion),
        }
        if !self.ask.new {
            return Wish::accept_if(first.entered);
        }
        let again = self.again.ui(ui, say.backup_passphrase_again(), say);
        match self.is_same() {
            _ if self.again.is_empty() => widgets::note(ui, " "),
            true => widgets::coloured(ui, say.secret_same(), palette.jade),
            false => widgets::spoken(ui, say.secret_differ(), palette.vermilion),
        }
        if first.entered {
            self.again.focus();
        }
        Wish::accept_if(again.entered)
    }

    fn buttons(&self, say: Messages) -> Buttons {
        let read = (self.ask.read)(&self.first.secret());
        Buttons {
            refuse: Some(say.tool_back()),
            accept: say.next().to_owned(),
            ready: !self.first.is_empty() && self.is_same() && read.is_ok(),
        }
    }

    fn accept(&mut self) -> bool {
        match (self.ask.read)(&self.first.secret()) {
            Ok(value) => {
                self.reply.send(value);
                true
            }
            Err(_) => false,
        }
    }

    fn is_secret(&self) -> bool {
        true
    }
}
