//! The agent: one profile's vault, and whoever asks it things. Calls that need
//! no person are answered at once; of those that do, one at a time.

mod asking;
mod backup;
mod connection;
mod flows;
mod removal;

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use alloy_primitives::hex;
use jiaozi_custody::Vault;
use jiaozi_types::agent::{AgentError, Appearance, Reply, Request, Response};

use crate::prompt::Prompt;
use asking::Desk;

pub use connection::{Connection, Ended};

/// One profile's vault and the place where its person is asked.
pub struct Agent {
    vault: Vault,
    desk: Desk,
    /// Whether an agent that is locked is of no more use.
    exit_when_locked: bool,
    end: Mutex<bool>,
    ended: Condvar,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
struct Caller {
    /// The connection.
    connection: u64,
    /// The call on it.
    call: u32,
    /// How prompts look.
    look: Appearance,
}

impl Agent {
    /// An agent for `vault` that asks through `prompt`. `exit_when_locked` is
    /// for one that cannot ask for the PIN again.
    pub fn new(vault: Vault, prompt: Arc<dyn Prompt>, exit_when_locked: bool) -> Self {
        Self {
            vault,
            desk: Desk::new(prompt),
            exit_when_locked,
            end: Mutex::new(false),
            ended: Condvar::new(),
        }
    }

    /// The vault.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Asks for the PIN at start and unlocks.
    pub fn unlock_at_start(&self, look: Appearance) -> Result<(), AgentError> {
        self.unlock(Caller {
            connection: 0,
            call: 0,
            look,
        })
        .map(|_| ())
    }

    /// From now on asks elsewhere, or nowhere.
    pub fn set_prompt(&self, prompt: Arc<dyn Prompt>) {
        self.desk.set_prompt(prompt);
    }

    /// An agent that cannot ask for the PIN again ends once it is locked.
    fn finish_if_locked(&self) {
        if self.exit_when_locked && !self.vault.is_unlocked() {
            self.finish();
        }
    }

    /// Tells whoever waits in [`Self::wait_for_end`] that it is over.
    pub fn finish(&self) {
        *self.end.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.ended.notify_all();
    }

    /// Waits until the agent is told to end, locking the vault when it is idle
    /// meanwhile. The keys are gone when this returns.
    pub fn wait_for_end(&self) {
        /// An unlock on another thread is noticed this late at most.
        const LOOK_AGAIN: Duration = Duration::from_secs(5);
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        while !*end {
            if self.desk.is_open() {
                // Whoever reads what to approve is not away.
                self.vault.touch();
            }
            let left = self.vault.lock_if_idle();
            if left.is_none() && self.exit_when_locked {
                break;
            }
            end = self
                .ended
                .wait_timeout(end, left.unwrap_or(LOOK_AGAIN).min(LOOK_AGAIN))
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        drop(end);
        self.desk.cancel_all();
        self.vault.lock();
    }

    /// Carries out one request that is not about the connection itself.
    fn answer(&self, caller: Caller, request: Request) -> Result<Response, AgentError> {
        match request {
            Request::Status => self.status(),
            Request::Create {
                words,
                word_language,
                sealing,
                backup,
            } => self.create(caller, words, word_language, sealing, backup),
            Request::Restore { sealing } => self.restore(caller, sealing),
            Request::ShowWords => self.show_words(caller),
            Request::CheckWords => self.check_words(caller),
            Request::ChangePin => self.change_secret(caller),
            Request::Unlock => self.unlock(caller),
            Request::Lock => {
                self.vault.lock();
                self.status()
            }
            Request::Accounts { first, count } => Ok(Response::Accounts {
                accounts: self.vault.accounts(first, count)?,
            }),
            Request::PathAccounts {
                scheme,
                first,
                count,
            } => self.path_accounts(caller, scheme, first, count),
            Request::SealBackup { place, plain } => Ok(Response::BackupPart {
                bytes: self.vault.seal_backup(&place, &plain)?,
            }),
            Request::OpenBackup { place, sealed } => Ok(Response::BackupPart {
                bytes: self.vault.open_backup(&place, &sealed)?,
            }),
            Request::SealBook => Ok(Response::BackupPart {
                bytes: self.vault.seal_book()?,
            }),
            Request::OpenBook { sealed } => self.open_book(caller, &sealed),
            Request::ShopKeys => {
                let shop = self.vault.shop_account()?;
                Ok(Response::ShopKeys {
                    evm: shop.evm,
                    core: Some(shop.core),
                })
            }
            Request::StoreKey => Ok(Response::StoreKey {
                key: hex::encode(self.vault.store_key()?.get()),
            }),
            Request::TestKeyring => Ok(Response::KeyringReady {
                backend: self.vault.test_keyring()?,
            }),
            Request::SetPolicy(policy) => self.set_policy(caller, policy),
            Request::SavePayee(payee) => self.save_payee(caller, &payee),
            Request::RemovePayee { address } => {
                self.vault.remove_payee(&address)?;
                Ok(Response::Done)
            }
            Request::Payees => Ok(Response::Payees {
                payees: self.vault.payees()?,
            }),
            Request::SaveAsset { asset, domain } => self.save_asset(caller, asset, domain),
            Request::Judge(request) => Ok(Response::Verdict {
                verdict: self.vault.judge(&request)?,
            }),
            Request::Sign(request) => self.sign(caller, &request).map(Response::Signed),
            // The connection answers these itself.
            Request::Hello(_) | Request::SetAppearance(_) | Request::Cancel { .. } => {
                Err(AgentError::Internal)
            }
            Request::Remove { proof } => self.remove(caller, proof),
            Request::Quit => Ok(Response::Done),
        }
    }

    fn status(&self) -> Result<Response, AgentError> {
        self.vault.status().map(Response::Status)
    }
}

/// Whether a request may wait for a person, a keyring or the key derivation.
fn is_slow(request: &Request) -> bool {
    !matches!(
        request,
        Request::Status
            | Request::Lock
            | Request::Accounts { .. }
            | Request::ShopKeys
            | Request::RemovePayee { .. }
            | Request::Payees
            | Request::Judge(_)
            | Request::Quit
    )
}

/// A reply that says why not.
fn refusal(id: u32, error: AgentError) -> Reply {
    Reply {
        id,
        result: Err(error),
    }
}
