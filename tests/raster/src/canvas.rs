//! What is drawn on: colours are laid over each other as they come.

use egui::epaint::{Mesh, Vertex};
use egui::{Pos2, Rect, Vec2};
use image::RgbaImage;

use crate::texture::Texture;
use crate::triangle::Triangle;

pub struct Canvas {
    width: usize,
    height: usize,
    /// Premultiplied, row by row.
    pixels: Vec<[u8; 4]>,
}

impl Canvas {
    /// Empty, of this many pixels.
    pub fn new(size: Vec2) -> Self {
        let [width, height] = [size.x, size.y].map(|length| length.round() as usize);
        Self {
            width,
            height,
            pixels: vec![[0; 4]; width * height],
        }
    }

    /// Draws a mesh within `clip`; both are in points.
    pub fn draw(&mut self, mesh: &Mesh, clip: Rect, texture: &Texture, scale: f32) {
        let [columns, rows] = [
            [clip.min.x, clip.max.x, self.width as f32],
            [clip.min.y, clip.max.y, self.height as f32],
        ]
        .map(|[from, to, end]| {
            [from, to].map(|edge| (edge * scale).round().clamp(0.0, end) as usize)
        });
        for corners in mesh.indices.chunks_exact(3) {
            let corner = |at: usize| mesh.vertices.get(corners[at] as usize);
            let (Some(a), Some(b), Some(c)) = (corner(0), corner(1), corner(2)) else {
                continue;
            };
            self.triangle([a, b, c], [columns, rows], texture, scale);
        }
    }

    fn triangle(
        &mut self,
        corners: [&Vertex; 3],
        [columns, rows]: [[usize; 2]; 2],
        texture: &Texture,
        scale: f32,
    ) {
        let places = corners.map(|corner| (corner.pos.to_vec2() * scale).to_pos2());
        let Some(triangle) = Triangle::new(places) else {
            return;
        };
        let [across, down] = triangle.bounds();
        // Most shapes have one place of the texture, its white pixel.
        let plain = corners.iter().all(|corner| corner.uv == corners[0].uv);
        let white = texture.at(corners[0].uv);
        for y in within(down, rows) {
            for x in within(across, columns) {
                let Some(weights) = triangle.weights(x, y) else {
                    continue;
                };
                let texel = if plain {
                    white
                } else {
                    texture.at(blend_places(corners, weights))
                };
                let color = blend_colors(corners, weights);
                let over = std::array::from_fn(|channel| color[channel] * texel[channel] / 255.0);
                lay(&mut self.pixels[y * self.width + x], over);
            }
        }
    }

    /// # Errors
    /// A window of more than 2^32 pixels on a side.
    pub fn into_image(self) -> Result<RgbaImage, String> {
        let [width, height] = [self.width, self.height].map(u32::try_from);
        let (Ok(width), Ok(height)) = (width, height) else {
            return Err("the window is too large".to_owned());
        };
        RgbaImage::from_raw(width, height, self.pixels.into_flattened())
            .ok_or_else(|| "the canvas has other sides than its window".to_owned())
    }
}

fn within([from, to]: [i64; 2], [first, end]: [usize; 2]) -> std::ops::Range<usize> {
    let near = |value: i64| {
        usize::try_from(value)
            .unwrap_or(0)
            .clamp(first, end.max(first))
    };
    near(from)..near(to)
}

fn blend_places(corners: [&Vertex; 3], weights: [f32; 3]) -> Pos2 {
    let parts = corners.iter().zip(weights);
    parts
        .fold(Vec2::ZERO, |sum, (corner, weight)| {
            sum + corner.uv.to_vec2() * weight
        })
        .to_pos2()
}

fn blend_colors(corners: [&Vertex; 3], weights: [f32; 3]) -> [f32; 4] {
    let colors = corners.map(|corner| corner.color.to_array().map(f32::from));
    std::array::from_fn(|channel| (0..3).map(|at| colors[at][channel] * weights[at]).sum())
}

/// Lays a premultiplied colour over what is there.
fn lay(under: &mut [u8; 4], over: [f32; 4]) {
    let rest = 1.0 - over[3] / 255.0;
    for (under, over) in under.iter_mut().zip(over) {
        *under = (over + f32::from(*under) * rest).round().clamp(0.0, 255.0) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_colour_over_another_is_their_mixture() {
        let mut pixel = [0, 0, 0, 255];
        lay(&mut pixel, [128.0, 128.0, 128.0, 128.0]);
        assert_eq!(pixel, [128, 128, 128, 255]);
        lay(&mut pixel, [255.0, 0.0, 0.0, 255.0]);
        assert_eq!(pixel, [255, 0, 0, 255]);
        lay(&mut pixel, [0.0; 4]);
        assert_eq!(pixel, [255, 0, 0, 255]);
    }

    #[test]
    fn what_is_outside_is_left_out() {
        assert_eq!(within([-3, 5], [0, 4]), 0..4);
        assert_eq!(within([2, 9], [3, 4]), 3..4);
        assert!(within([9, 12], [0, 4]).is_empty());
    }
}
