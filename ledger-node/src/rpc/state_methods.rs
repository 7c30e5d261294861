//! Methods about the state: balances, nonces, code, calls, gas, fees.

use alloy_primitives::{Address, U256};
use serde_json::{Value, json};

use super::{
    Rpc,
    error::RpcError,
    params::{BlockId, CallRequest, Params},
    view,
};
use crate::{
    chain::Latest,
    evm::{self, Message},
    limits::{BLOCK_GAS, FEE_BLOCKS},
};

impl Rpc {
    pub(super) fn balance(&self, mut params: Params) -> Result<Value, RpcError> {
        let address: Address = params.required(0, "address")?;
        let block = params.block(1)?;
        Ok(json!(
            self.state_at(block, |latest| latest.state.balance(address))?
        ))
    }

    pub(super) fn transaction_count(&self, mut params: Params) -> Result<Value, RpcError> {
        let address: Address = params.required(0, "address")?;
        let nonce = match params.block(1)? {
            BlockId::Pending => self.chain.pending_nonce(address),
            block => self.state_at(block, |latest| latest.state.nonce(address))?,
        };
        Ok(view::quantity(nonce))
    }

    pub(super) fn code(&self, mut params: Params) -> Result<Value, RpcError> {
        let address: Address = params.required(0, "address")?;
        let block = params.block(1)?;
        Ok(json!(
            self.state_at(block, |latest| latest.state.code(address))?
        ))
    }

    pub(super) fn storage_at(&self, mut params: Params) -> Result<Value, RpcError> {
        let address: Address = params.required(0, "address")?;
        let slot: U256 = params.required(1, "slot")?;
        let block = params.block(2)?;
        let value = self.state_at(block, |latest| latest.state.slot(address, slot))?;
        Ok(json!(alloy_primitives::B256::from(value)))
    }

    pub(super) async fn eth_call(&self, params: Params) -> Result<Value, RpcError> {
        let message = self.message_of(params)?;
        let output = self
            .heavy(move |chain| {
                let latest = chain.latest();
                evm::call(&latest.state, chain.next_block(&latest), &message)
            })
            .await??;
        Ok(json!(output))
    }

    pub(super) async fn estimate_gas(&self, params: Params) -> Result<Value, RpcError> {
        let message = self.message_of(params)?;
        let gas = self
            .heavy(move |chain| {
                let latest = chain.latest();
                evm::estimate(&latest.state, chain.next_block(&latest), &message)
            })
            .await??;
        Ok(view::quantity(gas))
    }

    pub(super) fn fee_history(&self, mut params: Params) -> Result<Value, RpcError> {
        let count = params
            .required::<alloy_primitives::U64>(0, "block count")?
            .to::<u64>()
            .min(FEE_BLOCKS);
        let newest = self.number_of(params.block(1)?)?;
        let percentiles: Vec<f64> = params
            .optional(2, "reward percentiles")?
            .unwrap_or_default();
        let ordered = percentiles
            .windows(2)
            .all(|pair| pair.first() <= pair.last());
        if percentiles.len() > 100
            || !ordered
            || percentiles.iter().any(|p| !(0.0..=100.0).contains(p))
        {
            return Err(RpcError::invalid_params(
                "reward percentiles are to ascend from 0 to 100",
            ));
        }
        let count = count.min(newest.saturating_add(1));
        let oldest = newest.saturating_add(1).saturating_sub(count);
        let mut ratios = Vec::new();
        for number in oldest..oldest.saturating_add(count) {
            let used = self
                .chain
                .block(number)?
                .map_or(0, |block| block.header.gas_used);
            ratios.push(gas_ratio(used));
        }
        let zeros = |length: usize| vec![view::quantity(0); length];
        let mut history = json!({
            "oldestBlock": view::quantity(oldest),
            "baseFeePerGas": zeros(ratios.len().saturating_add(1)),
            "baseFeePerBlobGas": zeros(ratios.len().saturating_add(1)),
            "blobGasUsedRatio": vec![0; ratios.len()],
            "gasUsedRatio": ratios,
        });
        if let (false, Some(history)) = (percentiles.is_empty(), history.as_object_mut()) {
            let rewards = vec![zeros(percentiles.len()); ratios_len(history)];
            history.insert("reward".into(), json!(rewards));
        }
        Ok(history)
    }

    fn message_of(&self, mut params: Params) -> Result<Message, RpcError> {
        let request: CallRequest = params.required(0, "message")?;
        let block = params.block(1)?;
        self.state_at(block, |_| ())?;
        for (index, name) in [(2, "state overrides"), (3, "block overrides")] {
            if params.optional::<Value>(index, name)?.is_some() {
                return Err(RpcError::invalid_params(format!(
                    "{name} are not supported"
                )));
            }
        }
        request.try_into()
    }

    /// Reads the state as of a block, which has to be the latest.
    fn state_at<T>(&self, block: BlockId, read: impl FnOnce(&Latest) -> T) -> Result<T, RpcError> {
        let hash_number = match block {
            BlockId::Hash(hash) => Some(
                self.chain
                    .block_number(hash)?
                    .ok_or_else(|| RpcError::refused("header not found"))?,
            ),
            _ => None,
        };
        let latest = self.chain.latest();
        let head = latest.block.header.number;
        let asked = match (block, hash_number) {
            (BlockId::Latest | BlockId::Pending, _) => head,
            (BlockId::Earliest, _) => 0,
            (BlockId::Number(number), _) | (BlockId::Hash(_), Some(number)) => number,
            (BlockId::Hash(_), None) => return Err(RpcError::refused("header not found")),
        };
        match asked.cmp(&head) {
            std::cmp::Ordering::Equal => Ok(read(&latest)),
            std::cmp::Ordering::Greater => Err(RpcError::refused("header not found")),
            std::cmp::Ordering::Less => Err(RpcError::refused(format!(
                "missing state: the sandbox keeps the state of its latest block ({head}), not of block {asked}"
            ))),
        }
    }
}

#[allow(clippy::float_arithmetic, reason = "a ratio of gas, which is no money")]
fn gas_ratio(used: u64) -> f64 {
    used as f64 / BLOCK_GAS as f64
}

fn ratios_len(history: &serde_json::Map<String, Value>) -> usize {
    history
        .get("gasUsedRatio")
        .and_then(Value::as_array)
        .map_or(0, Vec::len)
}
