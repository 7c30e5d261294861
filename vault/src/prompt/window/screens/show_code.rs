//! A message as a QR code, or as many codes one after the other, for the camera
//! of another computer. Dark on white in both themes: cameras read nothing else
//! as surely.

use std::time::Duration;

use egui::{Color32, CornerRadius, Key, Modifiers, Rect, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use jiaozi_cold::Squares;

use super::{Buttons, FirstFocus, Screen, Wish};
use crate::prompt::messages::Messages;
use crate::prompt::window::dialogue::Reply;
use crate::prompt::window::look::{self, RADIUS_SMALL, SPACE, TEXT};
use crate::prompt::window::widgets;

/// Light squares around a code, by its standard.
const QUIET: usize = 4;
/// How long a frame stands at each speed, in thousandths of a second.
const SPEEDS: [u64; 4] = [1_000, 500, 250, 125];
/// Four frames a second are read by every camera.
const USUAL: usize = 2;

/// What is shown.
#[derive(Debug, Clone)]
pub struct Code {
    /// What the header says.
    pub title: &'static str,
    /// What to do with it.
    pub lead: String,
    /// The codes, one a frame.
    pub frames: Vec<Squares>,
    /// Whether it can also go to a file.
    pub to_file: bool,
}

/// What the person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// It was taken up.
    Done,
    /// It is wanted in a file, too.
    ToFile,
}

/// The code on the screen.
pub struct ShowCode {
    code: Code,
    at: usize,
    /// When the present frame began, in egui's seconds.
    since: Option<f64>,
    paused: bool,
    speed: usize,
    answer: Shown,
    reply: Reply<Shown>,
}

impl ShowCode {
    /// Shows `code` until the person has done with it.
    pub fn new(code: Code, reply: Reply<Shown>) -> Self {
        Self {
            code,
            at: 0,
            since: None,
            paused: false,
            speed: USUAL,
            answer: Shown::Done,
            reply,
        }
    }

    fn is_animated(&self) -> bool {
        self.code.frames.len() > 1
    }

    fn step(&mut self, forward: bool) {
        let count = self.code.frames.len().max(1);
        let by = if forward { 1 } else { count.saturating_sub(1) };
        self.at = self.at.saturating_add(by) % count;
        self.since = None;
    }

    /// Goes on to the next frame when its time has come.
    fn play(&mut self, ui: &Ui) {
        if self.paused || !self.is_animated() {
            return;
        }
        let now = ui.input(|input| input.time);
        let millis = SPEEDS.get(self.speed).copied().unwrap_or(250);
        let stands = Duration::from_millis(millis);
        match self.since {
            None => self.since = Some(now),
            Some(since) if now - since >= stands.as_secs_f64() => {
                self.step(true);
                self.since = Some(now);
            }
            Some(_) => {}
        }
        ui.ctx().request_repaint_after(stands / 2);
    }

    fn keys(&mut self, ui: &Ui) {
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if pressed(Key::P) {
            self.paused = !self.paused;
        }
        if pressed(Key::ArrowRight) {
            self.paused = true;
            self.step(true);
        }
        if pressed(Key::ArrowLeft) {
            self.paused = true;
            self.step(false);
        }
        if pressed(Key::Plus) || pressed(Key::Equals) {
            self.faster(true);
        }
        if pressed(Key::Minus) {
            self.faster(false);
        }
    }

    fn faster(&mut self, faster: bool) {
        let last = SPEEDS.len().saturating_sub(1);
        self.speed = match faster {
            true => self.speed.saturating_add(1).min(last),
            false => self.speed.saturating_sub(1),
        };
    }

    fn name(&self, say: Messages) -> String {
        if self.is_animated() {
            say.code_frame(self.at.saturating_add(1), self.code.frames.len())
        } else {
            say.code_one().to_owned()
        }
    }

    fn draw(&self, ui: &mut Ui, say: Messages) {
        let side = ui.available_width().min(SPACE * 77.0);
        let (row, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), side), Sense::hover());
        let name = self.name(say);
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
        let area = Rect::from_center_size(row.center(), vec2(side, side));
        let painter = ui.painter();
        painter.rect_filled(area, CornerRadius::same(RADIUS_SMALL), Color32::WHITE);
        let Some(code) = self.code.frames.get(self.at).filter(|code| code.width > 0) else {
            return;
        };
        // Whole pixels, so that no square is blurred.
        let pixels = ui.ctx().pixels_per_point();
        let squares = code.width.saturating_add(QUIET * 2) as f32;
        let square = ((side * pixels / squares).floor() / pixels).max(1.0 / pixels);
        let width = square * code.width as f32;
        let corner = area.center() - vec2(width, width) * 0.5;
        let corner = pos2(
            (corner.x * pixels).round() / pixels,
            (corner.y * pixels).round() / pixels,
        );
        for (line, row) in code.dark.chunks(code.width).enumerate() {
            // Neighbours in one rectangle: no seam between them.
            let mut place = 0;
            while place < row.len() {
                let run = row.iter().skip(place).take_while(|dark| **dark).count();
                if run > 0 {
                    let at = corner + vec2(square * place as f32, square * line as f32);
                    let size = vec2(square * run as f32, square);
                    painter.rect_filled(
                        Rect::from_min_size(at, size),
                        CornerRadius::ZERO,
                        Color32::BLACK,
                    );
                }
                place = place.saturating_add(run.max(1));
            }
        }
    }

    /// The frame's number, and what slows, stops and quickens the film.
    fn controls(&mut self, ui: &mut Ui, say: Messages) {
        let palette = look::palette(ui);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = SPACE * 1.5;
            let text = say.code_number(self.at.saturating_add(1), self.code.frames.len());
            ui.label(
                egui::RichText::new(text)
                    .font(look::sans(TEXT))
                    .color(palette.ink),
            );
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let (faster, slower) = (say.code_faster(), say.code_slower());
                if widgets::chip(ui, faster, faster, false).clicked() {
                    self.faster(true);
                }
                let pause = match self.paused {
                    true => say.code_play(),
                    false => say.code_pause(),
                };
                if widgets::chip(ui, pause, pause, false).clicked() {
                    self.paused = !self.paused;
                    self.since = None;
                }
                if widgets::chip(ui, slower, slower, false).clicked() {
                    self.faster(false);
                }
            });
        });
    }
}

impl Screen for ShowCode {
    fn title(&self, _say: Messages) -> &'static str {
        self.code.title
    }

    fn body(&mut self, ui: &mut Ui, say: Messages) -> Wish {
        self.keys(ui);
        self.play(ui);
        widgets::paragraph(ui, &self.code.lead);
        self.draw(ui, say);
        if self.is_animated() {
            self.controls(ui, say);
        }
        let mut wish = Wish::Nothing;
        if self.code.to_file && widgets::link(ui, say.code_save(), say.code_save()).clicked() {
            self.answer = Shown::ToFile;
            wish = Wish::Accept;
        }
        wish
    }

    fn buttons(&self, say: Messages) -> Buttons {
        Buttons {
            refuse: None,
            accept: say.code_done().to_owned(),
            ready: true,
        }
    }

    fn accept(&mut self) -> bool {
        self.reply.send(self.answer);
        true
    }

    fn first_focus(&self) -> FirstFocus {
        FirstFocus::Accept
    }
}
