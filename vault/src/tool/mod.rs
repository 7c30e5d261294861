//! The vault as a tool by itself, for a computer that need not have a network.

pub mod check_share;
pub mod combine;
pub mod shares;
pub mod sign;
pub mod split;
mod wallet;
pub mod watch;
