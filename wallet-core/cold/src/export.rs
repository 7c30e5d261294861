//! Messages as files: text, an animated QR code, or pictures one frame each.

use std::io::{Cursor, Write};
use std::time::Duration;

use image::{GrayImage, ImageFormat, Luma};

use crate::draw::{self, Squares};
use crate::error::ColdError;
use crate::frames::{Message, frames, single};

/// Bytes of the message in one frame of an animation: a code that every camera
/// reads from a screen, and that fits on a terminal.
const PART: usize = 40;
/// The same for a window, which has room for larger codes: fewer of them.
const PART_WINDOW: usize = 120;
/// Rounds of an animation: the first shows every part, the others mix them, so
/// that whoever missed some need not wait for the very same ones.
const ROUNDS: usize = 4;
/// Frames more than that: of few parts, few mixtures are of use to everyone.
const MORE: usize = 16;
/// Pixels of one module of a picture.
const MODULE: u32 = 6;
/// How long a frame stands on a terminal.
const FRAME: Duration = Duration::from_millis(250);

/// How a message is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One line of text with all of it.
    Text,
    /// Every frame of the animation as text, one a line.
    Frames,
    /// An animated QR code.
    AnimatedSvg,
    /// QR codes, a picture each.
    Pictures,
}

impl Form {
    /// By the ending of a file's name: `.svg`, `.png`, `.ur`; one line of text for
    /// all else.
    pub fn of_name(name: &str) -> Self {
        let lower = name.to_ascii_lowercase();
        if lower.ends_with(".svg") {
            Self::AnimatedSvg
        } else if lower.ends_with(".png") {
            Self::Pictures
        } else if lower.ends_with(".ur") {
            Self::Frames
        } else {
            Self::Text
        }
    }
}

/// The frames of an animation of the message.
pub fn animation(message: &Message) -> Result<Vec<String>, ColdError> {
    film(message, PART)
}

/// The codes of an animation of the message in a window; one where it fits.
///
/// # Errors
/// [`ColdError::TooLarge`].
pub fn window(message: &Message) -> Result<Vec<Squares>, ColdError> {
    let frames = film(message, PART_WINDOW)?;
    frames.iter().map(|frame| draw::squares(frame)).collect()
}

fn film(message: &Message, part: usize) -> Result<Vec<String>, ColdError> {
    let parts = message.bytes.len().div_ceil(part);
    let count = if parts <= 1 {
        1
    } else {
        parts.saturating_mul(ROUNDS).saturating_add(MORE)
    };
    frames(message, part, count)
}

/// The files of a message: one, or as many as there are pictures.
pub fn files(message: &Message, form: Form) -> Result<Vec<Vec<u8>>, ColdError> {
    match form {
        Form::Text => Ok(vec![format!("{}\n", single(message)?).into_bytes()]),
        Form::Frames => {
            let mut text = animation(message)?.join("\n");
            text.push('\n');
            Ok(vec![text.into_bytes()])
        }
        Form::AnimatedSvg => {
            let picture = draw::animated_svg(&animation(message)?)?;
            Ok(vec![picture.into_bytes()])
        }
        Form::Pictures => animation(message)?.iter().map(|frame| png(frame)).collect(),
    }
}

/// The name of file `at` (from 0) of `count`: `sign.png` becomes `sign-01.png`.
pub fn file_name(name: &str, at: usize, count: usize) -> String {
    match name.rsplit_once('.') {
        Some((stem, ending)) if count > 1 => {
            format!("{stem}-{:02}.{ending}", at.saturating_add(1))
        }
        _ => name.to_owned(),
    }
}

/// One frame as a PNG picture.
fn png(frame: &str) -> Result<Vec<u8>, ColdError> {
    let code = draw::code(frame)?;
    let width = u32::try_from(code.width()).map_err(|_| ColdError::TooLarge)?;
    let quiet = 4_u32;
    let modules = width.saturating_add(quiet.saturating_mul(2));
    let dark = code.to_colors();
    let is_dark = |x: u32, y: u32| {
        let at = |pixel: u32| (pixel / MODULE).checked_sub(quiet).filter(|m| *m < width);
        let (Some(x), Some(y)) = (at(x), at(y)) else {
            return false;
        };
        y.checked_mul(width)
            .and_then(|row| row.checked_add(x))
            .and_then(|index| dark.get(usize::try_from(index).ok()?))
            .is_some_and(|colour| *colour == qrcode::Color::Dark)
    };
    let side = modules.saturating_mul(MODULE);
    let picture = GrayImage::from_fn(side, side, |x, y| {
        Luma([if is_dark(x, y) { 0 } else { 255 }])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, ImageFormat::Png)
        .map_err(|_| ColdError::TooLarge)?;
    Ok(bytes.into_inner())
}

/// Shows the frames one after the other on a terminal, again and again, until
/// `done` says so; it is given the time that a frame stands, and waits for it.
pub fn play(
    frames: &[String],
    out: &mut dyn Write,
    mut done: impl FnMut(Duration) -> bool,
) -> std::io::Result<()> {
    let drawings: Result<Vec<_>, _> = frames.iter().map(|f| draw::terminal(f, false)).collect();
    let drawings = drawings.map_err(std::io::Error::other)?;
    if drawings.is_empty() {
        return Ok(());
    }
    for drawing in drawings.iter().cycle() {
        // Black on white whatever the terminal's colours, and always in one place.
        let lines: Vec<_> = drawing
            .lines()
            .map(|line| format!("\u{1b}[30;107m{line}\u{1b}[0m"))
            .collect();
        let up = lines.len();
        writeln!(out, "{}", lines.join("\n"))?;
        out.flush()?;
        if done(FRAME) {
            return Ok(());
        }
        write!(out, "\u{1b}[{up}A\r")?;
    }
    Ok(())
}
