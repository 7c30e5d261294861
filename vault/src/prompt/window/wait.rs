//! What was wrong with the last PIN, and the wait until the next one is heard.

use std::time::Duration;

use egui::Ui;

use super::{look, widgets};
use crate::prompt::SecretTrouble;
use crate::prompt::messages::Messages;
use crate::prompt::wording::trouble;

/// A wait that begins when it is first drawn.
pub struct Wait {
    trouble: Option<SecretTrouble>,
    /// When it began, in egui's seconds.
    began: Option<f64>,
    left: u64,
}

impl Wait {
    /// The wait that this trouble brings.
    pub fn after(trouble: Option<SecretTrouble>) -> Self {
        let left = match trouble {
            Some(
                SecretTrouble::Wrong { wait_seconds } | SecretTrouble::Throttled { wait_seconds },
            ) => wait_seconds,
            None => 0,
        };
        Self {
            trouble,
            began: None,
            left,
        }
    }

    /// Whether the next try can be sent.
    pub fn is_over(&self) -> bool {
        self.left == 0
    }

    /// Whether there is something to say.
    pub fn has_trouble(&self) -> bool {
        self.trouble.is_some()
    }

    /// Draws the trouble and counts down.
    pub fn ui(&mut self, ui: &mut Ui, say: Messages) {
        let Some(what) = self.trouble else {
            return;
        };
        let now = ui.input(|input| input.time);
        let began = *self.began.get_or_insert(now);
        let total = Self::after(self.trouble).left;
        let gone = Duration::try_from_secs_f64(now - began).unwrap_or_default();
        self.left = total.saturating_sub(gone.as_secs());
        if self.left > 0 {
            ui.ctx().request_repaint_after(Duration::from_millis(200));
        }
        let colour = look::palette(ui).vermilion;
        widgets::spoken(ui, &trouble(what, self.left, say), colour);
    }
}
