//! The field that a PIN or passphrase is typed into. What is typed is kept in
//! one buffer that is overwritten, shown as dots, left out of undo, and never
//! copied to the clipboard.

use std::ops::Range;

use egui::text::CharIndex;
use egui::{Align, Key, Margin, Response, TextBuffer, TextEdit, Ui};
use jiaozi_custody::Secret;
use zeroize::Zeroizing;

use super::look::{self, SPACE, TEXT_LARGE, TITLE};
use super::widgets;
use crate::prompt::messages::Messages;

/// A secret being typed.
pub struct SecretField {
    typed: Typed,
    shown: bool,
    wants_focus: bool,
}

/// Text in a buffer that never moves, so that no copy is left behind.
pub(super) struct Typed(Zeroizing<String>);

impl Typed {
    /// More than [`Secret::MAX_LEN`], so that a text that is too long can be
    /// told from one that just fits.
    const CAPACITY: usize = Secret::MAX_LEN + 64;

    pub(super) fn new() -> Self {
        Self(Zeroizing::new(String::with_capacity(Self::CAPACITY)))
    }
}

impl TextBuffer for Typed {
    fn is_mutable(&self) -> bool {
        true
    }

    fn as_str(&self) -> &str {
        &self.0
    }

    fn insert_text(&mut self, text: &str, char_index: CharIndex) -> usize {
        let at = self.byte_index_from_char_index(char_index).0;
        let mut inserted = 0_usize;
        let mut place = at;
        for c in text.chars().filter(|c| !c.is_control()) {
            if self.0.len().saturating_add(c.len_utf8()) > Self::CAPACITY {
                break;
            }
            self.0.insert(place, c);
            place = place.saturating_add(c.len_utf8());
            inserted = inserted.saturating_add(1);
        }
        inserted
    }

    fn delete_char_range(&mut self, range: Range<CharIndex>) {
        let start = self.byte_index_from_char_index(range.start).0;
        let end = self.byte_index_from_char_index(range.end).0;
        if self.0.get(start..end).is_some() {
            self.0.drain(start..end);
        }
    }

    fn type_id(&self) -> std::any::TypeId {
        std::any::TypeId::of::<Self>()
    }
}

impl SecretField {
    /// An empty field that takes the keyboard when it appears.
    pub fn focused() -> Self {
        Self {
            wants_focus: true,
            ..Self::new()
        }
    }

    /// An empty field.
    pub fn new() -> Self {
        Self {
            typed: Typed::new(),
            shown: false,
            wants_focus: false,
        }
    }

    /// Whether nothing is typed.
    pub fn is_empty(&self) -> bool {
        self.typed.0.is_empty()
    }

    /// What is typed, as a secret of its own.
    pub fn secret(&self) -> Secret {
        Secret::new(self.typed.as_str().to_owned())
    }

    /// Takes the keyboard at the next frame.
    pub fn focus(&mut self) {
        self.wants_focus = true;
    }

    /// Draws the field under its name.
    pub fn ui(&mut self, ui: &mut Ui, label: &str, say: Messages) -> Touched {
        let palette = look::palette(ui);
        let mut toggled = None;
        let caption = ui
            .horizontal(|ui| {
                let caption = widgets::caption(ui, label);
                ui.with_layout(egui::Layout::right_to_left(Align::Center), |ui| {
                    let name = if self.shown { say.hide() } else { say.show() };
                    toggled = Some(widgets::link(ui, name, &format!("{name}: {label}")));
                });
                caption
            })
            .inner;
        if toggled.is_some_and(|toggle| toggle.clicked()) {
            self.shown = !self.shown;
            self.wants_focus = true;
        }
        let id = ui.make_persistent_id(("secret", label));
        // The dots of a smaller size could hardly be counted.
        let size = if self.shown { TEXT_LARGE } else { TITLE };
        let response: Response = TextEdit::singleline(&mut self.typed)
            .id(id)
            .password(!self.shown)
            .font(look::sans(size))
            .text_color(palette.ink)
            .margin(Margin::symmetric(14, 0))
            .min_size(egui::vec2(ui.available_width(), SPACE * 11.0))
            .align(egui::Align2::LEFT_CENTER)
            .desired_width(f32::INFINITY)
            .show(ui)
            .response
            .response
            .labelled_by(caption.id);
        forget_undo(ui, id);
        if std::mem::take(&mut self.wants_focus) {
            response.request_focus();
        }
        Touched {
            changed: response.changed(),
            entered: response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)),
        }
    }
}

/// What happened to the field in this frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touched {
    /// Something was typed or deleted.
    pub changed: bool,
    /// Enter was pressed in it.
    pub entered: bool,
}

/// egui keeps earlier texts of a field for undo; a secret has none.
pub(super) fn forget_undo(ui: &Ui, id: egui::Id) {
    if let Some(mut state) = TextEdit::load_state(ui.ctx(), id) {
        state.clear_undoer();
        TextEdit::store_state(ui.ctx(), id, state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_buffer_never_moves() {
        let mut typed = Typed::new();
        let place = typed.0.as_ptr();
        assert_eq!(
            typed.insert_text("秘密\n", CharIndex(0)),
            2,
            "no line breaks"
        );
        typed.insert_text("x", CharIndex(1));
        assert_eq!(typed.as_str(), "秘x密");
        typed.delete_char_range(CharIndex(0)..CharIndex(2));
        assert_eq!(typed.as_str(), "密");
        typed.insert_text(&"y".repeat(10_000), CharIndex(1));
        assert!(typed.as_str().len() <= Typed::CAPACITY);
        assert_eq!(typed.0.as_ptr(), place);
    }
}
