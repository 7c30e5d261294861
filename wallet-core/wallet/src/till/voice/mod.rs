//! The till's voice: says that money came, and how much, in Chinese or English,
//! with no network and no program of the system but what plays the sound.
//!
//! [`words`] turns an amount into words, as pure functions; [`say`] puts the
//! clips of those words together (`words.pack`, made once by
//! `scripts/voice/make.sh`; docs/adr/0020-voice-from-clips.md says why).

mod chinese;
mod english;
mod formal;
mod pack;
mod sound;
mod words;

#[cfg(test)]
mod tests;

use jiaozi_types::agent::Language;

use crate::api::AmountView;

pub use formal::in_capitals;
pub use words::{Digits, Word, words};

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum VoiceError {
    /// The amount is no decimal number.
    #[error("the amount is not written as a decimal number")]
    Amount,
    /// The pack of clips is damaged: the program was not built as it should be.
    #[error("the pack of spoken words has no {0:?}")]
    Pack(String),
    /// More than a WAV file holds.
    #[error("the sound is too long")]
    TooLong,
}

/// "到账十二元五角", "received twelve point five zero yuan".
///
/// # Errors
/// [`VoiceError::Amount`] for an amount that is no decimal number.
pub fn sentence(amount: &AmountView, language: Language) -> Result<String, VoiceError> {
    Ok(words::text(&received(amount, language)?, language))
}

/// The sentence as a WAV file (16 kHz, mono, 16 bits), at `volume` 0 to 100;
/// above 100 counts as 100.
///
/// # Errors
/// [`VoiceError`].
pub fn say(amount: &AmountView, language: Language, volume: u8) -> Result<Vec<u8>, VoiceError> {
    let words = received(amount, language)?;
    let names = pack::names(&words, language);
    let clips = names
        .iter()
        .map(|name| pack::clip(name))
        .collect::<Result<Vec<_>, _>>()?;
    sound::wav(&sound::joined(&words, &clips, language), volume)
}

/// The words of the whole sentence.
fn received(amount: &AmountView, language: Language) -> Result<Vec<Word>, VoiceError> {
    let digits = Digits::read(&amount.plain).ok_or(VoiceError::Amount)?;
    let code = (!amount.asset.yuan).then_some(amount.asset.symbol.as_str());
    let mut all = vec![Word::Said(match language {
        Language::English => "received",
        Language::SimplifiedChinese => "到账",
    })];
    all.extend(words(&digits, code, language));
    Ok(all)
}
