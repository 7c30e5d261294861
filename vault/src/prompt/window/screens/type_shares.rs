//! Restoring a wallet that was split: shares are typed one after another, each
//! checked at once; then their passphrase and the list of the recovery words,
//! and the fingerprint of what they restore.

use egui::{Align2, Key, TextBuffer, TextEdit, Ui, vec2};
use jiaozi_custody::Words;
use jiaozi_custody::keys::Keys;
use jiaozi_custody::shares::{Share, SharePassphrase, ShareSet};
use jiaozi_types::agent::WordLanguage;

use super::{Buttons, Screen, Wish};
use crate::prompt::messages::Messages;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::look::{self, SPACE, TEXT};
use crate::prompt::window::secret_field::{SecretField, Typed, forget_undo};
use crate::prompt::window::widgets;
use crate::prompt::wording::{missing, set_error, share_error, shares_error};

/// The question for shares.
pub struct TypeShares {
    set: ShareSet,
    typed: Typed,
    wants_focus: bool,
    trouble: Option<String>,
    passphrase: SecretField,
    /// What the shares give, and its fingerprint.
    restored: Option<(Words, String)>,
    /// A backup is proved; nothing is restored.
    proves: bool,
    reply: Reply<Words>,
}

impl TypeShares {
    /// Asks for the shares of a wallet.
    pub fn new(reply: Reply<Words>) -> Self {
        Self {
            set: ShareSet::new(),
            typed: Typed::new(),
            wants_focus: true,
            trouble: None,
            passphrase: SecretField::new(),
            restored: None,
            proves: false,
            reply,
        }
    }

    /// Asks for them to prove a backup.
    pub fn prove(reply: Reply<Words>) -> Self {
        Self {
            proves: true,
            ..Self::new(reply)
        }
    }

    fn is_enough(&self) -> bool {
        let standing = self.set.standing();
        standing.is_some_and(|standing| standing.is_enough())
    }

    fn next_number(&self) -> usize {
        self.set.shares().len().saturating_add(1)
    }

    /// Takes the share that is typed; a refused one stays in the field.
    fn take(&mut self, say: Messages) {
        let number = self.next_number();
        let taken = match Share::parse(self.typed.as_str()) {
            Ok(share) => match self.set.add(share) {
                Ok(_) => Ok(()),
                Err(error) => Err(set_error(&error, say)),
            },
            Err(error) => Err(share_error(&error, number, say)),
        };
        self.trouble = taken.err();
        if self.trouble.is_none() {
            self.typed.clear();
        }
        if self.is_enough() {
            self.passphrase.focus();
        } else {
            self.wants_focus = true;
        }
    }

    fn restore(&mut self, language: WordLanguage, say: Messages) {
        let opened = SharePassphrase::new(self.passphrase.secret())
            .and_then(|passphrase| self.set.words(&passphrase, language));
        self.restored = None;
        match opened {
            Ok(words) => match Keys::of(&words) {
                Ok(keys) => {
                    self.trouble = None;
                    self.restored = Some((words, keys.public().fingerprint.clone()));
                }
                Err(error) => self.trouble = Some(say.shares_failed(error)),
            },
            Err(error) => self.trouble = Some(shares_error(&error, say)),
        }
    }

    /// The field of the next share.
    fn share_field(&mut self, ui: &mut Ui, say: Messages) {
        let palette = look::palette(ui);
        let caption = widgets::caption(ui, &say.shares_window_field(self.next_number()));
        let id = ui.make_persistent_id("share");
        let response = TextEdit::singleline(&mut self.typed)
            .id(id)
            .font(look::sans(TEXT))
            .text_color(palette.ink)
            .margin(egui::Margin::symmetric(14, 0))
            .min_size(vec2(ui.available_width(), SPACE * 11.0))
            .align(Align2::LEFT_CENTER)
            .desired_width(f32::INFINITY)
            .show(ui)
            .response
            .response
            .labelled_by(caption.id);
        forget_undo(ui, id);
        if response.lost_focus()
            && ui.input(|input| input.key_pressed(Key::Enter))
            && !self.typed.as_str().trim().is_empty()
        {
            self.take(say);
        }
        if std::mem::take(&mut self.wants_focus) {
            response.request_focus();
        }
    }

    /// What opens the shares, once they are enough.
    fn opening(&mut self, ui: &mut Ui, say: Messages) {
        let touched = self.passphrase.ui(ui, say.shares_window_passphrase(), say);
        if touched.changed {
            self.restored = None;
        }
        widgets::gap(ui, 2);
        widgets::caption(ui, say.shares_window_language());
        let mut chosen = None;
        ui.horizontal(|ui| {
            let lists = [
                (say.shares_window_english(), WordLanguage::English),
                (say.shares_window_chinese(), WordLanguage::SimplifiedChinese),
            ];
            for (name, language) in lists {
                let restored = self.restored.as_ref();
                let pointed = restored.is_some_and(|(words, _)| words.language() == language);
                if widgets::chip(ui, name, name, pointed).clicked() {
                    chosen = Some(language);
                }
            }
        });
        if let Some(language) = chosen {
            self.restore(language, say);
        }
    }
}

impl Screen for TypeShares {
    fn title(&self, say: Messages) -> &'static str {
        match self.proves {
            true => say.prove_title(),
            false => say.restore_title(),
        }
    }

    fn body(&mut self, ui: &mut Ui, say: Messages) -> Wish {
        let palette = look::palette(ui);
        widgets::paragraph(ui, say.shares_window_lead());
        widgets::gap(ui, 2);
        if self.is_enough() {
            self.opening(ui, say);
        } else {
            self.share_field(ui, say);
        }
        widgets::gap(ui, 2);
        if let Some(trouble) = &self.trouble {
            widgets::spoken(ui, trouble, palette.vermilion);
        } else if let Some((_, fingerprint)) = &self.restored {
            widgets::spoken(ui, &say.shares_window_restored(fingerprint), palette.jade);
        } else if let Some(standing) = self.set.standing().filter(|s| !s.is_enough()) {
            let number = self.set.shares().len();
            let text = say.shares_ask_fits(missing(&standing, say), number);
            widgets::spoken(ui, &text, palette.jade);
        }
        Wish::Nothing
    }

    fn buttons(&self, say: Messages) -> Buttons {
        let accept = match self.proves {
            true => say.check_button(),
            false => say.restore_button_waiting(),
        };
        Buttons {
            refuse: Some(say.cancel()),
            accept: accept.to_owned(),
            ready: self.restored.is_some(),
        }
    }

    fn accept(&mut self) -> bool {
        match self.restored.take() {
            Some((words, _)) => {
                self.reply.send(words);
                true
            }
            None => false,
        }
    }

    fn is_secret(&self) -> bool {
        true
    }
}
