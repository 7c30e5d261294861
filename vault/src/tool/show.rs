//! `jiaozi-vault show`: the wallet's fingerprint and first addresses, which
//! anybody may see.

use clap::Args;
use jiaozi_types::agent::Appearance;

use super::backup::{BackupError, Facts, SourceOptions};
use crate::prompt::messages::Messages;

/// What `show` takes.
#[derive(Debug, Args)]
pub struct ShowOptions {
    /// How many addresses
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    addresses: u32,
    #[command(flatten)]
    source: SourceOptions,
}

/// Runs `show`.
pub fn run(options: &ShowOptions, look: Appearance) -> Result<(), BackupError> {
    let brought = options.source.bring(look, None)?;
    let facts = Facts::of(&brought.words, &brought.passphrase, options.addresses)?;
    drop(brought);
    facts.print(Messages::of(look.language))
}
