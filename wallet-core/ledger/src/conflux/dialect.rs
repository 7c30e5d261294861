//! How nodes of Core Space tell chain, head and name.

use alloy_primitives::{Address, Bytes, U64};
use jiaozi_types::ChainId;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{plain, wire};
use crate::logs::Log;
use crate::pool::{Dialect, Question};

/// Nodes that speak `cfx_*`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CoreSpace {
    /// The network's number, which is its chain id.
    pub(crate) network: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    chain_id: U64,
    network_id: U64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Epoch {
    epoch_number: U64,
}

impl Dialect for CoreSpace {
    fn chain(&self) -> ChainId {
        ChainId::Conflux(self.network)
    }

    fn ask_chain(&self) -> Question {
        Question::new("cfx_getStatus", json!([]))
    }

    /// The chain id is what is signed, the network id what addresses name: a
    /// node on which they differ is none that can be paid on.
    fn read_chain(&self, answer: &Value) -> Option<ChainId> {
        let status = Status::deserialize(answer).ok()?;
        (status.chain_id == status.network_id)
            .then(|| u32::try_from(status.chain_id.to::<u64>()).ok())
            .flatten()
            .map(ChainId::Conflux)
    }

    fn ask_head(&self) -> Question {
        Question::new("cfx_epochNumber", json!(["latest_state"]))
    }

    fn read_head(&self, answer: &Value) -> Option<u64> {
        U64::deserialize(answer).ok().map(|head| head.to())
    }

    fn ask_client(&self) -> Question {
        Question::new("cfx_clientVersion", json!([]))
    }

    fn subscribe_heads(&self) -> Question {
        Question::new("cfx_subscribe", json!(["epochs", "latest_state"]))
    }

    fn read_pushed_head(&self, pushed: &Value) -> Option<u64> {
        Some(Epoch::deserialize(pushed).ok()?.epoch_number.to())
    }

    fn ask_contract(&self, contract: Address, data: &Bytes) -> Question {
        let call = json!({ "to": plain(self.network, contract), "data": data });
        Question::new("cfx_call", json!([call, "latest_state"]))
    }

    fn ask_logs(&self, contracts: &[Address], topics: &Value, range: (u64, u64)) -> Question {
        let contracts: Vec<_> = contracts
            .iter()
            .map(|raw| plain(self.network, *raw))
            .collect();
        let filter = json!({
            "address": contracts, "topics": topics,
            "fromEpoch": U64::from(range.0), "toEpoch": U64::from(range.1),
        });
        Question::new("cfx_getLogs", json!([filter]))
    }

    fn read_log(&self, log: &Value) -> Option<Log> {
        let log = wire::Log::deserialize(log).ok()?;
        let address: jiaozi_types::Address<_> = log.address.parse().ok()?;
        let address = address.require_chain(self.chain()).ok()?;
        Some(Log {
            address: address.evm(),
            topics: log.topics,
            data: log.data,
            block_number: log.epoch_number,
            block_hash: log.block_hash,
            transaction_hash: log.transaction_hash,
            log_index: log.log_index,
            block_timestamp: None,
            removed: false,
        })
    }

    fn is_costly(&self, method: &str) -> bool {
        method == "cfx_call" || method.starts_with("cfx_getTransaction")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_whose_addresses_are_of_another_network_is_on_no_chain() {
        let dialect = CoreSpace { network: 1029 };
        let chain = |chain, network| {
            dialect.read_chain(&json!({ "chainId": chain, "networkId": network, "more": [] }))
        };
        assert_eq!(chain("0x405", "0x405"), Some(ChainId::Conflux(1029)));
        assert_eq!(chain("0x405", "0x1"), None);
        assert_eq!(chain("0x100000405", "0x100000405"), None);
        assert_eq!(dialect.read_chain(&json!("0x405")), None);
    }
}
