//! The commands. One file a subject.

mod demo;

use crate::failure::Failure;
use crate::options::Command;
use crate::session::Session;

/// Runs a command.
pub async fn run(session: &Session, command: &Command) -> Result<(), Failure> {
    match command {
        Command::Demo(options) => demo::run(session, options).await,
        _ => Ok(()),
    }
}
