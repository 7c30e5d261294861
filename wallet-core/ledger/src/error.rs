//! Why a ledger did not answer as asked.

use jiaozi_types::ChainId;

/// A failed call. A node's own text is kept out: it may be hostile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The node cannot be reached. Try again, or another endpoint.
    #[error("no node answers")]
    Unreachable,
    /// No answer in time. A submitted transaction may have arrived: ask for
    /// its status before anything else.
    #[error("the node does not answer in time")]
    Timeout,
    /// The node asks to slow down (HTTP 429).
    #[error("the node asks to slow down")]
    RateLimited,
    /// What came back is not JSON-RPC (HTML, a wrong id, a value of the wrong
    /// form, more bytes than allowed).
    #[error("the node's answer cannot be read ({0})")]
    Garbage(&'static str),
    /// The node is on another chain: nothing is sent to it.
    #[error("the node is on {found}, not on {wanted}")]
    WrongChain {
        /// The chain that was asked for.
        wanted: ChainId,
        /// The chain that the node reports.
        found: ChainId,
    },
    /// The node answered with an error of this JSON-RPC code.
    #[error("the node answered with error {0}")]
    Node(i64),
    /// Several endpoints are configured, and no two of them say the same: one
    /// lies, lags or is down. Nothing is decided; ask again.
    #[error("no two nodes say the same")]
    Unconfirmed,
    /// The node has not seen the blocks that were asked for yet: ask again, or
    /// another endpoint.
    #[error("the node is behind")]
    Behind,
    /// The transaction's nonce has been used: ask which transaction used it.
    #[error("the nonce has been used")]
    NonceTooLow,
    /// Another transaction with this nonce waits there and pays more.
    #[error("a transaction with this nonce waits already and pays more")]
    Underpriced,
    /// The account cannot afford the most that the transaction may cost.
    #[error("the account cannot afford the transaction's largest cost")]
    InsufficientFunds,
    /// The call would fail on the ledger.
    #[error("the call would fail on the ledger")]
    Reverted,
    /// The contract does not answer as a token does.
    #[error("the contract is not a token")]
    NotAToken,
}

impl LedgerError {
    /// Whether the same call may succeed later or elsewhere.
    pub const fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::Unreachable
                | Self::Timeout
                | Self::RateLimited
                | Self::Garbage(_)
                | Self::Unconfirmed
                | Self::Behind
                | Self::Node(_)
        )
    }
}
