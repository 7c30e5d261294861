//! What came of something: a verdict, a wallet's facts, or both.

use egui::{Align, Layout, RichText, Ui};

use super::{Buttons, FirstFocus, Screen, Wish};
use crate::prompt::messages::Messages;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::look::{self, TEXT, TEXT_SMALL, TITLE};
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
    /// The header.
    pub title: &'static str,
    /// Good or bad.
    pub mark: Mark,
    /// The sentence; it says what to do next.
    pub text: String,
    /// The wallet's fingerprint, to compare.
    pub fingerprint: Option<String>,
    /// Its addresses.
    pub addresses: Vec<Addresses>,
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
}

impl Screen for Told {
    fn title(&self, _say: Messages) -> &'static str {
        self.news.title
    }

    fn body(&mut self, ui: &mut Ui, say: Messages) -> Wish {
        let palette = look::palette(ui);
        match self.news.mark {
            _ if self.news.text.is_empty() => {}
            Mark::Good => widgets::warning(ui, &self.news.text, palette.jade),
            Mark::Bad => widgets::warning(ui, &self.news.text, palette.vermilion),
            Mark::Plain => widgets::paragraph(ui, &self.news.text),
        }
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
