//! Reads the parameters of a request, strictly enough that a mistake is told.

use alloy_primitives::{Address, B256, Bytes, U64, U256};
use revm::context::transaction::AccessList;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::error::RpcError;
use crate::{
    evm::Message,
    limits::{LOG_ALTERNATIVES, TRANSACTION_BYTES},
    log_query::LogFilter,
};

/// The positional parameters of one request.
#[derive(Debug)]
pub struct Params(Vec<Value>);

impl Params {
    /// Takes the `params` member; none is an empty list.
    pub fn new(params: Option<Value>) -> Result<Self, RpcError> {
        match params {
            None | Some(Value::Null) => Ok(Self(Vec::new())),
            Some(Value::Array(values)) => Ok(Self(values)),
            Some(_) => Err(RpcError::invalid_params("they are to be an array")),
        }
    }

    /// The parameter at `index`, which has to be there.
    pub fn required<T: DeserializeOwned>(
        &mut self,
        index: usize,
        name: &str,
    ) -> Result<T, RpcError> {
        self.optional(index, name)?.ok_or_else(|| {
            RpcError::invalid_params(format!("missing value for {name} (argument {index})"))
        })
    }

    /// The parameter at `index`; null is none.
    pub fn optional<T: DeserializeOwned>(
        &mut self,
        index: usize,
        name: &str,
    ) -> Result<Option<T>, RpcError> {
        match self.0.get_mut(index).map(Value::take) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => serde_json::from_value(value).map(Some).map_err(|error| {
                RpcError::invalid_params(format!("{name} (argument {index}): {error}"))
            }),
        }
    }

    /// The block at `index`; the latest if none is named.
    pub fn block(&mut self, index: usize) -> Result<BlockId, RpcError> {
        Ok(self.optional(index, "block")?.unwrap_or(BlockId::Latest))
    }
}

/// Which block is meant: a tag, a number, or an object of EIP-1898.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
pub enum BlockId {
    /// Block zero.
    Earliest,
    /// The latest; `safe` and `finalized` are the same here, where no block is ever taken back.
    Latest,
    /// The one that would be made now.
    Pending,
    /// By its number.
    Number(u64),
    /// By its hash.
    Hash(B256),
}

impl TryFrom<Value> for BlockId {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Object {
            block_number: Option<Box<BlockId>>,
            block_hash: Option<B256>,
        }
        match value {
            Value::String(text) => match text.as_str() {
                "earliest" => Ok(Self::Earliest),
                "latest" | "safe" | "finalized" => Ok(Self::Latest),
                "pending" => Ok(Self::Pending),
                hex => quantity(hex).map(Self::Number),
            },
            object @ Value::Object(_) => {
                let object: Object =
                    serde_json::from_value(object).map_err(|error| error.to_string())?;
                match (object.block_number, object.block_hash) {
                    (Some(number), None) => Ok(*number),
                    (None, Some(hash)) => Ok(Self::Hash(hash)),
                    _ => Err("give either blockNumber or blockHash".to_owned()),
                }
            }
            _ => Err("a block is a tag, a hex number or an object".to_owned()),
        }
    }
}

/// A quantity of EIP-1474 that fits 64 bits: `0x` and hex digits.
fn quantity(text: &str) -> Result<u64, String> {
    let digits = text
        .strip_prefix("0x")
        .filter(|digits| !digits.is_empty() && digits.len() <= 64);
    let digits =
        digits.ok_or_else(|| "hex string without 0x prefix, or out of range".to_owned())?;
    u64::from_str_radix(digits, 16).map_err(|_| "not a hex number of at most 64 bits".to_owned())
}

/// The message of `eth_call` and `eth_estimateGas`. Fees are read and ignored: nothing is charged.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallRequest {
    from: Option<Address>,
    to: Option<Address>,
    gas: Option<U64>,
    value: Option<U256>,
    data: Option<Bytes>,
    input: Option<Bytes>,
    access_list: Option<AccessList>,
}

impl TryFrom<CallRequest> for Message {
    type Error = RpcError;

    fn try_from(request: CallRequest) -> Result<Self, RpcError> {
        let data = match (request.data, request.input) {
            (Some(data), Some(input)) if data != input => {
                return Err(RpcError::invalid_params(
                    "data and input are both set and differ",
                ));
            }
            (data, input) => input.or(data).unwrap_or_default(),
        };
        if data.len() > TRANSACTION_BYTES {
            return Err(RpcError::invalid_params(format!(
                "data is longer than {TRANSACTION_BYTES} bytes"
            )));
        }
        Ok(Self {
            from: request.from.unwrap_or_default(),
            to: request.to,
            value: request.value.unwrap_or_default(),
            data,
            gas: request.gas.map(|gas| gas.saturating_to()),
            access_list: request.access_list.unwrap_or_default(),
        })
    }
}

/// The filter object of `eth_getLogs`, `eth_newFilter` and `eth_subscribe`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FilterRequest {
    /// First block; the latest if none.
    pub from_block: Option<BlockId>,
    /// Last block; the latest if none.
    pub to_block: Option<BlockId>,
    /// One block, instead of the two above.
    pub block_hash: Option<B256>,
    address: Option<OneOrMany<Address>>,
    topics: Option<Vec<Option<OneOrMany<B256>>>>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    fn into_vec(self) -> Vec<T> {
        match self {
            Self::One(value) => vec![value],
            Self::Many(values) => values,
        }
    }
}

impl FilterRequest {
    /// What is asked for, without the blocks.
    pub fn filter(&mut self) -> Result<LogFilter, RpcError> {
        let mut filter = LogFilter {
            contracts: self
                .address
                .take()
                .map(OneOrMany::into_vec)
                .unwrap_or_default(),
            ..LogFilter::default()
        };
        let topics = self.topics.take().unwrap_or_default();
        if topics.len() > filter.topics.len() {
            return Err(RpcError::invalid_params("a log has at most four topics"));
        }
        filter.least_topics = topics.len();
        for (field, wanted) in filter.topics.iter_mut().zip(topics) {
            *field = wanted.map(OneOrMany::into_vec).unwrap_or_default();
        }
        let most = filter
            .topics
            .iter()
            .map(Vec::len)
            .chain([filter.contracts.len()])
            .max();
        if most > Some(LOG_ALTERNATIVES) {
            return Err(RpcError::invalid_params(format!(
                "more than {LOG_ALTERNATIVES} alternatives"
            )));
        }
        Ok(filter)
    }
}

/// An amount in the atoms of the yuan: a decimal string, a quantity, or a whole JSON number.
pub fn atoms(value: &Value) -> Result<U256, RpcError> {
    let wrong = || RpcError::invalid_params("an amount is a whole number of fen, as a string");
    if let Some(number) = value.as_u64() {
        return Ok(U256::from(number));
    }
    let text = value.as_str().ok_or_else(wrong)?;
    let (digits, radix) = text
        .strip_prefix("0x")
        .map_or((text, 10), |digits| (digits, 16));
    if digits.is_empty() || !digits.bytes().all(|byte| char::from(byte).is_digit(radix)) {
        return Err(wrong());
    }
    U256::from_str_radix(digits, radix.into()).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn amounts_are_whole_numbers_of_fen() {
        for (value, fen) in [
            (json!("1250"), 1250),
            (json!("0x4e2"), 1250),
            (json!(1250), 1250),
            (json!("0"), 0),
        ] {
            assert_eq!(atoms(&value).unwrap(), U256::from(fen), "{value}");
        }
        for value in [
            json!("12.50"),
            json!(""),
            json!("0x"),
            json!("-1"),
            json!(1.5),
            json!("1e3"),
            json!("１"),
            json!("1_0"),
            json!(null),
        ] {
            assert!(atoms(&value).is_err(), "{value}");
        }
    }

    #[test]
    fn blocks_are_tags_numbers_or_objects() {
        let hash = B256::repeat_byte(7);
        for (value, id) in [
            (json!("latest"), BlockId::Latest),
            (json!("safe"), BlockId::Latest),
            (json!("finalized"), BlockId::Latest),
            (json!("pending"), BlockId::Pending),
            (json!("earliest"), BlockId::Earliest),
            (json!("0x10"), BlockId::Number(16)),
            (json!({"blockNumber": "0x10"}), BlockId::Number(16)),
            (
                json!({"blockHash": hash, "requireCanonical": true}),
                BlockId::Hash(hash),
            ),
        ] {
            assert_eq!(BlockId::try_from(value).unwrap(), id);
        }
        for value in [
            json!("0x"),
            json!("16"),
            json!("0x10000000000000000"),
            json!(16),
            json!({}),
            json!("newest"),
            json!({"blockHash": hash, "blockNumber": "0x1"}),
        ] {
            assert!(BlockId::try_from(value.clone()).is_err(), "{value}");
        }
    }

    #[test]
    fn a_message_has_one_input() {
        let message =
            |value| Message::try_from(serde_json::from_value::<CallRequest>(value).unwrap());
        assert_eq!(
            message(json!({"data": "0x01"})).unwrap().data,
            Bytes::from([1])
        );
        assert_eq!(
            message(json!({"input": "0x01", "data": "0x01"}))
                .unwrap()
                .data,
            Bytes::from([1])
        );
        assert!(message(json!({"input": "0x01", "data": "0x02"})).is_err());
    }
}
