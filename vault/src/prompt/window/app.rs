//! The window as eframe knows it, and the loop that opens one after another.
//!
//! An operating system gives windows to the main thread only, so the agent's
//! threads hand their wishes to [`WindowLoop`], which runs there. Between two
//! dialogues there is no window, and the process stays.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};

use eframe::{CreationContext, NativeOptions};
use egui::{Context, IconData, Ui, ViewportBuilder, ViewportCommand, WindowLevel};
use jiaozi_types::agent::Appearance;

use super::dialogue::{Dialogue, Manner, Step};
use super::look;
use crate::prompt::messages::Messages;
use crate::prompt::{CancelToken, PromptError};

/// Size of every vault window, in points.
pub const WINDOW: [f32; 2] = [480.0, 640.0];

/// A wish for a window.
pub struct Opening {
    /// Language and theme.
    pub look: Appearance,
    /// What the window is for.
    pub manner: Manner,
    /// Closes the window when it is set.
    pub cancel: CancelToken,
    /// What the session asks.
    pub steps: Receiver<Step>,
    /// Told when the window is there, or that it cannot be.
    pub opened: Sender<Result<Context, PromptError>>,
}

/// Runs on the main thread and opens the windows.
pub struct WindowLoop(pub(super) Receiver<Opening>);

impl WindowLoop {
    /// Opens windows until every [`super::WindowPrompt`] is gone. Blocks.
    pub fn run(self) {
        while let Ok(opening) = self.0.recv() {
            let opened = opening.opened.clone();
            let look = opening.look;
            let name = Messages::of(look.language).vault_name();
            let outcome = eframe::run_native(
                name,
                options(name, &opening.manner),
                Box::new(move |creation| Ok(Box::new(Window::new(creation, opening)))),
            );
            if let Err(error) = outcome {
                tracing::warn!(%error, "no window can be opened");
                // Nobody listens any more when the window was open already.
                let _ = opened.send(Err(PromptError::Unavailable));
            }
        }
    }
}

fn options(name: &str, manner: &Manner) -> NativeOptions {
    let level = match manner {
        // Above the shell that asked, so that the question is not missed.
        Manner::Questions(_) => WindowLevel::AlwaysOnTop,
        Manner::Tool(_) => WindowLevel::Normal,
    };
    NativeOptions {
        viewport: ViewportBuilder::default()
            .with_title(name)
            .with_app_id("jiaozi-vault")
            .with_inner_size(WINDOW)
            .with_min_inner_size(WINDOW)
            .with_max_inner_size(WINDOW)
            .with_resizable(false)
            .with_maximize_button(false)
            .with_active(true)
            .with_window_level(level)
            .with_icon(Arc::new(icon())),
        centered: true,
        persist_window: false,
        ..NativeOptions::default()
    }
}

/// The product's icon; the system's own where it cannot be read.
fn icon() -> IconData {
    let picture = include_bytes!("../../../../icons/64x64.png");
    eframe::icon_data::from_png_bytes(picture).unwrap_or_default()
}

struct Window {
    dialogue: Dialogue,
    cancel: CancelToken,
    protected: bool,
}

impl Window {
    fn new(creation: &CreationContext<'_>, opening: Opening) -> Self {
        let context = &creation.egui_ctx;
        look::install(context, opening.look);
        let wake = context.clone();
        opening.cancel.on_cancel(move || wake.request_repaint());
        // A session that stopped waiting finds its steps' channel hung up.
        let _ = opening.opened.send(Ok(context.clone()));
        Self {
            dialogue: Dialogue::new(
                Messages::of(opening.look.language),
                opening.manner,
                opening.steps,
            ),
            cancel: opening.cancel,
            protected: false,
        }
    }
}

impl eframe::App for Window {
    fn logic(&mut self, context: &Context, _frame: &mut eframe::Frame) {
        // Also while the window is hidden or minimised.
        self.dialogue.advance();
        if self.cancel.is_cancelled() {
            self.dialogue.end();
        }
        if self.dialogue.ended() {
            context.send_viewport_cmd(ViewportCommand::Close);
        }
        if self.dialogue.is_secret() != self.protected {
            self.protected = self.dialogue.is_secret();
            context.send_viewport_cmd(ViewportCommand::ContentProtected(self.protected));
        }
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.dialogue.ui(ui);
        if self.dialogue.ended() {
            ui.ctx().send_viewport_cmd(ViewportCommand::Close);
        }
    }

    fn clear_color(&self, _visuals: &egui::Visuals) -> [f32; 4] {
        look::VAULT.frame.to_normalized_gamma_f32()
    }

    fn persist_egui_memory(&self) -> bool {
        false
    }
}
