//! `jiaozi-vault check-share`: whether shares are right, belong together, are
//! enough and restore a wallet. What they restore is not shown.

use clap::Args;
use jiaozi_custody::shares::SetError;
use jiaozi_types::agent::Appearance;

use super::output::print;
use super::shares::{ShareOptions, ToolError, describe, is_wallet};
use crate::prompt::messages::Messages;
use crate::prompt::wording::missing;

/// What `check-share` takes.
#[derive(Debug, Args)]
pub struct CheckShareOptions {
    #[command(flatten)]
    shares: ShareOptions,
}

/// Runs `check-share`.
pub fn run(options: &CheckShareOptions, look: Appearance) -> Result<(), ToolError> {
    let say = Messages::of(look.language);
    let brought = options.shares.bring(look)?;
    let set = &brought.set;
    let standing = set.standing().ok_or(SetError::Empty)?;
    let mut lines: Vec<String> = set
        .shares()
        .iter()
        .map(|share| describe(share, say))
        .collect();
    let verdict = match &options.shares.fingerprint {
        Some(fingerprint) => {
            // Refused when they are too few.
            let found = set.words_of(&brought.passphrase, |words| is_wallet(words, fingerprint))?;
            match found {
                Some(_) => Ok(say.shares_belong(fingerprint)),
                None => Err(ToolError::OtherWallet(fingerprint.clone())),
            }
        }
        None if standing.is_enough() => {
            // Put together, and whatever the secret is overwritten.
            set.words_of(&brought.passphrase, |_| false)?;
            Ok(say.shares_enough().to_owned())
        }
        None => Ok(say.shares_missing(missing(&standing, say))),
    };
    let outcome = verdict.map(|text| lines.push(text));
    drop(brought);
    for line in lines {
        print(&format!("{line}\n"))?;
    }
    outcome
}
