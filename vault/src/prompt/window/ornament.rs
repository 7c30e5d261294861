//! The banknote around every screen: the ink frame with its engraving, the
//! vermilion seal, the personal phrase. Drawn by code, for this product.

use egui::{
    Align2, Color32, CornerRadius, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, pos2, vec2,
};

use super::look::{self, Palette, RADIUS_LARGE, VAULT};
use super::widgets;

/// Woven sine lines, as engraved around the border of a banknote. `strands` of
/// them cross within `area`.
pub fn weave(painter: &Painter, area: Rect, strands: u8, colour: Color32) {
    let painter = painter.with_clip_rect(area);
    let (middle, reach) = (area.center().y, area.height() * 0.5);
    for strand in 0..strands {
        let phase = f32::from(strand) / f32::from(strands) * std::f32::consts::TAU;
        let points = wave(area, |along| {
            let slow = (along * 0.021 + phase).sin();
            let quick = (along * 0.083 - phase * 2.0).sin();
            middle + reach * (0.72 * slow + 0.28 * quick)
        });
        painter.add(Shape::line(points, Stroke::new(0.7, colour)));
    }
}

/// Close parallel ripples: the tint behind the personal phrase.
pub fn ripple(painter: &Painter, area: Rect, colour: Color32) {
    let painter = painter.with_clip_rect(area);
    let lines = (area.height() / 4.0).ceil().max(1.0);
    let mut y = area.top() - 2.0;
    while y < area.top() + lines * 4.0 + 4.0 {
        let points = wave(area, |along| y + 2.4 * (along * 0.09 + y * 0.35).sin());
        painter.add(Shape::line(points, Stroke::new(0.6, colour)));
        y += 4.0;
    }
}

/// A rosette in the lower half of the paper, as a banknote has one: circles
/// drawn by a wheel that turns within a wheel. Faint enough to write on.
pub fn watermark(painter: &Painter, paper: Rect, palette: Palette) {
    let painter = painter.with_clip_rect(paper);
    let colour = widgets::blend(palette.paper, palette.line, 0.75);
    let centre = pos2(paper.right() - 90.0, paper.bottom() - 60.0);
    for ring in 0..5_u8 {
        let reach = 190.0 - 34.0 * f32::from(ring);
        let petals = 18.0 - 2.0 * f32::from(ring);
        for turn in [0.0, 0.5] {
            let points = (0..=360_u16)
                .map(|degree| {
                    let angle = f32::from(degree).to_radians();
                    let swell = (petals * angle + turn * std::f32::consts::TAU).sin();
                    centre + Vec2::angled(angle) * (reach + 16.0 * swell)
                })
                .collect();
            painter.add(Shape::line(points, Stroke::new(0.7, colour)));
        }
    }
}

fn wave(area: Rect, height: impl Fn(f32) -> f32) -> Vec<Pos2> {
    let mut points = Vec::new();
    let mut x = area.left();
    while x <= area.right() + 3.0 {
        points.push(pos2(x, height(x - area.left())));
        x += 3.0;
    }
    points
}

/// The seal: 交子 cut out of a vermilion square whose edge is a little worn, as
/// a carved stone prints. `size` is the length of a side.
pub fn seal(painter: &Painter, top_left: Pos2, size: f32) {
    let area = Rect::from_min_size(top_left, vec2(size, size));
    painter.add(Shape::convex_polygon(
        worn_edge(area),
        VAULT.seal,
        Stroke::NONE,
    ));
    painter.rect_stroke(
        area.shrink(size * 0.075),
        CornerRadius::same(3),
        Stroke::new((size * 0.028).max(1.0), VAULT.on_seal),
        StrokeKind::Middle,
    );
    let glyph = look::serif(size * 0.375);
    for (character, at) in [("交", 0.315), ("子", 0.685)] {
        painter.text(
            pos2(area.center().x, area.top() + size * at),
            Align2::CENTER_CENTER,
            character,
            glyph.clone(),
            VAULT.on_seal,
        );
    }
}

/// A square with rounded corners whose sides bow outwards by less than a point.
fn worn_edge(area: Rect) -> Vec<Pos2> {
    let corner = area.width() * 0.1;
    let bow = area.width() * 0.014;
    let sides: [(Pos2, Pos2, f32); 4] = [
        (area.left_top(), area.right_top(), -1.0),
        (area.right_top(), area.right_bottom(), 1.0),
        (area.right_bottom(), area.left_bottom(), 1.0),
        (area.left_bottom(), area.left_top(), -1.0),
    ];
    let mut points = Vec::new();
    for (index, (from, to, outwards)) in sides.into_iter().enumerate() {
        let along = (to - from).normalized();
        let outward = if index % 2 == 0 {
            vec2(0.0, outwards)
        } else {
            vec2(outwards, 0.0)
        };
        let (start, end) = (from + along * corner, to - along * corner);
        for step in 0..=8_u8 {
            let at = f32::from(step) / 8.0;
            let swell = (at * std::f32::consts::PI).sin() * bow;
            points.push(start + (end - start) * at + outward * swell);
        }
        // The corner: a quarter turn in three steps.
        let centre = to - along * corner - outward * corner;
        for step in 1..=3_u8 {
            let angle = f32::from(step) / 4.0 * std::f32::consts::FRAC_PI_2;
            points.push(centre + outward * corner * angle.cos() + along * corner * angle.sin());
        }
    }
    points
}

/// The ink frame around the paper, with a double hairline like a printed border.
pub fn frame(painter: &Painter, window: Rect, paper: Rect, fill: Color32) {
    painter.rect_filled(window, CornerRadius::ZERO, VAULT.frame);
    painter.rect_filled(paper, CornerRadius::same(RADIUS_LARGE / 2), fill);
    painter.rect_stroke(
        window.shrink(4.0),
        CornerRadius::same(RADIUS_LARGE / 2),
        Stroke::new(1.0, VAULT.engraving),
        StrokeKind::Inside,
    );
}
