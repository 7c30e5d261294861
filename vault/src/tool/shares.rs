//! What the commands about shares have in common: where shares come from, and
//! what is said when they are wrong.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use jiaozi_custody::keys::Keys;
use jiaozi_custody::shares::{PlanError, SetError, Share, SharePassphrase, ShareSet, SharesError};
use jiaozi_custody::{Secret, Words};
use jiaozi_types::agent::{AgentError, Appearance};
use zeroize::Zeroizing;

use super::backup::BackupError;
use super::output::FileError;
use super::wallet::{read_line, refused};
use crate::prompt::PromptError;
use crate::prompt::messages::Messages;
use crate::prompt::terminal::{TerminalPrompt, TerminalSession};
use crate::prompt::wording::{agent_error, plan_error, shares_error};

/// More than all shares of the largest plan.
const READ_MAX: u64 = 256 * 1024;
/// A line with so many words is a share by itself.
const FEWEST: usize = 20;

/// Why a command about shares ends without success.
#[derive(Debug, thiserror::Error)]
pub enum ToolError {
    /// The shares.
    #[error(transparent)]
    Shares(#[from] SharesError),
    /// The plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The vault, or the person.
    #[error(transparent)]
    Agent(#[from] AgentError),
    /// The shares are those of another wallet than was asked for.
    #[error("another wallet than {0}")]
    OtherWallet(String),
    /// Shares of a script would be shown to nobody.
    #[error("shares of a script go to files")]
    NoFolder,
    /// A sheet cannot be made or written.
    #[error(transparent)]
    Sheet(#[from] BackupError),
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
}

impl From<PromptError> for ToolError {
    fn from(error: PromptError) -> Self {
        Self::Agent(refused(error))
    }
}

impl From<SetError> for ToolError {
    fn from(error: SetError) -> Self {
        Self::Shares(error.into())
    }
}

impl ToolError {
    /// As a sentence for people. It never holds what was typed.
    pub fn sentence(&self, say: Messages) -> String {
        match self {
            Self::Shares(error) => shares_error(error, say),
            Self::Plan(error) => plan_error(*error, say),
            Self::Agent(error) => agent_error(error, say),
            Self::OtherWallet(fingerprint) => say.shares_other_wallet(fingerprint),
            Self::NoFolder => say.shares_words_to_file().to_owned(),
            Self::Sheet(error) => error.sentence(say),
            Self::File(error) => error.sentence(say),
        }
    }

    /// 12, or that of the vault's error.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Agent(error) => crate::command::Failure::Agent(error.clone()).exit_code(),
            Self::File(error) => error.exit_code(12),
            Self::Sheet(error) => error.exit_code(),
            _ => 12,
        }
    }
}

/// Where shares come from, and which wallet they should be of.
#[derive(Debug, Args)]
pub struct ShareOptions {
    /// Files with shares; without any, shares are asked for
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The wallet's fingerprint: 8 hexadecimal digits
    #[arg(long, value_name = "HEX", value_parser = fingerprint)]
    pub fingerprint: Option<String>,
    /// The shares have a passphrase
    #[arg(long)]
    passphrase: bool,
    /// Read from standard input: the passphrase as the first line if there is one, then shares, one a line
    #[arg(long)]
    secret_stdin: bool,
}

/// A fingerprint as it is typed.
pub fn fingerprint(text: &str) -> Result<String, String> {
    let text = text.trim().to_ascii_lowercase();
    let whole = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if whole {
        Ok(text)
    } else {
        Err("a fingerprint has 8 hexadecimal digits".to_owned())
    }
}

/// Shares that were brought, and what opens them.
pub struct Brought {
    /// The shares.
    pub set: ShareSet,
    /// Their passphrase; empty without one.
    pub passphrase: SharePassphrase,
    /// The terminal, where somebody is asked.
    pub session: Option<TerminalSession>,
}

impl ShareOptions {
    /// Reads or asks for the shares, as many as there are.
    pub fn bring(&self, look: Appearance) -> Result<Brought, ToolError> {
        let mut session = None;
        let passphrase = match (self.passphrase, self.secret_stdin) {
            (false, _) => SharePassphrase::none(),
            (true, true) => SharePassphrase::new(Secret::new(read_line()?.to_string()))?,
            (true, false) => {
                let asked = TerminalPrompt::controlling().tool(look.language)?;
                session.insert(asked).share_passphrase(false)?
            }
        };
        let set = match (self.files.is_empty(), self.secret_stdin) {
            (false, _) => parse(&self.read_files()?)?,
            (true, true) => {
                let mut opened = crate::input::unbuffered().map_err(FileError::standard)?;
                parse(&read(&mut opened, Path::new("-"))?)?
            }
            (true, false) => {
                let asked = match session.take() {
                    Some(session) => session,
                    None => TerminalPrompt::controlling().tool(look.language)?,
                };
                session.insert(asked).enter_shares()?
            }
        };
        Ok(Brought {
            set,
            passphrase,
            session,
        })
    }

    fn read_files(&self) -> Result<Zeroizing<String>, ToolError> {
        let mut text = Zeroizing::new(String::new());
        for file in &self.files {
            let mut opened = File::open(file).map_err(|fault| FileError::new(file, fault))?;
            text.push_str(&read(&mut opened, file)?);
            // A share ends with its file.
            text.push_str("\n\n");
        }
        Ok(text)
    }
}

fn read(from: &mut dyn Read, file: &Path) -> Result<Zeroizing<String>, FileError> {
    let mut text = Zeroizing::new(String::new());
    from.take(READ_MAX)
        .read_to_string(&mut text)
        .map_err(|fault| FileError::new(file, fault))?;
    Ok(text)
}

/// The shares in a text. Lines that begin with `#` are remarks. A share stands
/// in one line, or in several up to an empty line or a remark.
fn parse(text: &str) -> Result<ShareSet, SetError> {
    let mut blocks: Vec<Zeroizing<String>> = Vec::new();
    let mut open = false;
    for line in text.lines().map(str::trim) {
        let words = line.split_whitespace().count();
        if words == 0 || line.starts_with('#') {
            open = false;
            continue;
        }
        match blocks.last_mut().filter(|_| open && words < FEWEST) {
            Some(block) => {
                block.push(' ');
                block.push_str(line);
            }
            None => blocks.push(Zeroizing::new(line.to_owned())),
        }
        open = words < FEWEST;
    }
    let shares: Vec<&str> = blocks.iter().map(|block| block.as_str()).collect();
    ShareSet::parse(shares)
}

/// The fingerprint of the wallet of these words.
pub fn fingerprint_of(words: &Words) -> Result<String, AgentError> {
    Ok(Keys::of(words)?.public().fingerprint.clone())
}

/// Whether these are the words of the wallet with this fingerprint.
pub fn is_wallet(words: &Words, fingerprint: &str) -> bool {
    fingerprint_of(words).is_ok_and(|found| found == fingerprint)
}

/// A line about a share that shows nothing of its secret.
pub fn describe(share: &Share, say: Messages) -> String {
    say.shares_alone(
        share.group(),
        share.groups_needed(),
        share.member(),
        share.members_needed(),
        share.group_count(),
        share.identifier(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiaozi_custody::shares::{Plan, split};
    use jiaozi_types::agent::WordLanguage;

    #[test]
    fn reads_files_as_they_are_written_and_as_people_type_them() {
        let words = Words::generate(24, WordLanguage::English).unwrap();
        let none = SharePassphrase::none();
        let shares = split(&words, &Plan::simple(2, 3).unwrap(), &none).unwrap();
        let lines: Vec<_> = shares[0].iter().map(|share| share.words().line()).collect();
        let wrapped = lines[1].replacen(' ', "\n", 40).replace('\n', " \n ");
        let text = format!("# a remark\n{}\n{}\n\n{wrapped}\n", *lines[0], *lines[2]);
        let set = parse(&text).unwrap();
        assert_eq!(set.shares().len(), 3);
        assert_eq!(set.words(&none, WordLanguage::English).unwrap(), words);
        assert_eq!(parse("# only a remark\n\n").unwrap().shares().len(), 0);
    }

    #[test]
    fn a_fingerprint_has_eight_digits() {
        assert_eq!(fingerprint(" 73C5da0a "), Ok("73c5da0a".to_owned()));
        for wrong in ["", "73c5da0", "73c5da0ag", "73c5da0g"] {
            assert!(fingerprint(wrong).is_err(), "{wrong}");
        }
    }
}
