//! Cold signing: what another computer needs to watch a wallet, and signatures
//! for what it asks. Whatever goes wrong is said in the window; a flow ends
//! without success only when the person leaves it.

pub(super) mod places;
mod sign;
mod watch;

pub use sign::sign;
pub use watch::watch;
