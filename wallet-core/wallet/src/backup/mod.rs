//! The metadata backup: what the wallet knows beyond its words, as one sealed
//! file that the words alone open.
//!
//! - [`document`]: what is in it: every record of the profile, as it is kept;
//! - [`envelope`]: the file: a readable line, then parts that the vault sealed;
//! - [`place`]: where it is written: whole or not at all, the last few kept;
//! - [`state`]: when that was, and when the person last tested the backup.

pub(crate) mod document;
pub(crate) mod envelope;
pub(crate) mod kinds;
pub(crate) mod place;
pub(crate) mod state;

#[cfg(test)]
mod tests;
