//! EIP-712 typed data as JSON text, as other wallets' requests carry it. Only the
//! authorizations of EIP-3009 are read; any other structure is refused, because
//! nobody could say what signing it would do.

use std::collections::BTreeMap;

use alloy_primitives::{Address as EvmAddress, B256, U256};
use jiaozi_types::ChainId;
use jiaozi_types::agent::{AgentError, Authorization, AuthorizationForm, ToSign, TokenDomain};
use serde::Deserialize;

use super::undecodable;

const DOMAIN: [(&str, &str); 4] = [
    ("name", "string"),
    ("version", "string"),
    ("chainId", "uint256"),
    ("verifyingContract", "address"),
];
const AUTHORIZATION: [(&str, &str); 6] = [
    ("from", "address"),
    ("to", "address"),
    ("value", "uint256"),
    ("validAfter", "uint256"),
    ("validBefore", "uint256"),
    ("nonce", "bytes32"),
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TypedData {
    types: BTreeMap<String, Vec<Member>>,
    primary_type: String,
    domain: Domain,
    message: Message,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Member {
    name: String,
    r#type: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Domain {
    name: String,
    version: String,
    chain_id: Number,
    verifying_contract: EvmAddress,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Message {
    from: EvmAddress,
    to: EvmAddress,
    value: Number,
    valid_after: Number,
    valid_before: Number,
    nonce: B256,
}

/// A whole number as wallets write it: a number of JSON, decimal digits, or
/// hexadecimal ones after 0x.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Plain(u64),
    Text(String),
}

impl Number {
    fn value(&self) -> Result<U256, AgentError> {
        let text = match self {
            Self::Plain(number) => return Ok(U256::from(*number)),
            Self::Text(text) => text,
        };
        let parsed = match text.strip_prefix("0x") {
            Some(digits) => U256::from_str_radix(digits, 16),
            None => U256::from_str_radix(text, 10),
        };
        parsed
            .ok()
            .filter(|_| !text.is_empty() && text != "0x")
            .ok_or_else(|| undecodable("typed data"))
    }

    fn small(&self) -> Result<u64, AgentError> {
        u64::try_from(self.value()?).map_err(|_| undecodable("typed data"))
    }
}

/// Reads the text. The types in it must be exactly those of EIP-3009: what is
/// hashed is then what was read, whatever else the text says.
pub fn read(text: &[u8]) -> Result<ToSign, AgentError> {
    let data: TypedData = serde_json::from_slice(text).map_err(|_| undecodable("typed data"))?;
    let form = match data.primary_type.as_str() {
        "TransferWithAuthorization" => AuthorizationForm::Transfer,
        "ReceiveWithAuthorization" => AuthorizationForm::Receive,
        _ => return Err(undecodable("typed data")),
    };
    let is = |name: &str, members: &[(&str, &str)]| {
        data.types.get(name).is_some_and(|written| {
            written.len() == members.len()
                && written
                    .iter()
                    .zip(members)
                    .all(|(is, should)| (is.name.as_str(), is.r#type.as_str()) == *should)
        })
    };
    if data.types.len() != 2
        || !is("EIP712Domain", &DOMAIN)
        || !is(&data.primary_type, &AUTHORIZATION)
    {
        return Err(undecodable("typed data"));
    }
    let (domain, message) = (data.domain, data.message);
    Ok(ToSign::Authorization {
        domain: TokenDomain {
            chain: ChainId::Eip155(domain.chain_id.small()?),
            name: domain.name,
            version: domain.version,
            contract: domain.verifying_contract,
        },
        authorization: Authorization {
            from: message.from,
            to: message.to,
            value: message.value.value()?,
            valid_after: message.valid_after.small()?,
            valid_before: message.valid_before.small()?,
            nonce: message.nonce,
        },
        form,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"{
      "types": {
        "EIP712Domain": [
          {"name": "name", "type": "string"}, {"name": "version", "type": "string"},
          {"name": "chainId", "type": "uint256"}, {"name": "verifyingContract", "type": "address"}
        ],
        "TransferWithAuthorization": [
          {"name": "from", "type": "address"}, {"name": "to", "type": "address"},
          {"name": "value", "type": "uint256"}, {"name": "validAfter", "type": "uint256"},
          {"name": "validBefore", "type": "uint256"}, {"name": "nonce", "type": "bytes32"}
        ]
      },
      "primaryType": "TransferWithAuthorization",
      "domain": {"name": "USD Coin", "version": "2", "chainId": 1,
        "verifyingContract": "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"},
      "message": {"from": "0x9858EfFD232B4033E47d90003D41EC34EcaEda94",
        "to": "0x1111111111111111111111111111111111111111", "value": "1250000",
        "validAfter": 0, "validBefore": "0x6b49d200",
        "nonce": "0x0101010101010101010101010101010101010101010101010101010101010101"}
    }"#;

    #[test]
    fn an_authorization_is_read() {
        let Ok(ToSign::Authorization {
            domain,
            authorization,
            form,
        }) = read(TEXT.as_bytes())
        else {
            panic!("not read");
        };
        assert_eq!(form, AuthorizationForm::Transfer);
        assert_eq!(domain.chain, ChainId::Eip155(1));
        assert_eq!(authorization.value, U256::from(1_250_000));
        assert_eq!(authorization.valid_before, 1_800_000_000);
    }

    #[test]
    fn what_would_be_hashed_otherwise_is_refused() {
        for (from, to) in [
            (
                "\"name\": \"from\", \"type\": \"address\"",
                "\"name\": \"from\", \"type\": \"string\"",
            ),
            ("\"primaryType\": \"Transfer", "\"primaryType\": \"Receive"),
            (
                "\"version\": \"2\", ",
                "\"version\": \"2\", \"salt\": \"0x00\", ",
            ),
            ("\"value\": \"1250000\"", "\"value\": \"-1\""),
            ("\"value\": \"1250000\"", "\"value\": \"\""),
            ("\"value\": \"1250000\"", "\"value\": 1.5"),
            ("\"validAfter\": 0,", ""),
        ] {
            let changed = TEXT.replacen(from, to, 1);
            assert_ne!(changed, TEXT, "{from}");
            assert!(
                matches!(
                    read(changed.as_bytes()),
                    Err(AgentError::Undecodable { .. })
                ),
                "{from} -> {to}"
            );
        }
    }
}
