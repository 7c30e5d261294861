//! Unlocking for a while, locking, and how the wallet stands.

use std::process::Stdio;

use jiaozi_types::agent::{
    AgentError, BackupState, KeyringFault, Language, Request, Response, Sealing, VaultState,
    VaultStatus,
};
use jiaozi_wallet::WalletError;
use jiaozi_wallet::api::{AppState, ErrorCode, Stage};
use jiaozi_wallet::vault::{PromptKind, VaultError, VaultLink};
use serde::Serialize;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

use crate::failure::{Failure, OwnCode};
use crate::session::Session;
use crate::wording;

/// What `unlock` and `lock` answer to scripts.
#[derive(Debug, Serialize)]
struct LockView {
    unlocked: bool,
    lock_after_seconds: Option<u32>,
}

/// `jiaozi unlock`: leaves an agent in the background, like ssh-agent. It locks
/// itself and ends when it has been idle.
pub async fn unlock(session: &Session) -> Result<(), Failure> {
    let mut link = session.vault_link();
    let already = link.has_resident().await;
    if !already {
        start_resident(session).await?;
        link = session.vault_link();
    }
    let status = status(&link).await?;
    let after = status.policy.lock_after_seconds;
    let view = LockView {
        unlocked: true,
        lock_after_seconds: Some(after),
    };
    session.out.answer(&view, |out| {
        let messages = out.messages();
        let key = if already {
            "unlocked_already"
        } else {
            "unlocked"
        };
        let time = wording::seconds(messages, u64::from(after));
        out.line(&messages.fill(key, &[("time", &time)]))
    })
}

/// `jiaozi lock`
pub async fn lock(session: &Session) -> Result<(), Failure> {
    let link = session.vault_link();
    let was_unlocked = link.has_resident().await;
    if was_unlocked {
        link.call(Request::Lock).await.map_err(WalletError::from)?;
    }
    let view = LockView {
        unlocked: false,
        lock_after_seconds: None,
    };
    session.out.answer(&view, |out| {
        let key = if was_unlocked {
            "locked"
        } else {
            "locked_already"
        };
        out.line(out.messages().text(key))
    })
}

async fn status(link: &VaultLink) -> Result<VaultStatus, Failure> {
    match link
        .call(Request::Status)
        .await
        .map_err(WalletError::from)?
    {
        Response::Status(status) => Ok(status),
        _ => Err(ErrorCode::Internal.into()),
    }
}

/// Starts the agent that stays. It asks on the terminal, or reads standard
/// input, and then has nobody to ask.
async fn start_resident(session: &Session) -> Result<(), Failure> {
    let scripted = session.global.passphrase_stdin;
    if !scripted {
        // A script's line is for the agent that stays: only people are told early.
        if status(&session.vault_link()).await?.state == VaultState::Empty {
            return Err(ErrorCode::NoWallet.into());
        }
        if session.prompt() == PromptKind::None {
            return Err(ErrorCode::NoPrompt.into());
        }
    }
    let mut command = Command::new(&session.place.vault);
    command
        .arg("agent")
        .arg("--profile")
        .arg(&session.place.profile)
        .arg("--socket")
        .arg(session.place.agent_socket())
        .args(["--prompt", "terminal"])
        .args([
            "--language",
            language_tag(session.out.messages().language()),
        ])
        .stdout(Stdio::piped())
        // It outlives this program: it must not hold its standard error open.
        .stderr(Stdio::null());
    if scripted {
        command.arg("--secret-stdin").stdin(Stdio::inherit());
    } else {
        command.stdin(Stdio::null());
    }
    let mut child = command
        .spawn()
        .map_err(|_| WalletError::from(VaultError::Missing))?;
    let stdout = child.stdout.take().ok_or(ErrorCode::Internal)?;
    let line = BufReader::new(stdout).lines().next_line().await?;
    if line.as_deref() == Some("ready") {
        return Ok(());
    }
    let ended = child.wait().await?;
    Err(why(session, ended.code()).await)
}

fn language_tag(language: Language) -> &'static str {
    match language {
        Language::English => "en",
        Language::SimplifiedChinese => "zh-CN",
    }
}

/// What an agent that did not start says by its exit code. How long to wait
/// after a wrong PIN is asked of a new one, which needs no PIN for it.
async fn why(session: &Session, code: Option<i32>) -> Failure {
    let wait_seconds = match status(&session.vault_link()).await {
        Ok(status) => status.wait_seconds,
        Err(_) => 0,
    };
    let error = match code {
        Some(3) => AgentError::NoVault,
        Some(4) if wait_seconds > 0 => AgentError::Throttled { wait_seconds },
        Some(4) => AgentError::WrongPin { wait_seconds },
        Some(5) => AgentError::Declined,
        Some(6) => AgentError::Keyring {
            fault: keyring_fault(session).await,
        },
        Some(7) => AgentError::Storage,
        Some(8) => AgentError::DiskFull,
        Some(10) => return OwnCode::AgentSocket.into(),
        _ => return WalletError::from(VaultError::Missing).into(),
    };
    WalletError::from(error).into()
}

/// What is wrong with the keyring, found by trying it.
async fn keyring_fault(session: &Session) -> KeyringFault {
    match session.vault_link().call(Request::StoreKey).await {
        Err(VaultError::Refused(AgentError::Keyring { fault })) => fault,
        _ => KeyringFault::Locked,
    }
}

/// `jiaozi status`: never asks anyone and never waits for the network.
pub async fn show(session: &Session) -> Result<(), Failure> {
    let wallet = session.open().await?;
    let state = wallet.state().await?;
    let unlocked_until_idle = session.vault_link().has_resident().await;
    let accounts = match state.stage {
        Stage::Ready => wallet.accounts().await?,
        Stage::Onboarding | Stage::Locked => Vec::new(),
    };
    let copies = match state.stage {
        Stage::Ready => Some(wallet.backup().await?),
        Stage::Onboarding | Stage::Locked => None,
    };
    session.end(&wallet).await;
    session.out.answer(&state, |out| {
        let messages = out.messages();
        let stage = match (state.stage, unlocked_until_idle) {
            (Stage::Onboarding, _) => "status_empty",
            (_, true) => "status_unlocked",
            (_, false) => "status_locked",
        };
        let made = state.vault.state != VaultState::Empty;
        let wait = Some(state.vault.wait_seconds).filter(|wait| *wait > 0);
        let backup = made.then(|| match state.vault.backup {
            BackupState::Checked => messages.text("backup_checked").to_owned(),
            BackupState::Pending => messages.text("backup_missing").to_owned(),
        });
        out.facts(&[
            ("wallet", Some(messages.text(stage).to_owned())),
            ("wait", wait.map(|wait| wording::seconds(messages, wait))),
            (
                "address",
                accounts.first().map(|account| account.address.clone()),
            ),
            ("fingerprint", state.vault.fingerprint.clone()),
            ("sealing", sealing(messages, &state)),
            ("backup", backup),
            (
                "network",
                Some(wording::network_name(messages, &state.network)),
            ),
            ("profile", Some(state.profile_dir.clone())),
            ("version", Some(state.version.clone())),
        ])?;
        match copies {
            Some(copies) if copies.check_due => out.line(messages.text("backup_check_due")),
            _ => Ok(()),
        }
    })
}

fn sealing(messages: &crate::messages::Messages, state: &AppState) -> Option<String> {
    Some(match state.vault.sealing? {
        Sealing::PassphraseOnly => messages.text("sealing_passphrase").to_owned(),
        Sealing::Keyring => {
            let backend = state.vault.keyring_backend.as_deref().unwrap_or_default();
            messages.fill("sealing_keyring", &[("backend", backend)])
        }
    })
}
