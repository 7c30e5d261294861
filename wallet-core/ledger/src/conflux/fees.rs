//! What a call costs: gas, storage collateral, and who pays for them. All
//! numbers of a quote come from one endpoint.

use std::sync::Arc;

use alloy_primitives::{U64, U256};
use jiaozi_types::CoreAddressType;
use jiaozi_types::agent::CarrierFee;
use serde_json::json;

use super::{CoreLedger, plain, wire};
use crate::error::LedgerError;
use crate::ledger::{Call, CoreQuote, FeeQuote};
use crate::pool::Node;

/// What a payment may need beyond the estimate of a plain transfer, when it is
/// carried as an authorization: gas, and two slots of storage. A sponsor must
/// have enough for it, or the payer is told to pay.
const MORE_GAS: u64 = 120_000;
const MORE_STORAGE: u64 = 128;

pub(super) async fn quote(ledger: &CoreLedger, call: &Call) -> Result<FeeQuote, LedgerError> {
    let network = ledger.network;
    let look = |node: Arc<Node>| async move { quote_of(&node, network, call).await };
    ledger.pool.look(look).await
}

async fn quote_of(node: &Node, network: u32, call: &Call) -> Result<FeeQuote, LedgerError> {
    let (from, to) = (plain(network, call.from), plain(network, call.to));
    let mut request = json!({ "from": from, "to": to, "value": call.value });
    if let Some(fields) = request.as_object_mut().filter(|_| !call.data.is_empty()) {
        fields.insert("data".to_owned(), json!(call.data));
    }
    let (estimate, price, block) = futures_util::try_join!(
        node.require::<wire::Estimate>(
            "cfx_estimateGasAndCollateral",
            json!([request, "latest_state"])
        ),
        node.require::<U256>("cfx_gasPrice", json!([])),
        node.require::<wire::Block>("cfx_getBlockByEpochNumber", json!(["latest_state", false])),
    )?;
    let gas: u64 = estimate.gas_limit.to();
    let storage_limit: u64 = estimate.storage_collateralized.to();
    let price = narrow(price)?;
    let (fee, expected_price) = match block.base_fee_per_gas.map(narrow).transpose()? {
        None => (CarrierFee::Legacy { gas_price: price }, price),
        Some(base) => {
            // What the gas price has above the base fee; asking for a tip by
            // name has been seen to hang nodes.
            let tip = price.saturating_sub(base);
            let max = base.saturating_mul(2).saturating_add(tip).max(price);
            let fee = CarrierFee::Eip1559 {
                max_fee_per_gas: max,
                max_priority_fee_per_gas: tip,
            };
            (fee, base.saturating_add(tip))
        }
    };
    let cap = fee.most();
    let sponsored = if CoreAddressType::of(call.to) == Some(CoreAddressType::Contract) {
        let gas = gas.saturating_add(gas / 4).saturating_add(MORE_GAS);
        let storage = storage_limit.saturating_add(MORE_STORAGE);
        let params = json!([
            from,
            to,
            U64::from(gas),
            U256::from(cap),
            U64::from(storage),
            "latest_state"
        ]);
        node.require("cfx_checkBalanceAgainstTransaction", params)
            .await?
    } else {
        wire::Sponsorship {
            will_pay_tx_fee: true,
            will_pay_collateral: true,
        }
    };
    let epoch_height = block
        .epoch_number
        .ok_or(LedgerError::Garbage("an epoch without a number"))?;
    Ok(FeeQuote {
        gas,
        fee,
        expected_price,
        core: Some(CoreQuote {
            storage_limit,
            epoch_height: epoch_height.to(),
            gas_sponsored: !sponsored.will_pay_tx_fee,
            storage_sponsored: !sponsored.will_pay_collateral,
        }),
    })
}

fn narrow(price: U256) -> Result<u128, LedgerError> {
    u128::try_from(price).map_err(|_| LedgerError::Garbage("a gas price beyond reason"))
}
