//! The visual language: colours and measures from the design tokens
//! (`icons/tokens.json`), as egui wants them, and the bundled fonts.

use std::sync::Arc;

use egui::{
    Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Shadow,
    Stroke, Style, TextStyle, Theme, ThemePreference, Ui, vec2,
};
use jiaozi_types::agent::{Appearance, Theme as Wanted};

/// The colours of one theme, by role.
#[derive(Debug, Clone, Copy)]
pub struct Palette {
    /// Background.
    pub paper: Color32,
    /// Cards and fields.
    pub sheet: Color32,
    /// Text.
    pub ink: Color32,
    /// Text of less weight.
    pub ink_soft: Color32,
    /// Hairlines.
    pub line: Color32,
    /// The one accent.
    pub vermilion: Color32,
    /// Text on the accent.
    pub on_vermilion: Color32,
    /// What is right or final.
    pub jade: Color32,
    /// What needs care.
    pub amber: Color32,
}

/// The colours of the vault's frame, the same in both themes so that its
/// windows are never mistaken for others.
#[derive(Debug, Clone, Copy)]
pub struct FrameColours {
    /// The frame.
    pub frame: Color32,
    /// Text on the frame.
    pub on_frame: Color32,
    /// Text of less weight on the frame.
    pub on_frame_soft: Color32,
    /// Line work engraved in the frame.
    pub engraving: Color32,
    /// The seal.
    pub seal: Color32,
    /// What is cut out of the seal.
    pub on_seal: Color32,
}

include!(concat!(env!("OUT_DIR"), "/tokens.rs"));

/// The colours of the theme that `ui` is drawn in.
pub fn palette(ui: &Ui) -> Palette {
    if ui.visuals().dark_mode { DARK } else { LIGHT }
}

const SANS: &str = "NotoSansSC-Regular";
const SANS_BOLD: &str = "NotoSansSC-Bold";
const SERIF_BOLD: &str = "NotoSerifSC-Bold";

/// Plain text of a size.
pub fn sans(size: f32) -> FontId {
    FontId::new(size, FontFamily::Proportional)
}

/// Bold text of a size: messages and figures only, names fall back to plain.
pub fn bold(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(SANS_BOLD.into()))
}

/// Titles and the seal.
pub fn serif(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(SERIF_BOLD.into()))
}

/// Installs fonts, both themes and the wanted one.
pub fn install(context: &Context, appearance: Appearance) {
    context.set_fonts(fonts());
    context.options_mut(|options| options.fallback_theme = Theme::Light);
    context.set_style_of(Theme::Light, style(Theme::Light, LIGHT));
    context.set_style_of(Theme::Dark, style(Theme::Dark, DARK));
    context.set_theme(match appearance.theme {
        Wanted::System => ThemePreference::System,
        Wanted::Light => ThemePreference::Light,
        Wanted::Dark => ThemePreference::Dark,
    });
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    let files: [(&str, &'static [u8]); 3] = [
        (
            SANS,
            include_bytes!("../../../fonts/NotoSansSC-Regular.otf"),
        ),
        (
            SANS_BOLD,
            include_bytes!("../../../fonts/NotoSansSC-Bold.otf"),
        ),
        (
            SERIF_BOLD,
            include_bytes!("../../../fonts/NotoSerifSC-Bold.otf"),
        ),
    ];
    for (name, bytes) in files {
        let data = Arc::new(FontData::from_static(bytes));
        fonts.font_data.insert(name.to_owned(), data);
    }
    let families = [
        (FontFamily::Proportional, vec![SANS]),
        (FontFamily::Monospace, vec![SANS]),
        (FontFamily::Name(SANS_BOLD.into()), vec![SANS_BOLD, SANS]),
        (FontFamily::Name(SERIF_BOLD.into()), vec![SERIF_BOLD, SANS]),
    ];
    for (family, names) in families {
        let names = names.into_iter().map(str::to_owned).collect();
        fonts.families.insert(family, names);
    }
    fonts
}

fn style(theme: Theme, palette: Palette) -> Style {
    let mut style = theme.default_style();
    style.text_styles = [
        (TextStyle::Small, sans(TEXT_SMALL)),
        (TextStyle::Body, sans(TEXT)),
        (TextStyle::Button, sans(TEXT)),
        (TextStyle::Heading, serif(TITLE)),
        (TextStyle::Monospace, sans(TEXT)),
    ]
    .into();
    // Nothing can be selected, so that nothing can be copied out of the vault.
    style.interaction.selectable_labels = false;
    style.interaction.multi_widget_text_select = false;
    // No motion: a window that decides about money stands still.
    style.animation_time = 0.0;
    style.scroll_animation = egui::style::ScrollAnimation::none();
    style.spacing.item_spacing = vec2(SPACE * 2.0, SPACE * 2.0);
    style.spacing.button_padding = vec2(SPACE * 3.0, SPACE * 2.0);
    style.spacing.interact_size = vec2(SPACE * 10.0, SPACE * 8.0);
    style.spacing.menu_margin = Margin::same(SPACE as i8);

    style.spacing.scroll = egui::style::ScrollStyle::thin();
    let visuals = &mut style.visuals;
    visuals.override_text_color = None;
    visuals.panel_fill = palette.paper;
    visuals.window_fill = palette.sheet;
    visuals.extreme_bg_color = palette.sheet;
    visuals.faint_bg_color = palette.paper;
    visuals.weak_text_color = Some(palette.ink_soft);
    visuals.error_fg_color = palette.vermilion;
    visuals.warn_fg_color = palette.amber;
    visuals.hyperlink_color = palette.vermilion;
    visuals.selection.bg_fill = palette.vermilion.gamma_multiply(0.25);
    visuals.selection.stroke = Stroke::new(2.0, palette.ink);
    visuals.text_cursor.stroke = Stroke::new(2.0, palette.vermilion);
    visuals.window_shadow = Shadow::NONE;
    visuals.popup_shadow = Shadow::NONE;
    visuals.disabled_alpha = 0.6;
    let radius = CornerRadius::same(RADIUS_SMALL);
    let widgets = &mut visuals.widgets;
    for (state, edge) in [
        (&mut widgets.noninteractive, Stroke::new(1.0, palette.line)),
        (&mut widgets.inactive, Stroke::new(1.0, palette.line)),
        (&mut widgets.hovered, Stroke::new(1.0, palette.ink_soft)),
        (&mut widgets.active, Stroke::new(2.0, palette.ink)),
        (&mut widgets.open, Stroke::new(1.0, palette.ink_soft)),
    ] {
        state.bg_fill = palette.sheet;
        state.weak_bg_fill = palette.sheet;
        state.bg_stroke = edge;
        state.fg_stroke = Stroke::new(1.0, palette.ink);
        state.corner_radius = radius;
        state.expansion = 0.0;
    }
    style
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance after WCAG 2.2.
    fn luminance(colour: Color32) -> f64 {
        let channel = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * channel(colour.r()) + 0.7152 * channel(colour.g()) + 0.0722 * channel(colour.b())
    }

    fn contrast(a: Color32, b: Color32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_text_pair_has_contrast() {
        for palette in [LIGHT, DARK] {
            for ground in [palette.paper, palette.sheet] {
                assert!(contrast(palette.ink, ground) >= 7.0, "amounts are AAA");
                for text in [
                    palette.ink_soft,
                    palette.vermilion,
                    palette.jade,
                    palette.amber,
                ] {
                    assert!(contrast(text, ground) >= 4.5, "{text:?} on {ground:?}");
                }
            }
            assert!(contrast(palette.on_vermilion, palette.vermilion) >= 4.5);
        }
        assert!(contrast(VAULT.on_frame, VAULT.frame) >= 7.0);
        assert!(contrast(VAULT.on_frame_soft, VAULT.frame) >= 4.5);
        assert!(contrast(VAULT.on_seal, VAULT.seal) >= 4.5);
    }
}
