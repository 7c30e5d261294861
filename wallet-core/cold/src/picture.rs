//! QR codes in pictures: screenshots, photographs, saved codes.

use std::io::Cursor;

use image::imageops::FilterType;
use image::{DynamicImage, GenericImageView, ImageReader, Limits};

use crate::error::ColdError;

/// The largest file, in bytes.
const MAX_BYTES: usize = 20_000_000;
/// The widest and highest picture, in pixels.
const MAX_SIDE: u32 = 12_000;
/// Sides to which large pictures are shrunk, in this order, because a code is
/// found best when its modules are a few pixels wide.
const SIDES: [u32; 3] = [1000, 2000, 4000];

/// The texts of all QR codes that can be read in a picture (PNG, JPEG, WebP).
/// Takes up to seconds of computing: call it off the async threads.
pub fn read(bytes: &[u8]) -> Result<Vec<String>, ColdError> {
    if bytes.len() > MAX_BYTES {
        return Err(ColdError::TooLarge);
    }
    let picture = decode(bytes)?;
    let (width, height) = picture.dimensions();
    let longest = width.max(height);
    for side in SIDES {
        let shrunk;
        let candidate = if longest > side {
            shrunk = picture.resize(side, side, FilterType::Triangle);
            &shrunk
        } else {
            &picture
        };
        let texts = codes(candidate);
        if !texts.is_empty() {
            return Ok(texts);
        }
        if longest <= side {
            break;
        }
    }
    Err(ColdError::NoCode)
}

fn decode(bytes: &[u8]) -> Result<DynamicImage, ColdError> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|_| ColdError::PictureUnreadable)?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    reader.limits(limits);
    reader.decode().map_err(|error| match error {
        image::ImageError::Limits(_) => ColdError::TooLarge,
        _ => ColdError::PictureUnreadable,
    })
}

fn codes(picture: &DynamicImage) -> Vec<String> {
    let grey = picture.to_luma8();
    let (width, height) = grey.dimensions();
    let (Ok(width), Ok(height)) = (usize::try_from(width), usize::try_from(height)) else {
        return Vec::new();
    };
    let raw = grey.into_raw();
    let at = |x: usize, y: usize| {
        y.checked_mul(width)
            .and_then(|row| row.checked_add(x))
            .and_then(|i| raw.get(i))
            .copied()
            .unwrap_or(255)
    };
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, at);
    prepared
        .detect_grids()
        .iter()
        .filter_map(|grid| grid.decode().ok())
        .map(|(_, text)| text)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(picture: &image::GrayImage) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture
            .write_to(&mut bytes, image::ImageFormat::Png)
            .unwrap();
        bytes.into_inner()
    }

    /// A code drawn into a larger picture, away from the corner.
    fn picture_of(text: &str, module: u32, margin: u32) -> image::GrayImage {
        let code = qrcode::QrCode::new(text).unwrap();
        let width = u32::try_from(code.width()).unwrap();
        let side = width * module + 2 * margin;
        image::GrayImage::from_fn(side, side, |x, y| {
            let inside = |p: u32| (margin..margin + width * module).contains(&p);
            let dark = inside(x)
                && inside(y)
                && code[(
                    ((x - margin) / module) as usize,
                    ((y - margin) / module) as usize,
                )] == qrcode::Color::Dark;
            image::Luma([if dark { 20 } else { 240 }])
        })
    }

    #[test]
    fn reads_small_and_large_codes() {
        for (module, margin) in [(3, 12), (8, 100), (30, 900)] {
            let bytes = png(&picture_of("jiaozi:pay?to=x", module, margin));
            assert_eq!(read(&bytes).unwrap(), vec!["jiaozi:pay?to=x"], "{module}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        assert_eq!(
            read(b"no picture").unwrap_err(),
            ColdError::PictureUnreadable
        );
        assert_eq!(
            read(&png(&image::GrayImage::new(64, 64))).unwrap_err(),
            ColdError::NoCode
        );
        assert_eq!(
            read(&vec![7; MAX_BYTES + 1]).unwrap_err(),
            ColdError::TooLarge
        );
        assert_eq!(
            read(&png(&image::GrayImage::new(MAX_SIDE + 1, 1))).unwrap_err(),
            ColdError::TooLarge
        );
        let mut cut = png(&picture_of("x", 8, 40));
        cut.truncate(cut.len() / 2);
        assert_eq!(read(&cut).unwrap_err(), ColdError::PictureUnreadable);
    }

    #[test]
    fn noise_holds_no_code() {
        let mut state = 1_u32;
        let noise = image::GrayImage::from_fn(1500, 1500, |_, _| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            image::Luma([state.to_be_bytes()[0]])
        });
        assert_eq!(read(&png(&noise)).unwrap_err(), ColdError::NoCode);
    }
}
