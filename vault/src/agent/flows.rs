//! What happens step by step when a person is asked.

use jiaozi_custody::{
    Asked, NewWallet, NotSigned, PersonalPhrase, Secret, SecretKind, Verified, Words,
};
use jiaozi_types::Asset;
use jiaozi_types::agent::{
    AgentError, Backup, BackupState, Payee, Response, Sealing, SignRequest, Signed, SpendPolicy,
    TokenDomain, WordLanguage,
};

use super::asking::{Dialogue, refused};
use super::{Agent, Caller};
use crate::prompt::{
    Confirmation, Notice, PromptError, SecretNeed, SecretPurpose, SecretTask, Wanted,
};

impl Agent {
    pub(super) fn create(
        &self,
        caller: Caller,
        words: u8,
        language: WordLanguage,
        sealing: Sealing,
        backup: Backup,
    ) -> Result<Response, AgentError> {
        self.vault.require_empty()?;
        let words =
            Words::generate(words.into(), language).map_err(|error| AgentError::BadRequest {
                what: error.to_string(),
            })?;
        self.require_sealing(sealing)?;
        let mut dialogue = self.desk.open(caller, || None)?;
        let phrase = choose_phrase(&mut dialogue)?;
        let secret = set_secret(&mut dialogue, kind_of(sealing))?;
        let (backup, notice) = match backup {
            Backup::Now => {
                dialogue.session.show_words(&words).map_err(refused)?;
                dialogue.session.check_words(&words).map_err(refused)?;
                (BackupState::Checked, Notice::WalletMade)
            }
            Backup::Later => (BackupState::Pending, Notice::WalletMadeWithoutBackup),
        };
        self.vault.create(NewWallet {
            words,
            secret,
            sealing,
            phrase,
            backup,
        })?;
        close(dialogue, notice);
        self.status()
    }

    pub(super) fn restore(&self, caller: Caller, sealing: Sealing) -> Result<Response, AgentError> {
        self.vault.require_empty()?;
        self.require_sealing(sealing)?;
        let mut dialogue = self.desk.open(caller, || None)?;
        let words = dialogue.session.enter_words().map_err(refused)?;
        let phrase = choose_phrase(&mut dialogue)?;
        let secret = set_secret(&mut dialogue, kind_of(sealing))?;
        self.vault.create(NewWallet {
            words,
            secret,
            sealing,
            phrase,
            // Whoever typed them has them.
            backup: BackupState::Checked,
        })?;
        close(dialogue, Notice::WalletRestored);
        self.status()
    }

    /// A keyring that does not work is said before the person types anything.
    fn require_sealing(&self, sealing: Sealing) -> Result<(), AgentError> {
        match sealing {
            Sealing::Keyring => self.vault.test_keyring().map(|_| ()),
            Sealing::PassphraseOnly => Ok(()),
        }
    }

    pub(super) fn unlock(&self, caller: Caller) -> Result<Response, AgentError> {
        if !self.vault.is_unlocked() {
            let mut dialogue = self.open(caller)?;
            self.unlock_in(&mut dialogue)?;
            if self.vault.phrase().is_none() {
                // Made where nobody could choose one. Not choosing one now
                // either is no reason to stay locked.
                if let Ok(Some(phrase)) = choose_phrase(&mut dialogue) {
                    self.vault.set_phrase(&phrase)?;
                }
            }
        }
        self.vault.touch();
        self.status()
    }

    pub(super) fn show_words(&self, caller: Caller) -> Result<Response, AgentError> {
        let mut dialogue = self.open(caller)?;
        let verified = self.ask(&mut dialogue, SecretTask::ShowWords)?;
        dialogue
            .session
            .show_words(verified.words())
            .map_err(refused)?;
        self.vault.touch();
        Ok(Response::Done)
    }

    pub(super) fn check_words(&self, caller: Caller) -> Result<Response, AgentError> {
        let mut dialogue = self.open(caller)?;
        let verified = self.ask(&mut dialogue, SecretTask::CheckWords)?;
        dialogue
            .session
            .prove_backup(&Wanted::Words(verified.words()))
            .map_err(refused)?;
        if !self.vault.is_unlocked() {
            self.vault.unlock(&verified)?;
        }
        self.vault.backup_checked()?;
        close(dialogue, Notice::BackupChecked);
        self.status()
    }

    pub(super) fn change_secret(&self, caller: Caller) -> Result<Response, AgentError> {
        let kind = self.vault.secret_kind()?;
        let mut dialogue = self.open(caller)?;
        let verified = self.ask(&mut dialogue, SecretTask::ChangeSecret)?;
        let secret = set_secret(&mut dialogue, kind)?;
        self.vault.change_secret(&verified, &secret)?;
        self.vault.touch();
        close(dialogue, Notice::SecretChanged);
        Ok(Response::Done)
    }

    pub(super) fn set_policy(
        &self,
        caller: Caller,
        to: SpendPolicy,
    ) -> Result<Response, AgentError> {
        if self.vault.is_unlocked() {
            let (_, looser, _) = self.vault.compare_policy(&to)?;
            if !looser {
                self.vault.set_policy(to, None)?;
                return self.status();
            }
        }
        let mut dialogue = self.open(caller)?;
        let unlocked = self.unlock_in(&mut dialogue)?;
        let (from, looser, assets) = self.vault.compare_policy(&to)?;
        if !looser {
            self.vault.set_policy(to, None)?;
            return self.status();
        }
        let what = Confirmation::LoosenPolicy {
            from,
            to: to.clone(),
            assets,
        };
        let need = self.need_after(&unlocked)?;
        let typed = dialogue.consent(&self.vault, need, |session, trouble| {
            session.confirm(&what, need, trouble)
        })?;
        self.vault.set_policy(to, typed.or(unlocked).as_ref())?;
        self.status()
    }

    pub(super) fn save_payee(&self, caller: Caller, payee: &Payee) -> Result<Response, AgentError> {
        let mut dialogue = self.open(caller)?;
        self.unlock_in(&mut dialogue)?;
        let (payee, replaces) = self.vault.check_payee(payee)?;
        if replaces.as_ref() != Some(&payee.name) {
            let what = Confirmation::SavePayee {
                payee: payee.clone(),
                replaces,
            };
            dialogue.consent(&self.vault, SecretNeed::None, |session, trouble| {
                session.confirm(&what, SecretNeed::None, trouble)
            })?;
            self.vault.save_payee(&payee)?;
        }
        Ok(Response::Done)
    }

    pub(super) fn save_asset(
        &self,
        caller: Caller,
        asset: Asset,
        domain: Option<TokenDomain>,
    ) -> Result<Response, AgentError> {
        if self.vault.is_unlocked() && self.vault.knows_asset(&asset, domain.as_ref())? {
            return Ok(Response::Done);
        }
        let mut dialogue = self.open(caller)?;
        self.unlock_in(&mut dialogue)?;
        let replaces = self.vault.check_asset(&asset, domain.as_ref())?;
        if !self.vault.knows_asset(&asset, domain.as_ref())? {
            let what = Confirmation::SaveAsset {
                asset: asset.clone(),
                domain: domain.clone(),
                replaces,
            };
            dialogue.consent(&self.vault, SecretNeed::None, |session, trouble| {
                session.confirm(&what, SecretNeed::None, trouble)
            })?;
            self.vault.save_asset(asset, domain)?;
        }
        Ok(Response::Done)
    }

    pub(super) fn sign(&self, caller: Caller, request: &SignRequest) -> Result<Signed, AgentError> {
        // What cannot be read is refused before anybody is asked. Whose key it is
        // may be known only once unlocked.
        match self.vault.read(request) {
            Ok(_) | Err(AgentError::Locked) => {}
            Err(error) => return Err(error),
        }
        match self.vault.sign(request, None) {
            Ok(signed) => return Ok(signed),
            Err(NotSigned::NeedsPin(_) | NotSigned::Agent(AgentError::Locked)) => {}
            Err(NotSigned::Agent(error)) => return Err(error),
        }
        let mut dialogue = self.open(caller)?;
        let unlocked = self.unlock_in(&mut dialogue)?;
        // Read again: an unlocked vault knows names and assets.
        let asked = match self.vault.read(request)? {
            Asked::Payment(reading) => Ok(reading),
            Asked::Certificate(reading) => Err(Confirmation::Certify(reading)),
        };
        let need = self.need_after(&unlocked)?;
        let typed = dialogue.consent(&self.vault, need, |session, trouble| match &asked {
            Ok(payment) => session.approve(payment, need, trouble),
            Err(certificate) => session.confirm(certificate, need, trouble),
        })?;
        self.vault
            .sign(request, typed.or(unlocked).as_ref())
            .map_err(|error| match error {
                NotSigned::Agent(error) => error,
                NotSigned::NeedsPin(_) => AgentError::Internal,
            })
    }

    /// Opens a dialogue that shows the personal phrase.
    pub(super) fn open(&self, caller: Caller) -> Result<Dialogue, AgentError> {
        self.vault.reach_keyring()?;
        self.desk.open(caller, || self.vault.phrase())
    }

    /// Asks for the secret.
    fn ask(&self, dialogue: &mut Dialogue, task: SecretTask) -> Result<Verified, AgentError> {
        let purpose = SecretPurpose {
            task,
            kind: self.vault.secret_kind()?,
        };
        dialogue.verify(&self.vault, |session, trouble| {
            session.ask_secret(purpose, trouble)
        })
    }

    /// Unlocks if needed; gives the proof that the secret was typed just now.
    pub(super) fn unlock_in(
        &self,
        dialogue: &mut Dialogue,
    ) -> Result<Option<Verified>, AgentError> {
        if self.vault.is_unlocked() {
            return Ok(None);
        }
        let verified = self.ask(dialogue, SecretTask::Unlock)?;
        self.vault.unlock(&verified)?;
        Ok(Some(verified))
    }

    /// The secret is not asked for twice in one dialogue.
    pub(super) fn need_after(&self, unlocked: &Option<Verified>) -> Result<SecretNeed, AgentError> {
        Ok(match unlocked {
            Some(_) => SecretNeed::None,
            None => SecretNeed::Secret(self.vault.secret_kind()?),
        })
    }
}

fn kind_of(sealing: Sealing) -> SecretKind {
    match sealing {
        Sealing::Keyring => SecretKind::Pin,
        Sealing::PassphraseOnly => SecretKind::Passphrase,
    }
}

/// None where nobody is there to choose one.
fn choose_phrase(dialogue: &mut Dialogue) -> Result<Option<PersonalPhrase>, AgentError> {
    match dialogue.session.choose_personal_phrase() {
        Ok(phrase) => Ok(Some(phrase)),
        Err(PromptError::Unavailable) => Ok(None),
        Err(PromptError::Declined) => Err(AgentError::Declined),
    }
}

fn set_secret(dialogue: &mut Dialogue, kind: SecretKind) -> Result<Secret, AgentError> {
    dialogue.session.set_secret(kind).map_err(refused)
}

/// The last screen. What it reports has happened, however it is closed.
pub(super) fn close(mut dialogue: Dialogue, notice: Notice) {
    let _ = dialogue.session.done(notice);
}
