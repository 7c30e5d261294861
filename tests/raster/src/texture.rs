//! A texture and how it is read: between its pixels, up to its edge.

use egui::epaint::{ImageData, ImageDelta};
use egui::{Color32, Pos2};

#[derive(Default)]
pub struct Texture {
    size: [usize; 2],
    pixels: Vec<Color32>,
}

impl Texture {
    /// Takes a whole picture, or a part that changed.
    pub fn take(&mut self, delta: &ImageDelta) {
        let ImageData::Color(image) = &delta.image;
        let Some([left, top]) = delta.pos else {
            self.size = image.size;
            self.pixels.clone_from(&image.pixels);
            return;
        };
        for (row, pixels) in image.pixels.chunks_exact(image.size[0].max(1)).enumerate() {
            let from = (top + row) * self.size[0] + left;
            if let Some(old) = self.pixels.get_mut(from..from + pixels.len()) {
                old.copy_from_slice(pixels);
            }
        }
    }

    /// The colour at `uv` (0 to 1 over the whole texture), each part from 0 to 255.
    pub fn at(&self, uv: Pos2) -> [f32; 4] {
        let [(left, right, x), (top, bottom, y)] = [
            neighbours(uv.x, self.size[0]),
            neighbours(uv.y, self.size[1]),
        ];
        let above = mix(self.pixel(left, top), self.pixel(right, top), x);
        let below = mix(self.pixel(left, bottom), self.pixel(right, bottom), x);
        mix(above, below, y)
    }

    fn pixel(&self, x: usize, y: usize) -> [f32; 4] {
        let color = self.pixels.get(y * self.size[0] + x);
        color.copied().unwrap_or_default().to_array().map(f32::from)
    }
}

/// The two pixels between whose middles `part` of `length` lies, and how far it is to the second.
fn neighbours(part: f32, length: usize) -> (usize, usize, f32) {
    let last = length.saturating_sub(1);
    let at = (part * length as f32 - 0.5).clamp(0.0, last as f32);
    let first = at.floor();
    (first as usize, (first as usize + 1).min(last), at - first)
}

fn mix(one: [f32; 4], other: [f32; 4], part: f32) -> [f32; 4] {
    std::array::from_fn(|channel| one[channel] + (other[channel] - one[channel]) * part)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use egui::{ColorImage, TextureOptions, pos2};

    use super::*;

    const BLACK: [f32; 4] = [0.0, 0.0, 0.0, 255.0];
    const WHITE: [f32; 4] = [255.0; 4];

    fn black_and_white() -> Texture {
        let mut texture = Texture::default();
        let image = ColorImage::new([2, 1], vec![Color32::BLACK, Color32::WHITE]);
        texture.take(&ImageDelta::full(image, TextureOptions::LINEAR));
        texture
    }

    #[test]
    fn between_two_pixels_lies_their_mixture_and_beyond_them_the_edge() {
        let texture = black_and_white();
        assert_eq!(texture.at(pos2(0.0, 0.0)), BLACK);
        assert_eq!(texture.at(pos2(0.25, 0.9)), BLACK);
        assert_eq!(texture.at(pos2(0.5, 0.5)), [127.5, 127.5, 127.5, 255.0]);
        assert_eq!(texture.at(pos2(1.0, 0.5)), WHITE);
    }

    #[test]
    fn a_part_is_put_in_its_place() {
        let mut texture = black_and_white();
        let image = ColorImage::new([1, 1], vec![Color32::WHITE]);
        texture.take(&ImageDelta::partial([0, 0], image, TextureOptions::LINEAR));
        assert_eq!(texture.at(pos2(0.0, 0.0)), WHITE);
    }
}
