//! A node that follows a script: an honest small ledger over HTTP and WebSocket,
//! with its answers bent or broken on the wire as a test wants it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use alloy_primitives::{Address, B256, Bytes, U64, U256, keccak256};
use futures_util::{SinkExt, StreamExt};
use jiaozi_ledger::Endpoint;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::broadcast;
use tokio::task::JoinSet;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

/// What happens to answers on their way.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// Nothing.
    None,
    /// The connection is closed as soon as it is accepted.
    DisconnectAfterAccept,
    /// The connection is closed instead of an answer.
    Drop,
    /// No answer ever comes.
    Stall,
    /// The answer comes a byte at a time, forever.
    SlowLoris,
    /// Half of the answer comes.
    Truncate,
    /// The answer comes twice in one body.
    Duplicate,
    /// Not JSON, though it begins like it.
    Corrupt,
    /// Arrays in arrays, 100,000 of them.
    Deep,
    /// A body of 17 MiB.
    Huge,
    /// A promised body of 1 TiB.
    Promised,
    /// Another call's id.
    WrongId,
    /// A web page.
    Html,
    /// This status with an empty body.
    Status(u16),
    /// 429 with this `Retry-After`.
    TooMany(&'static str),
    /// A value of another form.
    WrongForm,
}

/// What the node says.
pub struct Script {
    pub chain: u64,
    pub head: u64,
    pub client: Value,
    /// What makes its block hashes differ from another node's.
    pub fork: u8,
    pub balance: U256,
    pub nonces: (u64, u64),
    pub authorization_used: bool,
    pub receipts: HashMap<B256, Value>,
    pub known: Vec<B256>,
    pub logs: Vec<Value>,
    /// More blocks at a time than this are refused.
    pub log_range: u64,
    pub gas: u64,
    pub gas_price: u128,
    pub base_fee: Option<u128>,
    /// The refusal of sent transactions: code and message.
    pub refuses: Option<(i64, &'static str)>,
    pub fault: Fault,
    pub delay: Duration,
    /// What was asked, and what was sent.
    pub asked: Vec<String>,
    pub sent: Vec<Bytes>,
}

/// A node on a free port of this computer.
pub struct ScriptedNode {
    port: u16,
    script: Arc<Mutex<Script>>,
    heads: broadcast::Sender<u64>,
    kick: broadcast::Sender<()>,
    _server: JoinSet<()>,
}

pub fn block_hash(fork: u8, number: u64) -> B256 {
    let mut seed = number.to_be_bytes().to_vec();
    seed.push(fork);
    keccak256(seed)
}

impl ScriptedNode {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let script = Arc::new(Mutex::new(Script {
            chain: super::CHAIN,
            head: 100,
            client: json!("scripted/1.0"),
            fork: 0,
            balance: U256::from(500),
            nonces: (3, 3),
            authorization_used: false,
            receipts: HashMap::new(),
            known: Vec::new(),
            logs: Vec::new(),
            log_range: u64::MAX,
            gas: 50_000,
            gas_price: 7,
            base_fee: None,
            refuses: None,
            fault: Fault::None,
            delay: Duration::ZERO,
            asked: Vec::new(),
            sent: Vec::new(),
        }));
        let (heads, _) = broadcast::channel(64);
        let (kick, _) = broadcast::channel(4);
        let mut server = JoinSet::new();
        let (all, told, kicked) = (Arc::clone(&script), heads.clone(), kick.clone());
        server.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (script, heads) = (Arc::clone(&all), told.subscribe());
                let mut kicked = kicked.subscribe();
                connections.spawn(async move {
                    tokio::select! {
                        _ = serve(stream, script, heads) => {}
                        _ = kicked.recv() => {}
                    }
                });
            }
        });
        Self {
            port,
            script,
            heads,
            kick,
            _server: server,
        }
    }

    pub async fn with(change: impl FnOnce(&mut Script)) -> Self {
        let node = Self::start().await;
        change(&mut node.script());
        node
    }

    pub fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }

    pub fn endpoint(&self) -> Endpoint {
        Endpoint::new(&format!("http://127.0.0.1:{}/KEY", self.port), &[]).unwrap()
    }

    pub fn endpoint_with_websocket(&self) -> Endpoint {
        let url = format!("ws://127.0.0.1:{}/KEY", self.port);
        self.endpoint().with_websocket(&url).unwrap()
    }

    /// A new head, told to WebSockets, too.
    pub fn grow(&self, head: u64) {
        self.script().head = head;
        let _ = self.heads.send(head);
    }

    /// Closes all connections.
    pub fn disconnect(&self) {
        let _ = self.kick.send(());
    }

    /// How often a method was asked.
    pub fn count(&self, method: &str) -> usize {
        let script = self.script();
        script.asked.iter().filter(|asked| *asked == method).count()
    }

    /// Whether somebody listens for heads.
    pub fn has_listener(&self) -> bool {
        self.count("eth_subscribe") > 0
    }
}

impl Script {
    /// Puts a transaction into a block.
    pub fn include(&mut self, transaction: B256, block: u64, success: bool) {
        let receipt = json!({
            "transactionHash": transaction,
            "blockNumber": U64::from(block),
            "blockHash": block_hash(self.fork, block),
            "status": U64::from(u64::from(success)),
            "gasUsed": U64::from(21_000_u64),
            "effectiveGasPrice": U64::from(2_u64),
        });
        self.receipts.insert(transaction, receipt);
    }

    fn answer(&mut self, method: &str, params: &Value) -> Result<Value, (i64, String)> {
        let quantity = |number: u64| json!(U64::from(number));
        let hash = || serde_json::from_value::<B256>(params[0].clone()).unwrap();
        Ok(match method {
            "eth_chainId" => quantity(self.chain),
            "eth_blockNumber" => quantity(self.head),
            "web3_clientVersion" => self.client.clone(),
            "eth_getBalance" => json!(self.balance),
            "eth_getTransactionCount" if params[1] == "pending" => quantity(self.nonces.1),
            "eth_getTransactionCount" => quantity(self.nonces.0),
            "eth_getTransactionReceipt" => {
                self.receipts.get(&hash()).cloned().unwrap_or(Value::Null)
            }
            "eth_getTransactionByHash" if self.known.contains(&hash()) => {
                json!({ "hash": hash() })
            }
            "eth_getTransactionByHash" => Value::Null,
            "eth_getBlockByNumber" => {
                let number = match params[0].as_str().unwrap() {
                    "latest" => self.head,
                    "finalized" => self.head.saturating_sub(2),
                    number => u64::from_str_radix(&number[2..], 16).unwrap(),
                };
                if number > self.head {
                    return Ok(Value::Null);
                }
                let mut block = json!({
                    "number": U64::from(number),
                    "hash": block_hash(self.fork, number),
                    "timestamp": U64::from(1_700_000_000 + number),
                    "transactions": [],
                });
                if let Some(base) = self.base_fee {
                    block["baseFeePerGas"] = json!(U256::from(base));
                }
                block
            }
            // balanceOf and authorizationState both answer with one word.
            "eth_call" => {
                let data = params[0]["data"].as_str().unwrap();
                if data.starts_with("0x70a08231") {
                    json!(B256::from(self.balance))
                } else {
                    json!(B256::from(U256::from(u8::from(self.authorization_used))))
                }
            }
            "eth_getLogs" => {
                let bound = |name: &str| {
                    let text = params[0][name].as_str().unwrap();
                    u64::from_str_radix(&text[2..], 16).unwrap()
                };
                let (from, to) = (bound("fromBlock"), bound("toBlock"));
                if to - from >= self.log_range {
                    return Err((-32005, "query returned more than 10000 results".to_owned()));
                }
                let topics = params[0]["topics"].as_array().unwrap();
                let fits = |log: &&Value| {
                    let number = log["blockNumber"].as_str().unwrap();
                    let number = u64::from_str_radix(&number[2..], 16).unwrap();
                    let wanted = topics
                        .iter()
                        .enumerate()
                        .all(|(index, wanted)| wanted.is_null() || *wanted == log["topics"][index]);
                    (from..=to).contains(&number) && wanted
                };
                json!(self.logs.iter().filter(fits).collect::<Vec<_>>())
            }
            "eth_estimateGas" => quantity(self.gas),
            "eth_gasPrice" => json!(U256::from(self.gas_price)),
            "eth_maxPriorityFeePerGas" => quantity(1),
            "eth_subscribe" => json!("0x5"),
            "eth_sendRawTransaction" => {
                if let Some((code, message)) = self.refuses {
                    return Err((code, message.to_owned()));
                }
                let bytes: Bytes = serde_json::from_value(params[0].clone()).unwrap();
                let hash = keccak256(&bytes);
                self.sent.push(bytes);
                json!(hash)
            }
            _ => return Err((-32601, "no such method".to_owned())),
        })
    }

    fn reply(&mut self, request: &Value) -> Value {
        let method = request["method"].as_str().unwrap().to_owned();
        let answer = self.answer(&method, &request["params"]);
        self.asked.push(method);
        match answer {
            Ok(result) => json!({ "jsonrpc": "2.0", "id": request["id"], "result": result }),
            Err((code, message)) => json!({
                "jsonrpc": "2.0", "id": request["id"],
                "error": { "code": code, "message": message },
            }),
        }
    }
}

/// Serves one connection until it ends.
async fn serve(
    mut stream: TcpStream,
    script: Arc<Mutex<Script>>,
    heads: broadcast::Receiver<u64>,
) -> std::io::Result<()> {
    if script.lock().unwrap().fault == Fault::DisconnectAfterAccept {
        return Ok(());
    }
    loop {
        let (head, body) = read_request(&mut stream).await?;
        if let Some(key) = header(&head, "sec-websocket-key") {
            let answer = format!(
                "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
                 sec-websocket-accept: {}\r\n\r\n",
                derive_accept_key(key.as_bytes())
            );
            stream.write_all(answer.as_bytes()).await?;
            return serve_websocket(stream, script, heads).await;
        }
        let request: Value = serde_json::from_slice(&body)?;
        let (fault, delay, reply) = {
            let mut script = script.lock().unwrap();
            let reply = script.reply(&request);
            (script.fault.clone(), script.delay, reply)
        };
        tokio::time::sleep(delay).await;
        if !write_answer(&mut stream, &fault, reply).await? {
            return Ok(());
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> std::io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    };
    let mut body = bytes.split_off(end);
    let head = String::from_utf8_lossy(&bytes).into_owned();
    let length: usize = header(&head, "content-length").map_or(0, |text| text.parse().unwrap());
    while body.len() < length {
        if stream.read_buf(&mut body).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok((head, body))
}

pub fn header(head: &str, name: &str) -> Option<String> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name)
            .then(|| value.trim().to_owned())
    })
}

/// Writes the answer as the fault wants it; whether the connection goes on.
async fn write_answer(
    stream: &mut TcpStream,
    fault: &Fault,
    mut reply: Value,
) -> std::io::Result<bool> {
    let mut status = "200 OK".to_owned();
    let mut extra = String::new();
    let mut body = reply.to_string();
    let mut length = None;
    match fault {
        Fault::None | Fault::SlowLoris | Fault::DisconnectAfterAccept => {}
        Fault::Drop => return Ok(false),
        Fault::Stall => std::future::pending().await,
        Fault::Truncate => {
            length = Some(body.len());
            body.truncate(body.len() / 2);
        }
        Fault::Duplicate => body = format!("{body}{body}"),
        Fault::Corrupt => {
            body = format!("{{\"jsonrpc\":\"2.0\",\"id\":{},\"result\":}}", reply["id"])
        }
        Fault::Deep => {
            let (open, close) = ("[".repeat(100_000), "]".repeat(100_000));
            body = format!("{{\"id\":{},\"result\":{open}{close}}}", reply["id"]);
        }
        Fault::Huge => body = format!("{{\"id\":1,\"result\":\"{}\"}}", "0".repeat(17 << 20)),
        Fault::Promised => length = Some(1 << 40),
        Fault::WrongId => {
            reply["id"] = json!(987_654_321);
            body = reply.to_string();
        }
        Fault::Html => body = "<!doctype html><title>Sign in to the Wi-Fi</title>".to_owned(),
        Fault::Status(code) => {
            status = format!("{code} No");
            body.clear();
        }
        Fault::TooMany(after) => {
            status = "429 Too Many Requests".to_owned();
            extra = format!("retry-after: {after}\r\n");
            body.clear();
        }
        Fault::WrongForm => {
            reply["result"] = json!({ "odd": [1, 2, 3] });
            body = reply.to_string();
        }
    }
    let length = length.unwrap_or(body.len());
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\n{extra}content-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    if *fault == Fault::SlowLoris {
        for byte in std::iter::repeat_n(b' ', usize::MAX) {
            stream.write_all(&[byte]).await?;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
    stream.write_all(body.as_bytes()).await?;
    if matches!(fault, Fault::Promised) {
        return std::future::pending().await;
    }
    Ok(*fault != Fault::Truncate)
}

async fn serve_websocket(
    stream: TcpStream,
    script: Arc<Mutex<Script>>,
    mut heads: broadcast::Receiver<u64>,
) -> std::io::Result<()> {
    let mut socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
    loop {
        let message = tokio::select! {
            asked = socket.next() => match asked {
                Some(Ok(Message::Text(text))) => {
                    let request: Value = serde_json::from_str(&text)?;
                    script.lock().unwrap().reply(&request)
                }
                Some(Ok(_)) => continue,
                _ => return Ok(()),
            },
            head = heads.recv() => {
                let head = head.map_err(|_| std::io::ErrorKind::BrokenPipe)?;
                let block = json!({ "number": U64::from(head), "hash": block_hash(0, head) });
                json!({
                    "jsonrpc": "2.0", "method": "eth_subscription",
                    "params": { "subscription": "0x5", "result": block },
                })
            }
        };
        let sent = socket.send(Message::text(message.to_string())).await;
        sent.map_err(|_| std::io::ErrorKind::BrokenPipe)?;
    }
}

/// A transfer's log.
pub fn transfer_log(
    fork: u8,
    (block, index): (u64, u64),
    token: Address,
    (from, to): (Address, Address),
    value: u64,
) -> Value {
    json!({
        "address": token,
        "topics": [
            keccak256("Transfer(address,address,uint256)"),
            from.into_word(),
            to.into_word(),
        ],
        "data": B256::from(U256::from(value)),
        "blockNumber": U64::from(block),
        "blockHash": block_hash(fork, block),
        "transactionHash": keccak256([block.to_be_bytes(), index.to_be_bytes()].concat()),
        "logIndex": U64::from(index),
        "removed": false,
    })
}
