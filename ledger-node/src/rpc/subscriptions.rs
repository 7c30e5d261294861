//! `eth_subscribe`: news pushed over a WebSocket.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde_json::{Value, json};
use tokio::{
    sync::{broadcast::error::RecvError, mpsc, oneshot},
    task::AbortHandle,
};

use super::{
    Rpc,
    error::RpcError,
    params::{FilterRequest, Params},
    view,
};
use crate::{
    chain::Published,
    limits::SUBSCRIPTIONS,
    log_query::{self, LogFilter},
};

/// What is sent to a WebSocket client.
#[derive(Debug)]
pub enum Outgoing {
    /// An answer or a piece of news.
    Text(String),
    /// It fell too far behind: better cut off than told half.
    TooSlow,
}

/// One WebSocket connection and what it has subscribed to. Dropping it ends the subscriptions.
pub struct Connection {
    out: mpsc::Sender<Outgoing>,
    subscriptions: Mutex<HashMap<String, AbortHandle>>,
    /// Subscriptions whose id the client has not been told yet.
    untold: Mutex<Vec<oneshot::Sender<()>>>,
}

impl Connection {
    /// A connection that sends to `out`.
    pub fn new(out: mpsc::Sender<Outgoing>) -> Arc<Self> {
        Arc::new(Self {
            out,
            subscriptions: Mutex::default(),
            untold: Mutex::default(),
        })
    }

    /// Lets the news flow; to be called once an answer is on its way to the client, so that it
    /// knows the id of a subscription before the first news of it.
    pub fn told(&self) {
        for start in self
            .untold
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .drain(..)
        {
            // The subscription may have been ended already.
            let _ = start.send(());
        }
    }

    fn subscriptions(&self) -> MutexGuard<'_, HashMap<String, AbortHandle>> {
        self.subscriptions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        for (_, task) in self.subscriptions().drain() {
            task.abort();
        }
    }
}

enum Topic {
    Heads,
    Logs(LogFilter),
}

impl Rpc {
    pub(super) fn subscribe(
        &self,
        mut params: Params,
        connection: Option<&Arc<Connection>>,
    ) -> Result<Value, RpcError> {
        let connection = connection.ok_or_else(not_here)?;
        let kind: String = params.required(0, "subscription")?;
        let topic = match kind.as_str() {
            "newHeads" => Topic::Heads,
            "logs" => {
                let request: Option<FilterRequest> = params.optional(1, "filter")?;
                Topic::Logs(request.unwrap_or_default().filter()?)
            }
            _ => {
                return Err(RpcError::invalid_params(
                    "only newHeads and logs can be subscribed to",
                ));
            }
        };
        let id = random_id()?;
        let mut subscriptions = connection.subscriptions();
        if subscriptions.len() >= SUBSCRIPTIONS {
            return Err(RpcError::limit(format!(
                "more than {SUBSCRIPTIONS} subscriptions"
            )));
        }
        let mut news = self.chain.subscribe();
        let (out, name) = (connection.out.clone(), id.clone());
        let (start, started) = oneshot::channel();
        connection
            .untold
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(start);
        let task = tokio::spawn(async move {
            if started.await.is_err() {
                return;
            }
            loop {
                match news.recv().await {
                    Ok(published) => {
                        for text in messages(&topic, &name, &published) {
                            if out.send(Outgoing::Text(text)).await.is_err() {
                                return;
                            }
                        }
                    }
                    Err(RecvError::Lagged(_)) => {
                        // The connection may be gone already.
                        let _ = out.send(Outgoing::TooSlow).await;
                        return;
                    }
                    Err(RecvError::Closed) => return,
                }
            }
        });
        subscriptions.insert(id.clone(), task.abort_handle());
        Ok(json!(id))
    }

    pub(super) fn unsubscribe(
        &self,
        mut params: Params,
        connection: Option<&Arc<Connection>>,
    ) -> Result<Value, RpcError> {
        let connection = connection.ok_or_else(not_here)?;
        let id: String = params.required(0, "subscription id")?;
        let task = connection.subscriptions().remove(&id);
        if let Some(task) = &task {
            task.abort();
        }
        Ok(json!(task.is_some()))
    }
}

fn messages(topic: &Topic, id: &str, published: &Published) -> Vec<String> {
    let results: Vec<Value> = match topic {
        Topic::Heads => view::header(&published.block)
            .map(Value::from)
            .into_iter()
            .collect(),
        Topic::Logs(filter) => log_query::find_in(filter, &published.block, &published.mined)
            .iter()
            .map(view::found_log)
            .collect(),
    };
    let message = |result| {
        json!({
            "jsonrpc": "2.0",
            "method": "eth_subscription",
            "params": { "subscription": id, "result": result },
        })
        .to_string()
    };
    results.into_iter().map(message).collect()
}

fn not_here() -> RpcError {
    RpcError::refused("notifications not supported: subscribe over a WebSocket")
}

/// An id that nobody can guess.
pub(super) fn random_id() -> Result<String, RpcError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| RpcError::internal("no random bytes"))?;
    Ok(format!(
        "{:#x}",
        alloy_primitives::U128::from_be_bytes(bytes)
    ))
}
