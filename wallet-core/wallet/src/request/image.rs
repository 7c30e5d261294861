//! QR codes in pictures: screenshots, photographs, saved codes.

use jiaozi_cold::{ColdError, picture};

use super::RequestError;

/// The texts of all QR codes that can be read in a picture (PNG, JPEG, WebP).
/// Takes up to seconds of computing: call it off the async threads.
pub fn read(bytes: &[u8]) -> Result<Vec<String>, RequestError> {
    picture::read(bytes).map_err(|error| match error {
        ColdError::TooLarge => RequestError::ImageTooLarge,
        ColdError::NoCode => RequestError::NoCode,
        _ => RequestError::ImageUnreadable,
    })
}
