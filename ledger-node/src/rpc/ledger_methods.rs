//! Methods about what has happened: blocks, transactions, receipts, logs.

use std::sync::Arc;

use alloy_primitives::{B256, U64};
use serde_json::{Value, json};

use super::{
    Rpc,
    error::RpcError,
    params::{BlockId, FilterRequest, Params},
    view,
};
use crate::{
    chain,
    limits::{LOG_BLOCKS, POOL_PER_SENDER},
    log_query::{self, LogFilter},
    record::{Block, Position},
    state::Changes,
};

impl Rpc {
    /// The number of the latest block.
    pub(super) fn head_number(&self) -> u64 {
        self.chain.latest().block.header.number
    }

    pub(super) fn get_block(&self, mut params: Params) -> Result<Value, RpcError> {
        let id = block_id(&mut params)?;
        let full = params.optional(1, "full transactions")?.unwrap_or(false);
        if id == BlockId::Pending {
            return self.pending_block(full);
        }
        let Some(block) = self.find_block(id)? else {
            return Ok(Value::Null);
        };
        let mut transactions = Vec::new();
        for (mined, index) in self.chain.mined_in(&block)?.iter().zip(0..) {
            transactions.push(if full {
                view::transaction(&mined.transaction()?, Some((&block, index)))?
            } else {
                json!(mined.hash)
            });
        }
        view::block(&block, transactions)
    }

    pub(super) fn block_receipts(&self, mut params: Params) -> Result<Value, RpcError> {
        let Some(block) = self.find_block(block_id(&mut params)?)? else {
            return Ok(Value::Null);
        };
        let mut receipts = Vec::new();
        for (mined, index) in self.chain.mined_in(&block)?.iter().zip(0..) {
            receipts.push(view::receipt(&block, index, mined)?);
        }
        Ok(receipts.into())
    }

    pub(super) fn block_transaction_count(&self, mut params: Params) -> Result<Value, RpcError> {
        let block = self.find_block(block_id(&mut params)?)?;
        Ok(block.map_or(Value::Null, |block| view::quantity(block.transactions)))
    }

    pub(super) fn transaction_by_hash(&self, mut params: Params) -> Result<Value, RpcError> {
        let hash: B256 = params.required(0, "transaction hash")?;
        // The pool first: what leaves it is in a block by then, never nowhere.
        let waiting = self.chain.pool().get(hash);
        if let Some(position) = self.chain.position(hash)? {
            return self.mined_transaction(position);
        }
        waiting.map_or(Ok(Value::Null), |waiting| view::transaction(&waiting, None))
    }

    pub(super) fn transaction_by_index(&self, mut params: Params) -> Result<Value, RpcError> {
        let id = block_id(&mut params)?;
        let index: U64 = params.required(1, "index")?;
        let (Some(block), Ok(index)) = (self.find_block(id)?, u32::try_from(index.to::<u64>()))
        else {
            return Ok(Value::Null);
        };
        self.mined_transaction(Position {
            block: block.header.number,
            index,
        })
    }

    pub(super) fn transaction_receipt(&self, mut params: Params) -> Result<Value, RpcError> {
        let hash: B256 = params.required(0, "transaction hash")?;
        let Some(position) = self.chain.position(hash)? else {
            return Ok(Value::Null);
        };
        match (
            self.chain.block(position.block)?,
            self.chain.mined(position)?,
        ) {
            (Some(block), Some(mined)) => view::receipt(&block, position.index, &mined),
            _ => Ok(Value::Null),
        }
    }

    pub(super) async fn get_logs(&self, mut params: Params) -> Result<Value, RpcError> {
        let mut request: FilterRequest = params.required(0, "filter")?;
        let filter = request.filter()?;
        let (first, last) = self.range_of(&request)?;
        self.logs_between(filter, first, last).await
    }

    /// The logs of a range, within the bounds of a query.
    pub(super) async fn logs_between(
        &self,
        filter: LogFilter,
        first: u64,
        last: u64,
    ) -> Result<Value, RpcError> {
        if first > last {
            return Ok(json!([]));
        }
        if last - first >= LOG_BLOCKS {
            return Err(RpcError::limit(format!(
                "query exceeds max block range {LOG_BLOCKS}"
            )));
        }
        // What is to come holds nothing yet.
        let last = last.min(self.head_number());
        let found = self
            .heavy(move |chain| log_query::find(chain, &filter, first, last))
            .await??;
        Ok(found.iter().map(view::found_log).collect::<Vec<_>>().into())
    }

    /// The blocks that a filter names.
    pub(super) fn range_of(&self, request: &FilterRequest) -> Result<(u64, u64), RpcError> {
        if let Some(hash) = request.block_hash {
            if request.from_block.is_some() || request.to_block.is_some() {
                return Err(RpcError::invalid_params(
                    "give blockHash or a range, not both",
                ));
            }
            let number = self.number_of(BlockId::Hash(hash))?;
            return Ok((number, number));
        }
        let head = self.head_number();
        let number = |id: Option<BlockId>| match id {
            None | Some(BlockId::Latest | BlockId::Pending) => Ok(head),
            Some(BlockId::Number(number)) => Ok(number),
            Some(other) => self.number_of(other),
        };
        let (first, last) = (number(request.from_block)?, number(request.to_block)?);
        if first > last {
            return Err(RpcError::invalid_params("fromBlock is after toBlock"));
        }
        Ok((first, last))
    }

    /// The number of a block that has to be there.
    pub(super) fn number_of(&self, id: BlockId) -> Result<u64, RpcError> {
        let head = self.head_number();
        match id {
            BlockId::Earliest => Ok(0),
            BlockId::Latest | BlockId::Pending => Ok(head),
            BlockId::Number(number) if number <= head => Ok(number),
            BlockId::Number(_) => Err(RpcError::refused("header not found")),
            BlockId::Hash(hash) => self
                .chain
                .block_number(hash)?
                .ok_or_else(|| RpcError::refused("unknown block")),
        }
    }

    fn find_block(&self, id: BlockId) -> Result<Option<Arc<Block>>, RpcError> {
        let number = match id {
            BlockId::Hash(hash) => match self.chain.block_number(hash)? {
                Some(number) => number,
                None => return Ok(None),
            },
            BlockId::Number(number) => number,
            other => self.number_of(other)?,
        };
        Ok(self.chain.block(number)?)
    }

    fn mined_transaction(&self, position: Position) -> Result<Value, RpcError> {
        match (
            self.chain.block(position.block)?,
            self.chain.mined(position)?,
        ) {
            (Some(block), Some(mined)) => {
                view::transaction(&mined.transaction()?, Some((&block, position.index)))
            }
            _ => Ok(Value::Null),
        }
    }

    /// The next block as it would begin: what is ready, nothing executed, no hash yet.
    fn pending_block(&self, full: bool) -> Result<Value, RpcError> {
        let header = {
            let latest = self.chain.latest();
            let context = self.chain.next_block(&latest);
            chain::header(context, latest.block.header.state_root, &Changes::default())
        };
        let ready = {
            let pool = self.chain.pool();
            pool.ready_hashes(POOL_PER_SENDER)
                .into_iter()
                .filter_map(|hash| pool.get(hash))
                .collect::<Vec<_>>()
        };
        let mut transactions = Vec::new();
        for waiting in &ready {
            transactions.push(if full {
                view::transaction(waiting, None)?
            } else {
                json!(waiting.hash)
            });
        }
        let block = Block {
            hash: B256::ZERO,
            transactions: ready.len() as u64,
            size: 0,
            header,
        };
        let mut view = view::block(&block, transactions)?;
        for unknown in ["hash", "nonce", "logsBloom", "miner"] {
            if let Some(field) = view.get_mut(unknown) {
                *field = Value::Null;
            }
        }
        Ok(view)
    }
}

/// The block parameter of the `...ByNumber` and `...ByHash` methods: a tag, a number or a hash.
fn block_id(params: &mut Params) -> Result<BlockId, RpcError> {
    let value: Value = params.required(0, "block")?;
    if let Some(hash) = value
        .as_str()
        .filter(|text| text.len() == 66)
        .and_then(|text| text.parse().ok())
    {
        return Ok(BlockId::Hash(hash));
    }
    BlockId::try_from(value).map_err(RpcError::invalid_params)
}
