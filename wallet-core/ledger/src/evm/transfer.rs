//! Transfers as transactions, before they are signed.

use alloy_consensus::{SignableTransaction, TxEip1559, TxLegacy};
use alloy_primitives::{Address, Bytes, TxKind, U256};
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
    let to = TxKind::Call(call.to);
    let (nonce, gas_limit) = (carrier.nonce, carrier.gas_limit);
    let (value, input) = (call.value, call.data.clone());
    match carrier.fee {
        CarrierFee::Legacy { gas_price } => {
            let chain_id = Some(chain);
            TxLegacy {
                chain_id,
                nonce,
                gas_price,
                gas_limit,
                to,
                value,
                input,
            }
            .encoded_for_signing()
            .into()
        }
        CarrierFee::Eip1559 {
            max_fee_per_gas,
            max_priority_fee_per_gas,
        } => TxEip1559 {
            chain_id: chain,
            nonce,
            gas_limit,
            max_fee_per_gas,
            max_priority_fee_per_gas,
            to,
            value,
            access_list: Default::default(),
            input,
        }
        .encoded_for_signing()
        .into(),
    }
}
