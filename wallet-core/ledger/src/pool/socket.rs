//! New heads over WebSocket. The connection is made by the same HTTP client as
//! calls are, and then upgraded (RFC 6455): so it has the same TLS, the same
//! headers, and goes through the same proxy.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use reqwest::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use reqwest::{StatusCode, Upgraded};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::{client::generate_key, derive_accept_key};
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use url::Url;

use super::{Node, PoolOptions, Question};
use crate::error::LedgerError;
use crate::rpc::{connector, is_too_deep, read_answer, request, transport};

/// The largest message that is read, in bytes: a head is about 2 kB.
const MAX_MESSAGE: usize = 256 * 1024;
/// A silent connection is pinged after this and given up after twice this.
const SILENCE: Duration = Duration::from_secs(30);
/// The ids of our two calls.
const CHAIN: u64 = 1;
const SUBSCRIBE: u64 = 2;

type Socket = WebSocketStream<Upgraded>;

#[derive(Deserialize)]
struct Notice<'a> {
    #[serde(borrow)]
    params: NoticeParams<'a>,
}

#[derive(Deserialize)]
struct NoticeParams<'a> {
    subscription: Value,
    #[serde(borrow)]
    result: &'a RawValue,
}

/// Connects, compares the chain, subscribes, and notes each head with the node,
/// calling `told` after each. Ends with the error that ended the connection.
pub(super) async fn listen(
    node: &Node,
    url: &Url,
    options: &PoolOptions,
    told: impl Fn(),
) -> LedgerError {
    match tokio::time::timeout(options.call_timeout, open(node, url, options)).await {
        Ok(Ok((mut socket, subscription))) => {
            node.set_live(true);
            loop {
                match next_head(node, &mut socket, &subscription).await {
                    Ok(head) => {
                        node.note_head(head);
                        told();
                    }
                    Err(error) => return error,
                }
            }
        }
        Ok(Err(error)) => error,
        Err(_) => LedgerError::Timeout,
    }
}

/// A connection to the right chain with a subscription.
async fn open(
    node: &Node,
    url: &Url,
    options: &PoolOptions,
) -> Result<(Socket, Value), LedgerError> {
    let dialect = node.dialect();
    let mut socket = connect(node, url, options).await?;
    let told: Value = call(&mut socket, CHAIN, dialect.ask_chain()).await?;
    let found = dialect
        .read_chain(&told)
        .ok_or(LedgerError::Garbage("a chain id that is none"))?;
    let wanted = dialect.chain();
    if found != wanted {
        return Err(LedgerError::WrongChain { wanted, found });
    }
    let subscription = call(&mut socket, SUBSCRIBE, dialect.subscribe_heads()).await?;
    Ok((socket, subscription))
}

async fn connect(node: &Node, url: &Url, options: &PoolOptions) -> Result<Socket, LedgerError> {
    let client = connector(node.endpoint(), options)?
        .http1_only()
        .build()
        .map_err(|_| LedgerError::Unreachable)?;
    let mut url = url.clone();
    let scheme = if url.scheme() == "wss" {
        "https"
    } else {
        "http"
    };
    url.set_scheme(scheme)
        .map_err(|()| LedgerError::Unreachable)?;
    let key = generate_key();
    let response = client
        .get(url)
        .header(CONNECTION, "Upgrade")
        .header(UPGRADE, "websocket")
        .header(SEC_WEBSOCKET_VERSION, "13")
        .header(SEC_WEBSOCKET_KEY, &key)
        .send()
        .await
        .map_err(|error| transport(&error))?;
    let accepted = response
        .headers()
        .get(SEC_WEBSOCKET_ACCEPT)
        .is_some_and(|accept| accept.as_bytes() == derive_accept_key(key.as_bytes()).as_bytes());
    if response.status() != StatusCode::SWITCHING_PROTOCOLS || !accepted {
        return Err(LedgerError::Garbage("no WebSocket"));
    }
    let stream = response
        .upgrade()
        .await
        .map_err(|_| LedgerError::Unreachable)?;
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_MESSAGE))
        .max_frame_size(Some(MAX_MESSAGE));
    Ok(WebSocketStream::from_raw_socket(stream, Role::Client, Some(config)).await)
}

/// One call over the socket; whatever else comes before its answer is passed over.
async fn call(socket: &mut Socket, id: u64, question: Question) -> Result<Value, LedgerError> {
    let body = request(id, question.method, &question.params).to_string();
    send(socket, Message::text(body)).await?;
    loop {
        let text = next_text(socket).await?;
        match read_answer(text.as_bytes(), id) {
            Ok(answer) => return answer.ok_or(LedgerError::Garbage("null")),
            Err(error) => match LedgerError::from(error) {
                LedgerError::Garbage("another call's answer") => {}
                error => return Err(error),
            },
        }
    }
}

async fn next_head(
    node: &Node,
    socket: &mut Socket,
    subscription: &Value,
) -> Result<u64, LedgerError> {
    loop {
        let text = next_text(socket).await?;
        if is_too_deep(text.as_bytes()) {
            return Err(LedgerError::Garbage("nested too deep"));
        }
        let Ok(notice) = serde_json::from_str::<Notice<'_>>(&text) else {
            continue;
        };
        if notice.params.subscription != *subscription {
            continue;
        }
        let pushed: Value = serde_json::from_str(notice.params.result.get())
            .map_err(|_| LedgerError::Garbage("a head that cannot be read"))?;
        return node
            .dialect()
            .read_pushed_head(&pushed)
            .ok_or(LedgerError::Garbage("a head that is no number"));
    }
}

/// The next text message. A silent connection is pinged once.
async fn next_text(socket: &mut Socket) -> Result<String, LedgerError> {
    let mut pinged = false;
    loop {
        match tokio::time::timeout(SILENCE, socket.next()).await {
            Err(_) if pinged => return Err(LedgerError::Timeout),
            Err(_) => {
                pinged = true;
                send(socket, Message::Ping(Default::default())).await?;
            }
            Ok(Some(Ok(Message::Text(text)))) => return Ok(text.as_str().to_owned()),
            // Pings are answered by the library while reading.
            Ok(Some(Ok(Message::Ping(_) | Message::Pong(_)))) => pinged = false,
            Ok(Some(Ok(Message::Binary(_)))) => {
                return Err(LedgerError::Garbage("a binary message"));
            }
            Ok(Some(Ok(_)) | None) => return Err(LedgerError::Unreachable),
            Ok(Some(Err(_))) => return Err(LedgerError::Garbage("a broken WebSocket")),
        }
    }
}

async fn send(socket: &mut Socket, message: Message) -> Result<(), LedgerError> {
    match tokio::time::timeout(SILENCE, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(LedgerError::Unreachable),
        Err(_) => Err(LedgerError::Timeout),
    }
}
