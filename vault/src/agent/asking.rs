//! The desk: where one person is asked one thing at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiaozi_custody::{PersonalPhrase, Secret, Vault, Verified};
use jiaozi_types::agent::AgentError;

use super::Caller;
use crate::prompt::{CancelToken, Prompt, PromptError, SecretNeed, SecretTrouble, Session};

/// Where the person is asked.
pub struct Desk {
    prompt: Mutex<Arc<dyn Prompt>>,
    open: Arc<Mutex<Option<OpenCall>>>,
}

/// The call that has a dialogue open.
struct OpenCall {
    connection: u64,
    call: u32,
    cancel: CancelToken,
}

impl Desk {
    pub fn new(prompt: Arc<dyn Prompt>) -> Self {
        Self {
            prompt: Mutex::new(prompt),
            open: Arc::default(),
        }
    }

    pub fn set_prompt(&self, prompt: Arc<dyn Prompt>) {
        *self.prompt.lock().unwrap_or_else(PoisonError::into_inner) = prompt;
    }

    fn open_call(&self) -> MutexGuard<'_, Option<OpenCall>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a dialogue for a call; `Busy` when another call has one.
    pub fn open(
        &self,
        caller: Caller,
        phrase: impl FnOnce() -> Option<PersonalPhrase>,
    ) -> Result<Dialogue, AgentError> {
        let cancel = CancelToken::new();
        {
            let mut open = self.open_call();
            if open.is_some() {
                return Err(AgentError::Busy);
            }
            *open = Some(OpenCall {
                connection: caller.connection,
                call: caller.call,
                cancel: cancel.clone(),
            });
        }
        let seat = Seat(Arc::clone(&self.open));
        let prompt = {
            let prompt = self.prompt.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(&*prompt)
        };
        let session = prompt
            .open(caller.look, phrase(), cancel)
            .map_err(refused)?;
        Ok(Dialogue {
            session,
            _seat: seat,
        })
    }

    /// Whether a person is being asked.
    pub fn is_open(&self) -> bool {
        self.open_call().is_some()
    }

    /// Ends the dialogue of one call, if it has one.
    pub fn cancel(&self, connection: u64, call: u32) {
        self.cancel_where(|open| open.connection == connection && open.call == call);
    }

    /// Ends the dialogue of a connection that went away.
    pub fn cancel_connection(&self, connection: u64) {
        self.cancel_where(|open| open.connection == connection);
    }

    /// Ends any dialogue.
    pub fn cancel_all(&self) {
        self.cancel_where(|_| true);
    }

    fn cancel_where(&self, which: impl FnOnce(&OpenCall) -> bool) {
        let cancel = self
            .open_call()
            .as_ref()
            .filter(|open| which(open))
            .map(|open| open.cancel.clone());
        if let Some(cancel) = cancel {
            cancel.cancel();
        }
    }
}

/// Makes room for the next call on drop.
struct Seat(Arc<Mutex<Option<OpenCall>>>);

impl Drop for Seat {
    fn drop(&mut self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// An open dialogue.
pub struct Dialogue {
    // Closed before the seat is given up.
    pub session: Box<dyn Session>,
    _seat: Seat,
}

impl Dialogue {
    /// Asks for the secret until it is right, the person gives up, or there is
    /// nobody who could answer differently.
    pub fn verify(
        &mut self,
        vault: &Vault,
        mut ask: impl FnMut(&mut dyn Session, Option<SecretTrouble>) -> Result<Secret, PromptError>,
    ) -> Result<Verified, AgentError> {
        let mut trouble = match vault.status()?.wait_seconds {
            0 => None,
            wait_seconds => Some(AgentError::Throttled { wait_seconds }),
        };
        loop {
            let shown = trouble.as_ref().and_then(as_trouble);
            let secret = match ask(self.session.as_mut(), shown) {
                Ok(secret) => secret,
                Err(PromptError::Unavailable) => {
                    return Err(trouble.unwrap_or(AgentError::NoPrompt));
                }
                Err(PromptError::Declined) => return Err(AgentError::Declined),
            };
            match vault.verify(&secret) {
                Err(error) if as_trouble(&error).is_some() => trouble = Some(error),
                result => return result,
            }
        }
    }

    /// Asks for consent, with the secret when `need` says so.
    pub fn consent(
        &mut self,
        vault: &Vault,
        need: SecretNeed,
        mut ask: impl FnMut(
            &mut dyn Session,
            Option<SecretTrouble>,
        ) -> Result<Option<Secret>, PromptError>,
    ) -> Result<Option<Verified>, AgentError> {
        if need == SecretNeed::None {
            return ask(self.session.as_mut(), None)
                .map(|_| None)
                .map_err(refused);
        }
        self.verify(vault, |session, trouble| {
            // Consent without the secret that was asked for is no consent.
            ask(session, trouble)?.ok_or(PromptError::Declined)
        })
        .map(Some)
    }
}

fn as_trouble(error: &AgentError) -> Option<SecretTrouble> {
    match *error {
        AgentError::WrongPin { wait_seconds } => Some(SecretTrouble::Wrong { wait_seconds }),
        AgentError::Throttled { wait_seconds } => Some(SecretTrouble::Throttled { wait_seconds }),
        _ => None,
    }
}

/// What a question that was not answered is to the shell.
pub fn refused(error: PromptError) -> AgentError {
    match error {
        PromptError::Declined => AgentError::Declined,
        PromptError::Unavailable => AgentError::NoPrompt,
    }
}
