//! Frames as QR codes: still, animated, or in half blocks for a terminal.

use qrcode::render::svg::Color;
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};

use crate::error::ColdError;

/// Thousandths of a second that one frame of an animation stands: four frames
/// a second are read by every camera.
pub const FRAME_MILLIS: usize = 250;
/// Modules of white around a code (ISO/IEC 18004).
const QUIET: usize = 4;

pub(crate) fn code(frame: &str) -> Result<QrCode, ColdError> {
    // Capitals alone take the alphanumeric mode, which halves the picture.
    let upper = frame.to_ascii_uppercase();
    QrCode::with_error_correction_level(upper, EcLevel::L).map_err(|_| ColdError::TooLarge)
}

/// A frame's QR code as squares, for whoever draws it himself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Squares {
    /// Squares of a row, and rows; without the light margin.
    pub width: usize,
    /// Row after row, whether each is dark.
    pub dark: Vec<bool>,
}

/// One frame as squares.
///
/// # Errors
/// [`ColdError::TooLarge`] when no QR code holds so much.
pub fn squares(frame: &str) -> Result<Squares, ColdError> {
    let code = code(frame)?;
    let dark = code.to_colors();
    Ok(Squares {
        width: code.width(),
        dark: dark.iter().map(|c| *c == qrcode::Color::Dark).collect(),
    })
}

fn drawing(frame: &str) -> Result<String, ColdError> {
    let picture = code(frame)?
        .render::<Color<'_>>()
        .min_dimensions(480, 480)
        .quiet_zone(true)
        .build();
    // Without its XML declaration it can stand in another picture.
    Ok(picture
        .find("<svg")
        .and_then(|at| picture.get(at..))
        .unwrap_or(&picture)
        .to_owned())
}

/// One frame as the outline of its dark modules, for whoever draws it himself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Modules of a side, the quiet zone of four around it included.
    pub side: usize,
    /// The dark modules as an SVG path, one unit a module.
    pub path: String,
}

/// The outline of a frame's QR code.
pub fn outline(frame: &str) -> Result<Outline, ColdError> {
    let picture = code(frame)?;
    let width = picture.width();
    let mut path = String::new();
    for (y, row) in picture.to_colors().chunks(width.max(1)).enumerate() {
        let mut x = 0_usize;
        for run in row.chunk_by(|left, right| left == right) {
            if run.first() == Some(&qrcode::Color::Dark) {
                let (left, top) = (x.saturating_add(QUIET), y.saturating_add(QUIET));
                let length = run.len();
                path.push_str(&format!("M{left} {top}h{length}v1h-{length}z"));
            }
            x = x.saturating_add(run.len());
        }
    }
    Ok(Outline {
        side: width.saturating_add(QUIET.saturating_mul(2)),
        path,
    })
}

/// One frame as SVG.
pub fn svg(frame: &str) -> Result<String, ColdError> {
    drawing(frame)
}

/// The frames one after the other, for ever, in one SVG: every browser and most
/// viewers show it, and nothing in it is a script.
pub fn animated_svg(frames: &[String]) -> Result<String, ColdError> {
    if let [one] = frames {
        return drawing(one);
    }
    let count = frames.len().max(1);
    let whole = count.saturating_mul(FRAME_MILLIS);
    let mut picture = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 480 480\" width=\"480\" height=\"480\">\
         <rect width=\"480\" height=\"480\" fill=\"#fff\"/>",
    );
    for (at, frame) in frames.iter().enumerate() {
        // Visible in its own span of the round only.
        let mut values = vec!["hidden"; count];
        if let Some(own) = values.get_mut(at) {
            *own = "visible";
        }
        let first = if at == 0 { "visible" } else { "hidden" };
        picture.push_str(&format!(
            "<g visibility=\"{first}\"><animate attributeName=\"visibility\" values=\"{}\" \
             calcMode=\"discrete\" dur=\"{whole}ms\" repeatCount=\"indefinite\"/>{}</g>",
            values.join(";"),
            drawing(frame)?.replacen(
                "<svg",
                "<svg x=\"0\" y=\"0\" preserveAspectRatio=\"xMidYMid\"",
                1
            )
        ));
    }
    picture.push_str("</svg>\n");
    Ok(picture)
}

/// One frame in half blocks, for a dark terminal when `dark` is set.
pub fn terminal(frame: &str, dark: bool) -> Result<String, ColdError> {
    let (ink, paper) = if dark {
        (Dense1x2::Light, Dense1x2::Dark)
    } else {
        (Dense1x2::Dark, Dense1x2::Light)
    };
    Ok(code(frame)?
        .render::<Dense1x2>()
        .quiet_zone(true)
        .dark_color(ink)
        .light_color(paper)
        .build())
}
