//! `jiaozi-vault watch`: the public keys by which a computer with a network
//! watches this wallet.

use std::path::PathBuf;

use clap::Args;
use jiaozi_cold::{ColdError, Message};
use jiaozi_types::agent::Appearance;

use super::sign::{SignError, hand_over, write_files};
use super::wallet::WalletOptions;
use crate::prompt::messages::Messages;

/// What `watch` takes.
#[derive(Debug, Args)]
pub struct WatchOptions {
    /// Write them to this file: .svg an animated QR code, .png QR codes, else text; without it, they are shown
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// That of Conflux Core Space; text files have both
    #[arg(long)]
    core: bool,
    #[command(flatten)]
    wallet: WalletOptions,
}

/// Runs `watch`.
pub fn run(options: &WatchOptions, look: Appearance) -> Result<(), SignError> {
    let mut session = options.wallet.session(look)?;
    let wallet = options.wallet.open(session.as_mut())?;
    let keys = wallet.watch_keys()?;
    let messages: Vec<Message> = keys
        .iter()
        .map(|key| key.message())
        .collect::<Result<_, _>>()?;
    let chosen = keys
        .iter()
        .zip(&messages)
        .find(|(key, _)| (key.coin == jiaozi_types::CoinType::Conflux) == options.core)
        .map(|(_, message)| message)
        .ok_or(ColdError::NoAccountKey)?;
    match &options.out {
        // One text holds both; a QR code shows one.
        Some(out)
            if jiaozi_cold::export::Form::of_name(&out.display().to_string())
                == jiaozi_cold::export::Form::Text =>
        {
            write_files(&messages.iter().collect::<Vec<_>>(), out)
        }
        Some(out) => write_files(&[chosen], out),
        None => hand_over(chosen, None, session.as_mut(), Messages::of(look.language)),
    }
}
