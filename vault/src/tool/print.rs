//! `jiaozi-vault print`: the recovery sheet as a PDF file, filled in or blank.

use std::path::PathBuf;

use clap::Args;
use jiaozi_types::agent::Appearance;
use jiff::Zoned;

use super::backup::{BackupError, Facts, SourceOptions};
use super::new::count;
use super::output::{print, write_new};
use crate::prompt::messages::Messages;
use crate::sheet::{self, Filled, Sheet};

/// What `print` takes.
#[derive(Debug, Args)]
pub struct PrintOptions {
    /// The file to write; one that is there is not overwritten
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// A blank form to fill in by hand, for so many words; no words are asked for
    #[arg(long, value_name = "N", value_parser = count, num_args = 0..=1, default_missing_value = "24")]
    blank: Option<usize>,
    #[command(flatten)]
    source: SourceOptions,
}

/// Runs `print`.
pub fn run(options: &PrintOptions, look: Appearance) -> Result<(), BackupError> {
    let say = Messages::of(look.language);
    let sheet = match options.blank {
        Some(count) => sheet::pdf(&Sheet::Blank { count }, say)?,
        None => {
            let brought = options.source.bring(look, None)?;
            let facts = Facts::of(&brought.words, &brought.passphrase, 1)?;
            let filled = Filled {
                words: &brought.words,
                facts: &facts,
                has_passphrase: !brought.passphrase.is_none(),
                date: Zoned::now().date().to_string(),
            };
            sheet::pdf(&Sheet::Filled(filled), say)?
        }
    };
    write_new(&options.out, &sheet)?;
    let said = match options.blank {
        Some(_) => say.backup_saved(options.out.display()),
        None => say.backup_sheet_saved(options.out.display()),
    };
    Ok(print(&format!("{said}\n"))?)
}
