//! The proxy itself: a listener, a task a connection, and what the plan makes of each call.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};

use crate::fault::{Course, Fault, Plan};
use crate::lies::{self, Liar};
use crate::node::Node;
use crate::{http, websocket};

const JSON: &str = "application/json";
const PAGE: &[u8] = b"<!doctype html><title>Bad Gateway</title><h1>502 Bad Gateway</h1>";

/// When a watcher is told of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The node does not have it yet.
    Before,
    /// The node has answered; the wallet does not know yet.
    After,
}

/// A call that passes.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The method; of a batch the first one.
    pub method: String,
    /// When.
    pub moment: Moment,
}

type Watcher = Arc<dyn Fn(&Seen) + Send + Sync>;

struct Shared {
    node: RwLock<Node>,
    course: Mutex<Course>,
    liar: tokio::sync::Mutex<Liar>,
    watcher: RwLock<Option<Watcher>>,
    /// Rung whenever a call passes, for those that are held back.
    passing: Notify,
}

/// A proxy on a free port of this computer; it ends when it is dropped.
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    listener: JoinHandle<()>,
}

impl Proxy {
    /// Starts one in front of the node at `url`.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn start(url: &str) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            node: RwLock::new(Node::new(url)),
            course: Mutex::default(),
            liar: tokio::sync::Mutex::default(),
            watcher: RwLock::new(None),
            passing: Notify::new(),
        });
        let served = Arc::clone(&shared);
        let listener = tokio::spawn(async move {
            // The connections end with this task.
            let mut connections = JoinSet::new();
            loop {
                let Ok((stream, _)) = listener.accept().await else {
                    continue;
                };
                while connections.try_join_next().is_some() {}
                let shared = Arc::clone(&served);
                connections.spawn(async move {
                    let _ = shared.serve(stream).await; // the wallet hung up
                });
            }
        });
        Ok(Self {
            address,
            shared,
            listener,
        })
    }

    /// Where wallets find it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on the node is elsewhere.
    pub fn point_at(&self, url: &str) {
        *write(&self.shared.node) = Node::new(url);
    }

    /// From now on calls are struck as planned; what was planned before is over.
    pub fn inflict(&self, plan: Plan) {
        self.course().set(Some(plan));
    }

    /// From now on everything passes. A swallowed transaction stays swallowed.
    pub fn heal(&self) {
        self.course().set(None);
    }

    /// How many calls the present plan has struck.
    #[must_use]
    pub fn struck(&self) -> u64 {
        self.course().struck
    }

    /// Tells `watcher` of every call; everything about that call waits until it returns.
    pub fn watch(&self, watcher: impl Fn(&Seen) + Send + Sync + 'static) {
        *write(&self.shared.watcher) = Some(Arc::new(watcher));
    }

    fn course(&self) -> std::sync::MutexGuard<'_, Course> {
        lock(&self.shared.course)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.listener.abort();
    }
}

impl Shared {
    async fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut buffer = Vec::new();
        while let Some(request) = http::read(&mut stream, &mut buffer).await? {
            if request.is_websocket() {
                let struck = lock(&self.course).next("websocket");
                let node = websocket_address(read(&self.node).url());
                let fault = struck.map(|(fault, _)| fault);
                return websocket::pass(stream, request, buffer, &node, fault).await;
            }
            if !self.exchange(&mut stream, &request).await? {
                return stream.shutdown().await;
            }
        }
        Ok(())
    }

    /// One call and its answer; whether the connection lives on.
    async fn exchange(&self, stream: &mut TcpStream, request: &http::Request) -> io::Result<bool> {
        let call: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let method = first_method(&call);
        let struck = lock(&self.course).next(&method);
        self.passing.notify_waiters();
        self.tell(&method, Moment::Before);
        let Some((fault, mut dice)) = struck else {
            let answer = self.pass(request).await;
            self.recall(&call, answer.as_ref()).await;
            self.tell(&method, Moment::After);
            return write_answer(stream, answer).await;
        };
        match fault {
            Fault::Drop => return Ok(false),
            Fault::TooManyRequests => {
                http::write(
                    stream,
                    429,
                    "text/plain",
                    b"slow down",
                    "retry-after: 1\r\n",
                )
                .await?;
                return Ok(true);
            }
            Fault::Html => {
                http::write(stream, 200, "text/html", PAGE, "").await?;
                return Ok(true);
            }
            Fault::ServerError => {
                let status = [500, 502, 503][dice.usize(0..3)];
                http::write(stream, status, "text/html", PAGE, "").await?;
                return Ok(true);
            }
            Fault::Duplicate => drop(self.pass(request).await),
            Fault::Reorder => {
                // Held until another call passes; alone it goes on after a while.
                let overtaken = self.passing.notified();
                let _ = tokio::time::timeout(Duration::from_millis(300), overtaken).await;
            }
            _ => {}
        }
        let answer = if fault.lies() {
            self.lie(fault, &call, request).await
        } else {
            self.pass(request).await
        };
        self.tell(&method, Moment::After);
        let Some((status, body)) = answer else {
            return Ok(false);
        };
        match fault {
            Fault::DisconnectAfterAccept => Ok(false),
            Fault::Truncate => {
                let mut bytes = http::head(status, JSON, body.len(), "").into_bytes();
                bytes.extend_from_slice(&body[..body.len() / 2]);
                stream.write_all(&bytes).await?;
                Ok(false)
            }
            Fault::SlowLoris => {
                let head = http::head(status, JSON, body.len() + 1_000_000, "");
                stream.write_all(head.as_bytes()).await?;
                for byte in body.into_iter().chain(std::iter::repeat(b' ')) {
                    stream.write_all(&[byte]).await?;
                    tokio::time::sleep(Duration::from_millis(250)).await;
                }
                Ok(false)
            }
            Fault::CorruptJson => {
                http::write(stream, status, JSON, &corrupt(body, &mut dice), "").await?;
                Ok(true)
            }
            Fault::WrongId => {
                http::write(stream, status, JSON, &with_wrong_id(&body), "").await?;
                Ok(true)
            }
            Fault::Delay => {
                tokio::time::sleep(Duration::from_millis(dice.u64(50..2000))).await;
                write_answer(stream, Some((status, body))).await
            }
            _ => write_answer(stream, Some((status, body))).await,
        }
    }

    /// The node's answer; none when the node does not answer.
    async fn pass(&self, request: &http::Request) -> Option<(u16, Vec<u8>)> {
        let node = read(&self.node).clone();
        let path = if request.path == "/" {
            ""
        } else {
            &request.path
        };
        node.pass(path, request.body.clone()).await.ok()
    }

    /// Keeps what is true now, for a liar that will say it later.
    async fn recall(&self, call: &Value, answer: Option<&(u16, Vec<u8>)>) {
        let Some((_, body)) = answer else { return };
        let Ok(answer) = serde_json::from_slice::<Value>(body) else {
            return;
        };
        if let Some(result) = answer.get("result") {
            self.liar.lock().await.remember(call, result);
        }
    }

    /// The node's answer made untrue, each part of a batch by itself.
    async fn lie(
        &self,
        fault: Fault,
        call: &Value,
        request: &http::Request,
    ) -> Option<(u16, Vec<u8>)> {
        let node = read(&self.node).clone();
        let method = first_method(call);
        let swallows = fault == Fault::FalseReceipt && lies::is_submission(&method);
        if swallows && let Some(hash) = self.liar.lock().await.swallow(call) {
            let answer = serde_json::json!({ "jsonrpc": "2.0", "id": call["id"], "result": hash });
            return Some((200, answer.to_string().into_bytes()));
        }
        let (status, body) = self.pass(request).await?;
        let Ok(mut answer) = serde_json::from_slice::<Value>(&body) else {
            return Some((status, body));
        };
        let pairs: Vec<(&Value, &mut Value)> = match (call, &mut answer) {
            (Value::Array(calls), Value::Array(answers)) => calls.iter().zip(answers).collect(),
            (call, answer) => vec![(call, answer)],
        };
        for (call, answer) in pairs {
            if let Some(result) = answer.get_mut("result") {
                *result = lies::untrue(fault, call, result.take(), &self.liar, &node).await;
            }
        }
        Some((status, answer.to_string().into_bytes()))
    }

    fn tell(&self, method: &str, moment: Moment) {
        let watcher = read(&self.watcher).clone();
        if let Some(watcher) = watcher {
            watcher(&Seen {
                method: method.to_owned(),
                moment,
            });
        }
    }
}

async fn write_answer(stream: &mut TcpStream, answer: Option<(u16, Vec<u8>)>) -> io::Result<bool> {
    let Some((status, body)) = answer else {
        return Ok(false); // as if the node's own port were closed
    };
    http::write(stream, status, JSON, &body, "").await?;
    Ok(true)
}

fn first_method(call: &Value) -> String {
    let single = call.as_array().and_then(|calls| calls.first());
    let method = single.unwrap_or(call)["method"].as_str();
    method.unwrap_or_default().to_owned()
}

/// Damages bytes until the answer cannot be read any more.
fn corrupt(mut body: Vec<u8>, dice: &mut fastrand::Rng) -> Vec<u8> {
    while !body.is_empty() && serde_json::from_slice::<Value>(&body).is_ok() {
        let at = dice.usize(0..body.len());
        body[at] = dice.u8(..);
    }
    body
}

fn with_wrong_id(body: &[u8]) -> Vec<u8> {
    let Ok(mut answer) = serde_json::from_slice::<Value>(body) else {
        return body.to_vec();
    };
    let parts: Vec<&mut Value> = match &mut answer {
        Value::Array(parts) => parts.iter_mut().collect(),
        single => vec![single],
    };
    for part in parts {
        let id = part["id"].as_u64().unwrap_or_default();
        part["id"] = (id + 1).into();
    }
    answer.to_string().into_bytes()
}

/// `host:port` of an `http://` or `ws://` URL.
fn websocket_address(url: &str) -> String {
    let url = url::Url::parse(url).expect("the node has a URL");
    let host = url.host_str().unwrap_or("127.0.0.1");
    format!("{host}:{}", url.port_or_known_default().unwrap_or(80))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}
