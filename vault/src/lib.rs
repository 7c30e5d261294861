//! The vault: the only program that sees recovery words, PIN and private keys.
//! It has no network code, and on Linux no way to open a network socket.

pub mod agent;
pub mod command;
pub mod harden;
#[cfg(unix)]
pub mod input;
pub mod probe;
pub mod prompt;
pub mod serve;
#[cfg(unix)]
pub mod sheet;
#[cfg(unix)]
pub mod tool;
