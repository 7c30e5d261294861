//! Calls as transactions of Core Space, before they are signed.

use alloy_primitives::{Bytes, Signature};
use jiaozi_types::agent::Carrier;
use jiaozi_types::core_transaction::CoreTransaction;

use crate::ledger::Call;

/// The bytes of `call` that are to be signed; none for a carrier of an EVM chain.
pub fn unsigned_transaction(network: u32, call: &Call, carrier: &Carrier) -> Option<Bytes> {
    let data = call.data.clone();
    let transaction = CoreTransaction::carrying(network, carrier, call.to, call.value, data)?;
    Some(transaction.encode().into())
}

/// The same with a signature that was made elsewhere, as `cfx_sendRawTransaction`
/// takes it; none for a carrier of an EVM chain.
pub fn signed_transaction(
    network: u32,
    call: &Call,
    carrier: &Carrier,
    signature: &Signature,
) -> Option<Bytes> {
    let data = call.data.clone();
    let transaction = CoreTransaction::carrying(network, carrier, call.to, call.value, data)?;
    Some(transaction.encode_signed(signature).into())
}
