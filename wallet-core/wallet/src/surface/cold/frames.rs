//! Frames as they come to a shell: in text, in files, in pictures.

use jiaozi_cold::{ColdError, Message, picture, read_text};

use crate::api::{ColdFrames, ErrorCode};
use crate::error::WalletError;

/// The most files that are looked at for one message.
const FILES_MAX: usize = 2_000;
/// The most bytes of a file with frames as text.
const TEXT_MAX: usize = 2_000_000;

/// Something of cold signing as it comes to a shell.
#[derive(Debug, Clone)]
pub enum ColdSource {
    /// Frames as text, one a line.
    Text(String),
    /// Pictures, each of one or several frames as QR codes.
    Pictures(Vec<Vec<u8>>),
}

/// The frames in files, each a text or a picture; a blurred picture among many
/// is a lost frame.
pub async fn cold_frames(files: Vec<Vec<u8>>) -> Result<ColdFrames, WalletError> {
    if files.len() > FILES_MAX {
        return Err(ErrorCode::ColdTooLarge.into());
    }
    let work = tokio::task::spawn_blocking(move || {
        let mut found = ColdFrames::default();
        let mut why = None;
        for bytes in files {
            let before = found.frames.len();
            match frames_in(bytes) {
                Ok(frames) => found.frames.extend(frames),
                Err(error) => why = why.or(Some(error)),
            }
            if found.frames.len() == before {
                found.unread = found.unread.saturating_add(1);
            }
        }
        match found.frames.is_empty() {
            true => Err(why.unwrap_or(ColdError::NoFrame)),
            false => Ok(found),
        }
    });
    Ok(work.await.map_err(|_| ErrorCode::Internal)??)
}

fn frames_in(bytes: Vec<u8>) -> Result<Vec<String>, ColdError> {
    let lines = match String::from_utf8(bytes) {
        Ok(text) if text.len() > TEXT_MAX => return Err(ColdError::TooLarge),
        Ok(text) => text.lines().map(str::to_owned).collect(),
        Err(picture) => picture::read(picture.as_bytes())?,
    };
    let is_frame = |line: &str| {
        line.get(..3)
            .is_some_and(|start| start.eq_ignore_ascii_case("ur:"))
    };
    // Some editors begin a file with a byte order mark.
    let lines = lines
        .iter()
        .map(|line| line.trim_start_matches('\u{feff}').trim());
    Ok(lines
        .filter(|line| is_frame(line))
        .map(str::to_owned)
        .collect())
}

/// The messages in a source.
pub(super) async fn read(source: ColdSource) -> Result<Vec<Message>, WalletError> {
    let pictures = match source {
        ColdSource::Text(text) => return Ok(read_text(&text)?),
        ColdSource::Pictures(pictures) => pictures,
    };
    let work = tokio::task::spawn_blocking(move || -> Result<Vec<Message>, ColdError> {
        let mut frames = String::new();
        let mut unread = None;
        for bytes in &pictures {
            match picture::read(bytes) {
                Ok(codes) => codes.iter().for_each(|code| {
                    frames.push_str(code);
                    frames.push('\n');
                }),
                // A blurred picture among many is a lost frame.
                Err(error) => unread = unread.or(Some(error)),
            }
        }
        match unread {
            Some(error) if frames.is_empty() => Err(error),
            _ => read_text(&frames),
        }
    });
    Ok(work.await.map_err(|_| ErrorCode::Internal)??)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: &str = "ur:bytes/fpadaoaxotpsiydl";

    #[tokio::test]
    async fn of_a_file_its_frames_are_told_and_nothing_else() {
        let text =
            format!("\u{feff}{FRAME}\r\na diary\r\n  {FRAME}  \r\nUR:BYTES/X\nthe PIN is 1234");
        let files = vec![text.into_bytes(), b"shopping list".to_vec(), vec![0xff; 40]];
        let found = cold_frames(files).await.unwrap();
        assert_eq!(found.frames, [FRAME, FRAME, "UR:BYTES/X"]);
        assert_eq!(found.unread, 2);
    }

    #[tokio::test]
    async fn files_without_a_frame_are_refused() {
        let code = |files| async { cold_frames(files).await.unwrap_err().code() };
        assert_eq!(code(vec![b"hello".to_vec()]).await, ErrorCode::ColdNoFrame);
        assert_eq!(code(Vec::new()).await, ErrorCode::ColdNoFrame);
        assert_eq!(
            code(vec![vec![0xff, 0xd8, 0xff]]).await,
            ErrorCode::ImageUnreadable
        );
        let large = vec![b'u'; TEXT_MAX + 1];
        assert_eq!(code(vec![large]).await, ErrorCode::ColdTooLarge);
        let many = vec![Vec::new(); FILES_MAX + 1];
        assert_eq!(code(many).await, ErrorCode::ColdTooLarge);
    }
}
