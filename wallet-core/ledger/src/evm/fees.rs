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
        });
    };
    let base = narrow(base)?;
    // Not every node names a tip; what its gas price has above the base fee is one.
    let tip = match ledger
        .ask::<U256>("eth_maxPriorityFeePerGas", json!([]))
        .await
    {
        Ok(Some(tip)) => narrow(tip)?,
        Ok(None) | Err(LedgerError::Node(_)) => price.saturating_sub(base),
        Err(error) => return Err(error),
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
    })
}

fn narrow(price: U256) -> Result<u128, LedgerError> {
    u128::try_from(price).map_err(|_| LedgerError::Garbage("a gas price beyond reason"))
}
