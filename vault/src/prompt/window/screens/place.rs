//! Where a file is, or where one goes: its path in a field, and below it what is
//! in that folder, to choose from.

use std::path::{Path, PathBuf};

use egui::{Key, Ui};

use super::{Buttons, Screen, Wish};
use crate::prompt::messages::Messages;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::look;
use crate::prompt::window::widgets;

/// The most entries that are shown.
const SHOWN: usize = 40;
/// Characters of a name that are shown; the field has all of it.
const NAME: usize = 42;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// What the header says.
    pub title: &'static str,
    /// What it is for.
    pub lead: &'static str,
    /// The name of the field.
    pub field: &'static str,
    /// What the right button says.
    pub accept: &'static str,
    /// What stands in the field at first.
    pub start: PathBuf,
    /// What was wrong with the last one.
    pub trouble: Option<String>,
}

/// The question for a place.
pub struct Place {
    wanted: Wanted,
    typed: String,
    /// The folder that `entries` are of.
    listed: Option<PathBuf>,
    entries: Vec<(String, bool)>,
    wants_focus: bool,
    reply: Reply<PathBuf>,
}

impl Place {
    /// Asks; the path goes to `reply`.
    pub fn new(wanted: Wanted, reply: Reply<PathBuf>) -> Self {
        Self {
            typed: wanted.start.display().to_string(),
            wanted,
            listed: None,
            entries: Vec::new(),
            wants_focus: true,
            reply,
        }
    }

    /// The folder whose contents are shown, and what their names begin with.
    fn folder(&self) -> (PathBuf, String) {
        match self.typed.rsplit_once('/') {
            Some(("", name)) => (PathBuf::from("/"), name.to_owned()),
            Some((folder, name)) => (PathBuf::from(folder), name.to_owned()),
            None => (PathBuf::from("."), self.typed.clone()),
        }
    }

    fn list(&mut self, folder: &Path) {
        if self.listed.as_deref() == Some(folder) {
            return;
        }
        self.listed = Some(folder.to_owned());
        let mut entries: Vec<(String, bool)> = std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| {
                let name = entry.file_name().into_string().ok()?;
                let is_folder = entry.path().is_dir();
                (!name.starts_with('.')).then_some((name, is_folder))
            })
            .collect();
        // Folders first.
        entries.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        self.entries = entries;
    }

    fn entries(&mut self, ui: &mut Ui, say: Messages) {
        let (folder, begun) = self.folder();
        self.list(&folder);
        let mut chosen = None;
        ui.spacing_mut().item_spacing.y = 0.0;
        let fitting = self
            .entries
            .iter()
            .filter(|(name, _)| name.starts_with(&begun) && *name != begun);
        for (name, is_folder) in fitting.take(SHOWN) {
            let short: String = name.chars().take(NAME).collect();
            let (text, spoken) = match is_folder {
                true => (format!("{short}/"), say.place_folder(name)),
                false => (short, say.place_file(name)),
            };
            if widgets::link(ui, &text, &spoken).clicked() {
                chosen = Some((name.clone(), *is_folder));
            }
        }
        if let Some((name, is_folder)) = chosen {
            let mut path = folder.join(name).display().to_string();
            if is_folder {
                path.push('/');
            }
            self.typed = path;
            self.wanted.trouble = None;
            self.wants_focus = true;
        }
    }
}

impl Screen for Place {
    fn title(&self, _say: Messages) -> &'static str {
        self.wanted.title
    }

    fn body(&mut self, ui: &mut Ui, say: Messages) -> Wish {
        let palette = look::palette(ui);
        widgets::paragraph(ui, self.wanted.lead);
        widgets::gap(ui, 1);
        let caption = widgets::caption(ui, self.wanted.field);
        let field = widgets::field(ui, &mut self.typed, "", "place").labelled_by(caption.id);
        let entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if field.changed() {
            self.wanted.trouble = None;
        }
        if std::mem::take(&mut self.wants_focus) {
            field.request_focus();
            // Typing goes on after what was chosen.
            if let Some(mut state) = egui::TextEdit::load_state(ui.ctx(), field.id) {
                let end = egui::text::CCursor::new(self.typed.chars().count());
                let range = egui::text::CCursorRange::one(end);
                state.cursor.set_char_range(Some(range));
                state.store(ui.ctx(), field.id);
            }
        }
        if let Some(trouble) = &self.wanted.trouble {
            widgets::spoken(ui, trouble, palette.vermilion);
        }
        self.entries(ui, say);
        Wish::accept_if(entered && !self.typed.trim().is_empty())
    }

    fn buttons(&self, say: Messages) -> Buttons {
        Buttons {
            refuse: Some(say.cancel()),
            accept: self.wanted.accept.to_owned(),
            ready: !self.typed.trim().is_empty(),
        }
    }

    fn accept(&mut self) -> bool {
        self.reply.send(PathBuf::from(self.typed.trim()));
        true
    }
}
