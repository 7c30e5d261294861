//! `jiaozi-vault seal` and `open`: recovery words in an `age` file.

use std::path::PathBuf;

use clap::Args;
use jiaozi_custody::{Secret, sealed_words};
use jiaozi_types::agent::Appearance;

use super::backup::{BackupError, Facts, SourceOptions};
use super::new::line;
use super::output::{print, write_new};
use super::wallet::read_line;
use crate::prompt::Session;
use crate::prompt::messages::Messages;

/// What `seal` takes.
#[derive(Debug, Args)]
pub struct SealOptions {
    /// The file to write; one that is there is not overwritten
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Where the words come from; the new file's passphrase is the last line of standard input
    #[command(flatten)]
    source: SourceOptions,
}

/// Runs `seal`.
pub fn run(options: &SealOptions, look: Appearance) -> Result<(), BackupError> {
    let say = Messages::of(look.language);
    let mut brought = options.source.bring(look, None)?;
    let facts = Facts::of(&brought.words, &brought.passphrase, 1)?;
    let secret = match brought.session.as_mut() {
        Some(session) => session.file_passphrase(true)?,
        None => Secret::new(read_line()?.to_string()),
    };
    let sealed = sealed_words::seal(&brought.words, &facts.fingerprint, &secret)?;
    write_new(&options.out, sealed.as_bytes())?;
    let said = say.backup_sealed(options.out.display());
    Ok(print(&format!("{said}\n"))?)
}

/// What `open` takes.
#[derive(Debug, Args)]
pub struct OpenOptions {
    /// The sealed file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print the words on standard output instead of showing them on the terminal
    #[arg(long)]
    print: bool,
    /// Read the file's passphrase as one line from standard input
    #[arg(long, requires = "print")]
    secret_stdin: bool,
}

/// Runs `open`.
pub fn open(options: &OpenOptions, look: Appearance) -> Result<(), BackupError> {
    let source = SourceOptions::of_sealed(&options.file, options.secret_stdin);
    let brought = source.bring(look, None)?;
    match brought.session.filter(|_| !options.print) {
        Some(mut session) => Ok(session.show_words(&brought.words)?),
        None => Ok(print(&line(&brought.words))?),
    }
}
