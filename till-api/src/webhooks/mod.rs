//! Telling the shop's servers what happened: from the till's outbox, at least once,
//! of each charge in order, until they take it or a day has passed.
//!
//! - `lane.rs`: which delivery is next; `dispatcher.rs` makes them.
//! - `sender.rs`: one attempt over HTTP; `signature.rs` signs it.
//!
//! A delivery is on the disk before it is sent. After a kill between the receiver's
//! answer and the mark it is sent once more, under the same event id.

mod dispatcher;
mod lane;
mod sender;
mod signature;
#[cfg(test)]
mod tests;

pub use dispatcher::{Dispatcher, FromTill};
pub use sender::HttpSender;

/// What wakes the dispatcher besides the till.
#[derive(Debug)]
pub enum Poke {
    /// An endpoint was made, changed or removed.
    Changed,
    /// A delivery is to be made once more.
    Again {
        /// The endpoint.
        webhook: String,
        /// The number of its event.
        seq: u64,
    },
}
