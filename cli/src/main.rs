//! `jiaozi`: the wallet of [`jiaozi_wallet`] for terminals and scripts. It holds
//! no keys and reads no secret: both are the vault's, a process of its own.

mod commands;
mod exit;
mod failure;
mod incoming;
mod messages;
mod options;
mod output;
mod place;
mod progress;
mod sandbox;
mod session;
mod ticket;
mod wording;

use std::process::ExitCode;

use clap::Parser;
use jiaozi_types::agent::Language;
use jiaozi_wallet::Preferences;
use tracing_subscriber::EnvFilter;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::messages::Messages;
use crate::options::CommandLine;
use crate::output::Output;
use crate::place::Place;
use crate::session::Session;

fn main() -> ExitCode {
    let line = CommandLine::parse();
    start_log(line.global.verbose);
    match run(line) {
        Ok(()) => Exit::Success.into(),
        Err(exit) => exit.into(),
    }
}

fn run(line: CommandLine) -> Result<(), Exit> {
    let place = Place::of(&line.global);
    let language = line.global.language.map(Language::from).unwrap_or_else(|| {
        let profile = place.as_ref().map(|place| place.profile.clone());
        Preferences::load(&profile.unwrap_or_default()).language
    });
    let out = Output::new(line.global.json, Messages::new(language));
    let fail = |out: &Output, failure: &Failure| {
        out.failure(failure);
        failure.exit()
    };
    let place = match place {
        Ok(place) => place,
        Err(failure) => return Err(fail(&out, &failure)),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| fail(&out, &Failure::Output(error)))?;
    runtime.block_on(async {
        let session = Session::new(line.global, place, out).map_err(|_| Exit::Usage)?;
        commands::run(&session, &line.command)
            .await
            .map_err(|failure| fail(&session.out, &failure))
    })
}

/// What goes wrong below is said on standard error when it is asked for.
fn start_log(verbose: u8) {
    let level = match verbose {
        0 => "error",
        1 => "jiaozi=info,warn",
        _ => "jiaozi=debug,info",
    };
    let filter = EnvFilter::try_from_env("JIAOZI_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}
