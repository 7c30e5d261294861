//! Draws egui's windows on the processor, so that a test can take and compare pictures where there
//! is no graphics card: a renderer for egui_kittest, whose own needs one.
//!
//! It does what egui's shaders do: textured triangles in gamma space, premultiplied, the vertices'
//! colour times the texture's. Corners lie on a grid of 1/256 pixel, as on a graphics card, so that
//! triangles that share an edge share no pixel, and the same picture comes out everywhere.
#![allow(clippy::float_arithmetic, reason = "pictures, not money")]

mod canvas;
mod pack;
mod texture;
mod triangle;

use std::collections::HashMap;

use egui::epaint::{ClippedPrimitive, Primitive};
use egui::{Context, FullOutput, TextureId, TexturesDelta};
use egui_kittest::TestRenderer;
use image::RgbaImage;

pub use pack::{FORGIVEN, pack};

use canvas::Canvas;
use texture::Texture;

/// The textures of one window; give it to `HarnessBuilder::renderer`.
#[derive(Default)]
pub struct Raster {
    textures: HashMap<TextureId, Texture>,
}

impl TestRenderer for Raster {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        for (id, images) in delta.set.drain() {
            for image in images {
                self.textures.entry(id).or_default().take(&image);
            }
        }
        for id in delta.free.drain() {
            self.textures.remove(&id);
        }
    }

    /// # Errors
    /// A texture that was never handed over, and a paint callback, which only a graphics card runs.
    fn render(&mut self, context: &Context, output: &FullOutput) -> Result<RgbaImage, String> {
        let scale = context.pixels_per_point();
        let size = context.content_rect().size() * scale;
        let mut canvas = Canvas::new(size);
        for part in context.tessellate(output.shapes.clone(), scale) {
            let ClippedPrimitive {
                clip_rect,
                primitive,
            } = part;
            let Primitive::Mesh(mesh) = primitive else {
                return Err("a paint callback cannot be drawn without a graphics card".to_owned());
            };
            let texture = self
                .textures
                .get(&mesh.texture_id)
                .ok_or_else(|| format!("the texture {:?} is not known", mesh.texture_id))?;
            canvas.draw(&mesh, clip_rect, texture, scale);
        }
        canvas.into_image()
    }
}
