//! One attempt over HTTP.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};

use super::signature;

/// Time for a connection, and for the whole attempt.
const CONNECT: Duration = Duration::from_secs(5);
const WHOLE: Duration = Duration::from_secs(10);
/// Bytes of a receiver's answer that are read; what it says is not kept.
const ANSWER: usize = 64 * 1024;

/// What is sent.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// Where to.
    pub url: String,
    /// The event's id.
    pub event: String,
    /// What happened.
    pub kind: String,
    /// The value of the signature's header.
    pub signature: String,
    /// The body.
    pub body: String,
}

/// How a receiver answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// Its HTTP status, where there was one.
    pub status: Option<u16>,
    /// Why it counts as failed; none where the receiver took it.
    pub error: Option<&'static str>,
}

/// Whoever carries parcels.
#[async_trait]
pub trait Sender: Send + Sync + 'static {
    /// Makes one attempt.
    async fn send(&self, parcel: Parcel) -> Outcome;
}

/// Over HTTP, without redirects, proxies or cookies.
#[derive(Debug, Clone)]
pub struct HttpSender(Client);

impl HttpSender {
    /// Fails where the system's certificates cannot be read.
    pub fn new() -> Result<Self, reqwest::Error> {
        // It is there already where a ledger was asked first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder: ClientBuilder = Client::builder()
            .user_agent(concat!("Jiaozi/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .timeout(WHOLE)
            .redirect(Policy::none())
            .no_proxy();
        Ok(Self(builder.build()?))
    }
}

#[async_trait]
impl Sender for HttpSender {
    async fn send(&self, parcel: Parcel) -> Outcome {
        let request = self
            .0
            .post(&parcel.url)
            .header("content-type", "application/json")
            .header("jiaozi-event-id", &parcel.event)
            .header("jiaozi-event-type", &parcel.kind)
            .header(signature::HEADER, &parcel.signature)
            .body(parcel.body);
        let failed = |status, error| Outcome {
            status,
            error: Some(error),
        };
        let mut response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_timeout() => return failed(None, "timeout"),
            Err(_) => return failed(None, "unreachable"),
        };
        let status = response.status();
        let told = Some(status.as_u16());
        if status.is_redirection() {
            return failed(told, "redirect");
        }
        if !status.is_success() {
            return failed(told, "refused");
        }
        let mut read = 0_usize;
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) => read = read.saturating_add(chunk.len()),
                Ok(None) => break,
                Err(error) if error.is_timeout() => return failed(told, "timeout"),
                // It said that it took it; that it hung up then changes nothing.
                Err(_) => break,
            }
            if read > ANSWER {
                return failed(told, "too_large");
            }
        }
        Outcome {
            status: told,
            error: None,
        }
    }
}
