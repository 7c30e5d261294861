//! Backups: written by hand and after changes, checked, taken back, tested.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiaozi_types::agent::{AgentError, Request, Response, VaultState};
use tokio::sync::broadcast::error::RecvError;

use super::{Wallet, lock};
use crate::api::till::ChargeState;
use crate::api::{
    AppState, BackupReport, BackupView, ErrorCode, ErrorView, MoneyState, WalletEvent,
};
use crate::backup::document::{self, Document, KeptPreferences};
use crate::backup::state::is_test_due;
use crate::backup::{envelope, place};
use crate::book::Book;
use crate::error::WalletError;
use crate::network::Network;
use crate::payment::PaymentRecord;
use crate::records::{AccountRecord, ChargeRecord, ContactRecord};
use crate::till::records::{TillChargeRecord, TillRecord};
use crate::vault::VaultError;

/// Changes that come within this time are written together.
const QUIET: Duration = Duration::from_secs(5);
/// While changes do not end, one is written this often.
const LONGEST: Duration = Duration::from_secs(60);

impl Wallet {
    /// How the backups stand.
    pub async fn backup(&self) -> Result<BackupView, WalletError> {
        let book = self.book()?;
        let preferences = self.preferences();
        let record = book.backup()?;
        let hash = self.document(&book).await?.hash()?;
        let check_due = self.is_backup_test_due(&book)?;
        Ok(BackupView {
            current: record.written_hash.as_ref() == Some(&hash),
            error: record
                .failure
                .map(|code| told(code, &preferences.backup_folder)),
            check_due,
            folder: preferences
                .backup_folder
                .map(|folder| folder.display().to_string()),
            written_to: record.written_to,
            written_at: record.written_at,
            checked_at: record.checked_at,
            check_days: preferences.check_days,
        })
    }

    /// Sets the folder that a new file is written to after changes; none ends it.
    ///
    /// # Errors
    /// `backup_place_gone` when there is no such folder.
    pub async fn set_backup_folder(
        &self,
        folder: Option<PathBuf>,
    ) -> Result<BackupView, WalletError> {
        let folder = match folder {
            // A relative path would mean another folder next time.
            Some(folder) => Some(
                std::fs::canonicalize(&folder)
                    .ok()
                    .filter(|f| f.is_dir())
                    .ok_or_else(|| {
                        let values = [("file", folder.display().to_string())];
                        crate::error::rule(ErrorCode::BackupPlaceGone, values)
                    })?,
            ),
            None => None,
        };
        self.change_preferences(|preferences| preferences.backup_folder = folder)?;
        self.book()?.change_backup(|record| {
            record.failure = None;
            record.written_hash = None;
        })?;
        self.tell(WalletEvent::Settings);
        self.write_due_backup().await?;
        self.backup().await
    }

    /// Sets the days between two tests of the backup; zero: once is enough.
    pub async fn set_backup_check_days(&self, days: u32) -> Result<BackupView, WalletError> {
        if days > 3_650 {
            return Err(ErrorCode::BadInput.into());
        }
        self.change_preferences(|preferences| preferences.check_days = days)?;
        self.tell(WalletEvent::Settings);
        self.backup().await
    }

    /// Puts the reminder to test the backup off for two weeks.
    pub async fn put_off_backup_check(&self) -> Result<BackupView, WalletError> {
        let now = self.inner.clock.now().as_unix();
        self.book()?
            .change_backup(|record| record.reminded_at = Some(now))?;
        self.tell(WalletEvent::Settings);
        self.backup().await
    }

    /// Notes that the words were typed back and are right.
    pub(super) fn note_backup_check(&self) -> Result<(), WalletError> {
        let now = self.inner.clock.now().as_unix();
        self.book()?
            .change_backup(|record| record.checked_at = Some(now))
    }

    /// Writes a backup to `file`, or with none into the folder that is set, and
    /// tells what is in it.
    ///
    /// # Errors
    /// `backup_folder_none`; those of the place; `locked` where the key is not at hand.
    pub async fn write_backup(&self, file: Option<PathBuf>) -> Result<BackupReport, WalletError> {
        let outcome = self.try_write_backup(file).await;
        if let Err(error) = &outcome {
            let code = error.code();
            self.book()?
                .change_backup(|record| record.failure = Some(code))?;
        }
        self.tell(WalletEvent::Settings);
        outcome
    }

    async fn try_write_backup(&self, file: Option<PathBuf>) -> Result<BackupReport, WalletError> {
        let book = self.book()?;
        let document = self.document(&book).await?;
        let folder = match &file {
            Some(_) => None,
            None => Some(
                self.preferences()
                    .backup_folder
                    .ok_or(ErrorCode::BackupFolderNone)?,
            ),
        };
        let file = match (file, &folder) {
            (Some(file), _) => file,
            (None, Some(folder)) => folder.join(place::free_name(
                folder,
                &document.fingerprint,
                document.made_at,
            )),
            (None, None) => return Err(ErrorCode::BackupFolderNone.into()),
        };
        let hash = document.hash()?;
        let fingerprint = document.fingerprint.clone();
        let sealed = envelope::seal(&self.inner.vault, &fingerprint, &document.to_bytes()?).await?;
        let target = file.clone();
        let written = tokio::task::spawn_blocking(move || {
            place::write(&target, &sealed)?;
            match folder {
                Some(folder) => place::prune(&folder, &fingerprint),
                None => Ok(()),
            }
        });
        written.await.map_err(|_| ErrorCode::Internal)??;
        let written_to = file.display().to_string();
        book.change_backup(|record| {
            record.written_at = Some(document.made_at);
            record.written_to = Some(written_to);
            record.written_hash = Some(hash);
            record.failure = None;
        })?;
        report(&file, &document, true)
    }

    /// Writes a backup into the folder that is set if something has changed
    /// since the last one. A vault that does not give the key now is no error:
    /// the next change or unlock tries again.
    pub async fn write_due_backup(&self) -> Result<bool, WalletError> {
        let Ok(book) = self.book() else {
            return Ok(false);
        };
        if self.preferences().backup_folder.is_none() {
            return Ok(false);
        }
        let hash = self.document(&book).await?.hash()?;
        if book.backup()?.written_hash == Some(hash) {
            return Ok(false);
        }
        match self.write_backup(None).await {
            Err(error) if error.code() == ErrorCode::Locked => Ok(false),
            outcome => outcome.map(|_| true),
        }
    }

    /// Writes backups after changes until the wallet is dropped.
    pub(super) fn start_backups(&self) {
        let weak = self.downgrade();
        let mut events = self.subscribe();
        tokio::spawn(async move {
            loop {
                match events.recv().await {
                    Ok(_) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                }
                let first = tokio::time::Instant::now();
                while first.elapsed() < LONGEST {
                    match tokio::time::timeout(QUIET, events.recv()).await {
                        Ok(Err(RecvError::Closed)) => return,
                        Ok(_) => {}
                        Err(_) => break,
                    }
                }
                let Some(wallet) = weak.upgrade() else { return };
                if let Err(error) = wallet.write_due_backup().await {
                    tracing::warn!(%error, "no backup was written");
                }
                // What the writing itself told is no change.
                events = wallet.subscribe();
            }
        });
    }

    /// What a file holds; with none, the newest one in the folder that is set.
    /// Nothing is changed.
    pub async fn check_backup(&self, file: Option<PathBuf>) -> Result<BackupReport, WalletError> {
        let file = match file {
            Some(file) => file,
            None => self.newest_backup().await?,
        };
        let document = self.read_backup(&file).await?;
        let now = self.document(&self.book()?).await?;
        report(&file, &document, document.hash()? == now.hash()?)
    }

    /// The newest file in the folder that is set.
    async fn newest_backup(&self) -> Result<PathBuf, WalletError> {
        let folder = self.preferences().backup_folder;
        let folder = folder.ok_or(ErrorCode::BackupFolderNone)?;
        let files = place::list(&folder, &self.fingerprint().await?)?;
        files.into_iter().next().ok_or_else(|| {
            let values = [("file", folder.display().to_string())];
            crate::error::rule(ErrorCode::BackupMissing, values)
        })
    }

    /// Takes a backup back into a new profile of the same words: payees, labels,
    /// networks, payments, the till with its charges; and, after the vault has
    /// asked, its names and limits. A folder stands for the newest file in it.
    ///
    /// # Errors
    /// `backup_not_fresh` in a profile with payments, payees or a till of its
    /// own; those of reading the file.
    pub async fn take_back_backup(&self, file: PathBuf) -> Result<BackupReport, WalletError> {
        let book = self.book()?;
        let file = if file.is_dir() {
            let newest = place::list(&file, &self.fingerprint().await?)?
                .into_iter()
                .next();
            newest.ok_or_else(|| {
                let values = [("file", file.display().to_string())];
                crate::error::rule(ErrorCode::BackupMissing, values)
            })?
        } else {
            file
        };
        let document = self.read_backup(&file).await?;
        if !is_fresh(&book)? {
            return Err(ErrorCode::BackupNotFresh.into());
        }
        if let Some(sealed) = &document.book {
            let sealed = hex::decode(sealed).map_err(|_| ErrorCode::BackupDamaged)?;
            let sealed = sealed.into();
            self.inner.vault.call(Request::OpenBook { sealed }).await?;
        }
        // The records last: with them the profile is no longer new, and what was
        // cut short could not be repeated.
        let kept = document.preferences.clone();
        self.change_preferences(|preferences| {
            preferences.language = kept.language;
            preferences.theme = kept.theme;
            preferences.region = kept.region;
            preferences.check_days = kept.check_days;
        })?;
        document::take_back(&book, &document)?;
        if let Some(network) = book.network(kept.network)? {
            self.change_preferences(|preferences| preferences.network = network.chain)?;
        }
        self.inner
            .vault
            .set_appearance(self.preferences().appearance())
            .await?;
        self.learn_addresses().await?;
        self.tell(WalletEvent::Settings);
        self.tell(WalletEvent::Activity);
        self.tell(WalletEvent::Overview);
        self.tell(WalletEvent::Till);
        report(&file, &document, true)
    }

    async fn read_backup(&self, file: &Path) -> Result<Document, WalletError> {
        let bytes = place::read(file)?;
        let fingerprint = self.fingerprint().await?;
        let plain = envelope::open(&self.inner.vault, &fingerprint, &bytes).await?;
        Document::from_bytes(&plain)
    }

    async fn fingerprint(&self) -> Result<String, WalletError> {
        let status = self.vault_status().await?;
        status.fingerprint.ok_or_else(|| ErrorCode::NoWallet.into())
    }

    /// What a backup of now would hold.
    async fn document(&self, book: &Book) -> Result<Document, WalletError> {
        let status = self.vault_status().await?;
        let fingerprint = status.fingerprint.ok_or(ErrorCode::NoWallet)?;
        if status.state == VaultState::Unlocked {
            self.keep_vault_part(book).await?;
        }
        let preferences = self.preferences();
        let reader = book.clone();
        let kinds = tokio::task::spawn_blocking(move || document::records(&reader)).await;
        Ok(Document {
            format: document::FORMAT,
            app: env!("CARGO_PKG_VERSION").to_owned(),
            fingerprint,
            made_at: self.inner.clock.now().as_unix(),
            preferences: KeptPreferences {
                language: preferences.language,
                theme: preferences.theme,
                network: preferences.network,
                region: preferences.region,
                check_days: preferences.check_days,
            },
            policy: status.policy,
            book: book.backup()?.book,
            kinds: kinds.map_err(|_| ErrorCode::Internal)??,
        })
    }

    /// Keeps the vault's own part as it is now, for when it is locked.
    async fn keep_vault_part(&self, book: &Book) -> Result<(), WalletError> {
        match self.inner.vault.call(Request::SealBook).await {
            Ok(Response::BackupPart { bytes }) => {
                let part = hex::encode(&bytes);
                book.change_backup(|record| record.book = Some(part))
            }
            Ok(_) => Err(AgentError::Internal.into()),
            // It locked itself meanwhile.
            Err(VaultError::Refused(AgentError::Locked)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether the person is to be reminded to test the backup.
    pub(super) fn is_backup_test_due(&self, book: &Book) -> Result<bool, WalletError> {
        let had_money = book.had_real_money()?;
        let now = self.inner.clock.now().as_unix();
        let days = self.preferences().check_days;
        Ok(is_test_due(&book.backup()?, had_money, days, now))
    }

    pub(super) fn change_preferences(
        &self,
        change: impl FnOnce(&mut crate::preferences::Preferences),
    ) -> Result<(), WalletError> {
        let mut preferences = self.preferences();
        change(&mut preferences);
        preferences.save(&self.inner.profile)?;
        *lock(&self.inner.preferences) = preferences;
        Ok(())
    }

    /// Tests the backup: the vault asks for it, as words, shares or a sealed
    /// file, and says whether it restores this wallet. Nothing else changes.
    pub async fn test_backup(&self) -> Result<AppState, WalletError> {
        self.check_words().await
    }
}

/// Whether a profile has nothing of its own that a backup would put away.
fn is_fresh(book: &Book) -> Result<bool, WalletError> {
    Ok(book.all::<ContactRecord>()?.is_empty()
        && book.all::<PaymentRecord>()?.is_empty()
        && book.all::<ChargeRecord>()?.is_empty()
        && book.all::<TillRecord>()?.is_empty())
}

fn report(file: &Path, document: &Document, current: bool) -> Result<BackupReport, WalletError> {
    let charges = document.read::<TillChargeRecord>()?;
    let open = charges
        .iter()
        .filter(|(_, charge)| {
            matches!(
                charge.standing.state,
                ChargeState::Open | ChargeState::Unclear
            )
        })
        .count();
    let till = document.read::<TillRecord>()?.into_iter().next();
    Ok(BackupReport {
        file: file.display().to_string(),
        fingerprint: document.fingerprint.clone(),
        made_at: document.made_at,
        version: document.app.clone(),
        accounts: document.of::<AccountRecord>().len().max(1),
        contacts: document.of::<ContactRecord>().len(),
        networks: document.of::<Network>().len(),
        payments: document.of::<PaymentRecord>().len(),
        shop: till.map(|(_, till)| till.shop),
        charges: charges.len(),
        open_charges: open,
        current,
    })
}

/// A failure that was kept, as shells see it.
fn told(code: ErrorCode, folder: &Option<PathBuf>) -> ErrorView {
    let file = folder.as_ref().map(|folder| folder.display().to_string());
    ErrorView {
        code,
        retryable: true,
        money: MoneyState::Safe,
        values: [("file".to_owned(), file.unwrap_or_default())].into(),
    }
}
