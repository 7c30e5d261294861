//! The till's voice: what a charge received, said aloud. What plays the sound
//! is the shell's; nothing waits for it.

use jiaozi_types::Amount;
use jiaozi_types::agent::Language;

use super::{Till, voice};
use crate::api::till::ChargeState;
use crate::api::{AmountView, ErrorCode};
use crate::error::WalletError;
use crate::views;

/// What a test of the voice says.
const SAMPLE: &str = "12.50";

/// How loud, and in which language; none is as the settings have it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Speech {
    /// 0 (silence) to 100. A shell that turns the sound down itself gives 100.
    pub volume: Option<u8>,
    /// The language.
    pub language: Option<Language>,
}

impl Till {
    /// "Received 12.50 yuan" for a paid charge, as a WAV file. Whether the voice is
    /// on ([`crate::api::till::VoiceSettings`]) is for the shell that would play it
    /// by itself: who asks for the sound gets it.
    ///
    /// # Errors
    /// `charge_not_paid`: the voice tells of money that the till has seen alone.
    pub fn voice(&self, id: &str, speech: Speech) -> Result<Vec<u8>, WalletError> {
        let charge = self.get(id)?;
        if charge.state != ChargeState::Paid {
            return Err(ErrorCode::ChargeNotPaid.into());
        }
        self.said(&charge.paid, speech)
    }

    /// The voice as it sounds, for the button that tries it.
    pub fn voice_test(&self, speech: Speech) -> Result<Vec<u8>, WalletError> {
        let settings = self.settings()?;
        let sample = Amount::parse(SAMPLE, &settings.asset)?;
        self.said(&views::amount(&sample), speech)
    }

    fn said(&self, amount: &AmountView, speech: Speech) -> Result<Vec<u8>, WalletError> {
        let settings = self.settings()?.voice;
        let language = speech.language.unwrap_or(settings.language);
        let volume = speech.volume.unwrap_or(settings.volume);
        voice::say(amount, language, volume).map_err(|error| {
            tracing::error!(%error, "an amount was not said");
            ErrorCode::Internal.into()
        })
    }
}
