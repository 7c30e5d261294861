//! Pictures of screens, held against the committed ones in `pictures/`. What
//! differs by computer and time zone is painted over.

use std::path::Path;

use egui::accesskit::Role;
use egui::epaint::ClippedShape;
use egui::{Rect, Shape, pos2};
use egui_kittest::kittest::NodeT;
use egui_kittest::{Harness, Node, SnapshotOptions, SnapshotResult, try_image_snapshot_options};
use image::{Rgba, RgbaImage};
use jiaozi_raster::{FORGIVEN, pack};
use jiaozi_vault::prompt::window::Dialogue;

/// A screen's name as a file's, in the folder of its language and theme.
pub fn file(folder: &str, screen: &str) -> String {
    let plain = |c: char| c.is_alphanumeric();
    let words: Vec<&str> = screen
        .split(|c| !plain(c))
        .filter(|word| !word.is_empty())
        .collect();
    format!("{folder}/{}", words.join("-").to_lowercase())
}

/// What is read out of a node.
pub fn says(node: &Node<'_>) -> String {
    let own = node.accesskit_node();
    own.label().or_else(|| own.value()).unwrap_or_default()
}

/// A place, a time.
pub fn varies(said: &str) -> bool {
    said.starts_with('/') || said.contains("2026") || said.contains(":0")
}

/// A file or a folder among those that can be chosen.
pub fn is_of_this_computer(node: &Node<'_>) -> bool {
    let said = says(node);
    node.accesskit_node().role() == Role::Button
        && ["File ", "Folder ", "文件 ", "文件夹 "]
            .iter()
            .any(|entry| said.starts_with(entry))
}

/// # Errors
/// What differs, and where the new picture and the difference are.
pub fn compare(window: &mut Harness<'static, Dialogue>, name: &str) -> SnapshotResult {
    let mut image = window.render().unwrap();
    // The window's own ground is not egui's to draw: ink.
    for Rgba([.., alpha]) in image.pixels_mut() {
        *alpha = u8::MAX;
    }
    let mut hidden = Vec::new();
    collect(&window.root(), &mut hidden);
    for place in hidden {
        if let Some(place) = seen_of(window, place) {
            paint_over(&mut image, place);
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/window/pictures");
    let options = SnapshotOptions::new()
        .output_path(&folder)
        .threshold(FORGIVEN);
    let outcome = try_image_snapshot_options(&image, name, &options);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        pack(&folder.join(format!("{name}.png"))).unwrap();
    }
    outcome
}

fn collect(node: &Node<'_>, hidden: &mut Vec<Rect>) {
    if varies(&says(node)) || is_of_this_computer(node) {
        hidden.push(node.rect().expand(2.0));
    }
    for child in node.children() {
        collect(&child, hidden);
    }
}

/// What is seen of a place with text in it; none where it is scrolled away.
fn seen_of(window: &Harness<'static, Dialogue>, place: Rect) -> Option<Rect> {
    let of_its_text = |drawn: &ClippedShape| match &drawn.shape {
        Shape::Text(text) if place.contains_rect(text.visual_bounding_rect().shrink(1.0)) => {
            Some(place.intersect(drawn.clip_rect))
        }
        _ => None,
    };
    let mut shapes = window.output().shapes.iter();
    shapes.find_map(of_its_text).filter(Rect::is_positive)
}

fn paint_over(image: &mut RgbaImage, place: Rect) {
    for (x, y, pixel) in image.enumerate_pixels_mut() {
        if place.contains(pos2(x as f32, y as f32)) {
            *pixel = Rgba([128, 128, 128, 255]);
        }
    }
}
