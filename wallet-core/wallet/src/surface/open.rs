//! Opening a profile.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use fs4::fs_std::FileExt;
use jiaozi_store::StoreKey;
use jiaozi_types::agent::{
    AgentError, KeyRef, Language, Request, Response, VaultState, VaultStatus,
};
use jiaozi_types::{Clock, SystemClock};
use tokio::sync::broadcast;
use zeroize::Zeroizing;

use super::followed::Followed;
use super::{Inner, SandboxHost, Wallet};
use crate::api::{AppState, ErrorCode, Stage};
use crate::book::Book;
use crate::error::WalletError;
use crate::network::Network;
use crate::preferences::Preferences;
use crate::records::AccountRecord;
use crate::vault::{VaultError, VaultLaunch, VaultLink};
use crate::views;

/// How a profile is opened.
pub struct OpenOptions {
    /// The profile's folder; made when it is not there.
    pub profile: PathBuf,
    /// How the vault is reached.
    pub vault: VaultLaunch,
    /// Where the sandbox ledger comes from.
    pub sandbox: Arc<dyn SandboxHost>,
    /// The language of the vault's prompts, where it is not the profile's.
    pub language: Option<Language>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl OpenOptions {
    /// With the computer's own clock.
    pub fn new(profile: PathBuf, vault: VaultLaunch, sandbox: Arc<dyn SandboxHost>) -> Self {
        Self {
            profile,
            vault,
            sandbox,
            language: None,
            clock: Arc::new(SystemClock),
        }
    }
}

impl Wallet {
    /// Opens a profile. Fails with `profile_open` while another process has
    /// it. A profile without a wallet opens to onboarding.
    pub async fn open(options: OpenOptions) -> Result<Self, WalletError> {
        make_private_folder(&options.profile)?;
        let lock = lock_profile(&options.profile)?;
        let preferences = Preferences::load(&options.profile);
        let mut appearance = preferences.appearance();
        appearance.language = options.language.unwrap_or(appearance.language);
        let vault = VaultLink::new(options.vault, appearance);
        let wallet = Self {
            inner: Arc::new(Inner {
                profile: options.profile,
                _lock: lock,
                vault: Arc::new(vault),
                sandbox: options.sandbox,
                clock: options.clock,
                preferences: Mutex::new(preferences),
                book: RwLock::new(None),
                ledgers: tokio::sync::Mutex::new(HashMap::new()),
                proposals: Mutex::new(HashMap::new()),
                signing: tokio::sync::Mutex::new(()),
                reading: tokio::sync::Mutex::new(()),
                followed: Followed::default(),
                replacements: Default::default(),
                turns: Default::default(),
                events: broadcast::channel(256).0,
                till: Default::default(),
            }),
        };
        let status = wallet.vault_status().await?;
        let has_wallet = status.state != VaultState::Empty;
        super::removal::settle(&wallet.inner.profile, has_wallet)?;
        if has_wallet {
            wallet.try_open_book().await?;
        }
        Ok(wallet)
    }

    /// How the wallet stands. Never waits for the network.
    pub async fn state(&self) -> Result<AppState, WalletError> {
        let status = self.vault_status().await?;
        if status.state != VaultState::Empty && self.book().is_err() {
            self.try_open_book().await?;
        }
        let stage = match (status.state, self.book()) {
            (VaultState::Empty, _) => Stage::Onboarding,
            (_, Err(_)) => Stage::Locked,
            (_, Ok(_)) => Stage::Ready,
        };
        let networks = match self.book() {
            Ok(book) => book.networks()?,
            Err(_) => vec![Network::sandbox()],
        };
        let preferences = self.preferences();
        Ok(AppState {
            stage,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            language: preferences.language,
            theme: preferences.theme,
            region: preferences.region,
            vault: views::vault(&status, &networks),
            network: self.network()?.view(preferences.network),
            profile_dir: self.inner.profile.display().to_string(),
        })
    }

    /// Ends the vault's process that belongs to this shell. Payments under way
    /// go on at the next start.
    pub async fn close(&self) {
        self.inner.vault.close().await;
    }

    pub(super) async fn vault_status(&self) -> Result<VaultStatus, WalletError> {
        match self.inner.vault.call(Request::Status).await? {
            Response::Status(status) => Ok(status),
            _ => Err(AgentError::Internal.into()),
        }
    }

    /// Opens the records if the vault gives their key; leaves them sealed if
    /// the vault has to be unlocked first.
    pub(super) async fn try_open_book(&self) -> Result<(), WalletError> {
        let key = match self.inner.vault.call(Request::StoreKey).await {
            Ok(Response::StoreKey { key }) => Zeroizing::new(key),
            Ok(_) => return Err(AgentError::Internal.into()),
            Err(VaultError::Refused(AgentError::Locked)) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let mut bytes = Zeroizing::new([0; 32]);
        hex::decode_to_slice(key.as_str(), bytes.as_mut()).map_err(|_| ErrorCode::Internal)?;
        {
            // The guard ends before the await: shells call this from any thread.
            let mut slot = self
                .inner
                .book
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            if slot.is_none() {
                *slot = Some(Book::open(&self.inner.profile, &StoreKey::new(*bytes))?);
            }
        }
        self.learn_addresses().await
    }

    /// Writes the addresses of accounts that are not known yet.
    pub(super) async fn learn_addresses(&self) -> Result<(), WalletError> {
        let book = self.book()?;
        for (index, account) in book.accounts()? {
            // Those that are watched are of another wallet, and those of other
            // wallets' paths are told when they are found.
            let own =
                account.cold.is_none() && matches!(KeyRef::of_account(index), KeyRef::Account(_));
            if own && (account.address.is_none() || account.core.is_none()) {
                let request = Request::Accounts {
                    first: index,
                    count: 1,
                };
                let Response::Accounts { accounts } = self.inner.vault.call(request).await? else {
                    return Err(AgentError::Internal.into());
                };
                let told = accounts.first().ok_or(AgentError::Internal)?;
                let (address, core) = (Some(told.address), told.core);
                if (account.address, account.core) != (address, core) {
                    let label = account.label;
                    let account = AccountRecord {
                        label,
                        address,
                        core,
                        cold: None,
                    };
                    book.store().put(&index.to_be_bytes(), &account)?;
                }
            }
        }
        Ok(())
    }
}

fn make_private_folder(folder: &Path) -> Result<(), WalletError> {
    std::fs::create_dir_all(folder)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

fn lock_profile(profile: &Path) -> Result<std::fs::File, WalletError> {
    let file = std::fs::OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(profile.join("lock"))?;
    match FileExt::try_lock_exclusive(&file) {
        Ok(true) => Ok(file),
        Ok(false) => Err(ErrorCode::ProfileOpen.into()),
        Err(error) => Err(error.into()),
    }
}
