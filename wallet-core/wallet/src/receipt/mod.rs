//! Receipts: a paper ticket that says who paid whom, how much, when and on
//! which network, whether that is final, and how anyone can check it. The same
//! drawing as SVG, as a picture (PNG) and as a document (PDF with real text).
//!
//! A receipt is drawn from what the wallet knows and shows; the payer's own
//! memo stays out of it, because receipts are handed to others. The seal is on
//! it only when the payment is final.
//!
//! A shop's receipts of its charges and refunds are made the same way, on A5
//! and for printers of 80 mm.

mod escpos;
mod leaf;
mod page;
mod sheet;
mod shop_words;
mod slip;
mod ticket;
mod typeface;
mod words;

#[cfg(test)]
mod shop_tests;
#[cfg(test)]
mod tests;

use jiaozi_types::agent::Language;
use krilla::Document;
use krilla::geom::Size;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla_svg::{SurfaceExt, SvgSettings};
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use crate::api::PaymentView;
use crate::api::till::{ChargeView, ReceiptLayout, RefundView};
use sheet::Sheet;

pub use sheet::Shop;

/// How many pixels a unit of the drawing gets: enough to print at A5.
const PIXELS_PER_UNIT: u8 = 2;

/// A5, in points of 1/72 inch.
const A5: (f32, f32) = (419.53, 594.33);
/// Points of a dot of a thermal printer: an eighth of a millimetre.
const DOT: f32 = 0.354_330_7;
/// What is darker than this (of 255) is printed as a dot.
const DARK: u32 = 150;

/// Why a receipt could not be made. The payment itself is not touched by it:
/// trying again, or another format, is all there is to do.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// The drawing could not be read back.
    #[error("the receipt could not be drawn: {0}")]
    Drawing(String),
    /// The picture could not be encoded, for want of memory.
    #[error("the receipt's picture could not be made")]
    Picture,
    /// The document could not be written.
    #[error("the receipt's document could not be made: {0}")]
    Document(String),
}

/// The receipt as a self-contained SVG document of 840 by 1190 units.
pub fn svg(payment: &PaymentView, language: Language) -> String {
    ticket::draw(payment, language)
}

/// The receipt as a PNG picture of 1680 by 2380 pixels.
///
/// # Errors
/// [`ReceiptError::Drawing`] and [`ReceiptError::Picture`].
pub fn png(payment: &PaymentView, language: Language) -> Result<Vec<u8>, ReceiptError> {
    picture(&[svg(payment, language)])
}

/// The receipt as a PDF document of one A5 page, with text that can be
/// selected, and its fonts inside.
///
/// # Errors
/// [`ReceiptError::Drawing`] and [`ReceiptError::Document`].
pub fn pdf(payment: &PaymentView, language: Language) -> Result<Vec<u8>, ReceiptError> {
    let words = words::Words::of(language);
    let drawing = svg(payment, language);
    document(&[(drawing, A5)], words.title(payment.direction))
}

/// The receipt of a charge of the till, with what was refunded of it.
///
/// # Errors
/// [`ReceiptError`].
pub fn of_charge(
    charge: &ChargeView,
    shop: &Shop,
    layout: ReceiptLayout,
    language: Language,
) -> Result<Vec<u8>, ReceiptError> {
    laid_out(&Sheet::of_charge(charge, shop, language), layout)
}

/// The receipt of a refund of `charge`.
///
/// # Errors
/// [`ReceiptError`].
pub fn of_refund(
    refund: &RefundView,
    charge: &ChargeView,
    shop: &Shop,
    layout: ReceiptLayout,
    language: Language,
) -> Result<Vec<u8>, ReceiptError> {
    laid_out(&Sheet::of_refund(refund, charge, shop, language), layout)
}

fn laid_out(sheet: &Sheet, layout: ReceiptLayout) -> Result<Vec<u8>, ReceiptError> {
    match layout {
        ReceiptLayout::Pdf => {
            let leaves = leaf::draw(sheet).into_iter();
            let pages: Vec<_> = leaves.map(|leaf| (leaf, A5)).collect();
            document(&pages, &sheet.title)
        }
        ReceiptLayout::Png => picture(&leaf::draw(sheet)),
        ReceiptLayout::Slip => {
            let (drawing, height) = slip::draw(sheet);
            document(&[(drawing, in_points(height))], &sheet.title)
        }
        ReceiptLayout::EscPos => {
            let (drawing, height) = slip::draw(sheet);
            Ok(escpos::raster(&dots(&drawing, height)?))
        }
    }
}

/// The size of a slip in points.
#[expect(clippy::float_arithmetic, reason = "a size of paper, not money")]
fn in_points(height: u32) -> (f32, f32) {
    let points = |dots: u32| f32::from(u16::try_from(dots).unwrap_or(u16::MAX)) * DOT;
    (points(slip::WIDTH), points(height))
}

/// A drawing in black and white, for a printer: its rows, eight dots a byte.
#[expect(clippy::float_arithmetic, reason = "a place on paper, not money")]
fn dots(drawing: &str, height: u32) -> Result<Vec<Vec<u8>>, ReceiptError> {
    let width = slip::WIDTH.saturating_sub(slip::EDGE.saturating_mul(2));
    let mut pixels = Pixmap::new(width, height).ok_or(ReceiptError::Picture)?;
    pixels.fill(Color::WHITE);
    let edge = u16::try_from(slip::EDGE).map_or(0.0, f32::from);
    let transform = Transform::from_translate(-edge, 0.0);
    resvg::render(&tree(drawing)?, transform, &mut pixels.as_mut());
    let row = |pixels: &[u8]| -> Vec<u8> {
        let is_dark = |pixel: &[u8]| {
            let light: u32 = pixel.iter().take(3).map(|part| u32::from(*part)).sum();
            light / 3 < DARK
        };
        let eight = |eight: &[u8]| {
            let dots = eight.chunks(4).map(is_dark).zip((0..8).rev());
            dots.fold(0, |byte, (dark, place)| byte | (u8::from(dark) << place))
        };
        pixels.chunks(32).map(eight).collect()
    };
    let across = usize::try_from(width)
        .unwrap_or(usize::MAX)
        .saturating_mul(4);
    Ok(pixels.data().chunks(across).map(row).collect())
}

/// Drawings of A5, one below the other, as a PNG picture.
fn picture(drawings: &[String]) -> Result<Vec<u8>, ReceiptError> {
    let scale = u32::from(PIXELS_PER_UNIT);
    let (width, height) = (
        page::WIDTH.saturating_mul(scale),
        page::HEIGHT.saturating_mul(scale),
    );
    let count = u16::try_from(drawings.len()).map_err(|_| ReceiptError::Picture)?;
    let all = height.saturating_mul(count.into());
    let mut pixels = Pixmap::new(width, all).ok_or(ReceiptError::Picture)?;
    for (drawing, at) in drawings.iter().zip(0_u16..) {
        let top = u16::try_from(page::HEIGHT).ok();
        let top = top.and_then(|height| height.checked_mul(at));
        let top = top.ok_or(ReceiptError::Picture)?;
        let scale = PIXELS_PER_UNIT.into();
        let transform = Transform::from_scale(scale, scale).pre_translate(0.0, top.into());
        resvg::render(&tree(drawing)?, transform, &mut pixels.as_mut());
    }
    pixels.encode_png().map_err(|_| ReceiptError::Picture)
}

/// Drawings as the pages of a PDF document, each with its size in points.
fn document(pages: &[(String, (f32, f32))], title: &str) -> Result<Vec<u8>, ReceiptError> {
    let no_page = || ReceiptError::Document("no page".to_owned());
    let mut document = Document::new();
    for (drawing, (width, height)) in pages {
        let tree = tree(drawing)?;
        let size = Size::from_wh(*width, *height).ok_or_else(no_page)?;
        let settings = PageSettings::from_wh(*width, *height).ok_or_else(no_page)?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        surface
            .draw_svg(&tree, size, SvgSettings::default())
            .ok_or_else(no_page)?;
        surface.finish();
        page.finish();
    }
    document.set_metadata(
        Metadata::new()
            .title(title.to_owned())
            .creator(concat!("Jiaozi ", env!("CARGO_PKG_VERSION")).to_owned()),
    );
    document
        .finish()
        .map_err(|error| ReceiptError::Document(format!("{error:?}")))
}

fn tree(drawing: &str) -> Result<Tree, ReceiptError> {
    let options = Options {
        fontdb: typeface::fonts_for(drawing),
        ..Options::default()
    };
    Tree::from_str(drawing, &options).map_err(|error| ReceiptError::Drawing(error.to_string()))
}
