//! What shells can ask of the vault. Each of these may open the vault's own
//! prompt; what is typed there stays there.

use jiaozi_types::agent::{
    AgentError, Backup, Language, QuickPayLimit, Request, Response, Sealing, SpendPolicy, Theme,
    WordLanguage,
};
use jiaozi_types::{Amount, AssetId};

use super::{Wallet, lock};
use crate::api::{AppState, ErrorCode, KeyringView, PolicyInput, WalletEvent};
use crate::error::WalletError;
use crate::records::OriginRecord;

impl Wallet {
    /// Makes a new wallet: `words` is 12, 15, 18, 21 or 24.
    pub async fn create_wallet(
        &self,
        words: u8,
        word_language: WordLanguage,
        sealing: Sealing,
        backup: Backup,
    ) -> Result<AppState, WalletError> {
        let state = self
            .ask(Request::Create {
                words,
                word_language,
                sealing,
                backup,
            })
            .await?;
        // Nobody paid these words before: what is older is not read.
        let made_at = self.inner.clock.now().as_unix();
        if let Ok(book) = self.book() {
            book.store().put(&[], &OriginRecord { made_at })?;
        }
        Ok(state)
    }

    /// Makes the wallet of words that the person types into the vault.
    pub async fn restore_wallet(&self, sealing: Sealing) -> Result<AppState, WalletError> {
        self.ask(Request::Restore { sealing }).await
    }

    /// Unlocks, after the PIN.
    pub async fn unlock(&self) -> Result<AppState, WalletError> {
        let state = self.ask(Request::Unlock).await?;
        // A wallet of before Core Space has an account there from now on.
        if self.book().is_ok() {
            self.learn_addresses().await?;
        }
        Ok(state)
    }

    /// Locks at once.
    pub async fn lock(&self) -> Result<AppState, WalletError> {
        self.ask(Request::Lock).await
    }

    /// Shows the words, after the PIN.
    pub async fn show_words(&self) -> Result<AppState, WalletError> {
        self.ask(Request::ShowWords).await
    }

    /// Asks for the backup: words, shares or a sealed file.
    pub async fn check_words(&self) -> Result<AppState, WalletError> {
        let state = self.ask(Request::CheckWords).await?;
        if self.book().is_ok() {
            self.note_backup_check()?;
            self.tell(WalletEvent::Settings);
        }
        Ok(state)
    }

    /// Sets another PIN.
    pub async fn change_pin(&self) -> Result<AppState, WalletError> {
        self.ask(Request::ChangePin).await
    }

    /// Closes the vault's prompt, if one is open.
    pub async fn cancel_prompt(&self) -> Result<(), WalletError> {
        Ok(self.inner.vault.cancel_prompt().await?)
    }

    /// Tries the OS keyring.
    pub async fn test_keyring(&self) -> Result<KeyringView, WalletError> {
        match self.inner.vault.call(Request::TestKeyring).await? {
            Response::KeyringReady { backend } => Ok(KeyringView { backend }),
            _ => Err(AgentError::Internal.into()),
        }
    }

    /// Replaces the spend policy; the vault asks for the PIN where it becomes looser.
    pub async fn set_policy(&self, input: PolicyInput) -> Result<AppState, WalletError> {
        let networks = self.book()?.networks()?;
        let mut quick_pay = Vec::new();
        for limit in &input.quick_pay {
            let id: AssetId = limit.asset.parse().map_err(|_| ErrorCode::BadInput)?;
            let asset = networks
                .iter()
                .find_map(|network| network.asset(id))
                .ok_or(ErrorCode::UnknownToken)?;
            quick_pay.push(QuickPayLimit {
                asset: id,
                per_payment: Amount::parse(&limit.per_payment, asset)?.atoms(),
                per_day: Amount::parse(&limit.per_day, asset)?.atoms(),
            });
        }
        let policy = SpendPolicy {
            quick_pay,
            lock_after_seconds: input.lock_after_seconds,
        };
        self.ask(Request::SetPolicy(policy)).await
    }

    /// Sets the language of the interface and of the vault's prompts.
    pub async fn set_language(&self, language: Language) -> Result<AppState, WalletError> {
        lock(&self.inner.preferences).language = language;
        self.appearance_changed().await
    }

    /// Sets the theme of the interface and of the vault's prompts.
    pub async fn set_theme(&self, theme: Theme) -> Result<AppState, WalletError> {
        lock(&self.inner.preferences).theme = theme;
        self.appearance_changed().await
    }

    async fn appearance_changed(&self) -> Result<AppState, WalletError> {
        let preferences = self.preferences();
        preferences.save(&self.inner.profile)?;
        self.inner
            .vault
            .set_appearance(preferences.appearance())
            .await?;
        self.state().await
    }

    /// Asks the vault, then tells everyone how it stands.
    async fn ask(&self, request: Request) -> Result<AppState, WalletError> {
        let outcome = self.inner.vault.call(request).await;
        // Even a refusal may have changed something: a wrong PIN makes one wait.
        self.tell(WalletEvent::Vault);
        outcome?;
        self.state().await
    }
}
