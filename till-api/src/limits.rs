//! What a caller may ask of the server.

use std::time::Duration;

/// Bytes of a request body.
pub const BODY: usize = 64 * 1024;
/// Bytes of a request's headers, and how many there may be.
pub const HEADER_BYTES: usize = 16 * 1024;
/// See [`HEADER_BYTES`].
pub const HEADERS: usize = 64;
/// Time for a TLS handshake, for the headers of a request, and for its body.
pub const HANDSHAKE: Duration = Duration::from_secs(10);
/// See [`HANDSHAKE`].
pub const HEADERS_WAIT: Duration = Duration::from_secs(10);
/// See [`HANDSHAKE`].
pub const BODY_WAIT: Duration = Duration::from_secs(10);
/// Time for which a caller may read nothing of its answer.
pub const UNREAD: Duration = Duration::from_secs(30);
/// Time for the whole of an answer, but for events as they happen.
pub const ANSWER: Duration = Duration::from_secs(120);
/// Connections at a time, and those of one other computer.
pub const CONNECTIONS: usize = 512;
/// See [`CONNECTIONS`].
pub const PEER_CONNECTIONS: usize = 64;
/// Callers that are told of events as they happen, at a time.
pub const STREAMS: usize = 64;
/// Requests a second of one token where nothing else is said; a peer may make
/// twice as many, with or without a token.
pub const REQUESTS_A_SECOND: u32 = 50;
/// Seconds' worth of requests that may come at once.
pub const BURST_SECONDS: u32 = 4;
/// Peers and tokens whose requests are counted, at most.
pub const COUNTED: usize = 10_000;
/// Characters of an idempotency key.
pub const IDEMPOTENCY_KEY: usize = 128;
/// Time that requests under way have when the server is to end.
pub const FAREWELL: Duration = Duration::from_secs(10);
