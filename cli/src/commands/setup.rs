//! Making a wallet, its recovery words, its PIN. Everything secret is asked
//! and shown by the vault; nothing of it passes through here.

use jiaozi_types::agent::{Backup, BackupState, Language, Sealing, WordLanguage};
use jiaozi_wallet::api::{AccountSearch, AppState, ErrorCode, Stage};
use jiaozi_wallet::vault::PromptKind;
use jiaozi_wallet::{Wallet, WalletError};

use crate::failure::{Failure, OwnCode};
use crate::options::{Init, LanguageChoice, Restore, Words};
use crate::progress;
use crate::session::Session;

/// `jiaozi init`
pub async fn init(session: &Session, options: &Init) -> Result<(), Failure> {
    let words = options.words.parse().map_err(|_| ErrorCode::BadInput)?;
    let messages = session.out.messages();
    let chinese = match options.word_language {
        Some(choice) => choice == LanguageChoice::SimplifiedChinese,
        None => messages.language() == Language::SimplifiedChinese,
    };
    let word_language = if chinese {
        WordLanguage::SimplifiedChinese
    } else {
        WordLanguage::English
    };
    let backup = if options.later {
        Backup::Later
    } else {
        Backup::Now
    };
    if backup == Backup::Now {
        require_eyes(session)?;
    }
    let wallet = open_empty(session).await?;
    let made = wallet
        .create_wallet(
            words,
            word_language,
            sealing(options.passphrase_only),
            backup,
        )
        .await;
    let made = made.map_err(|error| secret_failure(session, error))?;
    welcome(session, &wallet, made, "init_done", None).await
}

/// Words are shown and typed on a terminal only.
pub(super) fn require_eyes(session: &Session) -> Result<(), Failure> {
    if session.global.passphrase_stdin || session.prompt() != PromptKind::Terminal {
        return Err(OwnCode::WordsNeedTerminal.into());
    }
    Ok(())
}

/// On a terminal the vault explains its rules for PIN and passphrase; a script
/// is told here.
fn secret_failure(session: &Session, error: WalletError) -> Failure {
    if session.global.passphrase_stdin && error.code() == ErrorCode::BadInput {
        return OwnCode::WeakSecret.into();
    }
    error.into()
}

/// `jiaozi restore`
pub async fn restore(session: &Session, options: &Restore) -> Result<(), Failure> {
    require_eyes(session)?;
    let wallet = open_empty(session).await?;
    let made = wallet
        .restore_wallet(sealing(options.passphrase_only))
        .await;
    let made = made?;
    let found = if options.no_search {
        None
    } else {
        let work = wallet.search_accounts(false);
        Some(progress::during(&session.out, "searching", work).await?)
    };
    welcome(session, &wallet, made, "restore_done", found).await
}

fn sealing(passphrase_only: bool) -> Sealing {
    if passphrase_only {
        Sealing::PassphraseOnly
    } else {
        Sealing::Keyring
    }
}

/// A profile without a wallet. That there is one is said before anyone types.
async fn open_empty(session: &Session) -> Result<Wallet, Failure> {
    let wallet = session.open().await?;
    match wallet.state().await?.stage {
        Stage::Onboarding => Ok(wallet),
        Stage::Locked | Stage::Ready => Err(ErrorCode::WalletExists.into()),
    }
}

async fn welcome(
    session: &Session,
    wallet: &Wallet,
    mut state: AppState,
    done: &'static str,
    found: Option<AccountSearch>,
) -> Result<(), Failure> {
    // A language that was asked for while the wallet was made is the wallet's.
    if let Some(language) = session.language() {
        state = wallet.set_language(language).await?;
    }
    let accounts = wallet.accounts().await?;
    session.end(wallet).await;
    session.out.answer(&state, |out| {
        let messages = out.messages();
        out.line(messages.text(done))?;
        out.facts(&[
            (
                "address",
                accounts.first().map(|account| account.address.clone()),
            ),
            ("fingerprint", state.vault.fingerprint.clone()),
            ("profile", Some(state.profile_dir.clone())),
        ])?;
        if state.vault.backup == BackupState::Pending {
            out.line(messages.text("backup_pending"))?;
        }
        if let Some(found) = &found {
            super::search::show(out, found)?;
        }
        out.line(messages.text("init_next"))
    })
}

/// `jiaozi words`
pub async fn words(session: &Session, command: Words) -> Result<(), Failure> {
    require_eyes(session)?;
    let wallet = session.open().await?;
    require_wallet(&wallet).await?;
    let (state, done) = match command {
        Words::Show => (wallet.show_words().await?, "words_shown"),
        Words::Check => (wallet.check_words().await?, "words_checked"),
    };
    session.end(&wallet).await;
    session
        .out
        .answer(&state, |out| out.line(out.messages().text(done)))
}

/// `jiaozi pin`
pub async fn pin(session: &Session) -> Result<(), Failure> {
    let wallet = session.open().await?;
    require_wallet(&wallet).await?;
    let state = wallet.change_pin().await?;
    session.end(&wallet).await;
    session
        .out
        .answer(&state, |out| out.line(out.messages().text("pin_changed")))
}

pub(super) async fn require_wallet(wallet: &Wallet) -> Result<(), Failure> {
    match wallet.state().await?.stage {
        Stage::Onboarding => Err(ErrorCode::NoWallet.into()),
        Stage::Locked | Stage::Ready => Ok(()),
    }
}
