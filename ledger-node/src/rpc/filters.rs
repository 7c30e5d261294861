//! Filters that are polled (`eth_newFilter`), for clients that do not subscribe.
//!
//! A filter is where its owner has read up to; the logs themselves stay in the ledger. One that is
//! not asked for a while is forgotten, as everywhere.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use serde_json::{Value, json};

use super::{
    Rpc,
    error::RpcError,
    params::{BlockId, FilterRequest, Params},
};
use crate::{
    limits::{FILTER_LIFE, FILTERS, LOG_BLOCKS},
    log_query::LogFilter,
};

/// The filters of all clients.
#[derive(Default)]
pub struct Filters(Mutex<HashMap<String, Filter>>);

#[derive(Clone)]
struct Filter {
    /// None for a filter of blocks.
    logs: Option<LogFilter>,
    first: u64,
    last: Option<u64>,
    /// The first block that its owner has not been told of.
    next: u64,
    asked: Instant,
}

impl Filters {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Filter>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rpc {
    pub(super) fn new_log_filter(&self, mut params: Params) -> Result<Value, RpcError> {
        let mut request: FilterRequest = params.required(0, "filter")?;
        let logs = Some(request.filter()?);
        let first = match request.from_block {
            None => self.head_number(),
            Some(BlockId::Number(number)) => number,
            Some(other) => self.number_of(other)?,
        };
        let last = match request.to_block {
            None | Some(BlockId::Latest | BlockId::Pending) => None,
            Some(BlockId::Number(number)) => Some(number),
            Some(other) => Some(self.number_of(other)?),
        };
        let next = self.head_number().saturating_add(1).max(first);
        self.add_filter(Filter {
            logs,
            first,
            last,
            next,
            asked: Instant::now(),
        })
    }

    pub(super) fn new_block_filter(&self) -> Result<Value, RpcError> {
        let next = self.head_number().saturating_add(1);
        self.add_filter(Filter {
            logs: None,
            first: next,
            last: None,
            next,
            asked: Instant::now(),
        })
    }

    pub(super) async fn filter_changes(&self, mut params: Params) -> Result<Value, RpcError> {
        let id: String = params.required(0, "filter id")?;
        let head = self.head_number();
        let (filter, first, last) = {
            let mut filters = self.filters.lock();
            let filter = filters
                .get_mut(&id)
                .ok_or_else(|| RpcError::refused("filter not found"))?;
            filter.asked = Instant::now();
            let first = filter.next;
            // Who asks seldom is told in pieces that a query may span.
            let last = filter
                .last
                .unwrap_or(head)
                .min(head)
                .min(first.saturating_add(LOG_BLOCKS - 1));
            filter.next = last.saturating_add(1).max(first);
            (filter.logs.clone(), first, last)
        };
        if first > last {
            return Ok(json!([]));
        }
        match filter {
            Some(logs) => self.logs_between(logs, first, last).await,
            None => {
                let mut hashes = Vec::new();
                for number in first..=last {
                    hashes.extend(self.chain.block(number)?.map(|block| json!(block.hash)));
                }
                Ok(hashes.into())
            }
        }
    }

    pub(super) async fn filter_logs(&self, mut params: Params) -> Result<Value, RpcError> {
        let id: String = params.required(0, "filter id")?;
        let found = self.filters.lock().get(&id).cloned();
        match found {
            Some(Filter {
                logs: Some(logs),
                first,
                last,
                ..
            }) => {
                let head = self.head_number();
                self.logs_between(logs, first, last.unwrap_or(head).min(head))
                    .await
            }
            _ => Err(RpcError::refused("filter not found")),
        }
    }

    pub(super) fn uninstall_filter(&self, mut params: Params) -> Result<Value, RpcError> {
        let id: String = params.required(0, "filter id")?;
        Ok(json!(self.filters.lock().remove(&id).is_some()))
    }

    fn add_filter(&self, filter: Filter) -> Result<Value, RpcError> {
        let id = super::subscriptions::random_id()?;
        let mut filters = self.filters.lock();
        filters.retain(|_, filter| filter.asked.elapsed() < FILTER_LIFE);
        if filters.len() >= FILTERS {
            return Err(RpcError::limit(format!("more than {FILTERS} filters")));
        }
        filters.insert(id.clone(), filter);
        Ok(json!(id))
    }
}
