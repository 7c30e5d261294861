//! EIP-3009 authorizations: their EIP-712 digests and the transactions that
//! carry them. The vault builds these itself, so that what it shows is what it
//! signs.

use std::borrow::Cow;

use alloy_consensus::{TxEip1559, TxLegacy};
use alloy_primitives::{Address as EvmAddress, B256, Bytes, Signature, TxKind, U256};
use alloy_sol_types::{Eip712Domain, SolCall, SolStruct, sol};
use jiaozi_types::ChainId;
use jiaozi_types::agent::{
    AgentError, Authorization, AuthorizationForm, Carrier, CarrierFee, TokenDomain,
};
use jiaozi_types::core_transaction::CoreTransaction;

use super::transaction::Unsigned;
use super::undecodable;

// The structs and functions of EIP-3009, with its names.
sol! {
    struct TransferWithAuthorization {
        address from;
        address to;
        uint256 value;
        uint256 validAfter;
        uint256 validBefore;
        bytes32 nonce;
    }
    struct ReceiveWithAuthorization {
        address from;
        address to;
        uint256 value;
        uint256 validAfter;
        uint256 validBefore;
        bytes32 nonce;
    }
    struct CancelAuthorization {
        address authorizer;
        bytes32 nonce;
    }
    function transferWithAuthorization(address from, address to, uint256 value, uint256 validAfter,
        uint256 validBefore, bytes32 nonce, uint8 v, bytes32 r, bytes32 s) external;
    function receiveWithAuthorization(address from, address to, uint256 value, uint256 validAfter,
        uint256 validBefore, bytes32 nonce, uint8 v, bytes32 r, bytes32 s) external;
    function cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s) external;
}

/// The bounds of the domain's texts, in bytes.
const NAME_MAX: usize = 64;
const VERSION_MAX: usize = 16;

/// Refuses a domain out of its bounds.
pub fn check_domain(domain: &TokenDomain) -> Result<(), AgentError> {
    let bad = |what: &str| {
        Err(AgentError::BadRequest {
            what: what.to_owned(),
        })
    };
    if domain.name.is_empty() || domain.name.len() > NAME_MAX {
        bad("the domain's name")
    } else if domain.version.is_empty() || domain.version.len() > VERSION_MAX {
        bad("the domain's version")
    } else if domain.chain.number() == 0 {
        bad("the domain's chain")
    } else if domain.contract.is_zero() {
        bad("the domain's contract")
    } else {
        Ok(())
    }
}

fn eip712(domain: &TokenDomain) -> Eip712Domain {
    Eip712Domain {
        name: Some(Cow::Owned(domain.name.clone())),
        version: Some(Cow::Owned(domain.version.clone())),
        chain_id: Some(U256::from(domain.chain.number())),
        verifying_contract: Some(domain.contract),
        salt: None,
    }
}

/// The digest that is signed for an authorization.
pub fn digest(domain: &TokenDomain, what: &Authorization, form: AuthorizationForm) -> B256 {
    let domain = eip712(domain);
    let (valid_after, valid_before) = (U256::from(what.valid_after), U256::from(what.valid_before));
    match form {
        AuthorizationForm::Transfer => TransferWithAuthorization {
            from: what.from,
            to: what.to,
            value: what.value,
            validAfter: valid_after,
            validBefore: valid_before,
            nonce: what.nonce,
        }
        .eip712_signing_hash(&domain),
        AuthorizationForm::Receive => ReceiveWithAuthorization {
            from: what.from,
            to: what.to,
            value: what.value,
            validAfter: valid_after,
            validBefore: valid_before,
            nonce: what.nonce,
        }
        .eip712_signing_hash(&domain),
    }
}

/// The digest that is signed to cancel an authorization.
pub fn cancel_digest(domain: &TokenDomain, authorizer: EvmAddress, nonce: B256) -> B256 {
    CancelAuthorization { authorizer, nonce }.eip712_signing_hash(&eip712(domain))
}

/// The call that hands a signed authorization to the token.
pub fn transfer_call(what: &Authorization, signature: &Signature) -> Bytes {
    let (v, r, s) = vrs(signature);
    transferWithAuthorizationCall {
        from: what.from,
        to: what.to,
        value: what.value,
        validAfter: U256::from(what.valid_after),
        validBefore: U256::from(what.valid_before),
        nonce: what.nonce,
        v,
        r,
        s,
    }
    .abi_encode()
    .into()
}

/// The call by which its payee hands a signed authorization to the token.
pub fn receive_call(what: &Authorization, signature: &Signature) -> Bytes {
    let (v, r, s) = vrs(signature);
    receiveWithAuthorizationCall {
        from: what.from,
        to: what.to,
        value: what.value,
        validAfter: U256::from(what.valid_after),
        validBefore: U256::from(what.valid_before),
        nonce: what.nonce,
        v,
        r,
        s,
    }
    .abi_encode()
    .into()
}

/// The call that hands a signed cancellation to the token.
pub fn cancel_call(authorizer: EvmAddress, nonce: B256, signature: &Signature) -> Bytes {
    let (v, r, s) = vrs(signature);
    cancelAuthorizationCall {
        authorizer,
        nonce,
        v,
        r,
        s,
    }
    .abi_encode()
    .into()
}

fn vrs(signature: &Signature) -> (u8, B256, B256) {
    let v = 27u8.saturating_add(u8::from(signature.v()));
    (v, signature.r().into(), signature.s().into())
}

/// The transaction that carries a call to the token. Refused when the carrier
/// is of the other space.
pub fn carry(
    domain: &TokenDomain,
    carrier: &Carrier,
    input: Bytes,
) -> Result<Unsigned, AgentError> {
    let to = TxKind::Call(domain.contract);
    let number = match (domain.chain, carrier.core) {
        (ChainId::Eip155(number), None) => number,
        (ChainId::Conflux(network), _) => {
            let (to, value) = (domain.contract, U256::ZERO);
            let transaction = CoreTransaction::carrying(network, carrier, to, value, input);
            let transaction = transaction.ok_or_else(|| undecodable("a carrier of eSpace"))?;
            return Ok(Unsigned::Core(transaction));
        }
        (ChainId::Eip155(_), Some(_)) => return Err(undecodable("a carrier of Core Space")),
    };
    Ok(match carrier.fee {
        CarrierFee::Legacy { gas_price } => Unsigned::Legacy(TxLegacy {
            chain_id: Some(number),
            nonce: carrier.nonce,
            gas_price,
            gas_limit: carrier.gas_limit,
            to,
            value: U256::ZERO,
            input,
        }),
        CarrierFee::Eip1559 {
            max_fee_per_gas,
            max_priority_fee_per_gas,
        } => Unsigned::Eip1559(TxEip1559 {
            chain_id: number,
            nonce: carrier.nonce,
            gas_limit: carrier.gas_limit,
            max_fee_per_gas,
            max_priority_fee_per_gas,
            to,
            value: U256::ZERO,
            access_list: Default::default(),
            input,
        }),
    })
}
