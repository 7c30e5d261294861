//! What a printer says of itself (ESC/POS). Printers need not answer.

use super::PrinterError;

/// Asks at once why the printer is off line (DLE EOT 2).
pub(super) const WHY_OFF_LINE: [u8; 3] = [0x10, 0x04, 2];
/// Asks, after all that was sent before it, for the paper sensors (GS r 1).
pub(super) const WHEN_DONE: [u8; 3] = [0x1d, b'r', 1];

/// What an answer to [`WHY_OFF_LINE`] tells against printing.
pub(super) fn off_line(answer: u8) -> Result<(), PrinterError> {
    // Bits that are the same in every answer; others are no answer to this.
    if answer & 0b1001_0011 != 0b0001_0010 {
        return Ok(());
    }
    match answer {
        _ if answer & 0b0000_0100 != 0 => Err(PrinterError::Cover),
        _ if answer & 0b0010_0000 != 0 => Err(PrinterError::Paper),
        _ => Ok(()),
    }
}

/// Whether this answers [`WHEN_DONE`], by the bits that are the same in every
/// such answer.
pub(super) fn is_of_done(answer: u8) -> bool {
    answer & 0b1001_0000 == 0
}

/// What an answer to [`WHEN_DONE`] tells.
pub(super) fn done(answer: u8) -> Result<(), PrinterError> {
    match answer & 0b0000_1100 {
        0b0000_1100 => Err(PrinterError::Paper),
        _ => Ok(()),
    }
}
