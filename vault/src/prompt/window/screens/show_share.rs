//! One share of a wallet, covered until the person has looked around.

use egui::Ui;
use jiaozi_custody::shares::ShareWords;

use super::{Buttons, Screen, Wish};
use crate::prompt::messages::Messages;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::word_sheet::WordSheet;
use crate::prompt::window::{look, widgets};

/// A share, and what is written beside its words.
pub struct ShareText {
    /// Which of how many.
    pub title: String,
    /// What to know of it.
    pub notes: Vec<String>,
    /// Its words.
    pub words: ShareWords,
}

/// The share on the screen.
pub struct ShowShare {
    share: ShareText,
    sheet: WordSheet,
    reply: Reply<()>,
}

impl ShowShare {
    /// Shows `share`; `reply` is told when it is written down.
    pub fn new(share: ShareText, reply: Reply<()>) -> Self {
        Self {
            share,
            sheet: WordSheet::new(),
            reply,
        }
    }
}

impl Screen for ShowShare {
    fn title(&self, say: Messages) -> &'static str {
        say.split_share_title()
    }

    fn body(&mut self, ui: &mut Ui, say: Messages) -> Wish {
        let palette = look::palette(ui);
        widgets::paragraph(ui, &self.share.title);
        if self.sheet.is_uncovered() {
            let words = self.share.words.iter();
            self.sheet.words(ui, say, words.len(), words);
            for note in &self.share.notes {
                widgets::note(ui, note);
            }
        } else {
            self.sheet.cover(ui, say.split_cover_button());
            widgets::warning(ui, say.shares_cover(), palette.amber);
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
