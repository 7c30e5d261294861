//! The way to the vault's agent: starting it, finding one that runs, and
//! calling it. The keys are on the other side; nothing here can see them.

mod connection;
mod launch;

use std::sync::atomic::{AtomicU32, Ordering};

use jiaozi_types::agent::{AgentError, Appearance, Request, Response};
use tokio::sync::Mutex;

use connection::Connection;
pub use launch::{PromptKind, ScriptedSecret, VaultLaunch};

/// Why the vault could not be asked, or what it answered instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// The vault's program is not where it should be, or does not start.
    #[error("the vault's program does not start")]
    Missing,
    /// The vault's program ended while it was asked. What was asked for may or
    /// may not have been done; nothing that it signed has left it.
    #[error("the vault's program ended")]
    Gone,
    /// The vault answered with an error.
    #[error(transparent)]
    Refused(#[from] AgentError),
}

/// The way to one profile's vault.
#[derive(Debug)]
pub struct VaultLink {
    launch: VaultLaunch,
    appearance: Mutex<Appearance>,
    /// An agent that runs beside the shell and outlives it (terminal only).
    resident: Mutex<Option<Connection>>,
    /// The agent that belongs to this shell.
    own: Mutex<Option<Connection>>,
    /// The id of the call that has a prompt open; zero for none.
    prompting: AtomicU32,
}

impl VaultLink {
    /// A way to the vault; nothing is started before the first call.
    pub fn new(launch: VaultLaunch, appearance: Appearance) -> Self {
        Self {
            launch,
            appearance: Mutex::new(appearance),
            resident: Mutex::new(None),
            own: Mutex::new(None),
            prompting: AtomicU32::new(0),
        }
    }

    /// Language and theme of the vault's prompts from now on.
    pub async fn set_appearance(&self, appearance: Appearance) -> Result<(), VaultError> {
        *self.appearance.lock().await = appearance;
        let own = self.own.lock().await.clone();
        if let Some(own) = own.filter(Connection::is_open) {
            own.call(Request::SetAppearance(appearance)).await?;
        }
        Ok(())
    }

    /// Asks the vault. A running agent is asked first; what it cannot do
    /// without a prompt goes to an agent of this shell's own.
    pub async fn call(&self, request: Request) -> Result<Response, VaultError> {
        if let Some(resident) = self.resident().await {
            match resident.call(request.clone()).await {
                Err(VaultError::Refused(AgentError::NoPrompt | AgentError::Locked)) => {}
                Err(VaultError::Gone) => *self.resident.lock().await = None,
                answer => return answer,
            }
        }
        let own = self.own().await?;
        let prompts = may_prompt(&request);
        let (id, answer) = own.begin(request)?;
        if prompts {
            self.prompting.store(id, Ordering::Release);
        }
        let answer = answer.await;
        if prompts {
            let _ = self
                .prompting
                .compare_exchange(id, 0, Ordering::AcqRel, Ordering::Acquire);
        }
        answer
    }

    /// Closes the prompt that is open, if one is.
    pub async fn cancel_prompt(&self) -> Result<(), VaultError> {
        let id = self.prompting.load(Ordering::Acquire);
        let own = self.own.lock().await.clone();
        match own {
            Some(own) if id != 0 && own.is_open() => {
                own.call(Request::Cancel { id }).await.map(|_| ())
            }
            _ => Ok(()),
        }
    }

    /// Whether an agent outside this shell holds the unlocked wallet.
    pub async fn has_resident(&self) -> bool {
        self.resident().await.is_some()
    }

    /// Ends this shell's own agent.
    pub async fn close(&self) {
        if let Some(own) = self.own.lock().await.take() {
            let _ = own.call(Request::Quit).await;
        }
    }

    async fn resident(&self) -> Option<Connection> {
        let mut resident = self.resident.lock().await;
        if !resident.as_ref().is_some_and(Connection::is_open) {
            let appearance = *self.appearance.lock().await;
            *resident = launch::find_resident(&self.launch, appearance).await;
        }
        resident.clone()
    }

    async fn own(&self) -> Result<Connection, VaultError> {
        let mut own = self.own.lock().await;
        match own.as_ref().filter(|connection| connection.is_open()) {
            Some(open) => Ok(open.clone()),
            None => {
                let appearance = *self.appearance.lock().await;
                let started = launch::start(&self.launch, appearance).await?;
                *own = Some(started.clone());
                Ok(started)
            }
        }
    }
}

/// Whether a request may open a prompt that [`VaultLink::cancel_prompt`] closes.
fn may_prompt(request: &Request) -> bool {
    !matches!(
        request,
        Request::Hello(_)
            | Request::Status
            | Request::SetAppearance(_)
            | Request::Cancel { .. }
            | Request::Lock
            | Request::Accounts { .. }
            | Request::ShopKeys
            | Request::StoreKey
            | Request::SealBackup { .. }
            | Request::OpenBackup { .. }
            | Request::SealBook
            | Request::TestKeyring
            | Request::Payees
            | Request::Judge(_)
            | Request::Quit
    )
}
