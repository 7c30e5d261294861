//! Choosing the personal phrase, seen at once where every window will show it.

use egui::{Key, Ui};
use jiaozi_custody::{PersonalPhrase, TextError};

use super::{Buttons, Screen, Wish};
use crate::prompt::messages::Messages;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::{look, widgets};

/// The question for a personal phrase.
pub struct ChoosePhrase {
    typed: String,
    fresh: bool,
    reply: Reply<PersonalPhrase>,
}

impl ChoosePhrase {
    /// Asks; the phrase goes to `reply`.
    pub fn new(reply: Reply<PersonalPhrase>) -> Self {
        Self {
            typed: String::new(),
            fresh: true,
            reply,
        }
    }
}

impl Screen for ChoosePhrase {
    fn title(&self, say: Messages) -> &'static str {
        say.phrase_title()
    }

    fn body(&mut self, ui: &mut Ui, say: Messages) -> Wish {
        let palette = look::palette(ui);
        widgets::paragraph(ui, say.phrase_lead());
        widgets::gap(ui, 2);
        let caption = widgets::caption(ui, say.phrase_label());
        let field = widgets::field(ui, &mut self.typed, say.phrase_example(), "phrase");
        let field = field.labelled_by(caption.id);
        if std::mem::take(&mut self.fresh) {
            field.request_focus();
        }
        match PersonalPhrase::new(&self.typed) {
            Err(trouble) if !self.typed.trim().is_empty() => {
                let text = match trouble {
                    TextError::TooShort(least) => say.phrase_too_short(least),
                    TextError::TooLong(most) => say.phrase_too_long(most),
                    TextError::Invisible => say.phrase_bad_character().to_owned(),
                };
                widgets::spoken(ui, &text, palette.vermilion);
            }
            // Keeps what is below in its place.
            _ => widgets::note(ui, " "),
        }
        widgets::gap(ui, 2);
        widgets::warning(ui, say.phrase_why(), palette.vermilion);
        Wish::accept_if(field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)))
    }

    fn buttons(&self, say: Messages) -> Buttons {
        Buttons {
            refuse: Some(say.cancel()),
            accept: say.next().to_owned(),
            ready: PersonalPhrase::new(&self.typed).is_ok(),
        }
    }

    fn accept(&mut self) -> bool {
        match PersonalPhrase::new(&self.typed) {
            Ok(phrase) => {
                self.reply.send(phrase);
                true
            }
            Err(_) => false,
        }
    }

    fn phrase_preview(&self) -> Option<&str> {
        Some(&self.typed)
    }
}
