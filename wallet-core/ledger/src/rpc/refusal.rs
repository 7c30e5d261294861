//! What a node says when it refuses, in the wordings of the known nodes (geth,
//! Anvil, Conflux, ours). The wording itself goes no further.

use serde::Deserialize;

use crate::error::LedgerError;

/// A node's refusal, before it is mapped to our own errors.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct RpcRefusal {
    pub(crate) code: i64,
    #[serde(default)]
    message: String,
}

impl RpcRefusal {
    fn says(&self, parts: &[&str]) -> bool {
        let text = self.message.to_ascii_lowercase();
        parts.iter().any(|part| text.contains(part))
    }

    /// Our own error for it.
    pub(crate) fn into_error(self) -> LedgerError {
        if self.says(&[
            "nonce too low",
            "nonce is too low",
            "too stale nonce",
            "stale nonce",
        ]) {
            LedgerError::NonceTooLow
        } else if self.says(&[
            "underpriced",
            "gas price too low to replace",
            "tx with same nonce already inserted",
        ]) {
            LedgerError::Underpriced
        } else if self.says(&[
            "insufficient funds",
            "insufficient balance",
            "notenoughcash",
            "out of balance",
            "notenoughbalance",
        ]) {
            LedgerError::InsufficientFunds
        } else if self.code == 3 || self.says(&["revert"]) {
            LedgerError::Reverted
        } else {
            LedgerError::Node(self.code)
        }
    }

    /// Whether the node says that it holds the transaction already.
    pub(crate) fn is_already_known(&self) -> bool {
        self.says(&[
            "already known",
            "already imported",
            "known transaction",
            "tx already exist",
            "already inserted",
        ]) && !self.says(&["same nonce"])
    }

    /// Whether it asks to slow down. There is no agreed code: -32005 also means
    /// "too many results".
    pub(crate) fn is_rate_limit(&self) -> bool {
        self.says(&[
            "too many requests",
            "rate limit",
            "rate exceeded",
            "request limit",
            "requests per second",
        ])
    }
}
