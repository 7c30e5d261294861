//! Starting the vault's agent, or finding the one that runs.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use jiaozi_types::agent::{Appearance, Language, Theme};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::process::Command;
use zeroize::Zeroizing;

use super::VaultError;
use super::connection::Connection;

/// How long an agent may take to be ready, when no person has to type.
const READY: Duration = Duration::from_secs(20);

/// Where the vault asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptKind {
    /// In windows of its own.
    Window,
    /// On the terminal.
    Terminal,
    /// Nowhere: what needs a prompt fails.
    None,
}

/// A PIN or passphrase for an agent that lives for one command of a script.
/// It answers that agent's prompts; the shell passes it on unread where it can.
#[derive(Clone)]
pub enum ScriptedSecret {
    /// None: people are asked.
    Nobody,
    /// The vault reads it from this process's standard input.
    Stdin,
    /// The shell made it itself (a throw-away wallet).
    Given(Zeroizing<String>),
}

impl std::fmt::Debug for ScriptedSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Nobody => "Nobody",
            Self::Stdin => "Stdin",
            Self::Given(_) => "Given(..)",
        })
    }
}

/// How a shell comes to its vault.
#[derive(Debug, Clone)]
pub enum VaultLaunch {
    /// A child process that talks over its standard input and output.
    Pipe {
        /// The vault's program.
        program: PathBuf,
        /// The profile.
        profile: PathBuf,
        /// Where it asks.
        prompt: PromptKind,
    },
    /// The agent on `resident` where one runs; else, and for what it cannot do
    /// without a prompt, a child process for this command only.
    Socket {
        /// The vault's program.
        program: PathBuf,
        /// The profile.
        profile: PathBuf,
        /// The socket of an agent that was unlocked before.
        resident: PathBuf,
        /// Where the child asks.
        prompt: PromptKind,
        /// What answers instead of a person.
        secret: ScriptedSecret,
    },
}

fn prompt_name(prompt: PromptKind) -> &'static str {
    match prompt {
        PromptKind::Window => "window",
        PromptKind::Terminal => "terminal",
        PromptKind::None => "none",
    }
}

/// The command line that both kinds of agent share.
fn command(program: &Path, profile: &Path, prompt: PromptKind, appearance: Appearance) -> Command {
    let mut command = Command::new(program);
    command.arg("agent").arg("--profile").arg(profile);
    command.args(["--prompt", prompt_name(prompt)]);
    command.args([
        "--language",
        match appearance.language {
            Language::English => "en",
            Language::SimplifiedChinese => "zh-CN",
        },
    ]);
    command.args([
        "--theme",
        match appearance.theme {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        },
    ]);
    command.kill_on_drop(true);
    command
}

/// Starts the agent that belongs to this shell.
pub(super) async fn start(
    launch: &VaultLaunch,
    appearance: Appearance,
) -> Result<Connection, VaultError> {
    match launch {
        VaultLaunch::Pipe {
            program,
            profile,
            prompt,
        } => {
            let mut command = command(program, profile, *prompt, appearance);
            command
                .arg("--stdio")
                .stdin(Stdio::piped())
                .stdout(Stdio::piped());
            let mut child = command.spawn().map_err(|_| VaultError::Missing)?;
            let (Some(writer), Some(reader)) = (child.stdin.take(), child.stdout.take()) else {
                return Err(VaultError::Missing);
            };
            Connection::open(reader, writer, Some(child), appearance).await
        }
        VaultLaunch::Socket {
            program,
            profile,
            prompt,
            secret,
            ..
        } => {
            start_once(
                command(program, profile, *prompt, appearance),
                secret,
                appearance,
            )
            .await
        }
    }
}

/// Starts an agent on a socket in a private folder; it ends with the connection.
async fn start_once(
    mut command: Command,
    secret: &ScriptedSecret,
    appearance: Appearance,
) -> Result<Connection, VaultError> {
    let folder = tempfile::Builder::new()
        .prefix("jiaozi-")
        .permissions(std::fs::Permissions::from_mode(0o700))
        .tempdir()
        .map_err(|_| VaultError::Missing)?;
    let socket = folder.path().join("vault.sock");
    command
        .arg("--socket")
        .arg(&socket)
        .arg("--once")
        .stdout(Stdio::piped());
    match secret {
        ScriptedSecret::Nobody => command.stdin(Stdio::null()),
        ScriptedSecret::Stdin => command.arg("--secret-stdin").stdin(Stdio::inherit()),
        ScriptedSecret::Given(_) => command.arg("--secret-stdin").stdin(Stdio::piped()),
    };
    let mut child = command.spawn().map_err(|_| VaultError::Missing)?;
    if let (ScriptedSecret::Given(secret), Some(mut stdin)) = (secret, child.stdin.take()) {
        let line = Zeroizing::new(format!("{}\n", secret.as_str()));
        stdin
            .write_all(line.as_bytes())
            .await
            .map_err(|_| VaultError::Gone)?;
    }
    let stdout = child.stdout.take().ok_or(VaultError::Missing)?;
    let mut lines = BufReader::new(stdout).lines();
    match tokio::time::timeout(READY, lines.next_line()).await {
        Ok(Ok(Some(line))) if line == "ready" => {}
        _ => return Err(VaultError::Missing),
    }
    let stream = UnixStream::connect(&socket)
        .await
        .map_err(|_| VaultError::Gone)?;
    let (reader, writer) = stream.into_split();
    // The folder goes; the connection stays.
    Connection::open(reader, writer, Some(child), appearance).await
}

/// Connects to the agent that was unlocked before, if it runs.
pub(super) async fn find_resident(
    launch: &VaultLaunch,
    appearance: Appearance,
) -> Option<Connection> {
    let VaultLaunch::Socket { resident, .. } = launch else {
        return None;
    };
    let stream = UnixStream::connect(resident).await.ok()?;
    let (reader, writer) = stream.into_split();
    Connection::open(reader, writer, None, appearance)
        .await
        .ok()
}
