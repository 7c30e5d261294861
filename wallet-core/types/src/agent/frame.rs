//! Frames: one byte of format version, four bytes of length (big-endian), then
//! that many bytes of JSON. A frame is at most [`MAX_PAYLOAD`] bytes, so that
//! neither side can be made to fill its memory.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The format version that opens each frame.
pub const FORMAT: u8 = 1;
/// Bytes before the payload.
pub const HEADER_LEN: usize = 5;
/// The largest payload, in bytes.
pub const MAX_PAYLOAD: usize = 4 * 1024 * 1024;

/// Why bytes are not a frame. The connection is closed after any of these.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The peer speaks another frame format.
    #[error("the peer speaks frame format {0}, this side speaks {FORMAT}")]
    Format(u8),
    /// The payload is larger than [`MAX_PAYLOAD`].
    #[error("a message of {0} bytes is larger than {MAX_PAYLOAD} bytes")]
    TooLarge(usize),
    /// The payload is not a message of the expected kind. The text of the
    /// payload is left out: it may be hostile.
    #[error("the message cannot be read (line {line}, column {column})")]
    Payload {
        /// Line of the fault.
        line: usize,
        /// Column of the fault.
        column: usize,
    },
}

/// One message as a frame.
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, FrameError> {
    let payload = serde_json::to_vec(message).map_err(payload_error)?;
    let length = u32::try_from(payload.len())
        .ok()
        .filter(|_| payload.len() <= MAX_PAYLOAD)
        .ok_or(FrameError::TooLarge(payload.len()))?;
    let mut frame = Vec::with_capacity(HEADER_LEN.saturating_add(payload.len()));
    frame.push(FORMAT);
    frame.extend_from_slice(&length.to_be_bytes());
    frame.extend_from_slice(&payload);
    Ok(frame)
}

/// The payload's length, from a header.
pub fn payload_len(header: [u8; HEADER_LEN]) -> Result<usize, FrameError> {
    let [format, a, b, c, d] = header;
    if format != FORMAT {
        return Err(FrameError::Format(format));
    }
    let length = usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX);
    if length > MAX_PAYLOAD {
        Err(FrameError::TooLarge(length))
    } else {
        Ok(length)
    }
}

/// The message in a payload.
pub fn decode<T: DeserializeOwned>(payload: &[u8]) -> Result<T, FrameError> {
    serde_json::from_slice(payload).map_err(payload_error)
}

fn payload_error(error: serde_json::Error) -> FrameError {
    FrameError::Payload {
        line: error.line(),
        column: error.column(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::{Call, Request};

    #[test]
    fn a_message_survives_the_pipe() {
        let call = Call {
            id: 7,
            request: Request::Status,
        };
        let frame = encode(&call).unwrap();
        let header: [u8; HEADER_LEN] = frame[..HEADER_LEN].try_into().unwrap();
        assert_eq!(payload_len(header).unwrap(), frame.len() - HEADER_LEN);
        assert_eq!(decode::<Call>(&frame[HEADER_LEN..]).unwrap(), call);
    }

    #[test]
    fn caps_hold() {
        assert!(matches!(
            payload_len([1, 0xff, 0, 0, 0]),
            Err(FrameError::TooLarge(_))
        ));
        assert!(matches!(
            payload_len([2, 0, 0, 0, 1]),
            Err(FrameError::Format(2))
        ));
        assert!(matches!(
            encode(&"x".repeat(MAX_PAYLOAD)),
            Err(FrameError::TooLarge(_))
        ));
        assert!(matches!(
            decode::<Call>(b"{\"id\":1}"),
            Err(FrameError::Payload { .. })
        ));
    }
}
