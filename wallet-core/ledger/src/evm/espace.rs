//! What Conflux eSpace does differently from other EVM chains.
//!
//! - A quarter of the gas limit at most is given back: what a call is sure to
//!   take is three quarters of its limit. A margin of up to a third above the
//!   gas that is used costs nothing more.
//! - A transaction whose largest cost the account cannot afford is included all
//!   the same, and takes nonce and fee: it is looked at before it is sent.
//! - The gas limit is at least 100 for each byte of the call's data, and the
//!   public chains take no gas price under 20 GDrip.

use std::sync::Arc;

use alloy_consensus::transaction::SignerRecoverable;
use alloy_consensus::{Transaction, TxEnvelope};
use alloy_eips::Decodable2718;
use alloy_primitives::{Address, Bytes, U64, U256};
use serde_json::json;

use super::{EvmLedger, wire};
use crate::error::LedgerError;
use crate::pool::Node;

/// Chain ids of eSpace's public networks, main and test.
const PUBLIC: [u64; 2] = [1030, 71];
/// The least gas price there, in atoms: 20 GDrip.
const LEAST_PRICE: u128 = 20_000_000_000;
/// The least gas limit for a byte of data.
const GAS_A_BYTE: u64 = 100;

/// Whether the chain is one of eSpace's public networks.
pub(super) fn is_public(chain: u64) -> bool {
    PUBLIC.contains(&chain)
}

/// Whether the node is a Conflux node. One that keeps its name to itself may be
/// one: there, nothing is asked that harms Conflux nodes.
pub(super) async fn may_be_conflux(node: &Node, chain: u64) -> bool {
    if is_public(chain) {
        return true;
    }
    let name = node.client().await;
    name.is_none_or(|name| name.to_ascii_lowercase().contains("conflux"))
}

/// The least gas price that the chain takes.
pub(super) fn least_price(chain: u64) -> u128 {
    if is_public(chain) { LEAST_PRICE } else { 0 }
}

/// The least gas limit for a call with this data.
pub(super) fn least_gas(data: &Bytes) -> u64 {
    u64::try_from(data.len())
        .unwrap_or(u64::MAX)
        .saturating_mul(GAS_A_BYTE)
}

/// Refuses a transaction that the account cannot afford and that no node knows
/// yet. It is sent when in doubt: a node that errs or lies stops no payment.
pub(super) async fn check_affordable(
    ledger: &EvmLedger,
    signed: &Bytes,
) -> Result<(), LedgerError> {
    let Some((hash, sender, nonce, cost)) = read(signed) else {
        // Not for this check to judge.
        return Ok(());
    };
    let look = |node: Arc<Node>| async move {
        let count = node.require::<U64>("eth_getTransactionCount", json!([sender, "latest"]));
        let balance = node.require::<U256>("eth_getBalance", json!([sender, "latest"]));
        let known = node.ask::<wire::Transaction>("eth_getTransactionByHash", json!([hash]));
        let (count, balance, known) = futures_util::try_join!(count, balance, known)?;
        // What is known or executed was affordable when it was sent.
        let is_new = known.is_none() && count.to::<u64>() <= nonce;
        Ok(is_new && balance < cost)
    };
    let told = ledger.pool.look_each(look, |told| told.agreed().is_ok());
    match told.await.agreed() {
        Ok(true) => Err(LedgerError::InsufficientFunds),
        Ok(false) | Err(_) => Ok(()),
    }
}

/// Hash, sender, nonce and the most that the transaction may cost.
fn read(signed: &Bytes) -> Option<(alloy_primitives::B256, Address, u64, U256)> {
    let transaction = TxEnvelope::decode_2718_exact(signed).ok()?;
    let sender = transaction.recover_signer().ok()?;
    let gas = U256::from(transaction.gas_limit());
    let cost = gas
        .checked_mul(U256::from(transaction.max_fee_per_gas()))?
        .checked_add(transaction.value())?;
    Some((*transaction.tx_hash(), sender, transaction.nonce(), cost))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_has_a_floor() {
        assert_eq!(least_gas(&Bytes::new()), 0);
        assert_eq!(least_gas(&Bytes::from(vec![0; 68])), 6800);
        assert_eq!(least_price(1030), 20_000_000_000);
        assert_eq!(least_price(1), 0);
    }

    #[test]
    fn a_signed_transaction_tells_its_cost() {
        // The example of EIP-155.
        let signed: Bytes = "0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83".parse().unwrap();
        let (_, sender, nonce, cost) = read(&signed).unwrap();
        assert_eq!(
            sender,
            "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F"
                .parse::<Address>()
                .unwrap()
        );
        assert_eq!(nonce, 9);
        let gas = U256::from(21_000_u64) * U256::from(20_000_000_000_u64);
        assert_eq!(cost, gas + U256::from(10_u64).pow(U256::from(18)));
        assert!(read(&Bytes::from_static(b"nonsense")).is_none());
    }
}
