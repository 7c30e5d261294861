//! How shells reach the agent: over its standard input and output, or over a
//! Unix socket.

#[cfg(unix)]
mod socket;
mod stdio;

#[cfg(unix)]
pub use socket::{Listener, SocketError};
pub use stdio::serve_stdio;
