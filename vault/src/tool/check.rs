//! `jiaozi-vault check`: does this backup restore that wallet? Nothing changes.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use jiaozi_custody::words::WordsPassphrase;
use jiaozi_custody::{Vault, Words};
use jiaozi_types::SystemClock;
use jiaozi_types::agent::{AgentError, Appearance};

use super::backup::{BackupError, Facts, SourceOptions};
use super::output::print;
use super::shares::fingerprint;
use crate::probe;
use crate::prompt::messages::Messages;

/// Addresses that are looked through for one that was given.
pub const LOOK_THROUGH: u32 = 100;

/// What `check` takes.
#[derive(Debug, Args)]
pub struct CheckOptions {
    /// The wallet's fingerprint: 8 hexadecimal digits
    #[arg(long, value_name = "HEX", value_parser = fingerprint, conflicts_with = "against")]
    fingerprint: Option<String>,
    /// The wallet of this profile
    #[arg(long, value_name = "DIR")]
    against: Option<PathBuf>,
    /// One of the wallet's first addresses, of an EVM network or of Conflux Core Space
    #[arg(long, value_name = "ADDRESS")]
    address: Option<String>,
    #[command(flatten)]
    source: SourceOptions,
}

/// Runs `check`.
pub fn run(options: &CheckOptions, look: Appearance) -> Result<(), BackupError> {
    let say = Messages::of(look.language);
    let wanted = match (&options.fingerprint, &options.against) {
        (Some(fingerprint), _) => Some(fingerprint.clone()),
        (None, Some(profile)) => {
            let keyring = Arc::new(probe::os_keyring());
            let vault = Vault::new(profile, keyring, Arc::new(SystemClock));
            Some(vault.status()?.fingerprint.ok_or(AgentError::NoVault)?)
        }
        (None, None) => None,
    };
    let is_meant = |words: &Words| {
        let facts = Facts::of(words, &WordsPassphrase::none(), 1);
        wanted.is_none() || facts.ok().map(|facts| facts.fingerprint) == wanted
    };
    let brought = options.source.bring(look, Some(&is_meant))?;
    let facts = Facts::of(&brought.words, &brought.passphrase, LOOK_THROUGH)?;
    drop(brought);
    let found = facts.fingerprint.clone();
    if wanted.as_ref().is_some_and(|wanted| *wanted != found) {
        return Err(BackupError::OtherWallet { found });
    }
    if options
        .address
        .as_ref()
        .is_some_and(|address| !facts.has(address))
    {
        return Err(BackupError::OtherAddress { found });
    }
    let sentence = match wanted.is_some() || options.address.is_some() {
        true => say.backup_restores(&found),
        false => say.backup_sound(&found),
    };
    Ok(print(&format!("{sentence}\n"))?)
}
