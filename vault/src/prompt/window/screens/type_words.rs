//! Typing recovery words: to restore a wallet, or to prove a backup. One field,
//! with completion; below it the words taken so far, each of which can be
//! mended in its place.

use egui::{
    Align2, CornerRadius, Event, ImeEvent, Key, Modifiers, Role, Sense, Stroke, StrokeKind,
    TextBuffer, TextEdit, Ui, WidgetInfo, pos2, vec2,
};
use jiaozi_custody::Words;

use super::{Buttons, Screen, Wish};
use crate::prompt::messages::Messages;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::look::{
    self, Palette, RADIUS_SMALL, SPACE, TEXT, TEXT_LARGE, TEXT_SMALL,
};
use crate::prompt::window::secret_field::{Typed, forget_undo};
use crate::prompt::window::widgets;
use crate::prompt::word_entry::{Refused, Standing, WordEntry, is_separator, stands_alone};

/// What was entered.
pub enum Entered {
    /// All words.
    Words(Words),
    /// The wallet was split: the person has shares instead.
    Shares,
    /// The words are in a sealed file.
    File,
}

/// The question for words.
pub struct TypeWords {
    entry: WordEntry,
    typed: Typed,
    /// The taken word that is being mended.
    mending: Option<usize>,
    /// The suggestion that the arrow keys point at.
    pointed: usize,
    refused: Option<(String, Refused)>,
    /// An input method is in the middle of a character.
    composing: bool,
    wants_focus: bool,
    /// All words are there.
    finished: bool,
    /// The forms that are offered beside words.
    offers: Offers,
    /// The person has this instead.
    instead: Option<Entered>,
    /// The wallet is used once and not kept on this computer.
    brings: bool,
    /// The words that can stand last, while they are shown.
    last: Vec<&'static str>,
    /// What was wrong with the backup before this one.
    note: Option<&'static str>,
    reply: Reply<Entered>,
}

/// The forms of a backup that are offered beside its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Offers {
    Nothing,
    Shares,
    SharesAndFile,
}

/// The most suggestions shown at once.
const SUGGESTIONS: usize = 5;

impl TypeWords {
    /// Asks for the words of an existing wallet.
    pub fn restore(reply: Reply<Entered>) -> Self {
        Self::new(WordEntry::restore(), Offers::Shares, reply)
    }

    /// Asks for the backup of a wallet: of exactly `words`, where they are
    /// known. `note` says what was wrong with the last one.
    pub fn prove(words: Option<&Words>, note: Option<&'static str>, reply: Reply<Entered>) -> Self {
        let entry = words.map_or_else(WordEntry::restore, WordEntry::check);
        Self {
            note,
            ..Self::new(entry, Offers::SharesAndFile, reply)
        }
    }

    /// Asks for the backup of a wallet that is used once, in whatever form.
    pub fn bring(reply: Reply<Entered>) -> Self {
        Self {
            brings: true,
            ..Self::new(WordEntry::restore(), Offers::SharesAndFile, reply)
        }
    }

    /// Asks for exactly these words.
    pub fn check(words: &Words, reply: Reply<Entered>) -> Self {
        Self::new(WordEntry::check(words), Offers::Nothing, reply)
    }

    fn new(entry: WordEntry, offers: Offers, reply: Reply<Entered>) -> Self {
        Self {
            entry,
            typed: Typed::new(),
            mending: None,
            pointed: 0,
            refused: None,
            composing: false,
            wants_focus: true,
            finished: false,
            offers,
            instead: None,
            brings: false,
            last: Vec::new(),
            note: None,
            reply,
        }
    }

    /// Completions of what is typed; near words when it was refused.
    fn suggestions(&self) -> Vec<&'static str> {
        let mut found = match &self.refused {
            Some((_, Refused::Unknown(near))) => near.clone(),
            _ => self.entry.completions(self.typed.as_str()),
        };
        found.truncate(SUGGESTIONS);
        found
    }

    /// Takes one word; a refused one stays in the field.
    fn take(&mut self, word: &str) -> bool {
        let taken = match self.mending {
            Some(number) => self.entry.replace(number, word),
            None => self.entry.take(word),
        };
        self.pointed = 0;
        self.typed.clear();
        match taken {
            Ok(()) => {
                self.refused = None;
                self.mending = None;
                true
            }
            Err(refused) => {
                self.typed.replace_with(word);
                self.refused = Some((word.to_owned(), refused));
                false
            }
        }
    }

    /// Takes every word that is complete: followed by a separator, or Chinese.
    fn take_complete(&mut self) {
        let typed = zeroize::Zeroizing::new(self.typed.as_str().to_owned());
        let mut word = zeroize::Zeroizing::new(String::with_capacity(typed.len()));
        for c in typed.chars() {
            let separator = is_separator(c);
            if !separator {
                word.push(c);
            }
            let complete = (separator && !word.is_empty()) || stands_alone(&word);
            if complete && !self.take(&word) {
                return;
            }
            if complete {
                word.clear();
            }
        }
        self.typed.clear();
        self.typed.insert_text(&word, egui::text::CharIndex(0));
    }

    /// Enter: the word as typed, else the suggestion that is pointed at.
    fn take_typed(&mut self) {
        let typed = zeroize::Zeroizing::new(self.typed.as_str().trim().to_owned());
        if typed.is_empty() {
            return;
        }
        let suggestions = self.suggestions();
        let word = suggestions
            .iter()
            .find(|word| **word == typed.to_lowercase() && self.pointed == 0)
            .or_else(|| suggestions.get(self.pointed))
            .map_or_else(|| typed.to_string(), |word| (*word).to_owned());
        self.take(&word);
    }

    /// Draws the field; true when Enter was pressed in it with nothing typed.
    fn field(&mut self, ui: &mut Ui, say: Messages) -> bool {
        let palette = look::palette(ui);
        let number = self.mending.unwrap_or_else(|| self.entry.next_number());
        let name = match self.entry.wanted() {
            Some(count) => say.entry_field_of(count, number),
            None => say.entry_field(number),
        };
        let caption = widgets::caption(ui, &name);
        let id = ui.make_persistent_id("word");
        // Before the field sees them: keys that point at a suggestion.
        let focused = ui.memory(|memory| memory.has_focus(id));
        if focused {
            self.keys(ui);
        }
        let response = TextEdit::singleline(&mut self.typed)
            .id(id)
            .font(look::sans(TEXT_LARGE))
            .text_color(palette.ink)
            .margin(egui::Margin::symmetric(14, 0))
            .min_size(vec2(ui.available_width(), SPACE * 11.0))
            .align(egui::Align2::LEFT_CENTER)
            .desired_width(f32::INFINITY)
            .show(ui)
            .response
            .response
            .labelled_by(caption.id);
        forget_undo(ui, id);
        self.composing = ui.input(|input| {
            input
                .events
                .iter()
                .fold(self.composing, |composing, event| match event {
                    Event::Ime(ImeEvent::Preedit { text, .. }) => !text.is_empty(),
                    Event::Ime(_) => false,
                    _ => composing,
                })
        });
        if response.changed() && !self.composing {
            self.refused = None;
            self.pointed = 0;
            self.take_complete();
        }
        if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
            if self.typed.as_str().is_empty() {
                return true;
            }
            self.take_typed();
            self.wants_focus = true;
        }
        if std::mem::take(&mut self.wants_focus) {
            response.request_focus();
        }
        false
    }

    fn keys(&mut self, ui: &Ui) {
        let last = self.suggestions().len().saturating_sub(1);
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if pressed(Key::ArrowDown) {
            self.pointed = self.pointed.saturating_add(1).min(last);
        }
        if pressed(Key::ArrowUp) {
            self.pointed = self.pointed.saturating_sub(1);
        }
        if self.typed.as_str().is_empty() && pressed(Key::Backspace) {
            self.mending = None;
            self.entry.take_back();
        }
    }

    /// One row of words to choose from.
    fn suggestion_row(&mut self, ui: &mut Ui, say: Messages) {
        let suggestions = self.suggestions();
        let mut chosen = None;
        let height = SPACE * 8.0;
        ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
            ui.set_min_height(height);
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing.x = SPACE * 1.5;
                for (index, word) in suggestions.iter().enumerate() {
                    let pointed = index == self.pointed;
                    if widgets::chip(ui, word, &say.entry_suggestion(word), pointed).clicked() {
                        chosen = Some(*word);
                    }
                }
            });
        });
        if let Some(word) = chosen {
            self.take(word);
            self.wants_focus = true;
        }
    }

    fn trouble(&self, ui: &mut Ui, say: Messages, palette: Palette) {
        let number = self.mending.unwrap_or_else(|| self.entry.next_number());
        let (text, colour) = match &self.refused {
            Some((word, Refused::Unknown(near))) if near.is_empty() => {
                (say.entry_unknown(word), palette.vermilion)
            }
            Some((word, Refused::Unknown(_))) => (say.entry_unknown_hint(word), palette.vermilion),
            Some((word, Refused::OtherLanguage)) => {
                (say.entry_other_language(word), palette.vermilion)
            }
            Some((word, Refused::Wrong)) => (say.check_wrong(number, word), palette.vermilion),
            Some((_, Refused::Full)) => (say.entry_full(WordEntry::MOST), palette.amber),
            None => self.standing(say, palette),
        };
        widgets::spoken(ui, &text, colour);
    }

    fn standing(&self, say: Messages, palette: Palette) -> (String, egui::Color32) {
        let count = self.entry.taken().len();
        if let Some(note) = self.note.filter(|_| count == 0) {
            return (note.to_owned(), palette.vermilion);
        }
        match self.entry.standing() {
            Standing::Complete(_) if self.entry.wanted().is_some() => {
                (say.check_done(count), palette.jade)
            }
            Standing::Complete(_) => (say.entry_fits(count), palette.jade),
            Standing::DoNotFit if self.entry.is_full() => {
                (say.entry_checksum_last(count), palette.vermilion)
            }
            Standing::DoNotFit => (say.entry_checksum(count), palette.amber),
            Standing::Incomplete if count == 0 || self.entry.wanted().is_some() => {
                (say.entry_keys().to_owned(), palette.ink_soft)
            }
            Standing::Incomplete => (say.entry_count(count), palette.ink_soft),
        }
    }

    /// The words so far, in three columns read downwards.
    fn grid(&mut self, ui: &mut Ui, say: Messages) {
        let palette = look::palette(ui);
        let fits_twelve = self.entry.taken().len() <= 12;
        let most = match self.entry.wanted() {
            Some(count) => count,
            None if fits_twelve => 12,
            None => WordEntry::MOST,
        };
        let columns = 3;
        let row = if most > 12 { SPACE * 6.0 } else { SPACE * 7.0 };
        let rows = most.div_ceil(columns);
        let gap = SPACE * 1.5;
        let width = (ui.available_width() - gap * 2.0) / columns as f32;
        let height = (row + SPACE * 0.75) * rows as f32;
        let (area, _) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
        let taken: Vec<String> = self.entry.taken().map(str::to_owned).collect();
        let mends = self.entry.wanted().is_none();
        for index in 0..most {
            let number = index.saturating_add(1);
            let (place, line) = (index / rows, index % rows);
            let corner = area.left_top()
                + vec2(
                    (width + gap) * place as f32,
                    (row + SPACE * 0.75) * line as f32,
                );
            let cell = egui::Rect::from_min_size(corner, vec2(width, row));
            let word = taken.get(index);
            let sense = if mends && word.is_some() {
                Sense::click()
            } else {
                Sense::hover()
            };
            let response = ui.interact(cell, ui.make_persistent_id(("taken", number)), sense);
            if let Some(word) = word {
                let (role, name) = if mends {
                    (Role::Button, say.entry_mend(number, word))
                } else {
                    (Role::Label, say.words_number(number, word))
                };
                response.widget_info(|| WidgetInfo::labeled(role, true, &name));
            }
            let here = self.mending.unwrap_or_else(|| self.entry.next_number()) == number;
            let edge = match () {
                () if response.has_focus() => Stroke::new(2.0, palette.ink),
                () if here => Stroke::new(1.5, palette.vermilion),
                () if response.hovered() && word.is_some() && mends => {
                    Stroke::new(1.0, palette.ink_soft)
                }
                () => Stroke::new(1.0, palette.line),
            };
            let fill = if word.is_some() {
                palette.sheet
            } else {
                palette.paper
            };
            let painter = ui.painter();
            painter.rect(
                cell,
                CornerRadius::same(RADIUS_SMALL),
                fill,
                edge,
                StrokeKind::Inside,
            );
            let at = pos2(cell.left() + SPACE * 5.5, cell.center().y);
            painter.text(
                at,
                Align2::RIGHT_CENTER,
                number,
                look::sans(TEXT_SMALL),
                palette.ink_soft,
            );
            if let Some(word) = word {
                let at = pos2(cell.left() + SPACE * 7.5, cell.center().y);
                painter.text(at, Align2::LEFT_CENTER, word, look::sans(TEXT), palette.ink);
            }
            if response.clicked() {
                self.mending = Some(number);
                self.wants_focus = true;
            }
        }
    }
}

impl TypeWords {
    /// Every word that can stand last, to choose from: for who made the others by
    /// dice.
    fn last_words(&mut self, ui: &mut Ui, say: Messages) {
        widgets::note(
            ui,
            &say.last_lead(self.entry.taken().len(), self.last.len()),
        );
        let mut chosen = None;
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(SPACE * 1.5, SPACE);
            for word in &self.last {
                if widgets::chip(ui, word, &say.entry_suggestion(word), false).clicked() {
                    chosen = Some(*word);
                }
            }
        });
        if widgets::link(ui, say.last_back(), say.last_back()).clicked() {
            self.last.clear();
            self.wants_focus = true;
        }
        if let Some(word) = chosen {
            self.last.clear();
            self.take(word);
            self.wants_focus = true;
        }
    }

    /// Offered where only the last word is missing and nothing is typed of it.
    fn last_word_link(&mut self, ui: &mut Ui, say: Messages) {
        let counted = Words::COUNTS.contains(&self.entry.next_number());
        // A backup that is to be proved must have all of its words.
        let wanted = counted && self.offers == Offers::Shares && self.mending.is_none();
        if wanted
            && self.typed.as_str().is_empty()
            && widgets::link(ui, say.last_link(), say.last_link()).clicked()
        {
            self.last = self.entry.last_words();
        }
    }

    /// The other forms of a backup.
    fn links(&mut self, ui: &mut Ui, say: Messages) {
        let clicked = |ui: &mut Ui, text| widgets::link(ui, text, text).clicked();
        let shares = match self.offers {
            Offers::Nothing => return,
            Offers::Shares => say.shares_window_link(),
            Offers::SharesAndFile => say.prove_shares_link(),
        };
        if clicked(ui, shares) {
            self.instead = Some(Entered::Shares);
        }
        if self.offers == Offers::SharesAndFile && clicked(ui, say.prove_file_link()) {
            self.instead = Some(Entered::File);
        }
    }
}

impl Screen for TypeWords {
    fn title(&self, say: Messages) -> &'static str {
        match (self.offers, self.entry.wanted()) {
            _ if self.brings => say.bring_title(),
            (Offers::SharesAndFile, _) => say.prove_title(),
            (_, Some(_)) => say.check_title(),
            (_, None) => say.restore_title(),
        }
    }

    fn body(&mut self, ui: &mut Ui, say: Messages) -> Wish {
        let palette = look::palette(ui);
        let lead = match (self.offers, self.entry.wanted()) {
            _ if self.brings => say.bring_lead(),
            (Offers::SharesAndFile, _) => say.prove_lead(),
            (_, Some(_)) => say.check_lead(),
            (_, None) => say.restore_lead(),
        };
        widgets::paragraph(ui, lead);
        if !self.last.is_empty() {
            self.last_words(ui, say);
            return Wish::Nothing;
        }
        let mut wish = Wish::Nothing;
        if self.entry.is_full() && self.mending.is_none() {
            if !std::mem::replace(&mut self.finished, true) {
                wish = Wish::FocusAccept;
            }
        } else {
            self.finished = false;
            wish = Wish::accept_if(self.field(ui, say));
            self.suggestion_row(ui, say);
        }
        self.trouble(ui, say, palette);
        self.grid(ui, say);
        self.last_word_link(ui, say);
        // Offered until a word is typed.
        if self.entry.taken().len() == 0 {
            self.links(ui, say);
            if self.instead.is_some() {
                wish = Wish::Accept;
            }
        }
        wish
    }

    fn buttons(&self, say: Messages) -> Buttons {
        let complete = matches!(self.entry.standing(), Standing::Complete(_));
        let ready = complete || self.instead.is_some();
        let accept = match self.entry.wanted() {
            Some(_) => say.check_button().to_owned(),
            None if self.brings => say.flow_continue().to_owned(),
            None if self.offers == Offers::SharesAndFile => say.check_button().to_owned(),
            None if complete => say.restore_button(self.entry.taken().len()),
            None => say.restore_button_waiting().to_owned(),
        };
        Buttons {
            refuse: Some(say.cancel()),
            accept,
            ready,
        }
    }

    fn accept(&mut self) -> bool {
        if let Some(instead) = self.instead.take() {
            self.reply.send(instead);
            return true;
        }
        match self.entry.standing() {
            Standing::Complete(words) => {
                self.reply.send(Entered::Words(words));
                true
            }
            _ => false,
        }
    }

    fn is_secret(&self) -> bool {
        true
    }
}
