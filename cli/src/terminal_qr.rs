//! QR codes in the terminal, two modules a character.

use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};

use jiaozi_wallet::api::ErrorCode;

use crate::failure::Failure;

/// The code of `text`. With colours it is black on white, whatever the
/// terminal's own are; without them it is drawn for a dark terminal.
pub fn draw(text: &str, colour: bool) -> Result<String, Failure> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L)
        .map_err(|_| ErrorCode::RequestUnsupported)?;
    let (dark, light) = if colour {
        (Dense1x2::Dark, Dense1x2::Light)
    } else {
        (Dense1x2::Light, Dense1x2::Dark)
    };
    let picture = code
        .render::<Dense1x2>()
        .quiet_zone(true)
        .dark_color(dark)
        .light_color(light)
        .build();
    if !colour {
        return Ok(picture);
    }
    let lines = picture
        .lines()
        .map(|line| format!("\u{1b}[30;107m{line}\u{1b}[0m"));
    Ok(lines.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_square_in_half_blocks() {
        let picture = draw("jiaozi:pay", false).unwrap();
        let width = picture.lines().next().unwrap().chars().count();
        let height = picture.lines().count();
        assert_eq!(width.div_ceil(2), height);
        assert!(draw("x", true).unwrap().starts_with("\u{1b}[30;107m"));
    }
}
