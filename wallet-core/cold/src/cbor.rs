//! Small CBOR maps with numbered keys, read within bounds.

use minicbor::data::Type;
use minicbor::{Decoder, Encoder};

use crate::error::ColdError;

/// The most entries of a map or array.
const ENTRIES_MAX: u64 = 32;
/// The most bytes of one text.
const TEXT_MAX: usize = 256;

/// Tag of a UUID (RFC 4122).
pub const UUID: u64 = 37;
/// Tags of a `crypto-hdkey`, and of the `hdkey` of later registries.
pub const HDKEY: [u64; 2] = [303, 40_303];
/// Tag of a `crypto-keypath`.
pub const KEYPATH: u64 = 304;
/// Tag of the `keypath` of later registries, which is the same.
pub const LATER_KEYPATH: u64 = 40_304;
/// Tag of a `crypto-coin-info`.
pub const COIN_INFO: u64 = 305;
/// Tag that ERC-4527 puts before a data type; wallets leave it out.
pub const DATA_TYPE: u64 = 401;

/// Reads a map with small whole numbers as keys: `entry` takes the values it
/// knows and says so; others are skipped. A key twice is refused: two readers
/// could take it for two things.
pub fn map<'b>(
    decoder: &mut Decoder<'b>,
    what: &'static str,
    mut entry: impl FnMut(u64, &mut Decoder<'b>) -> Result<bool, ColdError>,
) -> Result<(), ColdError> {
    let fault = |_| ColdError::Malformed(what);
    let count = decoder.map().map_err(fault)?.filter(|n| *n <= ENTRIES_MAX);
    let mut seen = 0_u64;
    for _ in 0..count.ok_or(ColdError::Malformed(what))? {
        let key = decoder.u64().map_err(fault)?;
        let bit = 1_u64
            .checked_shl(u32::try_from(key).unwrap_or(u32::MAX))
            .ok_or(ColdError::Malformed(what))?;
        if seen & bit != 0 {
            return Err(ColdError::Malformed(what));
        }
        seen |= bit;
        if !entry(key, decoder)? {
            decoder.skip().map_err(fault)?;
        }
    }
    Ok(())
}

/// A whole message that is one such map, with nothing behind it.
pub fn message<'b>(
    bytes: &'b [u8],
    what: &'static str,
    entry: impl FnMut(u64, &mut Decoder<'b>) -> Result<bool, ColdError>,
) -> Result<(), ColdError> {
    let mut decoder = Decoder::new(bytes);
    map(&mut decoder, what, entry)?;
    if decoder.position() == bytes.len() {
        Ok(())
    } else {
        Err(ColdError::Malformed(what))
    }
}

/// The length of an array.
pub fn array(decoder: &mut Decoder<'_>, what: &'static str) -> Result<u64, ColdError> {
    let count = decoder.array().map_err(|_| ColdError::Malformed(what))?;
    count
        .filter(|count| *count <= ENTRIES_MAX)
        .ok_or(ColdError::Malformed(what))
}

/// The tag that must stand here.
pub fn tag(decoder: &mut Decoder<'_>, tag: u64, what: &'static str) -> Result<(), ColdError> {
    one_of_tags(decoder, &[tag], what)
}

/// One of the tags that may stand here.
pub fn one_of_tags(
    decoder: &mut Decoder<'_>,
    tags: &[u64],
    what: &'static str,
) -> Result<(), ColdError> {
    match decoder.tag() {
        Ok(found) if tags.contains(&found.as_u64()) => Ok(()),
        _ => Err(ColdError::Malformed(what)),
    }
}

/// The tag that may stand here.
pub fn optional_tag(
    decoder: &mut Decoder<'_>,
    wanted: u64,
    what: &'static str,
) -> Result<(), ColdError> {
    match decoder.datatype() {
        Ok(Type::Tag) => tag(decoder, wanted, what),
        _ => Ok(()),
    }
}

/// Bytes of one length.
pub fn fixed<const N: usize>(
    decoder: &mut Decoder<'_>,
    what: &'static str,
) -> Result<[u8; N], ColdError> {
    let bytes = decoder.bytes().map_err(|_| ColdError::Malformed(what))?;
    bytes.try_into().map_err(|_| ColdError::Malformed(what))
}

/// A short text.
pub fn text(decoder: &mut Decoder<'_>, what: &'static str) -> Result<String, ColdError> {
    let text = decoder.str().map_err(|_| ColdError::Malformed(what))?;
    if text.len() > TEXT_MAX {
        return Err(ColdError::TooLarge);
    }
    Ok(text.to_owned())
}

/// A message of these bytes. Writing into memory cannot fail.
pub fn encode(
    write: impl FnOnce(
        &mut Encoder<Vec<u8>>,
    ) -> Result<(), minicbor::encode::Error<core::convert::Infallible>>,
) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    // The only error is one of a writer that fails, and memory does not.
    let _ = write(&mut encoder);
    encoder.into_writer()
}
