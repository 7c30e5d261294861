//! How something ended: well, or why not and what to do.

use egui::Ui;

use super::{Buttons, FirstFocus, Screen, Wish};
use crate::prompt::messages::Messages;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::look::{self, TITLE};
use crate::prompt::window::widgets;

/// What is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What the header says.
    pub title: &'static str,
    /// In one line.
    pub headline: &'static str,
    /// Whether it ended well.
    pub good: bool,
    /// The sentences: what happened, then what to do.
    pub lines: Vec<String>,
}

/// The end of a flow.
pub struct Tell {
    verdict: Verdict,
    reply: Reply<()>,
}

impl Tell {
    /// Says it until the person has read it.
    pub fn new(verdict: Verdict, reply: Reply<()>) -> Self {
        Self { verdict, reply }
    }
}

impl Screen for Tell {
    fn title(&self, _say: Messages) -> &'static str {
        self.verdict.title
    }

    fn body(&mut self, ui: &mut Ui, _say: Messages) -> Wish {
        let palette = look::palette(ui);
        let colour = match self.verdict.good {
            true => palette.jade,
            false => palette.vermilion,
        };
        widgets::gap(ui, 2);
        let headline = egui::RichText::new(self.verdict.headline)
            .font(look::serif(TITLE))
            .color(colour);
        let headline = ui.add(egui::Label::new(headline).wrap());
        ui.ctx().accesskit_node_builder(headline.id, |node| {
            node.set_live(egui::accesskit::Live::Polite);
        });
        widgets::gap(ui, 1);
        widgets::card(ui, |ui| {
            for line in &self.verdict.lines {
                widgets::paragraph(ui, line);
            }
        });
        Wish::Nothing
    }

    fn buttons(&self, say: Messages) -> Buttons {
        Buttons {
            refuse: None,
            accept: say.flow_close().to_owned(),
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
