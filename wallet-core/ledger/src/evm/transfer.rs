//! Transfers as transactions, before they are signed.

use alloy_consensus::transaction::RlpEcdsaEncodableTx;
use alloy_consensus::{SignableTransaction, TxEip1559, TxLegacy};
use alloy_primitives::{Address, Bytes, Signature, TxKind, U256};
use alloy_sol_types::SolCall;
use jiaozi_types::agent::{Carrier, CarrierFee};

use crate::abi::Token;
use crate::ledger::Call;

/// The call of an ERC-20 `transfer`.
pub fn token_transfer(token: Address, from: Address, to: Address, value: U256) -> Call {
    let data = Token::transferCall { to, value }.abi_encode().into();
    Call {
        from,
        to: token,
        value: U256::ZERO,
        data,
    }
}

/// The bytes of `call` that are to be signed: a legacy transaction after
/// EIP-155, or one after EIP-1559.
pub fn unsigned_transaction(chain: u64, call: &Call, carrier: &Carrier) -> Bytes {
    match transaction(chain, call, carrier) {
        Transaction::Legacy(transaction) => transaction.encoded_for_signing(),
        Transaction::Eip1559(transaction) => transaction.encoded_for_signing(),
    }
    .into()
}

/// The same with a signature that was made elsewhere, as
/// `eth_sendRawTransaction` takes it. Whose signature it is, the caller knows.
pub fn signed_transaction(
    chain: u64,
    call: &Call,
    carrier: &Carrier,
    signature: &Signature,
) -> Bytes {
    let mut raw = Vec::new();
    match transaction(chain, call, carrier) {
        Transaction::Legacy(transaction) => transaction.eip2718_encode(signature, &mut raw),
        Transaction::Eip1559(transaction) => transaction.eip2718_encode(signature, &mut raw),
    }
    raw.into()
}

enum Transaction {
    Legacy(TxLegacy),
    Eip1559(TxEip1559),
}

fn transaction(chain: u64, call: &Call, carrier: &Carrier) -> Transaction {
    let to = TxKind::Call(call.to);
    let (nonce, gas_limit) = (carrier.nonce, carrier.gas_limit);
    let (value, input) = (call.value, call.data.clone());
    match carrier.fee {
        CarrierFee::Legacy { gas_price } => Transaction::Legacy(TxLegacy {
            chain_id: Some(chain),
            nonce,
            gas_price,
            gas_limit,
            to,
            value,
            input,
        }),
        CarrierFee::Eip1559 {
            max_fee_per_gas,
            max_priority_fee_per_gas,
        } => Transaction::Eip1559(TxEip1559 {
            chain_id: chain,
            nonce,
            gas_limit,
            max_fee_per_gas,
            max_priority_fee_per_gas,
            to,
            value,
            access_list: Default::default(),
            input,
        }),
    }
}
