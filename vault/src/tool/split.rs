//! `jiaozi-vault split`: a wallet as shares, on the terminal one at a time, in a
//! file each, or on a sheet each.

use std::path::{Path, PathBuf};

use clap::Args;
use jiaozi_custody::shares::{self, Group, Plan, Share, SharePassphrase};
use jiaozi_custody::{Secret, Words};
use jiaozi_types::agent::Appearance;

use super::output::{print, write_set};
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

/// A file for each share.
fn write_files(folder: &Path, all: &[&Share], sheets: &Sheets<'_>) -> Result<(), ToolError> {
    let file = |share: &&Share| {
        let text = sheets.text(share);
        (folder.join(file_name(share, "txt")), text)
    };
    let files: Vec<_> = all.iter().map(file).collect();
    write_set(&files)?;
    let written: Vec<PathBuf> = files.into_iter().map(|(file, _)| file).collect();
    say_written(&written, sheets.say)
}

fn say_written(written: &[PathBuf], say: Messages) -> Result<(), ToolError> {
    for file in written {
        print(&format!("{}\n", say.shares_saved(file.display())))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiaozi_types::agent::WordLanguage;

    #[test]
    fn each_share_has_a_file_that_says_what_it_is() {
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
        write_files(folder.path(), &all, &sheets).unwrap();
        for share in all {
            let file = folder.path().join(file_name(share, "txt"));
            let text = std::fs::read_to_string(file).unwrap();
            assert!(text.contains(&sheets.fingerprint) && text.contains("Trezor"));
            assert!(text.contains(share.words().line().as_str()));
        }
    }
}
