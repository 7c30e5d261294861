//! One share typed back from the paper it was written on.

use egui::{Key, TextBuffer, Ui};
use jiaozi_custody::shares::{Share, ShareWords};

use super::type_shares::share_field;
use super::{Buttons, Screen, Wish};
use crate::prompt::messages::Messages;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::secret_field::Typed;
use crate::prompt::window::{look, widgets};
use crate::prompt::wording::share_error;

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Back {
    /// All words are right.
    Right,
    /// The share is to be shown once more.
    ShowAgain,
}

/// The question for a share that was just shown.
pub struct CheckBack {
    share: ShareWords,
    /// Which it is, from 1.
    number: usize,
    title: String,
    typed: Typed,
    wants_focus: bool,
    trouble: Option<String>,
    answer: Option<Back>,
    reply: Reply<Back>,
}

impl CheckBack {
    /// Asks for the words of `share`, which is the `number`th.
    pub fn new(share: ShareWords, number: usize, title: String, reply: Reply<Back>) -> Self {
        Self {
            share,
            number,
            title,
            typed: Typed::new(),
            wants_focus: true,
            trouble: None,
            answer: None,
            reply,
        }
    }

    fn check(&mut self, say: Messages) {
        let typed = Share::parse(self.typed.as_str());
        self.answer = None;
        self.trouble = match typed {
            Err(error) => Some(share_error(&error, self.number, say)),
            Ok(typed) if *typed.words().line() == *self.share.line() => {
                self.answer = Some(Back::Right);
                None
            }
            Ok(_) => Some(say.split_back_other().to_owned()),
        };
        self.wants_focus = self.trouble.is_some();
    }
}

impl Screen for CheckBack {
    fn title(&self, say: Messages) -> &'static str {
        say.split_back_title()
    }

    fn body(&mut self, ui: &mut Ui, say: Messages) -> Wish {
        let palette = look::palette(ui);
        widgets::paragraph(ui, &self.title);
        widgets::note(ui, say.split_back_lead());
        widgets::gap(ui, 1);
        let focus = std::mem::take(&mut self.wants_focus);
        let field = share_field(ui, &mut self.typed, self.number, focus, say);
        if field.changed() {
            self.answer = None;
            self.trouble = None;
        }
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let mut wish = Wish::Nothing;
        if entered && !self.typed.as_str().trim().is_empty() {
            self.check(say);
            if self.answer.is_some() {
                wish = Wish::FocusAccept;
            }
        }
        if let Some(trouble) = &self.trouble {
            widgets::spoken(ui, trouble, palette.vermilion);
        } else if self.answer.is_some() {
            widgets::spoken(ui, say.split_back_right(), palette.jade);
        }
        widgets::gap(ui, 1);
        if widgets::link(ui, say.split_back_again(), say.split_back_again()).clicked() {
            self.answer = Some(Back::ShowAgain);
            wish = Wish::Accept;
        }
        wish
    }

    fn buttons(&self, say: Messages) -> Buttons {
        Buttons {
            refuse: Some(say.cancel()),
            accept: say.flow_continue().to_owned(),
            ready: self.answer.is_some(),
        }
    }

    fn accept(&mut self) -> bool {
        match self.answer {
            Some(answer) => {
                self.reply.send(answer);
                true
            }
            None => false,
        }
    }

    fn is_secret(&self) -> bool {
        true
    }
}
