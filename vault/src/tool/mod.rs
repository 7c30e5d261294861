//! The vault as a tool by itself, for a computer that need not have a network.

pub mod sign;
mod wallet;
pub mod watch;
