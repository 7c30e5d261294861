//! The few controls that the screens are made of. Each carries its label for
//! screen readers and shows where the keyboard is.

use egui::{
    Align2, Color32, CornerRadius, FontId, Margin, Response, RichText, Role, Sense, Stroke,
    StrokeKind, TextEdit, Ui, WidgetInfo, vec2,
};

use super::look::{self, Palette, RADIUS_LARGE, RADIUS_SMALL, SPACE, TEXT, TEXT_LARGE, TEXT_SMALL};
use crate::prompt::wording::grouped;

/// How much a button weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The act itself: one a screen.
    Primary,
    /// Anything else.
    Secondary,
}

/// A button of a given size.
pub fn button(
    ui: &mut Ui,
    size: egui::Vec2,
    text: &str,
    weight: Weight,
    enabled: bool,
) -> Response {
    let palette = look::palette(ui);
    ui.add_enabled_ui(enabled, |ui| {
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), text));
        let hovered = response.hovered() && enabled;
        let (fill, edge, ink) = match weight {
            _ if !enabled => (
                palette.line.gamma_multiply(0.6),
                Color32::TRANSPARENT,
                palette.ink_soft,
            ),
            Weight::Primary if hovered => (
                blend(palette.vermilion, palette.ink, 0.15),
                Color32::TRANSPARENT,
                palette.on_vermilion,
            ),
            Weight::Primary => (
                palette.vermilion,
                Color32::TRANSPARENT,
                palette.on_vermilion,
            ),
            Weight::Secondary if hovered => (palette.sheet, palette.ink_soft, palette.ink),
            Weight::Secondary => (
                palette.sheet,
                blend(palette.line, palette.ink_soft, 0.35),
                palette.ink,
            ),
        };
        let radius = CornerRadius::same(RADIUS_SMALL);
        ui.painter().rect(
            rect,
            radius,
            fill,
            Stroke::new(1.0, edge),
            StrokeKind::Inside,
        );
        if response.has_focus() {
            focus_ring(ui, rect, palette);
        }
        let font = if weight == Weight::Primary {
            look::bold(TEXT)
        } else {
            look::sans(TEXT)
        };
        let font = fitting(ui, text, font, rect.width() - SPACE * 4.0);
        ui.painter()
            .text(rect.center(), Align2::CENTER_CENTER, text, font, ink);
        response
    })
    .inner
}

/// The ring around what the keyboard acts on.
fn focus_ring(ui: &Ui, rect: egui::Rect, palette: Palette) {
    let radius = CornerRadius::same(RADIUS_SMALL.saturating_add(3));
    let stroke = Stroke::new(2.0, palette.ink);
    ui.painter()
        .rect_stroke(rect.expand(3.0), radius, stroke, StrokeKind::Middle);
}

/// `font`, smaller where the text would be wider than `width`.
pub fn fitting(ui: &Ui, text: &str, mut font: FontId, width: f32) -> FontId {
    let natural = ui
        .painter()
        .layout_no_wrap(text.to_owned(), font.clone(), Color32::BLACK)
        .size()
        .x;
    if natural > width {
        font.size = (font.size * width / natural).max(TEXT_SMALL * 0.8);
    }
    font
}

/// A mix of two colours: `share` of the second.
pub fn blend(first: Color32, second: Color32, share: f32) -> Color32 {
    first.lerp_to_gamma(second, share)
}

/// A paragraph.
pub fn paragraph(ui: &mut Ui, text: &str) {
    let palette = look::palette(ui);
    ui.label(
        RichText::new(text)
            .font(look::sans(TEXT))
            .color(palette.ink)
            .line_height(Some(TEXT * 1.5)),
    );
}

/// A paragraph of less weight.
pub fn note(ui: &mut Ui, text: &str) {
    let palette = look::palette(ui);
    coloured(ui, text, palette.ink_soft);
}

/// A small paragraph in a colour.
pub fn coloured(ui: &mut Ui, text: &str, colour: Color32) {
    ui.label(
        RichText::new(text)
            .font(look::sans(TEXT_SMALL))
            .color(colour)
            .line_height(Some(TEXT_SMALL * 1.5)),
    );
}

/// A small paragraph that a screen reader reads out when it changes.
pub fn spoken(ui: &mut Ui, text: &str, colour: Color32) {
    let text = RichText::new(text)
        .font(look::sans(TEXT_SMALL))
        .color(colour)
        .line_height(Some(TEXT_SMALL * 1.5));
    let response = ui.label(text);
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_live(egui::accesskit::Live::Polite);
    });
}

/// A field for a text that is no secret.
pub fn field(ui: &mut Ui, text: &mut String, hint: &str, salt: &str) -> Response {
    let palette = look::palette(ui);
    let id = ui.make_persistent_id(salt);
    TextEdit::singleline(text)
        .id(id)
        .font(look::sans(TEXT_LARGE))
        .text_color(palette.ink)
        .hint_text(
            RichText::new(hint)
                .font(look::sans(TEXT))
                .color(palette.ink_soft),
        )
        .margin(Margin::symmetric(14, 0))
        .min_size(vec2(ui.available_width(), SPACE * 11.0))
        .align(Align2::LEFT_CENTER)
        .desired_width(f32::INFINITY)
        .show(ui)
        .response
        .response
}

/// A word to choose; `pointed` when Enter would choose it.
pub fn chip(ui: &mut Ui, text: &str, name: &str, pointed: bool) -> Response {
    let palette = look::palette(ui);
    let galley = ui
        .painter()
        .layout_no_wrap(text.to_owned(), look::sans(TEXT), palette.ink);
    let size = vec2(galley.size().x + SPACE * 5.0, SPACE * 7.5);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), name));
    let edge = match () {
        () if response.has_focus() => Stroke::new(2.0, palette.ink),
        () if pointed => Stroke::new(1.5, palette.vermilion),
        () if response.hovered() => Stroke::new(1.0, palette.ink_soft),
        () => Stroke::new(1.0, palette.line),
    };
    let radius = CornerRadius::same(RADIUS_LARGE);
    ui.painter()
        .rect(rect, radius, palette.sheet, edge, StrokeKind::Inside);
    ui.painter()
        .galley(rect.center() - galley.size() * 0.5, galley, palette.ink);
    response
}

/// A warning: a bar in its colour, then the text.
pub fn warning(ui: &mut Ui, text: &str, colour: Color32) {
    let palette = look::palette(ui);
    let frame = egui::Frame::new()
        .fill(blend(palette.sheet, colour, 0.1))
        .corner_radius(CornerRadius::same(RADIUS_SMALL))
        .inner_margin(Margin {
            left: 16,
            right: 12,
            top: 8,
            bottom: 8,
        });
    let shown = frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        coloured(ui, text, blend(colour, palette.ink, 0.25));
    });
    let mut bar = shown.response.rect;
    bar.set_width(4.0);
    ui.painter().rect_filled(
        bar,
        CornerRadius {
            nw: RADIUS_SMALL,
            sw: RADIUS_SMALL,
            ne: 0,
            se: 0,
        },
        colour,
    );
}

/// A white card that holds one matter.
pub fn card<R>(ui: &mut Ui, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let palette = look::palette(ui);
    egui::Frame::new()
        .fill(palette.sheet)
        .stroke(Stroke::new(1.0, palette.line))
        .corner_radius(CornerRadius::same(RADIUS_LARGE))
        .inner_margin(Margin::symmetric(16, 12))
        .show(ui, |ui| {
            ui.set_width(ui.available_width());
            contents(ui)
        })
        .inner
}

/// An address in columns of four digits, like the number of a banknote, with
/// both ends bold so that it can be compared. The label for screen readers is
/// the address as it is.
pub fn address(ui: &mut Ui, text: &str, size: f32) -> Response {
    let palette = look::palette(ui);
    let groups = grouped(text);
    let rows = groups.chunks(HEX_COLUMNS);
    let height = size * 1.6;
    let lines = u16::try_from(rows.len()).unwrap_or(1);
    let area = vec2(ui.available_width(), height * f32::from(lines));
    let (rect, response) = ui.allocate_exact_size(area, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    let column = rect.width() / HEX_COLUMNS as f32;
    // After the network of a CIP-37 address come the digits that are compared.
    let ends = if text.contains(':') { 2 } else { 1 };
    let last = groups.len().saturating_sub(ends);
    for (index, group) in groups.iter().enumerate() {
        let end = index < ends || index >= last;
        let font = if end {
            look::bold(size)
        } else {
            look::sans(size)
        };
        let colour = if end { palette.ink } else { palette.ink_soft };
        let (line, place) = (index / HEX_COLUMNS, index % HEX_COLUMNS);
        let at = rect.left_top() + vec2(column * place as f32, height * (line as f32 + 0.5));
        ui.painter()
            .text(at, Align2::LEFT_CENTER, *group, font, colour);
    }
    response
}

/// Groups of an address in one line.
const HEX_COLUMNS: usize = 5;

/// The name above a field or value.
pub fn caption(ui: &mut Ui, text: &str) -> Response {
    let palette = look::palette(ui);
    ui.label(
        RichText::new(text)
            .font(look::sans(TEXT_SMALL))
            .color(palette.ink_soft),
    )
}

/// Vertical space in steps of the grid.
pub fn gap(ui: &mut Ui, steps: u8) {
    ui.add_space(SPACE * f32::from(steps));
}

/// A small button without a box, with a longer name for screen readers.
pub fn link(ui: &mut Ui, text: &str, name: &str) -> Response {
    let palette = look::palette(ui);
    let galley =
        ui.painter()
            .layout_no_wrap(text.to_owned(), look::sans(TEXT_SMALL), palette.vermilion);
    let (rect, response) =
        ui.allocate_exact_size(galley.size() + vec2(SPACE * 2.0, SPACE), Sense::click());
    response.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), name));
    if response.has_focus() {
        let stroke = Stroke::new(2.0, palette.ink);
        ui.painter()
            .rect_stroke(rect, CornerRadius::same(4), stroke, StrokeKind::Inside);
    }
    let at = rect.center() - galley.size() * 0.5;
    if response.hovered() {
        let y = at.y + galley.size().y;
        ui.painter().hline(
            at.x..=at.x + galley.size().x,
            y,
            Stroke::new(1.0, palette.vermilion),
        );
    }
    ui.painter().galley(at, galley, palette.vermilion);
    response
}
