//! JSON-RPC 2.0, from bytes that nobody vouches for: bounds on size and depth
//! before anything is parsed, and the id that was asked for.

mod bounds;
mod connections;
mod http;
mod refusal;
mod retry;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::error::LedgerError;

pub(crate) use bounds::{MAX_ANSWER, is_too_deep};
pub(crate) use http::{HttpClient, connector, transport};
pub(crate) use refusal::RpcRefusal;

/// A failed call: on the way, told to slow down, or refused by the node.
#[derive(Debug)]
pub(crate) enum RpcError {
    /// No answer, or none that can be read.
    Transport(LedgerError),
    /// HTTP 429 or its JSON-RPC kin, with the pause that was asked for.
    RateLimited(Option<std::time::Duration>),
    /// The node's own error.
    Refused(RpcRefusal),
}

impl From<RpcError> for LedgerError {
    fn from(error: RpcError) -> Self {
        match error {
            RpcError::Transport(error) => error,
            RpcError::RateLimited(_) => Self::RateLimited,
            RpcError::Refused(refusal) => refusal.into_error(),
        }
    }
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(default)]
    id: Value,
    #[serde(borrow, default)]
    result: Option<&'a RawValue>,
    #[serde(default)]
    error: Option<RpcRefusal>,
}

/// The body of a call.
pub(crate) fn request(id: u64, method: &str, params: &Value) -> Value {
    serde_json::json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
}

/// Reads the answer to call `id`. A JSON `null` result is `None`.
pub(crate) fn read_answer<T: DeserializeOwned>(
    bytes: &[u8],
    id: u64,
) -> Result<Option<T>, RpcError> {
    let garbage = |what| RpcError::Transport(LedgerError::Garbage(what));
    if bytes.len() > MAX_ANSWER {
        return Err(garbage("too large"));
    }
    if is_too_deep(bytes) {
        return Err(garbage("nested too deep"));
    }
    let answer: Answer<'_> = serde_json::from_slice(bytes).map_err(|_| garbage("not JSON-RPC"))?;
    let is_ours = answer.id.as_u64() == Some(id);
    if let Some(refusal) = answer.error {
        // What could not be read or was turned away unread is answered without an id.
        if !is_ours && !answer.id.is_null() {
            return Err(garbage("another call's answer"));
        }
        return Err(if refusal.is_rate_limit() {
            RpcError::RateLimited(None)
        } else {
            RpcError::Refused(refusal)
        });
    }
    if !is_ours {
        return Err(garbage("another call's answer"));
    }
    match answer.result.map(RawValue::get) {
        // An absent result reads as null, too.
        None | Some("null") => Ok(None),
        Some(text) => serde_json::from_str(text)
            .map(Some)
            .map_err(|_| garbage("an unexpected value")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<u64>, LedgerError> {
        read_answer(text.as_bytes(), 7).map_err(LedgerError::from)
    }

    #[test]
    fn only_the_answer_to_the_call_is_read() {
        assert_eq!(read(r#"{"jsonrpc":"2.0","id":7,"result":5}"#), Ok(Some(5)));
        assert_eq!(read(r#"{"jsonrpc":"2.0","id":7,"result":null}"#), Ok(None));
        assert_eq!(
            read(r#"{"id":8,"result":5}"#),
            Err(LedgerError::Garbage("another call's answer"))
        );
        assert_eq!(
            read(r#"{"id":8,"error":{"code":3}}"#),
            Err(LedgerError::Garbage("another call's answer"))
        );
        for broken in [
            "",
            "<html></html>",
            r#"{"id":7,"result":5}{"id":7,"result":6}"#,
            r#"[{"id":7,"result":5}]"#,
            r#"{"id":7,"result":5"#,
            r#"{"id":7,"result":"five"}"#,
        ] {
            assert!(
                matches!(read(broken), Err(LedgerError::Garbage(_))),
                "{broken}"
            );
        }
    }

    #[test]
    fn a_refusal_is_told_from_a_request_to_slow_down() {
        assert_eq!(
            read(r#"{"id":7,"error":{"code":-32000,"message":"nonce too low"}}"#),
            Err(LedgerError::NonceTooLow)
        );
        assert_eq!(
            read(r#"{"id":null,"error":{"code":-32005,"message":"Too many requests"}}"#),
            Err(LedgerError::RateLimited)
        );
    }

    #[test]
    fn depth_is_refused_before_it_is_parsed() {
        let deep = format!(
            r#"{{"id":7,"result":{}{}}}"#,
            "[".repeat(100_000),
            "]".repeat(100_000)
        );
        assert_eq!(read(&deep), Err(LedgerError::Garbage("nested too deep")));
    }
}
