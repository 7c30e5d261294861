//! Choosing a PIN or passphrase: typed twice, with its rules explained while
//! it is typed.

use egui::Ui;
use jiaozi_custody::{Secret, SecretKind, SecretRule};

use super::{Buttons, Screen, Wish};
use crate::prompt::messages::Messages;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::secret_field::SecretField;
use crate::prompt::window::{look, widgets};
use crate::prompt::wording::{rule, setting};

/// The question for a new secret.
pub struct SetSecret {
    kind: SecretKind,
    first: SecretField,
    again: SecretField,
    /// What the rules say of the first field; checked when it changes.
    verdict: Result<(), SecretRule>,
    same: bool,
    reply: Reply<Secret>,
}

impl SetSecret {
    /// Asks; the secret goes to `reply`.
    pub fn new(kind: SecretKind, reply: Reply<Secret>) -> Self {
        let first = SecretField::focused();
        let verdict = first.secret().check(kind);
        Self {
            kind,
            first,
            again: SecretField::new(),
            verdict,
            same: true,
            reply,
        }
    }
}

impl Screen for SetSecret {
    fn title(&self, say: Messages) -> &'static str {
        setting(self.kind, say).title
    }

    fn body(&mut self, ui: &mut Ui, say: Messages) -> Wish {
        let palette = look::palette(ui);
        let words = setting(self.kind, say);
        widgets::paragraph(ui, words.lead);
        widgets::gap(ui, 2);
        let first = self.first.ui(ui, words.field, say);
        if first.changed {
            self.verdict = self.first.secret().check(self.kind);
        }
        match self.verdict {
            _ if self.first.is_empty() => widgets::note(ui, " "),
            Ok(()) => widgets::coloured(ui, say.secret_rule_good(), palette.jade),
            Err(broken) => widgets::spoken(ui, &rule(broken, say), palette.vermilion),
        }
        let again = self.again.ui(ui, words.again, say);
        if first.changed || again.changed {
            self.same = self.first.secret().same_as(&self.again.secret());
        }
        match self.same {
            _ if self.again.is_empty() => widgets::note(ui, " "),
            true => widgets::coloured(ui, say.secret_same(), palette.jade),
            false => widgets::spoken(ui, say.secret_differ(), palette.vermilion),
        }
        widgets::note(ui, say.secret_set_note());
        if first.entered && self.verdict.is_ok() {
            self.again.focus();
        }
        Wish::accept_if(again.entered)
    }

    fn buttons(&self, say: Messages) -> Buttons {
        Buttons {
            refuse: Some(say.cancel()),
            accept: say.secret_set_button().to_owned(),
            ready: self.verdict.is_ok() && self.same && !self.again.is_empty(),
        }
    }

    fn accept(&mut self) -> bool {
        self.reply.send(self.first.secret());
        true
    }

    fn is_secret(&self) -> bool {
        true
    }
}
