//! `jiaozi`: the wallet of [`jiaozi_wallet`] for terminals and scripts. It holds
//! no keys and reads no secret: both are the vault's, a process of its own.

mod commands;
mod exit;
mod failure;
mod files;
mod help;
mod incoming;
mod messages;
mod options;
mod output;
mod place;
mod progress;
mod sandbox;
mod session;
mod terminal_qr;
mod ticket;
mod wording;

use std::ffi::OsString;
use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{FromArgMatches, ValueEnum};
use jiaozi_types::agent::Language;
use jiaozi_wallet::api::ErrorCode;
use jiaozi_wallet::{DataFolders, Preferences};
use tracing_subscriber::EnvFilter;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::messages::Messages;
use crate::options::{CommandLine, LanguageChoice};
use crate::output::Output;
use crate::place::Place;
use crate::session::Session;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let wishes = Wishes::of(&arguments);
    let out = Output::new(wishes.json, Messages::new(wishes.language()));
    let parsed = help::command(out.messages())
        .try_get_matches_from(arguments)
        .and_then(|matches| CommandLine::from_arg_matches(&matches));
    let line = match parsed {
        Ok(line) => line,
        Err(error) => return not_a_command(&error, &out).into(),
    };
    start_log(line.global.verbose);
    hide_panics();
    let sorry = Output::new(wishes.json, Messages::new(wishes.language()));
    match std::panic::catch_unwind(AssertUnwindSafe(|| run(line, out))) {
        Ok(Ok(())) => Exit::Success.into(),
        Ok(Err(exit)) => exit.into(),
        Err(_) => {
            let failure = Failure::from(ErrorCode::Internal);
            sorry.failure(&failure);
            failure.exit().into()
        }
    }
}

/// A panic's message may hold foreign text: only its place is told, to the log.
fn hide_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "a fault of Jiaozi's own");
    }));
}

/// What has to be known before the command line is read, because help and
/// errors are written in it.
#[derive(Debug, Default)]
struct Wishes {
    json: bool,
    language: Option<Language>,
    profile: Option<PathBuf>,
}

impl Wishes {
    fn of(arguments: &[OsString]) -> Self {
        let mut wishes = Self {
            profile: std::env::var_os("JIAOZI_PROFILE").map(PathBuf::from),
            ..Self::default()
        };
        let texts: Vec<_> = arguments
            .iter()
            .map(|text| text.to_string_lossy())
            .collect();
        let value = |index: usize, name: &str| {
            let text = texts.get(index)?.strip_prefix(name)?;
            match text.strip_prefix('=') {
                Some(value) => Some(value.to_owned()),
                None if text.is_empty() => texts.get(index.checked_add(1)?).map(|v| v.to_string()),
                None => None,
            }
        };
        for index in 1..texts.len() {
            wishes.json |= texts.get(index).is_some_and(|text| text == "--json");
            if let Some(language) = value(index, "--language") {
                let choice = LanguageChoice::from_str(&language, false).ok();
                wishes.language = wishes.language.or(choice.map(Language::from));
            }
            if let Some(profile) = value(index, "--profile") {
                wishes.profile = Some(PathBuf::from(profile));
            }
        }
        wishes
    }

    /// The one that was asked for; else the profile's; else the system's.
    fn language(&self) -> Language {
        let default = || DataFolders::of_user().map(|folders| folders.default_profile);
        self.language.unwrap_or_else(|| {
            let profile = self.profile.clone().or_else(default);
            Preferences::load(&profile.unwrap_or_default()).language
        })
    }
}

/// Help and version are answers; all else is a usage error.
fn not_a_command(error: &clap::Error, out: &Output) -> Exit {
    use clap::error::ErrorKind;
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // Nobody there to read it is no error.
            let _ = error.print();
            Exit::Success
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = error.print();
            Exit::Usage
        }
        _ => {
            let failure = help::usage_failure(error, out.messages());
            out.failure(&failure);
            failure.exit()
        }
    }
}

fn run(line: CommandLine, out: Output) -> Result<(), Exit> {
    let fail = |out: &Output, failure: &Failure| {
        out.failure(failure);
        failure.exit()
    };
    // These need neither profile nor home.
    if let Some(outcome) = commands::run_alone(&out, &line.command) {
        return outcome.map_err(|failure| fail(&out, &failure));
    }
    let place = Place::of(&line.global).map_err(|failure| fail(&out, &failure))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| fail(&out, &Failure::Output(error)))?;
    let session = Session::new(line.global, place, out);
    runtime.block_on(async {
        let outcome = match session.check() {
            Ok(()) => commands::run(&session, &line.command).await,
            Err(failure) => Err(failure),
        };
        session.stop().await;
        outcome.map_err(|failure| fail(&session.out, &failure))
    })
}

/// What goes wrong below is said on standard error when it is asked for.
fn start_log(verbose: u8) {
    let level = match verbose {
        0 => "off",
        1 => "jiaozi=info,warn",
        _ => "jiaozi=debug,info",
    };
    let filter = EnvFilter::try_from_env("JIAOZI_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .init();
}
