//! What a caller may ask of the node. A ledger without fees has to bound work some other way.

use std::time::Duration;

/// Shortest time between two blocks. The first transaction after a pause is mined at once.
pub const BLOCK_INTERVAL: Duration = Duration::from_millis(50);

/// Gas that one block may use.
pub const BLOCK_GAS: u64 = 120_000_000;
/// Gas that one transaction, call or estimate may use (the cap of EIP-7825).
pub const TRANSACTION_GAS: u64 = 16_777_216;
/// Bytes of one signed transaction.
pub const TRANSACTION_BYTES: usize = 128 * 1024;

/// Transactions that wait in the pool, of all senders and of one.
pub const POOL_TRANSACTIONS: usize = 65_536;
/// See [`POOL_TRANSACTIONS`].
pub const POOL_PER_SENDER: usize = 4_096;
/// Bytes of waiting transactions.
pub const POOL_BYTES: usize = 64 * 1024 * 1024;

/// Blocks that one log query may span, and logs that it may answer.
pub const LOG_BLOCKS: u64 = 10_000;
/// See [`LOG_BLOCKS`].
pub const LOG_RESULTS: usize = 10_000;
/// Addresses, or alternatives of one topic, in one log query.
pub const LOG_ALTERNATIVES: usize = 1_000;
/// Blocks that one fee history may span.
pub const FEE_BLOCKS: u64 = 1_024;

/// Bytes of one request body or WebSocket message.
pub const REQUEST_BYTES: usize = 5 * 1024 * 1024;
/// Bytes of the answer to one request or batch.
pub const RESPONSE_BYTES: usize = 32 * 1024 * 1024;
/// Requests in one batch.
pub const BATCH_REQUESTS: usize = 1_000;
/// Connections that are served at a time.
pub const CONNECTIONS: usize = 512;
/// Subscriptions of one WebSocket connection.
pub const SUBSCRIPTIONS: usize = 64;
/// Transactions that are being decoded and recovered at a time; more have to wait their turn.
pub const SUBMISSIONS: usize = 8_192;
/// Polling filters (`eth_newFilter`) that are kept, and how long one is kept unasked.
pub const FILTERS: usize = 1_000;
/// See [`FILTERS`].
pub const FILTER_LIFE: Duration = Duration::from_secs(5 * 60);

/// Fen that one top-up may ask for: 1,000,000.00 yuan.
pub const TOP_UP: u64 = 100_000_000;
