//! Pictures that take little room: sixteen levels a colour, and a palette.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use image::{Rgba, RgbaImage};
use png::{BitDepth, ColorType, Compression, Encoder};

/// From one level to the next, of 255.
const LEVEL: u8 = 17;

/// What a comparison must forgive a picture that was packed, as egui_kittest counts it: all three
/// colours rounded by half a level, in whichever direction.
pub const FORGIVEN: f32 = 100.0;

/// Writes a picture again as a palette of few colours; one of too many stays as it is.
///
/// # Errors
/// The file is no picture, or cannot be written.
pub fn pack(file: &Path) -> Result<(), String> {
    let told = |error: String| format!("{}: {error}", file.display());
    let image = image::open(file).map_err(|error| told(error.to_string()))?;
    let image = image.to_rgba8();
    let Some((palette, indices)) = indexed(&image) else {
        return Ok(());
    };
    let written = || -> Result<(), png::EncodingError> {
        let out = BufWriter::new(File::create(file)?);
        let mut encoder = Encoder::new(out, image.width(), image.height());
        encoder.set_color(ColorType::Indexed);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_compression(Compression::High);
        encoder.set_palette(palette);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&indices)?;
        writer.finish()
    };
    written().map_err(|error| told(error.to_string()))
}

/// The colours, and which of them each pixel has. None for more than 256.
fn indexed(image: &RgbaImage) -> Option<(Vec<u8>, Vec<u8>)> {
    let mut places = HashMap::new();
    let mut palette = Vec::new();
    let mut indices = Vec::with_capacity(image.pixels().len());
    for pixel in image.pixels() {
        let color = nearest(*pixel);
        let next = places.len();
        let place = *places.entry(color).or_insert(next);
        if place == next {
            palette.extend(color);
        }
        indices.push(u8::try_from(place).ok()?);
    }
    Some((palette, indices))
}

fn nearest(Rgba([red, green, blue, _]): Rgba<u8>) -> [u8; 3] {
    [red, green, blue].map(|value| (value.saturating_add(LEVEL / 2) / LEVEL).saturating_mul(LEVEL))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_packed_picture_is_nearly_the_same_and_stays_so() {
        let folder = std::env::temp_dir().join(format!("jiaozi-raster-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("ramp.png");
        let ramp = RgbaImage::from_fn(256, 2, |x, _| {
            let level = u8::try_from(x).unwrap();
            Rgba([level, 255 - level, 128, 255])
        });
        ramp.save(&file).unwrap();
        pack(&file).unwrap();
        let packed = std::fs::read(&file).unwrap();
        let read = image::open(&file).unwrap().to_rgba8();
        for (before, after) in ramp.pixels().zip(read.pixels()) {
            for (before, after) in before.0.iter().zip(after.0) {
                assert!(
                    before.abs_diff(after) <= LEVEL / 2,
                    "{before} became {after}"
                );
            }
        }
        pack(&file).unwrap();
        assert_eq!(std::fs::read(&file).unwrap(), packed);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
