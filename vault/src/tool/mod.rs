//! The vault as a tool by itself, for a computer that need not have a network.

pub mod backup;
pub mod check;
pub mod check_share;
pub mod combine;
mod network;
pub mod new;
mod output;
pub mod print;
pub mod seal;
pub(crate) mod share_text;
pub mod shares;
pub mod show;
pub mod sign;
pub mod split;
mod wallet;
pub mod watch;
pub mod window;
