//! How a wallet is to be split: so many shares, of which so many are needed; and
//! groups of people for those who ask.

use egui::{Align, Layout, RichText, Ui, vec2};
use jiaozi_custody::shares::{Group, Plan, PlanError};

use super::{Buttons, Screen, Wish};
use crate::prompt::messages::Messages;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::look::{self, SPACE, TEXT, TEXT_LARGE};
use crate::prompt::window::widgets;
use crate::prompt::wording::plan_error;

/// The most groups, and the most shares of one.
const MOST: u8 = 16;

/// The question how.
pub struct DescribePlan {
    groups: Vec<Group>,
    needed: u8,
    /// Groups are asked for.
    grouped: bool,
    passphrase: bool,
    fresh: bool,
    reply: Reply<(Plan, bool)>,
}

impl DescribePlan {
    /// Asks; the plan, and whether the shares get a passphrase, go to `reply`.
    pub fn new(reply: Reply<(Plan, bool)>) -> Self {
        Self {
            groups: vec![Group {
                threshold: 2,
                count: 3,
            }],
            needed: 1,
            grouped: false,
            passphrase: false,
            fresh: true,
            reply,
        }
    }

    fn plan(&self) -> Result<Plan, PlanError> {
        Plan::new(self.needed, self.groups.clone())
    }

    /// The one group of most people.
    fn simple(&mut self, ui: &mut Ui, say: Messages) {
        let fresh = std::mem::take(&mut self.fresh);
        let Some(group) = self.groups.first_mut() else {
            return;
        };
        counter(ui, say.split_count(), &mut group.count, 2, fresh, say);
        group.threshold = group.threshold.clamp(2, group.count);
        let most = group.count;
        bounded(ui, say.split_needed(), &mut group.threshold, (2, most), say);
    }

    fn groups(&mut self, ui: &mut Ui, say: Messages) {
        let mut number = 0_usize;
        for group in &mut self.groups {
            number = number.saturating_add(1);
            widgets::card(ui, |ui| {
                widgets::caption(ui, &say.split_group(number));
                counter(
                    ui,
                    &say.split_group_count(number),
                    &mut group.count,
                    1,
                    false,
                    say,
                );
                group.threshold = group.threshold.clamp(1, group.count);
                let bounds = (1, group.count);
                let name = say.split_group_needed(number);
                bounded(ui, &name, &mut group.threshold, bounds, say);
            });
        }
        let count = u8::try_from(self.groups.len()).unwrap_or(MOST);
        ui.horizontal(|ui| {
            if count < MOST && widgets::link(ui, say.split_add(), say.split_add()).clicked() {
                self.groups.push(Group {
                    threshold: 2,
                    count: 3,
                });
            }
            if count > 1 && widgets::link(ui, say.split_remove(), say.split_remove()).clicked() {
                self.groups.pop();
            }
        });
        let count = u8::try_from(self.groups.len()).unwrap_or(MOST);
        self.needed = self.needed.clamp(1, count);
        bounded(
            ui,
            say.split_groups_needed(),
            &mut self.needed,
            (1, count),
            say,
        );
    }

    /// What the plan means, as a sentence.
    fn meaning(&self, say: Messages) -> Result<String, String> {
        match self.plan() {
            Err(error) => Err(plan_error(error, say)),
            Ok(plan) => Ok(match plan.groups() {
                [one] => {
                    let spare = one.count.saturating_sub(one.threshold);
                    say.split_means(one.count, one.threshold, spare)
                }
                groups => {
                    let all: usize = groups.iter().map(|group| usize::from(group.count)).sum();
                    say.split_means_groups(all, groups.len(), plan.needed())
                }
            }),
        }
    }
}

/// A number of shares, up to the most.
fn counter(ui: &mut Ui, name: &str, value: &mut u8, least: u8, fresh: bool, say: Messages) {
    let more = stepper(ui, name, value, (least, MOST), say);
    if fresh {
        more.request_focus();
    }
}

fn bounded(ui: &mut Ui, name: &str, value: &mut u8, bounds: (u8, u8), say: Messages) {
    stepper(ui, name, value, bounds, say);
}

/// A number between two others, with a button to either side of it. Gives the
/// one that adds.
fn stepper(
    ui: &mut Ui,
    name: &str,
    value: &mut u8,
    bounds: (u8, u8),
    say: Messages,
) -> egui::Response {
    let palette = look::palette(ui);
    let size = vec2(ui.available_width(), SPACE * 9.0);
    let row = ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_height(size.y);
        ui.label(
            RichText::new(name)
                .font(look::sans(TEXT))
                .color(palette.ink),
        );
        let buttons = ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let more = widgets::chip(ui, "+", &say.split_more(name), false);
            let shown = RichText::new(value.to_string())
                .font(look::bold(TEXT_LARGE))
                .color(palette.ink);
            let shown = ui.add_sized(vec2(SPACE * 8.0, SPACE * 7.0), egui::Label::new(shown));
            let spoken = say.split_number(name, *value);
            ui.ctx().accesskit_node_builder(shown.id, |node| {
                node.set_label(spoken);
                node.set_live(egui::accesskit::Live::Polite);
            });
            let fewer = widgets::chip(ui, "–", &say.split_fewer(name), false);
            (more, fewer)
        });
        buttons.inner
    });
    let (more, fewer) = row.inner;
    if more.clicked() {
        *value = value.saturating_add(1).min(bounds.1);
    }
    if fewer.clicked() {
        *value = value.saturating_sub(1).max(bounds.0);
    }
    more
}

impl Screen for DescribePlan {
    fn title(&self, say: Messages) -> &'static str {
        say.split_title()
    }

    fn body(&mut self, ui: &mut Ui, say: Messages) -> Wish {
        let palette = look::palette(ui);
        widgets::paragraph(ui, say.split_lead());
        if self.grouped {
            self.groups(ui, say);
        } else {
            self.simple(ui, say);
        }
        match self.meaning(say) {
            Ok(text) => widgets::spoken(ui, &text, palette.jade),
            Err(text) => widgets::spoken(ui, &text, palette.vermilion),
        }
        let mut passphrase = self.passphrase;
        let text = RichText::new(say.split_passphrase())
            .font(look::sans(TEXT))
            .color(palette.ink);
        ui.checkbox(&mut passphrase, text);
        self.passphrase = passphrase;
        widgets::note(ui, say.split_passphrase_note());
        if !self.grouped
            && widgets::link(ui, say.split_ask_groups(), say.split_ask_groups()).clicked()
        {
            self.grouped = true;
        }
        Wish::Nothing
    }

    fn buttons(&self, say: Messages) -> Buttons {
        Buttons {
            refuse: Some(say.cancel()),
            accept: say.flow_continue().to_owned(),
            ready: self.plan().is_ok(),
        }
    }

    fn accept(&mut self) -> bool {
        match self.plan() {
            Ok(plan) => {
                self.reply.send((plan, self.passphrase));
                true
            }
            Err(_) => false,
        }
    }
}
