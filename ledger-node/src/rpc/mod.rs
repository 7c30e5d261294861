//! The Ethereum JSON-RPC (EIP-1474 and what wallets have come to expect beyond it).

mod error;
mod filters;
mod ledger_methods;
mod params;
mod state_methods;
mod subscriptions;
mod view;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use alloy_primitives::{Address, Bytes, keccak256};
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

pub use self::subscriptions::{Connection, Outgoing};
use self::{error::RpcError, filters::Filters, params::Params};
use crate::{
    SANDBOX_CHAIN_ID,
    bank::Bank,
    chain::Chain,
    limits::{BATCH_REQUESTS, RESPONSE_BYTES},
    submission::Submissions,
};

/// What `web3_clientVersion` says.
pub const CLIENT_VERSION: &str = concat!("jiaozi-node/v", env!("CARGO_PKG_VERSION"));

/// Answers requests; one for all connections.
pub struct Rpc {
    chain: Arc<Chain>,
    submissions: Submissions,
    bank: Bank,
    filters: Filters,
    /// Calls, estimates and log queries that run at a time: as many as there are processors.
    heavy: Arc<Semaphore>,
}

impl Rpc {
    /// Serves a chain.
    pub fn new(chain: Arc<Chain>, submissions: Submissions, bank: Bank) -> Self {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            chain,
            submissions,
            bank,
            filters: Filters::default(),
            heavy: Arc::new(Semaphore::new(processors)),
        }
    }

    /// Answers one message, which may be a batch. None when nobody waits for an answer. Requests of
    /// a batch run side by side; the answers keep their order.
    pub async fn message(
        &self,
        bytes: &[u8],
        connection: Option<&Arc<Connection>>,
    ) -> Option<String> {
        match serde_json::from_slice(bytes) {
            Err(_) => Some(error::response(&Value::Null, Err(RpcError::parse()))),
            Ok(Value::Array(requests)) => self.batch(requests, connection).await,
            Ok(request) => {
                self.request(request, connection, &AtomicUsize::default())
                    .await
            }
        }
    }

    async fn batch(
        &self,
        requests: Vec<Value>,
        connection: Option<&Arc<Connection>>,
    ) -> Option<String> {
        let refuse = |detail: &str| {
            Some(error::response(
                &Value::Null,
                Err(RpcError::invalid_request(detail)),
            ))
        };
        if requests.is_empty() {
            return refuse("an empty batch");
        }
        if requests.len() > BATCH_REQUESTS {
            return refuse(&format!("a batch of more than {BATCH_REQUESTS} requests"));
        }
        let bytes = AtomicUsize::default();
        let answers = join_all(
            requests
                .into_iter()
                .map(|request| self.request(request, connection, &bytes)),
        )
        .await;
        let answers: Vec<String> = answers.into_iter().flatten().collect();
        if answers.is_empty() {
            None
        } else {
            Some(format!("[{}]", answers.join(",")))
        }
    }

    /// Answers one request. `bytes` counts what the message's answers come to so far; beyond the
    /// bound they become refusals, so that a small batch cannot ask for gigabytes.
    async fn request(
        &self,
        mut request: Value,
        connection: Option<&Arc<Connection>>,
        bytes: &AtomicUsize,
    ) -> Option<String> {
        let version = request.get("jsonrpc").and_then(Value::as_str) == Some("2.0");
        let method = request.get_mut("method").map(Value::take);
        let id = request.get_mut("id").map(Value::take);
        let usable = id
            .as_ref()
            .is_none_or(|id| id.is_string() || id.is_number() || id.is_null());
        let (Some(Value::String(method)), true, true) = (method, version, usable) else {
            let refused =
                RpcError::invalid_request("it needs jsonrpc 2.0, a method and a plain id");
            return Some(error::response(
                &id.filter(|_| usable).unwrap_or_default(),
                Err(refused),
            ));
        };
        let params = request.get_mut("params").map(Value::take);
        let outcome = match Params::new(params) {
            Ok(_) if bytes.load(Relaxed) > RESPONSE_BYTES => Err(too_large()),
            Ok(params) => self.call(&method, params, connection).await,
            Err(error) => Err(error),
        };
        let id = id?;
        let answer = error::response(&id, outcome);
        let before = bytes.fetch_add(answer.len(), Relaxed);
        if before.saturating_add(answer.len()) > RESPONSE_BYTES {
            return Some(error::response(&id, Err(too_large())));
        }
        Some(answer)
    }

    async fn call(
        &self,
        method: &str,
        mut params: Params,
        connection: Option<&Arc<Connection>>,
    ) -> Result<Value, RpcError> {
        match method {
            "eth_sendRawTransaction" => {
                let raw: Bytes = params.required(0, "transaction")?;
                Ok(json!(self.submissions.submit_raw(raw).await?))
            }
            "sandbox_topUp" => {
                let to: Address = params.required(0, "address")?;
                let amount: Value = params.required(1, "amount")?;
                Ok(json!(self.bank.top_up(to, params::atoms(&amount)?).await?))
            }

            "web3_clientVersion" => Ok(json!(CLIENT_VERSION)),
            "web3_sha3" => Ok(json!(keccak256(params.required::<Bytes>(0, "data")?))),
            "net_version" => Ok(json!(SANDBOX_CHAIN_ID.to_string())),
            "net_listening" => Ok(json!(true)),
            "eth_chainId" => Ok(view::quantity(SANDBOX_CHAIN_ID)),
            "eth_syncing" => Ok(json!(false)),
            "eth_accounts" => Ok(json!([])),
            "eth_gasPrice" | "eth_maxPriorityFeePerGas" => Ok(view::quantity(0)),

            "eth_getBalance" => self.balance(params),
            "eth_getTransactionCount" => self.transaction_count(params),
            "eth_getCode" => self.code(params),
            "eth_getStorageAt" => self.storage_at(params),
            "eth_call" => self.eth_call(params).await,
            "eth_estimateGas" => self.estimate_gas(params).await,
            "eth_feeHistory" => self.fee_history(params),

            "eth_blockNumber" => Ok(view::quantity(self.head_number())),
            "eth_getBlockByNumber" | "eth_getBlockByHash" => self.get_block(params),
            "eth_getBlockReceipts" => self.block_receipts(params),
            "eth_getBlockTransactionCountByNumber" | "eth_getBlockTransactionCountByHash" => {
                self.block_transaction_count(params)
            }
            "eth_getTransactionByHash" => self.transaction_by_hash(params),
            "eth_getTransactionReceipt" => self.transaction_receipt(params),
            "eth_getTransactionByBlockNumberAndIndex" | "eth_getTransactionByBlockHashAndIndex" => {
                self.transaction_by_index(params)
            }
            "eth_getLogs" => self.get_logs(params).await,

            "eth_newFilter" => self.new_log_filter(params),
            "eth_newBlockFilter" => self.new_block_filter(),
            "eth_getFilterChanges" => self.filter_changes(params).await,
            "eth_getFilterLogs" => self.filter_logs(params).await,
            "eth_uninstallFilter" => self.uninstall_filter(params),

            "eth_subscribe" => self.subscribe(params, connection),
            "eth_unsubscribe" => self.unsubscribe(params, connection),
            unknown => Err(RpcError::no_method(unknown)),
        }
    }

    /// Runs what takes more than a moment off the threads that serve connections.
    async fn heavy<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Chain) -> T + Send + 'static,
    ) -> Result<T, RpcError> {
        let stopping = |_| RpcError::internal("the node is stopping");
        let permit = Arc::clone(&self.heavy)
            .acquire_owned()
            .await
            .map_err(|_| RpcError::internal("the node is stopping"))?;
        let chain = Arc::clone(&self.chain);
        let work = move || {
            let _permit = permit;
            work(&chain)
        };
        tokio::task::spawn_blocking(work).await.map_err(stopping)
    }
}

fn too_large() -> RpcError {
    RpcError::limit("the response is too large")
}
