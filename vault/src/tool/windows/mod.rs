//! The offline tool's flows in windows: each is a function that asks in a
//! session until it is over. Whatever goes wrong is said in the window; a flow
//! ends without success only when the person leaves it.

mod places;
mod shares;
mod sign;
mod split;
mod watch;

pub use shares::{check_shares, combine};
pub use sign::sign;
pub use split::split;
pub use watch::watch;
