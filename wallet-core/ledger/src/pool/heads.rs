//! The head as it grows: each endpoint tells its own, by WebSocket where it has
//! one and when asked elsewhere; what is credible of that is what receivers see.
//!
//! A WebSocket is an extra: while it is down its endpoint is polled, and while it
//! is up the endpoint is still asked now and then, so that a socket that is open
//! and silent goes unnoticed for a short while only.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior};

use super::agreement::{CredibleHead, SeenHead, credible_head};
use super::health::jitter;
use super::{Node, Pool, PoolOptions, socket};

/// Between looks at the head of a node on this computer, and elsewhere.
const POLL: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(2));
/// Looks are this many times rarer while a WebSocket tells the head.
const RARER: u32 = 5;
/// Before a WebSocket that went down is tried again, at first and at most.
const RECONNECT: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(120));

/// What the endpoints tell of their heads, put together.
#[derive(Debug)]
pub(super) struct HeadFeed {
    nodes: Vec<Arc<Node>>,
    options: PoolOptions,
    sender: watch::Sender<Option<u64>>,
}

/// The tasks that feed it; they end with the pool.
pub(super) type Followers = Mutex<JoinSet<()>>;

impl HeadFeed {
    pub(super) fn new(nodes: &[Arc<Node>], options: &PoolOptions) -> Arc<Self> {
        Arc::new(Self {
            nodes: nodes.to_vec(),
            options: options.clone(),
            sender: watch::Sender::new(None),
        })
    }

    /// The credible head of what was told lately.
    pub(super) fn credible(&self) -> Option<CredibleHead> {
        let seen: Vec<SeenHead> = self.nodes.iter().filter_map(|node| node.head()).collect();
        credible_head(&seen, self.options.lag, self.options.leap)
    }

    /// Tells receivers when the credible head is another.
    pub(super) fn publish(&self) {
        let head = self.credible().map(|credible| credible.number);
        self.sender.send_if_modified(|known| {
            let is_news = head.is_some() && *known != head;
            if is_news {
                *known = head;
            }
            is_news
        });
    }

    /// Follows one endpoint until nobody listens.
    async fn follow(self: Arc<Self>, node: Arc<Node>) {
        tokio::select! {
            () = self.sender.closed() => {}
            () = self.poll(&node) => {}
            () = self.listen(&node) => {}
        }
    }

    async fn poll(&self, node: &Node) {
        let local = if node.endpoint().is_local() {
            POLL.0
        } else {
            POLL.1
        };
        let mut ticks = tokio::time::interval(self.options.poll.unwrap_or(local));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut skipped = 0;
        loop {
            ticks.tick().await;
            skipped = if node.is_live() && skipped < RARER {
                skipped.saturating_add(1)
            } else {
                0
            };
            let is_paused = node.health().pause(Instant::now()).is_some();
            if skipped == 0 && !is_paused && node.ask_head().await.is_ok() {
                self.publish();
            }
        }
    }

    /// Listens to the endpoint's WebSocket, again and again; never ends.
    async fn listen(&self, node: &Node) {
        let Some(url) = node.endpoint().websocket() else {
            return std::future::pending().await;
        };
        let mut pause = RECONNECT.0;
        loop {
            let since = Instant::now();
            let error = socket::listen(node, url, &self.options, || self.publish()).await;
            node.set_live(false);
            tracing::debug!(endpoint = %node.endpoint(), %error, "no WebSocket: polling");
            // One that held for a while may come back soon.
            pause = if since.elapsed() > RECONNECT.1 {
                RECONNECT.0
            } else {
                pause.saturating_mul(2).min(RECONNECT.1)
            };
            tokio::time::sleep((pause / 2).saturating_add(jitter(pause / 2))).await;
        }
    }
}

impl Pool {
    /// The credible head, as it grows; `None` until an endpoint has told. Must be
    /// called within a tokio runtime, else nothing is told.
    pub(crate) fn heads(&self) -> watch::Receiver<Option<u64>> {
        let mut followers = self
            .followers
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let is_idle = self.feed.sender.receiver_count() == 0;
        let receiver = self.feed.sender.subscribe();
        if let (true, Ok(runtime)) = (is_idle, Handle::try_current()) {
            *followers = JoinSet::new();
            for node in &self.nodes {
                let feed = Arc::clone(&self.feed);
                followers.spawn_on(feed.follow(Arc::clone(node)), &runtime);
            }
        }
        receiver
    }
}
