//! ESC/POS: a strip of black and white dots for a thermal printer, in bands.
//!
//! Text goes to the printer as dots, not as letters: what a printer makes of
//! letters other than ASCII depends on its code pages (docs/adr/0022).

/// Rows of dots sent at once; printers with little memory take this many.
const BAND: usize = 128;

/// Sets the printer back to its defaults.
const RESET: [u8; 2] = [0x1b, b'@'];
/// Four lines of paper, so that the last band is out of the printer.
const FEED: [u8; 3] = [0x1b, b'd', 4];
/// Cuts the paper, but for a point in its middle, where the printer can.
const CUT: [u8; 4] = [0x1d, b'V', 66, 0];

/// The bytes that print `rows`, each a row of dots of the same length, eight a
/// byte, the leftmost in the highest bit, dark ones set.
pub(super) fn raster(rows: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = RESET.to_vec();
    for band in rows.chunks(BAND) {
        let across = band.first().map_or(0, Vec::len);
        bytes.extend([0x1d, b'v', b'0', 0]);
        for size in [across, band.len()] {
            bytes.extend(u16::try_from(size).unwrap_or(u16::MAX).to_le_bytes());
        }
        bytes.extend(band.iter().flatten());
    }
    bytes.extend(FEED);
    bytes.extend(CUT);
    bytes
}
