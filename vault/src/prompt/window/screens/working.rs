//! Between two questions: the vault is at work.

use egui::{Align2, Rect, Role, Ui, WidgetInfo, vec2};

use crate::prompt::messages::Messages;
use crate::prompt::window::look::{self, SPACE, TEXT};
use crate::prompt::window::ornament;

/// Draws the waiting state into `area`.
pub fn working(ui: &mut Ui, area: Rect, say: Messages) {
    let palette = look::palette(ui);
    let size = SPACE * 18.0;
    let seal = area.center() - vec2(size * 0.5, size);
    ornament::seal(ui.painter(), seal, size);
    let text = say.working_text();
    let at = area.center() + vec2(0.0, SPACE * 8.0);
    ui.painter().text(
        at,
        Align2::CENTER_CENTER,
        text,
        look::sans(TEXT),
        palette.ink_soft,
    );
    let spoken = ui.interact(area, ui.make_persistent_id("working"), egui::Sense::hover());
    spoken.widget_info(|| WidgetInfo::labeled(Role::Status, true, text));
}
