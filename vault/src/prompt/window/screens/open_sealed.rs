//! Opening the sealed file that a person has instead of words: its place, typed
//! or dropped on the window, and its passphrase.

use egui::Ui;
use jiaozi_custody::Words;

use super::{Buttons, Screen, Wish};
use crate::prompt::messages::Messages;
use crate::prompt::sealed::open_typed;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::secret_field::SecretField;
use crate::prompt::window::{look, widgets};

/// The question for a sealed file.
pub struct OpenSealed {
    place: String,
    passphrase: SecretField,
    trouble: Option<String>,
    say: Messages,
    wants_focus: bool,
    reply: Reply<Words>,
}

impl OpenSealed {
    /// Asks for the file and its passphrase.
    pub fn new(say: Messages, reply: Reply<Words>) -> Self {
        Self {
            place: String::new(),
            passphrase: SecretField::new(),
            trouble: None,
            say,
            wants_focus: true,
            reply,
        }
    }

    fn take_dropped(&mut self, ui: &Ui) {
        let dropped = ui.input(|input| {
            let file = input.raw.dropped_files.first()?;
            Some(file.path().display().to_string())
        });
        if let Some(place) = dropped {
            self.place = place;
            self.passphrase.focus();
        }
    }
}

impl Screen for OpenSealed {
    fn title(&self, say: Messages) -> &'static str {
        say.prove_file_title()
    }

    fn body(&mut self, ui: &mut Ui, say: Messages) -> Wish {
        self.take_dropped(ui);
        let palette = look::palette(ui);
        widgets::paragraph(ui, say.prove_file_lead());
        widgets::gap(ui, 2);
        let caption = widgets::caption(ui, say.prove_file_field());
        let place = widgets::field(ui, &mut self.place, "", "sealed-file").labelled_by(caption.id);
        if std::mem::take(&mut self.wants_focus) {
            place.request_focus();
        }
        if place.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter)) {
            self.passphrase.focus();
        }
        widgets::gap(ui, 2);
        let typed = self.passphrase.ui(ui, say.prove_file_passphrase(), say);
        if place.changed() || typed.changed {
            self.trouble = None;
        }
        widgets::gap(ui, 2);
        if let Some(trouble) = &self.trouble {
            widgets::spoken(ui, trouble, palette.vermilion);
        }
        Wish::accept_if(typed.entered)
    }

    fn buttons(&self, say: Messages) -> Buttons {
        Buttons {
            refuse: Some(say.cancel()),
            accept: say.prove_file_button().to_owned(),
            ready: !self.place.trim().is_empty() && !self.passphrase.is_empty(),
        }
    }

    /// Takes about a second: the passphrase is made slow to guess.
    fn accept(&mut self) -> bool {
        match open_typed(&self.place, &self.passphrase.secret(), self.say) {
            Ok(words) => {
                self.reply.send(words);
                true
            }
            Err(why) => {
                self.trouble = Some(why);
                self.passphrase.focus();
                false
            }
        }
    }

    fn is_secret(&self) -> bool {
        true
    }
}
