//! Showing the recovery words, covered until the person has looked around.

use egui::Ui;
use jiaozi_custody::Words;

use super::{Buttons, Screen, Wish};
use crate::prompt::messages::Messages;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::word_sheet::WordSheet;
use crate::prompt::window::{look, widgets};

/// The words on the screen.
pub struct ShowWords {
    words: Words,
    sheet: WordSheet,
    reply: Reply<()>,
}

impl ShowWords {
    /// Shows `words`; `reply` is told when they are written down.
    pub fn new(words: Words, reply: Reply<()>) -> Self {
        Self {
            words,
            sheet: WordSheet::new(),
            reply,
        }
    }
}

impl Screen for ShowWords {
    fn title(&self, say: Messages) -> &'static str {
        say.words_show_title()
    }

    fn body(&mut self, ui: &mut Ui, say: Messages) -> Wish {
        let palette = look::palette(ui);
        widgets::paragraph(ui, &say.words_show_lead(self.words.count()));
        if self.sheet.is_uncovered() {
            let words = &self.words;
            self.sheet.words(ui, say, words.count(), words.iter());
            widgets::note(ui, say.words_never());
        } else {
            widgets::gap(ui, 1);
            self.sheet.cover(ui, say.words_cover_button());
            widgets::gap(ui, 1);
            widgets::warning(ui, say.words_cover(), palette.amber);
        }
        Wish::Nothing
    }

    fn buttons(&self, say: Messages) -> Buttons {
        Buttons {
            refuse: Some(say.cancel()),
            accept: say.words_written_button().to_owned(),
            ready: self.sheet.is_uncovered(),
        }
    }

    fn accept(&mut self) -> bool {
        self.reply.send(());
        true
    }

    fn is_secret(&self) -> bool {
        true
    }
}
