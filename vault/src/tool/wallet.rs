//! Whose keys a command works with: those of typed words, which are nowhere on
//! this computer, or those of a profile, after its PIN.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use jiaozi_cold::{Answer, Request, WatchKey};
use jiaozi_custody::keys::Keys;
use jiaozi_custody::{ColdReading, ColdRefusal, Reading, Secret, SecretKind, Vault, Verified};
use jiaozi_custody::{Words, cold};
use jiaozi_types::agent::{AgentError, Appearance};
use jiaozi_types::{Clock, SystemClock};
use zeroize::Zeroizing;

use crate::input;
use crate::probe;
use crate::prompt::terminal::TerminalPrompt;
use crate::prompt::{
    CancelToken, Prompt, PromptError, SecretPurpose, SecretTask, SecretTrouble, Session,
};

/// More than 24 of the longest words, and than any passphrase.
const LINE_MAX: usize = 2_048;

/// Whose keys are used.
#[derive(Debug, Args)]
pub struct WalletOptions {
    /// The profile whose wallet it is; without one, the recovery words are asked for
    #[arg(long, value_name = "DIR")]
    profile: Option<PathBuf>,
    /// Read the words, or the profile's PIN or passphrase, as one line from standard input
    #[arg(long)]
    secret_stdin: bool,
}

impl WalletOptions {
    /// A dialogue on the terminal; none for scripts.
    pub fn session(&self, look: Appearance) -> Result<Option<Box<dyn Session>>, AgentError> {
        if self.secret_stdin {
            return Ok(None);
        }
        let phrase = self.vault().and_then(|vault| vault.phrase());
        let opened = TerminalPrompt::controlling().open(look, phrase, CancelToken::new());
        opened.map(Some).map_err(refused)
    }

    fn vault(&self) -> Option<Vault> {
        let profile = self.profile.as_ref()?;
        let keyring = Arc::new(probe::os_keyring());
        Some(Vault::new(profile, keyring, Arc::new(SystemClock)))
    }

    /// Opens the wallet: asks in the session, else reads standard input.
    pub fn open(&self, session: Option<&mut Box<dyn Session>>) -> Result<Wallet, AgentError> {
        match self.vault() {
            Some(vault) => {
                let verified = verify(&vault, session)?;
                vault.unlock(&verified)?;
                Ok(Wallet::Profile(Box::new(vault), Box::new(verified)))
            }
            None => {
                let words = typed_words(session)?;
                Ok(Wallet::Words(Box::new(Keys::of(&words)?)))
            }
        }
    }
}

impl WalletOptions {
    /// The recovery words: those of the profile after its PIN, else asked for.
    pub fn words(&self, session: Option<&mut Box<dyn Session>>) -> Result<Words, AgentError> {
        match self.vault() {
            Some(vault) => Ok(verify(&vault, session)?.words().clone()),
            None => typed_words(session),
        }
    }

    /// No profile: the words are typed.
    pub fn typed(secret_stdin: bool) -> Self {
        Self {
            profile: None,
            secret_stdin,
        }
    }

    /// Whether the words are those of a profile.
    pub fn has_profile(&self) -> bool {
        self.profile.is_some()
    }

    /// Whether secrets come from standard input, and nobody is asked.
    pub fn is_scripted(&self) -> bool {
        self.secret_stdin
    }
}

/// Words that somebody types, or one line of standard input.
fn typed_words(session: Option<&mut Box<dyn Session>>) -> Result<Words, AgentError> {
    match session {
        Some(session) => session.enter_words().map_err(refused),
        None => {
            let line = read_line()?;
            // Which word is wrong is said, and no word.
            Words::parse(&line).map_err(|error| AgentError::BadRequest {
                what: error.to_string(),
            })
        }
    }
}

/// Asks for the PIN or passphrase until it is right.
fn verify(vault: &Vault, session: Option<&mut Box<dyn Session>>) -> Result<Verified, AgentError> {
    let kind: SecretKind = vault.secret_kind()?;
    vault.reach_keyring()?;
    let Some(session) = session else {
        let line = read_line()?;
        return vault.verify(&Secret::new(line.to_string()));
    };
    let purpose = SecretPurpose {
        task: SecretTask::Unlock,
        kind,
    };
    let mut trouble = None;
    loop {
        let secret = session.ask_secret(purpose, trouble).map_err(refused)?;
        trouble = match vault.verify(&secret) {
            Err(AgentError::WrongPin { wait_seconds }) => {
                Some(SecretTrouble::Wrong { wait_seconds })
            }
            Err(AgentError::Throttled { wait_seconds }) => {
                Some(SecretTrouble::Throttled { wait_seconds })
            }
            outcome => return outcome,
        };
    }
}

/// One line of standard input, without its line break.
pub fn read_line() -> Result<Zeroizing<String>, AgentError> {
    let mut stdin = input::unbuffered().map_err(|_| AgentError::NoPrompt)?;
    input::secret_line(&mut stdin, LINE_MAX).map_err(|_| AgentError::NoPrompt)
}

/// What a prompt that was not answered means.
pub fn refused(error: PromptError) -> AgentError {
    match error {
        PromptError::Declined => AgentError::Declined,
        PromptError::Unavailable => AgentError::NoPrompt,
    }
}

/// An open wallet.
pub enum Wallet {
    /// That of typed words.
    Words(Box<Keys>),
    /// That of a profile, with the proof that its PIN was typed.
    Profile(Box<Vault>, Box<Verified>),
}

/// A request that was read and may be signed.
pub struct Asked {
    /// What it would do.
    pub reading: Reading,
    what: What,
}

enum What {
    OfWords(Box<ColdReading>),
    OfProfile(Request),
}

impl Wallet {
    /// Reads a request.
    pub fn read(&self, request: Request) -> Result<Asked, ColdRefusal> {
        match self {
            Self::Words(keys) => {
                let cold = ColdReading::new(request, keys, SystemClock.now())?;
                Ok(Asked {
                    reading: cold.reading().clone(),
                    what: What::OfWords(Box::new(cold)),
                })
            }
            Self::Profile(vault, _) => Ok(Asked {
                reading: vault.read_cold(&request)?,
                what: What::OfProfile(request),
            }),
        }
    }

    /// Signs what was read and consented to.
    pub fn sign(&self, asked: Asked) -> Result<Answer, ColdRefusal> {
        match (self, asked.what) {
            (Self::Words(keys), What::OfWords(cold)) => Ok(cold.sign(keys)?),
            (Self::Profile(vault, verified), What::OfProfile(request)) => {
                vault.sign_cold(&request, verified)
            }
            _ => Err(AgentError::Internal.into()),
        }
    }

    /// The public keys by which another computer watches it.
    pub fn watch_keys(&self) -> Result<Vec<WatchKey>, AgentError> {
        match self {
            Self::Words(keys) => cold::watch_keys(keys.public()),
            Self::Profile(vault, _) => vault.watch_keys(),
        }
    }
}
