//! Receipts: a paper ticket that says who paid whom, how much, when and on
//! which network, whether that is final, and how anyone can check it. The same
//! drawing as SVG, as a picture (PNG) and as a document (PDF with real text).
//!
//! A receipt is drawn from what the wallet knows and shows; the payer's own
//! memo stays out of it, because receipts are handed to others. The seal is on
//! it only when the payment is final.

mod ticket;
mod typeface;
mod words;

#[cfg(test)]
mod tests;

use jiaozi_types::agent::Language;
use krilla::Document;
use krilla::geom::Size;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla_svg::{SurfaceExt, SvgSettings};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use crate::api::PaymentView;

/// How many pixels a unit of the drawing gets: enough to print at A5.
const PIXELS_PER_UNIT: u8 = 2;

/// A5, in points of 1/72 inch.
const PAGE_WIDTH: f32 = 419.53;
const PAGE_HEIGHT: f32 = 594.33;

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
    let tree = tree(payment, language)?;
    let scale = u32::from(PIXELS_PER_UNIT);
    let (width, height) = (
        ticket::WIDTH.saturating_mul(scale),
        ticket::HEIGHT.saturating_mul(scale),
    );
    let mut pixels = Pixmap::new(width, height).ok_or(ReceiptError::Picture)?;
    let transform = Transform::from_scale(PIXELS_PER_UNIT.into(), PIXELS_PER_UNIT.into());
    resvg::render(&tree, transform, &mut pixels.as_mut());
    pixels.encode_png().map_err(|_| ReceiptError::Picture)
}

/// The receipt as a PDF document of one A5 page, with text that can be
/// selected, and its fonts inside.
///
/// # Errors
/// [`ReceiptError::Drawing`] and [`ReceiptError::Document`].
pub fn pdf(payment: &PaymentView, language: Language) -> Result<Vec<u8>, ReceiptError> {
    let tree = tree(payment, language)?;
    let no_page = || ReceiptError::Document("no page".to_owned());
    let size = Size::from_wh(PAGE_WIDTH, PAGE_HEIGHT).ok_or_else(no_page)?;
    let settings = PageSettings::from_wh(PAGE_WIDTH, PAGE_HEIGHT).ok_or_else(no_page)?;
    let mut document = Document::new();
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    surface
        .draw_svg(&tree, size, SvgSettings::default())
        .ok_or_else(no_page)?;
    surface.finish();
    page.finish();
    let words = words::Words::of(language);
    document.set_metadata(
        Metadata::new()
            .title(words.title(payment.direction).to_owned())
            .creator(concat!("Jiaozi ", env!("CARGO_PKG_VERSION")).to_owned()),
    );
    document
        .finish()
        .map_err(|error| ReceiptError::Document(format!("{error:?}")))
}

fn tree(payment: &PaymentView, language: Language) -> Result<Tree, ReceiptError> {
    let drawing = svg(payment, language);
    let options = Options {
        fontdb: typeface::fonts_for(&drawing),
        ..Options::default()
    };
    Tree::from_str(&drawing, &options).map_err(|error| ReceiptError::Drawing(error.to_string()))
}
