//! `jiaozi-vault sign`: signs what a computer with a network asks for, after it
//! was shown as the vault itself reads it.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use jiaozi_cold::export::{self, Form};
use jiaozi_cold::{ColdError, Message, Request, picture, read_text};
use jiaozi_custody::ColdRefusal;
use jiaozi_types::agent::{AgentError, Appearance};

use super::output::{FileError, print, write_set};
use super::wallet::{WalletOptions, refused};
use crate::prompt::messages::Messages;
use crate::prompt::terminal;
use crate::prompt::wording::agent_error;
use crate::prompt::{SecretNeed, Session};

/// The largest file that is looked at.
const READ_MAX: u64 = 20_000_001;
/// The most files of one request.
const FILES_MAX: usize = 2_000;

/// What `sign` takes.
#[derive(Debug, Args)]
pub struct SignOptions {
    /// The request: a file with its text or a picture of its QR code, or several of them
    #[arg(required = true, value_name = "FILE")]
    request: Vec<PathBuf>,
    /// Write the signature to this file: .svg an animated QR code, .png QR codes, else text; without it, it is shown
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Sign what is shown without asking
    #[arg(long, requires = "secret_stdin")]
    yes: bool,
    #[command(flatten)]
    wallet: WalletOptions,
}

/// Why nothing was signed, or the signature was not written.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The request cannot be taken.
    #[error(transparent)]
    Request(#[from] ColdError),
    /// It is not signed by this wallet.
    #[error(transparent)]
    Refused(#[from] ColdRefusal),
    /// The vault.
    #[error(transparent)]
    Agent(#[from] AgentError),
    /// A file, or standard output.
    #[error(transparent)]
    File(#[from] FileError),
}

impl SignError {
    /// As a sentence for people. It never holds what was typed.
    pub fn sentence(&self, say: Messages) -> String {
        match self {
            Self::Request(error) => error_of(error, say),
            Self::Refused(refusal) => match refusal {
                ColdRefusal::OtherWallet { asked, this } => say.cold_other_wallet(asked, this),
                ColdRefusal::OtherPath { path } => say.cold_other_path(path),
                ColdRefusal::OtherAddress => say.cold_other_address().to_owned(),
                ColdRefusal::OtherChain => say.cold_other_chain().to_owned(),
                ColdRefusal::Agent(error) => agent(error, say),
            },
            Self::Agent(error) => agent(error, say),
            Self::File(error) => error.sentence(say),
        }
    }
}

fn error_of(error: &ColdError, say: Messages) -> String {
    match error {
        ColdError::DamagedFrame => say.cold_damaged().to_owned(),
        ColdError::OtherMessage => say.cold_mixed().to_owned(),
        ColdError::Incomplete { have, need, .. } => say.cold_incomplete(have, need),
        ColdError::TooLarge => say.cold_too_large().to_owned(),
        ColdError::OtherType { found } => say.cold_other_type(found),
        ColdError::Malformed(what) => say.cold_unreadable(what),
        ColdError::DataType(number) => say.cold_data_type(number),
        ColdError::NoCode => say.cold_no_code().to_owned(),
        ColdError::PictureUnreadable => say.cold_no_picture().to_owned(),
        _ => say.cold_no_request().to_owned(),
    }
}

fn agent(error: &AgentError, say: Messages) -> String {
    match error {
        AgentError::Undecodable { what } => say.cold_unreadable(what),
        AgentError::Declined => say.cold_declined().to_owned(),
        AgentError::NoPrompt
        | AgentError::WrongPin { .. }
        | AgentError::Throttled { .. }
        | AgentError::NoVault => agent_error(error, say),
        other => say.cold_refused(other),
    }
}

/// Runs `sign`.
pub fn run(options: &SignOptions, look: Appearance) -> Result<(), SignError> {
    // What cannot be signed is said before any secret is typed.
    let request = Request::read(&read_message(&options.request)?)?;
    let mut session = options.wallet.session(look)?;
    let wallet = options.wallet.open(session.as_mut())?;
    let asked = wallet.read(request)?;
    match session.as_mut() {
        Some(session) => {
            let consent = session.approve(&asked.reading, SecretNeed::None, None);
            consent.map_err(refused)?;
        }
        None => {
            let sheet = terminal::sheet_text(&asked.reading, look.language);
            let said = writeln!(std::io::stderr().lock(), "{sheet}");
            said.map_err(FileError::standard)?;
            if !options.yes {
                return Err(AgentError::Declined.into());
            }
        }
    }
    let message = wallet.sign(asked)?.message();
    hand_over(
        &message,
        options.out.as_deref(),
        session.as_mut(),
        Messages::of(look.language),
    )
}

/// The message in the files: text frames and pictures of frames, in any order.
/// A picture that cannot be read among others is a lost frame.
pub fn read_message(files: &[PathBuf]) -> Result<Message, SignError> {
    if files.len() > FILES_MAX {
        return Err(ColdError::TooLarge.into());
    }
    let mut frames = String::new();
    let mut unread = None;
    for file in files {
        let failed = |fault| FileError::new(file, fault);
        let mut bytes = Vec::new();
        let opened = File::open(file).map_err(failed)?;
        opened
            .take(READ_MAX)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
        match String::from_utf8(bytes) {
            Ok(text) => {
                frames.push_str(&text);
                frames.push('\n');
            }
            Err(bytes) => match picture::read(bytes.as_bytes()) {
                Ok(codes) => {
                    for code in codes {
                        frames.push_str(&code);
                        frames.push('\n');
                    }
                }
                Err(error) => unread = unread.or(Some(error)),
            },
        }
    }
    if let Some(error) = unread.filter(|_| frames.is_empty()) {
        return Err(error.into());
    }
    match read_text(&frames)?.as_slice() {
        [message] => Ok(message.clone()),
        _ => Err(ColdError::OtherMessage.into()),
    }
}

/// Gives the message away: to files, or as text and as an animated QR code where
/// somebody looks.
pub fn hand_over(
    message: &Message,
    out: Option<&Path>,
    session: Option<&mut Box<dyn Session>>,
    say: Messages,
) -> Result<(), SignError> {
    if let Some(out) = out {
        return write_files(&[message], out);
    }
    print(&format!("{}\n", jiaozi_cold::single(message)?))?;
    if session.is_some() {
        let frames = export::animation(message)?;
        print(&format!("{}\n", say.cold_show()))?;
        let pressed = enter_pressed();
        let over = |wait| {
            let waited = pressed.recv_timeout(wait);
            !matches!(waited, Err(std::sync::mpsc::RecvTimeoutError::Timeout))
        };
        export::play(&frames, &mut std::io::stdout().lock(), over).map_err(FileError::standard)?;
    }
    Ok(())
}

fn enter_pressed() -> std::sync::mpsc::Receiver<()> {
    let (pressed, waiting) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut line = String::new();
        let _ = std::io::stdin().read_line(&mut line);
        let _ = pressed.send(());
    });
    waiting
}

/// Writes messages in the form that the file's name says.
pub fn write_files(messages: &[&Message], out: &Path) -> Result<(), SignError> {
    let name = out.display().to_string();
    let form = Form::of_name(&name);
    let mut parts = Vec::new();
    for message in messages {
        parts.extend(export::files(message, form)?);
    }
    if matches!(form, Form::Text | Form::Frames) {
        // Text of several messages stands in one file.
        parts = vec![parts.concat()];
    }
    let count = parts.len();
    let named = |(at, bytes)| (PathBuf::from(export::file_name(&name, at, count)), bytes);
    let files: Vec<(PathBuf, Vec<u8>)> = parts.into_iter().enumerate().map(named).collect();
    Ok(write_set(&files)?)
}
