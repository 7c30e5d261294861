//! The vault: the only program that sees recovery words, PIN and private keys.

pub mod prompt;
