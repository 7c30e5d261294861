//! One line to type, with its rule: a fingerprint, an address, a plan, throws
//! of dice. What is typed is overwritten, because some of it is secret.

use egui::{Align2, Key, Margin, TextBuffer, TextEdit, Ui, vec2};

use super::{Buttons, Screen, Wish};
use crate::prompt::messages::Messages;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::look::{self, SPACE, TEXT};
use crate::prompt::window::secret_field::{Typed, forget_undo};
use crate::prompt::window::widgets;

/// Takes what was typed; else says why not.
type Reading<T> = Box<dyn Fn(&str) -> Result<T, String> + Send>;

/// What is asked for.
pub struct Line<T> {
    /// The header.
    pub title: &'static str,
    /// What it is for.
    pub lead: String,
    /// The field's name.
    pub label: String,
    /// Reads it, or says what is wrong.
    pub read: Reading<T>,
    /// What is said while it is typed and right.
    pub remark: Box<dyn Fn(&T) -> String + Send>,
    /// Whether the screen is kept from cameras.
    pub secret: bool,
}

/// The question for it.
pub struct Entry<T> {
    line: Line<T>,
    typed: Typed,
    wants_focus: bool,
    /// Enter was pressed on something wrong.
    insists: bool,
    reply: Reply<T>,
}

impl<T> Entry<T> {
    /// Asks.
    pub fn new(line: Line<T>, reply: Reply<T>) -> Self {
        Self {
            line,
            typed: Typed::new(),
            wants_focus: true,
            insists: false,
            reply,
        }
    }

    fn value(&self) -> Option<Result<T, String>> {
        let typed = self.typed.as_str().trim();
        (!typed.is_empty()).then(|| (self.line.read)(typed))
    }
}

impl<T: Send> Screen for Entry<T> {
    fn title(&self, _say: Messages) -> &'static str {
        self.line.title
    }

    fn body(&mut self, ui: &mut Ui, _say: Messages) -> Wish {
        let palette = look::palette(ui);
        widgets::paragraph(ui, &self.line.lead);
        widgets::gap(ui, 2);
        let caption = widgets::caption(ui, &self.line.label);
        let id = ui.make_persistent_id("entry");
        let response = TextEdit::singleline(&mut self.typed)
            .id(id)
            .font(look::sans(TEXT))
            .text_color(palette.ink)
            .margin(Margin::symmetric(14, 0))
            .min_size(vec2(ui.available_width(), SPACE * 11.0))
            .align(Align2::LEFT_CENTER)
            .desired_width(f32::INFINITY)
            .show(ui)
            .response
            .response
            .labelled_by(caption.id);
        forget_undo(ui, id);
        if std::mem::take(&mut self.wants_focus) {
            response.request_focus();
        }
        if response.changed() {
            self.insists = false;
        }
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        let value = self.value();
        if entered && !matches!(value, Some(Ok(_))) {
            self.insists = true;
            self.wants_focus = true;
        }
        match &value {
            Some(Ok(value)) => widgets::spoken(ui, &(self.line.remark)(value), palette.jade),
            // Not while it may only be unfinished.
            Some(Err(why)) if self.insists => widgets::spoken(ui, why, palette.vermilion),
            Some(Err(why)) => widgets::note(ui, why),
            None => widgets::note(ui, " "),
        }
        Wish::accept_if(entered)
    }

    fn buttons(&self, say: Messages) -> Buttons {
        Buttons {
            refuse: Some(say.tool_back()),
            accept: say.next().to_owned(),
            ready: matches!(self.value(), Some(Ok(_))),
        }
    }

    fn accept(&mut self) -> bool {
        match self.value() {
            Some(Ok(value)) => {
                self.reply.send(value);
                true
            }
            _ => false,
        }
    }

    fn is_secret(&self) -> bool {
        self.line.secret
    }
}
