//! QR codes as SVG.

use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use super::RequestError;

/// The QR code of `text`: black on white, with its quiet zone, scalable.
pub fn svg(text: &str) -> Result<String, RequestError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)
        .map_err(|_| RequestError::Unsupported)?;
    let picture = code
        .render::<svg::Color<'_>>()
        .min_dimensions(240, 240)
        .quiet_zone(true)
        .build();
    // Without its XML declaration it can stand in a page.
    Ok(picture
        .find("<svg")
        .and_then(|at| picture.get(at..))
        .unwrap_or(&picture)
        .to_owned())
}
