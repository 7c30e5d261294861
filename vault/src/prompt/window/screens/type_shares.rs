//! Restoring a wallet that was split: shares are typed one after another, each
//! checked at once; then their passphrase and the list of the recovery words,
//! and the fingerprint of what they restore.

use egui::{Align2, Key, Response, TextBuffer, TextEdit, Ui, vec2};
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

/// What shares are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SharesFor {
    /// To restore a wallet.
    Restore,
    /// To prove a backup.
    Prove,
    /// To use a wallet once.
    Bring,
    /// To tell whether they are right; one by itself can be told, too.
    Check,
    /// To see the recovery words.
    Combine,
}

/// Shares that were typed.
pub struct Gathered {
    /// All of them.
    pub set: ShareSet,
    /// The words that they give, and the wallet's fingerprint, where they are
    /// enough and were opened.
    pub restored: Option<(Words, String)>,
}

/// The question for shares.
pub struct TypeShares {
    purpose: SharesFor,
    set: ShareSet,
    typed: Typed,
    wants_focus: bool,
    trouble: Option<String>,
    passphrase: SecretField,
    /// What the shares give, and its fingerprint.
    restored: Option<(Words, String)>,
    reply: Reply<Gathered>,
}

impl TypeShares {
    /// Asks for the shares of a wallet.
    pub fn new(purpose: SharesFor, reply: Reply<Gathered>) -> Self {
        Self {
            purpose,
            set: ShareSet::new(),
            typed: Typed::new(),
            wants_focus: true,
            trouble: None,
            passphrase: SecretField::new(),
            restored: None,
            reply,
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
                Err(error) => self.trouble = Some(say.tool_failed(error)),
            },
            Err(error) => self.trouble = Some(shares_error(&error, say)),
        }
    }

    /// The field of the next share.
    fn next_field(&mut self, ui: &mut Ui, say: Messages) {
        let number = self.next_number();
        let focus = std::mem::take(&mut self.wants_focus);
        let response = share_field(ui, &mut self.typed, number, focus, say);
        if response.lost_focus()
            && ui.input(|input| input.key_pressed(Key::Enter))
            && !self.typed.as_str().trim().is_empty()
        {
            self.take(say);
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

/// A field for the words of one share.
pub(super) fn share_field(
    ui: &mut Ui,
    typed: &mut Typed,
    number: usize,
    focus: bool,
    say: Messages,
) -> Response {
    let palette = look::palette(ui);
    let caption = widgets::caption(ui, &say.shares_window_field(number));
    let id = ui.make_persistent_id("share");
    let response = TextEdit::singleline(typed)
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
    if focus {
        response.request_focus();
    }
    response
}

impl Screen for TypeShares {
    fn title(&self, say: Messages) -> &'static str {
        match self.purpose {
            SharesFor::Restore => say.restore_title(),
            SharesFor::Prove => say.prove_title(),
            SharesFor::Bring => say.bring_title(),
            SharesFor::Check => say.shares_check_title(),
            SharesFor::Combine => say.shares_combine_title(),
        }
    }

    fn body(&mut self, ui: &mut Ui, say: Messages) -> Wish {
        let palette = look::palette(ui);
        widgets::paragraph(ui, say.shares_window_lead());
        if self.purpose == SharesFor::Check {
            widgets::note(ui, say.shares_check_note());
        }
        widgets::gap(ui, 2);
        if self.is_enough() {
            self.opening(ui, say);
        } else {
            self.next_field(ui, say);
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
        Buttons {
            refuse: Some(say.cancel()),
            accept: match self.purpose {
                SharesFor::Restore => say.restore_button_waiting(),
                SharesFor::Prove => say.check_button(),
                SharesFor::Bring => say.flow_continue(),
                SharesFor::Check => say.shares_check_button(),
                SharesFor::Combine => say.shares_combine_button(),
            }
            .to_owned(),
            ready: match self.purpose {
                SharesFor::Check => !self.set.shares().is_empty(),
                _ => self.restored.is_some(),
            },
        }
    }

    fn accept(&mut self) -> bool {
        let finished = match self.purpose {
            SharesFor::Check => !self.set.shares().is_empty(),
            _ => self.restored.is_some(),
        };
        if finished {
            self.reply.send(Gathered {
                set: std::mem::take(&mut self.set),
                restored: self.restored.take(),
            });
        }
        finished
    }

    fn is_secret(&self) -> bool {
        true
    }
}
