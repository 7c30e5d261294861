//! What a call costs: EIP-1559 where blocks carry a base fee, legacy elsewhere.

use alloy_primitives::{U64, U256};
use jiaozi_types::agent::CarrierFee;
use serde_json::json;

use super::{EvmLedger, wire};
use crate::error::LedgerError;
use crate::ledger::{Call, FeeQuote};

pub(super) async fn quote(ledger: &EvmLedger, call: &Call) -> Result<FeeQuote, LedgerError> {
    let request =
        json!({ "from": call.from, "to": call.to, "value": call.value, "data": call.data });
    let gas: U64 = ledger.require("eth_estimateGas", json!([request])).await?;
    let block: wire::Block = ledger
        .require("eth_getBlockByNumber", json!(["latest", false]))
        .await?;
    let price = narrow(ledger.require("eth_gasPrice", json!([])).await?)?;
    let Some(base) = block.base_fee_per_gas else {
        let fee = CarrierFee::Legacy { gas_price: price };
        return Ok(FeeQuote {
            gas: gas.to(),
            fee,
            expected_price: price,
            core: None,
        });
    };
    let base = narrow(base)?;
    let tip = match suggested_tip(ledger).await? {
        Some(tip) => narrow(tip)?,
        // What the gas price has above the base fee.
        None => price.saturating_sub(base),
    };
    // Twice the base fee covers six full blocks in a row; what is not needed is not taken.
    let max = base.saturating_mul(2).saturating_add(tip).max(price);
    Ok(FeeQuote {
        gas: gas.to(),
        fee: CarrierFee::Eip1559 {
            max_fee_per_gas: max,
            max_priority_fee_per_gas: tip.min(max),
        },
        expected_price: base.saturating_add(tip),
        core: None,
    })
}

/// The tip that the node suggests; none where it names none, and where asking
/// does harm: Conflux 3.0.2 stops answering for good after a few dozen calls.
async fn suggested_tip(ledger: &EvmLedger) -> Result<Option<U256>, LedgerError> {
    if ledger.is_conflux().await {
        return Ok(None);
    }
    match ledger.ask("eth_maxPriorityFeePerGas", json!([])).await {
        Err(LedgerError::Node(_)) => Ok(None),
        answer => answer,
    }
}

fn narrow(price: U256) -> Result<u128, LedgerError> {
    u128::try_from(price).map_err(|_| LedgerError::Garbage("a gas price beyond reason"))
}
