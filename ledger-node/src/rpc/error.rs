//! JSON-RPC errors, with the codes and texts that wallets know.

use alloy_primitives::Bytes;
use serde::Serialize;
use serde_json::Value;

use crate::{
    bank::TopUpError, error::Error, evm::CallError, log_query::QueryError, transaction::Rejection,
};

/// The `error` member of an answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RpcError {
    /// JSON-RPC 2.0 and EIP-1474 codes; 3 for a revert, as geth has it.
    pub code: i32,
    /// For people; wallets match on parts of it.
    pub message: String,
    /// The bytes that a contract reverted with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Bytes>,
}

impl RpcError {
    /// The message is no JSON.
    pub fn parse() -> Self {
        Self::new(-32700, "parse error")
    }

    /// The message is no request.
    pub fn invalid_request(detail: &str) -> Self {
        Self::new(-32600, format!("invalid request: {detail}"))
    }

    /// There is no such method. ethers looks for these words.
    pub fn no_method(name: &str) -> Self {
        // A name of any length must not come back at that length.
        let name: String = name.chars().take(64).collect();
        Self::new(
            -32601,
            format!("the method {name} does not exist/is not available"),
        )
    }

    /// A parameter is missing or not what it should be.
    pub fn invalid_params(detail: impl std::fmt::Display) -> Self {
        Self::new(-32602, format!("invalid params: {detail}"))
    }

    /// The request is understood and refused.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(-32000, message)
    }

    /// More was asked for than is answered (EIP-1474).
    pub fn limit(message: impl Into<String>) -> Self {
        Self::new(-32005, message)
    }

    /// The node cannot do it.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(-32603, message)
    }

    fn new(code: i32, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            data: None,
        }
    }
}

impl From<Error> for RpcError {
    fn from(error: Error) -> Self {
        if matches!(error, Error::Stopping) {
            return Self::internal(error.to_string());
        }
        tracing::error!(%error, "the ledger could not be read");
        Self::internal(format!("the ledger could not be read ({})", error.code()))
    }
}

impl From<QueryError> for RpcError {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::TooMany => Self::limit(error.to_string()),
            QueryError::Ledger(error) => error.into(),
        }
    }
}

impl From<Rejection> for RpcError {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Undecodable(_) => Self::invalid_params(rejection),
            Rejection::Storage(_) | Rejection::Stopping => Self::internal(rejection.to_string()),
            _ => Self::refused(rejection.to_string()),
        }
    }
}

impl From<TopUpError> for RpcError {
    fn from(error: TopUpError) -> Self {
        match error {
            TopUpError::Amount => Self::invalid_params(error),
            TopUpError::Rejected(rejection) => rejection.into(),
        }
    }
}

impl From<CallError> for RpcError {
    fn from(error: CallError) -> Self {
        let message = error.to_string();
        match error {
            CallError::Reverted(output) => Self {
                code: 3,
                message,
                data: Some(output),
            },
            CallError::Invalid(_) | CallError::Halted(_) => Self::refused(message),
        }
    }
}

/// An answer to one request, as text.
pub fn response(id: &Value, outcome: Result<Value, RpcError>) -> String {
    let answer = match outcome {
        Ok(result) => serde_json::json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err(error) => serde_json::json!({ "jsonrpc": "2.0", "id": id, "error": error }),
    };
    answer.to_string()
}
