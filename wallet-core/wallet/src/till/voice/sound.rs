//! Clips put together into one sound.

use jiaozi_types::agent::Language;

use super::pack::RATE;
use super::{VoiceError, Word};

/// A tenth of a second before the first word: sound cards swallow the start.
pub(super) const LEAD: usize = 1_600;
pub(super) const TAIL: usize = 1_600;
/// How far words of a number run into one another.
pub(super) const CLOSE: usize = 480;
/// The pause after "received" and "到账", before the number.
pub(super) const PAUSE: usize = 1_120;

/// The clips of `words` one after the other, close together as in speech.
pub(super) fn joined(words: &[Word], clips: &[Vec<i16>], language: Language) -> Vec<i16> {
    // Chinese syllables run together; English words have a little more room.
    let close = match language {
        Language::SimplifiedChinese => CLOSE,
        Language::English => CLOSE / 2,
    };
    let mut sound = vec![0_i16; LEAD];
    for (at, (word, clip)) in words.iter().zip(clips).enumerate() {
        let pause = match (at, word) {
            (0, _) => 0,
            (1, _) => PAUSE,
            _ => {
                let start = sound.len().saturating_sub(close);
                overlap(&mut sound, start, clip);
                continue;
            }
        };
        sound.resize(sound.len().saturating_add(pause), 0);
        sound.extend_from_slice(clip);
    }
    sound.resize(sound.len().saturating_add(TAIL), 0);
    sound
}

/// Adds `clip` from `start` on. The ends of clips are quiet: nothing is cut off.
fn overlap(sound: &mut Vec<i16>, start: usize, clip: &[i16]) {
    let (_, end) = sound.split_at_mut(start);
    for (sample, added) in end.iter_mut().zip(clip) {
        *sample = sample.saturating_add(*added);
    }
    let shared = end.len();
    sound.extend(clip.iter().skip(shared));
}

/// A WAV file of 16 bits, mono, `volume` per cent as loud.
pub(super) fn wav(samples: &[i16], volume: u8) -> Result<Vec<u8>, VoiceError> {
    let size = samples
        .len()
        .checked_mul(2)
        .and_then(|size| u32::try_from(size).ok());
    let size = size.ok_or(VoiceError::TooLong)?;
    let whole = size.checked_add(36).ok_or(VoiceError::TooLong)?;
    let mut file = Vec::with_capacity(samples.len().saturating_mul(2).saturating_add(44));
    file.extend(b"RIFF");
    file.extend(whole.to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    // PCM, one channel.
    file.extend([1, 0, 1, 0]);
    file.extend(RATE.to_le_bytes());
    file.extend(RATE.saturating_mul(2).to_le_bytes());
    // Two bytes a sample, sixteen bits.
    file.extend([2, 0, 16, 0]);
    file.extend(b"data");
    file.extend(size.to_le_bytes());
    let volume = i32::from(volume.min(100));
    for sample in samples {
        let louder = i32::from(*sample).saturating_mul(volume) / 100;
        file.extend(i16::try_from(louder).unwrap_or_default().to_le_bytes());
    }
    Ok(file)
}
