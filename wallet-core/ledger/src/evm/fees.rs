//! What a call costs: EIP-1559 where blocks carry a base fee, legacy elsewhere.
//! All numbers of a quote come from one endpoint.

use std::sync::Arc;

use alloy_primitives::{U64, U256};
use jiaozi_types::agent::CarrierFee;
use serde_json::json;

use super::{EvmLedger, espace, wire};
use crate::error::LedgerError;
use crate::ledger::{Call, FeeQuote};
use crate::pool::Node;

pub(super) async fn quote(ledger: &EvmLedger, call: &Call) -> Result<FeeQuote, LedgerError> {
    let chain = ledger.chain;
    let look = |node: Arc<Node>| async move { quote_of(&node, chain, call).await };
    ledger.pool.look(look).await
}

async fn quote_of(node: &Node, chain: u64, call: &Call) -> Result<FeeQuote, LedgerError> {
    let request =
        json!({ "from": call.from, "to": call.to, "value": call.value, "data": call.data });
    let (gas, block, price, is_conflux) = futures_util::try_join!(
        node.require::<U64>("eth_estimateGas", json!([request])),
        node.require::<wire::Block>("eth_getBlockByNumber", json!(["latest", false])),
        node.require::<U256>("eth_gasPrice", json!([])),
        async { Ok(espace::may_be_conflux(node, chain).await) },
    )?;
    let mut gas = gas.to();
    if is_conflux {
        gas = espace::least_gas(&call.data).max(gas);
    }
    let least = espace::least_price(chain);
    let price = narrow(price)?.max(least);
    let Some(base) = block.base_fee_per_gas else {
        return Ok(FeeQuote {
            gas,
            fee: CarrierFee::Legacy { gas_price: price },
            expected_price: price,
            core: None,
        });
    };
    let base = narrow(base)?;
    let tip = match suggested_tip(node, is_conflux).await? {
        Some(tip) => narrow(tip)?,
        // What the gas price has above the base fee.
        None => price.saturating_sub(base),
    };
    // Twice the base fee covers six full blocks in a row; what is not needed is not taken.
    let max = base.saturating_mul(2).saturating_add(tip).max(price);
    Ok(FeeQuote {
        gas,
        fee: CarrierFee::Eip1559 {
            max_fee_per_gas: max,
            max_priority_fee_per_gas: tip.min(max),
        },
        expected_price: base.saturating_add(tip).max(least),
        core: None,
    })
}

/// The tip that the node suggests; none where it names none, and where asking
/// does harm: Conflux 3.0.2 stops answering for good after a few dozen calls.
async fn suggested_tip(node: &Node, is_conflux: bool) -> Result<Option<U256>, LedgerError> {
    if is_conflux {
        return Ok(None);
    }
    match node.ask("eth_maxPriorityFeePerGas", json!([])).await {
        Err(LedgerError::Node(_)) => Ok(None),
        answer => answer,
    }
}

fn narrow(price: U256) -> Result<u128, LedgerError> {
    u128::try_from(price).map_err(|_| LedgerError::Garbage("a gas price beyond reason"))
}
