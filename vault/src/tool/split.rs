//! `jiaozi-vault split`: a wallet as shares, on the terminal one at a time, in a
//! file each, or on a sheet each.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::Args;
use jiaozi_custody::shares::{self, Group, Plan, Share, SharePassphrase};
use jiaozi_custody::{Secret, Words};
use jiaozi_types::agent::Appearance;

use super::share_text::{Sheets, file_name, write_sheets};
use super::shares::{ToolError, fingerprint_of};
use super::wallet::{WalletOptions, read_line};
use crate::prompt::messages::Messages;
use crate::prompt::terminal::TerminalPrompt;

/// What `split` takes.
#[derive(Debug, Args)]
pub struct SplitOptions {
    /// A group of shares: 2/3 makes three, of which two are needed; may be given several times
    #[arg(long = "group", value_name = "N/M", required = true, value_parser = group)]
    groups: Vec<Group>,
    /// How many groups are needed
    #[arg(long, value_name = "N", default_value_t = 1)]
    groups_needed: u8,
    /// Ask for a passphrase that the shares will need, too; from standard input it is the second line
    #[arg(long)]
    passphrase: bool,
    /// Write each share to a file of its own in this folder instead of showing it
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// Write a sheet to print (PDF) for each share into this folder instead of showing it
    #[arg(long, value_name = "FOLDER")]
    sheets: Option<PathBuf>,
    #[command(flatten)]
    wallet: WalletOptions,
}

fn group(text: &str) -> Result<Group, String> {
    text.parse::<Group>().map_err(|error| error.to_string())
}

/// Runs `split`.
pub fn run(options: &SplitOptions, look: Appearance) -> Result<(), ToolError> {
    let say = Messages::of(look.language);
    // What is not possible is said before any secret is typed.
    let plan = Plan::new(options.groups_needed, options.groups.clone())?;
    let scripted = options.wallet.is_scripted();
    if scripted && options.out.is_none() && options.sheets.is_none() {
        return Err(ToolError::NoFolder);
    }
    let words = {
        let mut session = options.wallet.session(look)?;
        options.wallet.words(session.as_mut())?
    };
    let mut session = match scripted {
        true => None,
        false => Some(TerminalPrompt::controlling().tool(look.language)?),
    };
    let passphrase = match (options.passphrase, session.as_mut()) {
        (false, _) => SharePassphrase::none(),
        (true, None) => SharePassphrase::new(Secret::new(read_line()?.to_string()))?,
        (true, Some(session)) => session.share_passphrase(true)?,
    };
    let made = shares::split(&words, &plan, &passphrase)?;
    let sheets = Sheets {
        say,
        plan: &plan,
        fingerprint: fingerprint_of(&words)?,
        language: words.language(),
        passphrase: options.passphrase,
    };
    drop::<Words>(words);
    let all: Vec<&Share> = made.iter().flatten().collect();
    if let Some(folder) = &options.sheets {
        let written = write_sheets(folder, &all, &sheets)?;
        say_written(&written, say)?;
    }
    match (&options.out, session) {
        (Some(folder), _) => write_files(folder, &all, &sheets),
        (None, _) if options.sheets.is_some() => Ok(()),
        (None, Some(mut session)) => {
            for share in &all {
                let title = sheets.title(share);
                session.show_share(&title, &sheets.notes(share), &share.words())?;
            }
            Ok(session.tell(&say.shares_done(all.len()))?)
        }
        (None, None) => Err(ToolError::NoFolder),
    }
}

/// A file for each share, readable by its owner alone. When one cannot be
/// written, those before it are taken away: half a set misleads.
fn write_files(folder: &Path, all: &[&Share], sheets: &Sheets<'_>) -> Result<(), ToolError> {
    let mut written: Vec<PathBuf> = Vec::new();
    for share in all {
        let file = folder.join(file_name(share, "txt"));
        if let Err(fault) = write_file(&file, sheets.text(share).as_bytes()) {
            for file in &written {
                // What cannot be taken away was named when it was written.
                let _ = std::fs::remove_file(file);
            }
            return Err(ToolError::file(&file, fault));
        }
        written.push(file);
    }
    say_written(&written, sheets.say)
}

fn say_written(written: &[PathBuf], say: Messages) -> Result<(), ToolError> {
    let mut out = std::io::stdout().lock();
    for file in written {
        let said = writeln!(out, "{}", say.shares_saved(file.display()));
        said.map_err(|fault| ToolError::file(Path::new("-"), fault))?;
    }
    Ok(())
}

/// Whole and on the disk, or not at all. A file that was there stays.
fn write_file(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut opened = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)?;
    let done = opened.write_all(bytes).and_then(|()| opened.sync_all());
    done.inspect_err(|_| {
        let _ = std::fs::remove_file(file);
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiaozi_types::agent::WordLanguage;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn files_are_the_owners_alone_and_nothing_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let words = Words::generate(12, WordLanguage::English).unwrap();
        let plan = Plan::simple(2, 3).unwrap();
        let made = shares::split(&words, &plan, &SharePassphrase::none()).unwrap();
        let all: Vec<&Share> = made.iter().flatten().collect();
        let sheets = Sheets {
            say: Messages::of(jiaozi_types::agent::Language::English),
            plan: &plan,
            fingerprint: fingerprint_of(&words).unwrap(),
            language: words.language(),
            passphrase: false,
        };
        let names = || {
            let mut names: Vec<PathBuf> = std::fs::read_dir(folder.path())
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .collect();
            names.sort();
            names
        };
        write_files(folder.path(), &all, &sheets).unwrap();
        let written = names();
        assert_eq!(written.len(), 3);
        for file in &written {
            let mode = std::fs::metadata(file).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            let text = std::fs::read_to_string(file).unwrap();
            assert!(text.contains(&sheets.fingerprint) && text.contains("Trezor"));
        }
        // The last of them is there: the first two are taken away again.
        std::fs::remove_file(&written[0]).unwrap();
        std::fs::remove_file(&written[1]).unwrap();
        std::fs::write(&written[2], "mine").unwrap();
        let refused = write_files(folder.path(), &all, &sheets).unwrap_err();
        assert!(matches!(&refused, ToolError::Exists(file) if *file == written[2]));
        assert_eq!(names(), written[2..]);
        assert_eq!(std::fs::read_to_string(&written[2]).unwrap(), "mine");
    }
}
