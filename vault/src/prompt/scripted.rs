//! No person to ask: a script's secret answers where a PIN or passphrase is
//! enough, and everything that needs eyes is unavailable.

use jiaozi_custody::{PersonalPhrase, Reading, Secret, SecretKind, Words};
use jiaozi_types::agent::Appearance;

use super::{
    CancelToken, Confirmation, Notice, Prompt, PromptError, SecretNeed, SecretPurpose,
    SecretTrouble, Session,
};

/// Asks nobody.
pub struct NoPrompt;

impl Prompt for NoPrompt {
    fn open(
        &self,
        _: Appearance,
        _: Option<PersonalPhrase>,
        _: CancelToken,
    ) -> Result<Box<dyn Session>, PromptError> {
        Err(PromptError::Unavailable)
    }
}

/// Answers with the secret that the script gave. Whoever knows the secret and
/// started this process is taken to consent to what its one client asks.
pub struct ScriptedPrompt(pub Secret);

impl Prompt for ScriptedPrompt {
    fn open(
        &self,
        _: Appearance,
        _: Option<PersonalPhrase>,
        cancel: CancelToken,
    ) -> Result<Box<dyn Session>, PromptError> {
        Ok(Box::new(ScriptedSession {
            secret: self.0.duplicate(),
            cancel,
        }))
    }
}

struct ScriptedSession {
    secret: Secret,
    cancel: CancelToken,
}

impl ScriptedSession {
    /// The secret; a second try with the same one would only count as wrong.
    fn answer(&self, trouble: Option<SecretTrouble>) -> Result<Secret, PromptError> {
        if self.cancel.is_cancelled() {
            Err(PromptError::Declined)
        } else if trouble.is_some() {
            Err(PromptError::Unavailable)
        } else {
            Ok(self.secret.duplicate())
        }
    }

    fn consent(
        &self,
        need: SecretNeed,
        trouble: Option<SecretTrouble>,
    ) -> Result<Option<Secret>, PromptError> {
        match need {
            SecretNeed::None => Ok(None),
            SecretNeed::Secret(_) => self.answer(trouble).map(Some),
        }
    }
}

impl Session for ScriptedSession {
    fn choose_personal_phrase(&mut self) -> Result<PersonalPhrase, PromptError> {
        Err(PromptError::Unavailable)
    }

    fn set_secret(&mut self, _: SecretKind) -> Result<Secret, PromptError> {
        self.answer(None)
    }

    fn ask_secret(
        &mut self,
        _: SecretPurpose,
        trouble: Option<SecretTrouble>,
    ) -> Result<Secret, PromptError> {
        self.answer(trouble)
    }

    fn show_words(&mut self, _: &Words) -> Result<(), PromptError> {
        Err(PromptError::Unavailable)
    }

    fn check_words(&mut self, _: &Words) -> Result<(), PromptError> {
        Err(PromptError::Unavailable)
    }

    fn enter_words(&mut self) -> Result<Words, PromptError> {
        Err(PromptError::Unavailable)
    }

    fn approve(
        &mut self,
        _: &Reading,
        need: SecretNeed,
        trouble: Option<SecretTrouble>,
    ) -> Result<Option<Secret>, PromptError> {
        self.consent(need, trouble)
    }

    fn confirm(
        &mut self,
        _: &Confirmation,
        need: SecretNeed,
        trouble: Option<SecretTrouble>,
    ) -> Result<Option<Secret>, PromptError> {
        self.consent(need, trouble)
    }

    fn done(&mut self, _: Notice) -> Result<(), PromptError> {
        Ok(())
    }
}
