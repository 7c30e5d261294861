//! One window's content: the banknote, the present screen, the two buttons.
//! It knows egui but no operating system, so that tests drive it without one.

use std::sync::mpsc::{Receiver, Sender, TryRecvError};

use egui::{Key, Margin, Rect, RichText, ScrollArea, Ui, UiBuilder, pos2, vec2};
use jiaozi_custody::PersonalPhrase;

use super::look::{self, SPACE, TEXT_LARGE, TEXT_SMALL, TITLE, VAULT};
use super::screens::{Buttons, FirstFocus, Screen, Wish};
use super::widgets::{self, Weight};
use super::{ornament, screens};
use crate::prompt::messages::Messages;

/// What the session tells its window.
pub enum Step {
    /// Ask this next.
    Show(Box<dyn Screen>),
    /// Show this phrase from now on.
    Phrase(PersonalPhrase),
    /// Speak this language from now on.
    Speak(Messages),
}

/// What a window is for.
pub enum Manner {
    /// Questions of an agent: refusing one closes the window. The band carries
    /// the personal phrase.
    Questions(Option<PersonalPhrase>),
    /// The vault by itself: refusing leads back. The band carries what this says
    /// of the computer, and whether that needs care.
    Tool(fn(Messages) -> (String, bool)),
}

/// The content of one window.
pub struct Dialogue {
    say: Messages,
    manner: Manner,
    /// What the band says of the computer, and when it was found out, in seconds.
    notice: Option<(f64, (String, bool))>,
    steps: Receiver<Step>,
    screen: Option<Box<dyn Screen>>,
    /// The screen has not been drawn yet.
    fresh: bool,
    ended: bool,
}

/// Height of the ink band that carries seal and title.
const HEADER: f32 = 70.0;
/// Height of the band that carries the personal phrase.
const BAND: f32 = 40.0;
/// Width of the ink frame at the other three sides.
const EDGE: f32 = 10.0;
/// Height of a button.
const BUTTON: f32 = 44.0;
/// From the paper's edge to what is on it.
const MARGIN: f32 = 22.0;

impl Dialogue {
    /// A window that waits for its first step.
    pub fn new(say: Messages, manner: Manner, steps: Receiver<Step>) -> Self {
        Self {
            say,
            manner,
            notice: None,
            steps,
            screen: None,
            fresh: false,
            ended: false,
        }
    }

    /// Whether the window is to be closed: the person declined, or the session
    /// is over.
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// Takes in what the session asked since the last frame.
    pub fn advance(&mut self) {
        loop {
            match self.steps.try_recv() {
                Ok(Step::Show(screen)) => {
                    self.screen = Some(screen);
                    self.fresh = true;
                }
                Ok(Step::Phrase(phrase)) => self.manner = Manner::Questions(Some(phrase)),
                Ok(Step::Speak(say)) => {
                    self.say = say;
                    self.notice = None;
                }
                Err(TryRecvError::Empty) => return,
                Err(TryRecvError::Disconnected) => {
                    self.end();
                    return;
                }
            }
        }
    }

    /// Whether the present screen shows a secret.
    pub fn is_secret(&self) -> bool {
        self.screen
            .as_ref()
            .is_some_and(|screen| screen.is_secret())
    }

    /// Ends the dialogue; a question that is open is declined.
    pub fn end(&mut self) {
        self.screen = None;
        self.ended = true;
    }

    /// The person refuses the present question.
    fn refuse(&mut self) {
        match self.manner {
            Manner::Questions(_) => self.end(),
            Manner::Tool(_) => self.screen = None,
        }
    }

    /// Draws the window and acts on what the person does.
    pub fn ui(&mut self, ui: &mut Ui) {
        self.advance();
        let window = ui.max_rect();
        let palette = look::palette(ui);
        let mut paper = window.shrink(EDGE);
        paper.min.y = window.top() + HEADER;
        ornament::frame(ui.painter(), window, paper, palette.paper);
        self.header(ui, window);
        let band = Rect::from_min_size(paper.min, vec2(paper.width(), BAND));
        match self.manner {
            Manner::Questions(_) => self.phrase_band(ui, band),
            Manner::Tool(notice) => self.notice_band(ui, band, notice),
        }
        let mut rest = paper;
        rest.min.y = band.bottom();
        match self.screen.take() {
            Some(screen) => self.screen = self.present(ui, rest, screen),
            None => screens::working(ui, rest, self.say),
        }
        if !self.ended && ui.input(|input| input.key_pressed(Key::Escape)) {
            self.refuse();
        }
    }

    /// Shows the screen; gives it back unless it was answered or declined.
    fn present(
        &mut self,
        ui: &mut Ui,
        area: Rect,
        mut screen: Box<dyn Screen>,
    ) -> Option<Box<dyn Screen>> {
        let mut footer = area.shrink2(vec2(MARGIN, 0.0));
        footer.max.y -= MARGIN - SPACE;
        footer.min.y = footer.max.y - BUTTON;
        let mut foot = footer.translate(vec2(0.0, -BUTTON - SPACE * 3.5));
        foot.min.y = foot.max.y - screen.foot_height();
        let mut body = area;
        body.max.y = foot.top() - SPACE;

        ornament::watermark(ui.painter(), body, look::palette(ui));
        let mut wish = self.body(ui, body, screen.as_mut());
        let mut ground = ui.new_child(UiBuilder::new().max_rect(foot));
        if screen.foot(&mut ground, self.say) == Wish::Accept {
            wish = Wish::Accept;
        }
        let buttons = self.buttons(screen.as_ref());
        let mut focus = std::mem::take(&mut self.fresh).then(|| screen.first_focus());
        if wish == Wish::FocusAccept {
            focus = Some(FirstFocus::Accept);
        }
        let pressed = footer_buttons(ui, footer, &buttons, focus);
        let accepts = pressed == Some(Pressed::Accept) || (wish == Wish::Accept && buttons.ready);
        if pressed == Some(Pressed::Refuse) {
            self.refuse();
            None
        } else if accepts && screen.accept() {
            ui.ctx().request_repaint();
            None
        } else {
            Some(screen)
        }
    }

    /// The screen's, the left one named after where it leads.
    fn buttons(&self, screen: &dyn Screen) -> Buttons {
        let mut buttons = screen.buttons(self.say);
        if matches!(self.manner, Manner::Tool(_)) && buttons.refuse == Some(self.say.cancel()) {
            buttons.refuse = Some(self.say.tool_back());
        }
        buttons
    }

    fn body(&self, ui: &mut Ui, area: Rect, screen: &mut dyn Screen) -> Wish {
        let palette = look::palette(ui);
        let mut body = ui.new_child(
            UiBuilder::new()
                .max_rect(area)
                .layout(egui::Layout::top_down(egui::Align::Min)),
        );
        body.set_clip_rect(area);
        let shown = ScrollArea::vertical()
            .auto_shrink([false, false])
            .content_margin(Margin::symmetric(MARGIN as i8, 12))
            .show(&mut body, |ui| {
                ui.spacing_mut().item_spacing.y = SPACE * 2.0;
                screen.body(ui, self.say)
            });
        // A hairline says that there is more below.
        if shown.content_size.y > area.height() + 1.0 {
            let stroke = egui::Stroke::new(1.0, palette.line);
            ui.painter().hline(area.x_range(), area.bottom(), stroke);
        }
        shown.inner
    }

    fn header(&self, ui: &mut Ui, window: Rect) {
        let header = Rect::from_min_size(window.min, vec2(window.width(), HEADER));
        let painter = ui.painter();
        let mut engraved = header.shrink2(vec2(EDGE, 11.0));
        engraved.min.x = header.right() - 190.0;
        ornament::weave(painter, engraved, 9, VAULT.engraving);
        let seal = 48.0;
        ornament::seal(
            painter,
            pos2(header.left() + EDGE + 12.0, header.center().y - seal * 0.5),
            seal,
        );
        let left = header.left() + EDGE + 12.0 + seal + 14.0;
        let title = self
            .screen
            .as_ref()
            .map_or_else(|| self.say.working_title(), |screen| screen.title(self.say));
        let text = Rect::from_min_max(
            pos2(left, header.top() + 11.0),
            pos2(header.right() - EDGE, header.bottom()),
        );
        let mut text = ui.new_child(
            UiBuilder::new()
                .max_rect(text)
                .layout(egui::Layout::top_down(egui::Align::Min)),
        );
        text.spacing_mut().item_spacing.y = 2.0;
        text.label(
            RichText::new(self.say.vault_name())
                .font(look::sans(TEXT_SMALL))
                .color(VAULT.on_frame_soft),
        );
        let font = widgets::fitting(
            &text,
            title,
            look::serif(TITLE),
            text.available_width() - 8.0,
        );
        let heading = RichText::new(title).font(font).color(VAULT.on_frame);
        let heading = text.add(egui::Label::new(heading).extend());
        ui.ctx().accesskit_node_builder(heading.id, |node| {
            node.set_role(egui::Role::Heading);
            node.set_label(title);
        });
    }

    /// The phrase on its tint: what tells this window from a fake.
    fn phrase_band(&self, ui: &mut Ui, band: Rect) {
        let palette = look::palette(ui);
        let preview = self
            .screen
            .as_ref()
            .and_then(|screen| screen.phrase_preview());
        let chosen = match &self.manner {
            Manner::Questions(phrase) => phrase.as_ref().map(PersonalPhrase::as_str),
            Manner::Tool(_) => None,
        };
        let (text, ink) = match preview.filter(|text| !text.trim().is_empty()).or(chosen) {
            Some(text) => (text, palette.vermilion),
            None => (self.say.phrase_none(), palette.ink_soft),
        };
        band_ground(ui, band, palette.vermilion);
        let mut row = band_row(ui, band);
        widgets::caption(&mut row, self.say.phrase_label());
        let width = row.available_width();
        let font = widgets::fitting(&row, text, look::sans(TEXT_LARGE), width);
        let label = egui::Label::new(RichText::new(text).font(font).color(ink)).truncate();
        row.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.add(label)
        });
    }

    /// What is to be known of the computer; looked at every two seconds.
    fn notice_band(&mut self, ui: &mut Ui, band: Rect, notice: fn(Messages) -> (String, bool)) {
        const STAYS: f64 = 2.0;
        let palette = look::palette(ui);
        let now = ui.input(|input| input.time);
        if self.notice.as_ref().is_none_or(|(at, _)| now - at > STAYS) {
            self.notice = Some((now, notice(self.say)));
        }
        ui.ctx()
            .request_repaint_after(std::time::Duration::from_secs(2));
        let Some((_, (text, care))) = &self.notice else {
            return;
        };
        let colour = if *care { palette.amber } else { palette.jade };
        band_ground(ui, band, colour);
        let mut row = band_row(ui, band);
        let font = widgets::fitting(&row, text, look::sans(TEXT_LARGE), row.available_width());
        let ink = widgets::blend(colour, palette.ink, 0.35);
        row.add(egui::Label::new(RichText::new(text).font(font).color(ink)).truncate());
    }
}

/// The row in the band under the header.
fn band_row(ui: &mut Ui, band: Rect) -> Ui {
    ui.new_child(
        UiBuilder::new()
            .max_rect(band.shrink2(vec2(MARGIN, 0.0)))
            .layout(egui::Layout::left_to_right(egui::Align::Center)),
    )
}

/// The band's tint.
fn band_ground(ui: &Ui, band: Rect, colour: egui::Color32) {
    let palette = look::palette(ui);
    let painter = ui.painter();
    let tint = widgets::blend(palette.paper, colour, 0.05);
    painter.rect_filled(
        band,
        egui::CornerRadius {
            nw: 8,
            ne: 8,
            sw: 0,
            se: 0,
        },
        tint,
    );
    ornament::ripple(painter, band, widgets::blend(palette.paper, colour, 0.2));
    painter.hline(
        band.x_range(),
        band.bottom(),
        egui::Stroke::new(1.0, widgets::blend(palette.line, colour, 0.3)),
    );
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pressed {
    Refuse,
    Accept,
}

/// The two buttons, side by side; the act gets the wider one.
fn footer_buttons(
    ui: &mut Ui,
    area: Rect,
    buttons: &Buttons,
    focus: Option<FirstFocus>,
) -> Option<Pressed> {
    let mut pressed = None;
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    let mut row = ui.new_child(UiBuilder::new().max_rect(area).layout(layout));
    row.spacing_mut().item_spacing.x = SPACE * 3.0;
    let mut width = area.width();
    if let Some(label) = buttons.refuse {
        let alone = buttons.accept.is_empty();
        let size = vec2(if alone { width } else { width * 0.36 }, BUTTON);
        width -= size.x + SPACE * 3.0;
        let response = widgets::button(&mut row, size, label, Weight::Secondary, true);
        if focus == Some(FirstFocus::Refuse) {
            response.request_focus();
        }
        if response.clicked() {
            pressed = Some(Pressed::Refuse);
        }
    }
    if buttons.accept.is_empty() {
        return pressed;
    }
    let size = vec2(width, BUTTON);
    let response = widgets::button(
        &mut row,
        size,
        &buttons.accept,
        Weight::Primary,
        buttons.ready,
    );
    if focus == Some(FirstFocus::Accept) {
        response.request_focus();
    }
    if response.clicked() {
        pressed = Some(Pressed::Accept);
    }
    pressed
}

/// The question's answer, on its way back to the session that waits for it. When
/// it is dropped without an answer, the question is declined.
pub struct Reply<T>(Sender<T>);

impl<T> Reply<T> {
    /// A reply and where it arrives.
    pub fn pair() -> (Self, Receiver<T>) {
        let (sender, receiver) = std::sync::mpsc::channel();
        (Self(sender), receiver)
    }

    /// Answers. The session may be gone by then; nothing is lost with it.
    pub fn send(&self, answer: T) {
        let _ = self.0.send(answer);
    }
}
