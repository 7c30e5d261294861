//! The session behind one window: hands each question to the window and waits
//! for its answer.

use std::sync::mpsc::Sender;

use jiaozi_custody::{PersonalPhrase, Reading, Secret, SecretKind, Words};
use jiff::tz::TimeZone;

use super::dialogue::{Reply, Step};
use super::screens::{
    AskSecret, ChoosePhrase, ConfirmLoss, Decide, Done, Entered, OpenSealed, Screen, SetSecret,
    SharesFor, ShowWords, TypeShares, TypeWords,
};
use crate::prompt::messages::Messages;
use crate::prompt::wording::{approval, confirmation};
use crate::prompt::{
    Confirmation, Notice, PromptError, SecretNeed, SecretPurpose, SecretTrouble, Session, Wanted,
};

/// One dialogue in a window.
pub struct WindowSession {
    pub(super) say: Messages,
    pub(super) steps: Sender<Step>,
    wake: Box<dyn Fn() + Send>,
}

impl WindowSession {
    /// A session that gives its steps to a [`super::Dialogue`] and calls `wake`
    /// so that they are drawn.
    pub fn new(say: Messages, steps: Sender<Step>, wake: impl Fn() + Send + 'static) -> Self {
        Self {
            say,
            steps,
            wake: Box::new(wake),
        }
    }

    /// The sentences that it speaks with.
    pub(crate) fn messages(&self) -> Messages {
        self.say
    }

    /// Shows a screen and waits for its answer. A window that was closed has
    /// dropped the other end.
    pub(super) fn ask<T>(
        &self,
        screen: impl FnOnce(Reply<T>) -> Box<dyn Screen>,
    ) -> Result<T, PromptError> {
        let (reply, answer) = Reply::pair();
        self.steps
            .send(Step::Show(screen(reply)))
            .map_err(|_| PromptError::Declined)?;
        (self.wake)();
        answer.recv().map_err(|_| PromptError::Declined)
    }

    /// Asks for shares until they give words.
    pub(super) fn words_of_shares(&self, purpose: SharesFor) -> Result<Words, PromptError> {
        let gathered = self.ask(|reply| Box::new(TypeShares::new(purpose, reply)))?;
        let restored = gathered.restored.map(|(words, _)| words);
        restored.ok_or(PromptError::Declined)
    }
}

impl Drop for WindowSession {
    fn drop(&mut self) {
        // The window notices the hung-up channel when it is drawn next.
        let (hung_up, _) = std::sync::mpsc::channel();
        self.steps = hung_up;
        (self.wake)();
    }
}

impl Session for WindowSession {
    fn choose_personal_phrase(&mut self) -> Result<PersonalPhrase, PromptError> {
        let phrase = self.ask(|reply| Box::new(ChoosePhrase::new(reply)))?;
        let shown = Step::Phrase(phrase.clone());
        self.steps.send(shown).map_err(|_| PromptError::Declined)?;
        Ok(phrase)
    }

    fn set_secret(&mut self, kind: SecretKind) -> Result<Secret, PromptError> {
        self.ask(|reply| Box::new(SetSecret::new(kind, reply)))
    }

    fn ask_secret(
        &mut self,
        why: SecretPurpose,
        trouble: Option<SecretTrouble>,
    ) -> Result<Secret, PromptError> {
        self.ask(|reply| Box::new(AskSecret::new(why, trouble, reply)))
    }

    fn show_words(&mut self, words: &Words) -> Result<(), PromptError> {
        self.ask(|reply| Box::new(ShowWords::new(words.clone(), reply)))
    }

    fn check_words(&mut self, words: &Words) -> Result<(), PromptError> {
        self.ask(|reply| Box::new(TypeWords::check(words, reply)))
            .map(drop)
    }

    fn enter_words(&mut self) -> Result<Words, PromptError> {
        match self.ask(|reply| Box::new(TypeWords::restore(reply)))? {
            Entered::Words(words) => Ok(words),
            Entered::Shares => self.words_of_shares(SharesFor::Restore),
            Entered::File => self.ask(|reply| Box::new(OpenSealed::new(self.say, reply))),
        }
    }

    fn prove_backup(&mut self, wanted: &Wanted<'_>) -> Result<(), PromptError> {
        let words = match wanted {
            Wanted::Words(words) => Some(*words),
            Wanted::Any(_) => None,
        };
        let mut note = None;
        loop {
            let entered = self.ask(|reply| Box::new(TypeWords::prove(words, note, reply)))?;
            let brought = match entered {
                Entered::Words(words) => words,
                Entered::Shares => self.words_of_shares(SharesFor::Prove)?,
                Entered::File => self.ask(|reply| Box::new(OpenSealed::new(self.say, reply)))?,
            };
            if wanted.is_met_by(&brought) {
                return Ok(());
            }
            note = Some(self.say.prove_other());
        }
    }

    fn confirm_loss(&mut self, fingerprint: &str) -> Result<(), PromptError> {
        let fingerprint = fingerprint.to_owned();
        self.ask(|reply| Box::new(ConfirmLoss::new(fingerprint, self.say, reply)))
    }

    fn approve(
        &mut self,
        reading: &Reading,
        secret: SecretNeed,
        trouble: Option<SecretTrouble>,
    ) -> Result<Option<Secret>, PromptError> {
        let sheet = approval(reading, self.say, &TimeZone::system());
        self.ask(|reply| Box::new(Decide::new(sheet, secret, trouble, reply)))
    }

    fn confirm(
        &mut self,
        what: &Confirmation,
        secret: SecretNeed,
        trouble: Option<SecretTrouble>,
    ) -> Result<Option<Secret>, PromptError> {
        let sheet = confirmation(what, self.say, &TimeZone::system());
        self.ask(|reply| Box::new(Decide::new(sheet, secret, trouble, reply)))
    }

    fn done(&mut self, notice: Notice) -> Result<(), PromptError> {
        self.ask(|reply| Box::new(Done::new(notice, reply)))
    }
}
