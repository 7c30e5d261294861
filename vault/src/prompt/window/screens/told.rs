//! What came of something: how it ended, what to do, a wallet's facts.

use egui::accesskit::Live;
use egui::{Align, Layout, RichText, Ui};

use super::{Buttons, FirstFocus, Screen, Wish};
use crate::prompt::messages::Messages;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::look::{self, Palette, TEXT, TEXT_SMALL, TITLE};
use crate::prompt::window::widgets;

/// Whether it is good news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It is as it should be.
    Good,
    /// Something is wrong.
    Bad,
    /// Neither.
    Plain,
}

/// A named list of derivation paths and addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    /// Of which networks.
    pub name: String,
    /// Path and address.
    pub rows: Vec<(String, String)>,
}

/// What is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    title: &'static str,
    mark: Mark,
    headline: Option<&'static str>,
    lines: Vec<String>,
    fingerprint: Option<String>,
    addresses: Vec<Addresses>,
}

impl News {
    /// In one sentence under the window's `title`; it says what to do next. None
    /// is said where it is empty.
    pub fn new(title: &'static str, mark: Mark, sentence: String) -> Self {
        let lines = Vec::from_iter(Some(sentence).filter(|sentence| !sentence.is_empty()));
        Self {
            title,
            mark,
            headline: None,
            lines,
            fingerprint: None,
            addresses: Vec::new(),
        }
    }

    /// How a longer flow ended: in a line, then what happened and what to do.
    pub fn ended(
        title: &'static str,
        mark: Mark,
        headline: &'static str,
        lines: Vec<String>,
    ) -> Self {
        Self {
            headline: Some(headline),
            lines,
            ..Self::new(title, mark, String::new())
        }
    }

    /// With the wallet's fingerprint, to compare.
    pub fn of_wallet(self, fingerprint: String) -> Self {
        Self {
            fingerprint: Some(fingerprint),
            ..self
        }
    }

    /// With a wallet's addresses.
    pub fn with_addresses(self, addresses: Vec<Addresses>) -> Self {
        Self { addresses, ..self }
    }
}

/// The screen that says it.
pub struct Told {
    news: News,
    reply: Reply<()>,
}

impl Told {
    /// Says it; `reply` is told when it was read.
    pub fn new(news: News, reply: Reply<()>) -> Self {
        Self { news, reply }
    }

    fn sentences(&self, ui: &mut Ui, palette: &Palette) {
        let colour = match self.news.mark {
            Mark::Good => palette.jade,
            Mark::Bad => palette.vermilion,
            Mark::Plain => palette.ink,
        };
        let Some(headline) = self.news.headline else {
            for line in &self.news.lines {
                match self.news.mark {
                    Mark::Plain => widgets::paragraph(ui, line),
                    Mark::Good | Mark::Bad => widgets::warning(ui, line, colour),
                }
            }
            return;
        };
        widgets::gap(ui, 2);
        let headline = RichText::new(headline).font(look::serif(TITLE));
        let headline = ui.add(egui::Label::new(headline.color(colour)).wrap());
        ui.ctx().accesskit_node_builder(headline.id, |node| {
            node.set_live(Live::Polite);
        });
        widgets::gap(ui, 1);
        widgets::card(ui, |ui| {
            for line in &self.news.lines {
                widgets::paragraph(ui, line);
            }
        });
    }
}

impl Screen for Told {
    fn title(&self, _say: Messages) -> &'static str {
        self.news.title
    }

    fn body(&mut self, ui: &mut Ui, say: Messages) -> Wish {
        let palette = look::palette(ui);
        self.sentences(ui, &palette);
        if let Some(fingerprint) = &self.news.fingerprint {
            widgets::gap(ui, 1);
            widgets::card(ui, |ui| {
                widgets::caption(ui, say.tool_fingerprint());
                ui.with_layout(Layout::top_down(Align::Min), |ui| {
                    let big = RichText::new(fingerprint).font(look::bold(TITLE));
                    ui.label(big.color(palette.ink));
                });
                widgets::note(ui, say.tool_fingerprint_why());
            });
        }
        for list in &self.news.addresses {
            widgets::card(ui, |ui| {
                widgets::caption(ui, &list.name);
                for (path, address) in &list.rows {
                    widgets::gap(ui, 1);
                    let path = RichText::new(path).font(look::sans(TEXT_SMALL));
                    ui.label(path.color(palette.ink_soft));
                    widgets::address(ui, address, TEXT);
                }
            });
        }
        Wish::Nothing
    }

    fn buttons(&self, say: Messages) -> Buttons {
        Buttons {
            refuse: None,
            accept: say.done_button().to_owned(),
            ready: true,
        }
    }

    fn accept(&mut self) -> bool {
        self.reply.send(());
        true
    }

    fn first_focus(&self) -> FirstFocus {
        FirstFocus::Accept
    }
}
