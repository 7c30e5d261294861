//! Makes deliveries of the till's events, and keeps how they went.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiaozi_types::Clock;
use jiaozi_wallet::api::till::TillEvent;
use jiaozi_wallet::till::access::{Access, Attempt, NewDelivery, Webhook};
use jiaozi_wallet::{Till, WalletError};
use serde_json::json;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinSet, block_in_place};

use super::Poke;
use super::lane::Lane;
use super::sender::{Outcome, Parcel, Sender};
use super::signature;
use crate::app::stopped;

/// Events that are made deliveries at a time.
const PART: usize = 200;
/// Deliveries that wait for one endpoint; events beyond stay in the till's outbox.
const WAITING: usize = 10_000;
/// Without a sign that something happened, it is looked for all the same.
const LOOK: Duration = Duration::from_secs(1);
/// The longest pause between two attempts, in seconds.
const LONGEST: u64 = 600;
/// Between two looks for what can be forgotten.
const TIDY: u64 = 600;

/// Where events come from.
pub trait Source: Send + Sync + 'static {
    /// Events after number `seq`, in order.
    fn events_after(&self, seq: u64, limit: usize) -> Result<Vec<TillEvent>, WalletError>;
    /// What is sent of an event, under its id.
    fn compose(&self, event: &TillEvent, id: &str) -> Result<String, WalletError>;
}

/// From a till.
pub struct FromTill(pub Till);

impl Source for FromTill {
    fn events_after(&self, seq: u64, limit: usize) -> Result<Vec<TillEvent>, WalletError> {
        self.0.events_after(seq, limit)
    }

    fn compose(&self, event: &TillEvent, id: &str) -> Result<String, WalletError> {
        let charge = match &event.charge {
            Some(charge) => Some(self.0.get(charge)?),
            None => None,
        };
        // Its own record, not the charge's list: a refund that failed is told of, too.
        let refund = match (&event.charge, &event.number) {
            (Some(_), Some(number)) => self.0.refund_of(number).ok(),
            _ => None,
        };
        let body = json!({
            "id": id,
            "type": event.kind,
            "created_at": event.at,
            "seq": event.seq,
            "version": event.version,
            "state": event.state,
            "flags": event.flags,
            "paid": event.paid,
            "number": event.number,
            "charge": charge,
            "refund": refund,
        });
        Ok(body.to_string())
    }
}

/// One attempt that ended.
struct Tried {
    webhook: String,
    seq: u64,
    outcome: Outcome,
}

/// Makes deliveries.
pub struct Dispatcher<S, C> {
    access: Access,
    source: S,
    sender: Arc<C>,
    clock: Arc<dyn Clock>,
    lanes: HashMap<String, Lane>,
    tidied_at: u64,
}

impl<S: Source, C: Sender> Dispatcher<S, C> {
    /// With what was to be delivered when the process last ended.
    pub fn new(
        access: Access,
        source: S,
        sender: C,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, WalletError> {
        let now = clock.now().as_unix();
        let mut lanes: HashMap<String, Lane> = HashMap::new();
        for waiting in access.pending_deliveries()? {
            let lane = lanes.entry(waiting.webhook).or_default();
            if waiting.next_at > now {
                lane.failed_before();
            }
            // A clock that was off may have put it off for longer.
            let at = waiting.next_at.min(now.saturating_add(LONGEST));
            lane.add(waiting.seq, waiting.charge, at);
        }
        Ok(Self {
            access,
            source,
            sender: Arc::new(sender),
            clock,
            lanes,
            tidied_at: 0,
        })
    }

    /// Works until `stop` turns true.
    pub async fn run(
        mut self,
        mut pulse: watch::Receiver<u64>,
        mut pokes: mpsc::UnboundedReceiver<Poke>,
        mut stop: watch::Receiver<bool>,
    ) {
        let mut under_way = JoinSet::new();
        loop {
            if *stop.borrow() {
                return;
            }
            pulse.mark_unchanged();
            if let Err(error) = block_in_place(|| self.begin(&mut under_way)) {
                tracing::warn!(code = %error.code().as_str(), "webhooks wait");
            }
            tokio::select! {
                () = stopped(&mut stop) => return,
                changed = pulse.changed() => if changed.is_err() { return },
                Some(poke) = pokes.recv() => self.poked(poke),
                Some(done) = under_way.join_next() => if let Ok(tried) = done {
                    block_in_place(|| self.keep(tried));
                },
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Makes deliveries of new events, and starts those that are due.
    fn begin(&mut self, under_way: &mut JoinSet<Tried>) -> Result<(), WalletError> {
        let now = self.clock.now().as_unix();
        let webhooks = self.access.webhooks()?;
        self.lanes
            .retain(|id, _| webhooks.iter().any(|webhook| webhook.view.id == *id));
        for webhook in webhooks.iter().filter(|webhook| webhook.view.enabled) {
            self.expand(webhook, now)?;
            while let Some(seq) = self
                .lanes
                .get_mut(&webhook.view.id)
                .and_then(|l| l.next(now))
            {
                self.start(webhook, seq, under_way, now);
            }
        }
        if now.saturating_sub(self.tidied_at) >= TIDY {
            let more = self.access.forget_old_deliveries(now)?;
            let more = self.access.forget_old_keys(now)? || more;
            self.tidied_at = if more { 0 } else { now };
        }
        Ok(())
    }

    fn expand(&mut self, webhook: &Webhook, now: u64) -> Result<(), WalletError> {
        let id = &webhook.view.id;
        let wanted = &webhook.view.events;
        let mut cursor = webhook.cursor;
        loop {
            let lane = self.lanes.entry(id.clone()).or_default();
            if lane.len() >= WAITING {
                return Ok(());
            }
            let events = self.source.events_after(cursor, PART)?;
            let Some(last) = events.last() else {
                return Ok(());
            };
            cursor = last.seq;
            let mut deliveries = Vec::new();
            for event in &events {
                if wanted.is_empty() || wanted.contains(&event.kind) {
                    let name = self.access.event_id(event.seq)?;
                    deliveries.push(NewDelivery {
                        seq: event.seq,
                        body: self.source.compose(event, &name)?,
                        event: name,
                        kind: event.kind,
                        charge: event.charge.clone(),
                    });
                }
            }
            let added: Vec<_> = deliveries
                .iter()
                .map(|one| (one.seq, one.charge.clone()))
                .collect();
            self.access.keep_deliveries(id, deliveries, cursor, now)?;
            for (seq, charge) in added {
                lane.add(seq, charge, now);
            }
        }
    }

    fn start(&mut self, webhook: &Webhook, seq: u64, under_way: &mut JoinSet<Tried>, now: u64) {
        let id = webhook.view.id.clone();
        let delivery = match self.access.delivery(&id, seq) {
            Ok(delivery) => delivery,
            Err(error) => {
                tracing::warn!(code = %error.code().as_str(), "a delivery cannot be read");
                if let Some(lane) = self.lanes.get_mut(&id) {
                    lane.tried(seq, true, None, now);
                }
                return;
            }
        };
        let kind = serde_json::to_value(delivery.kind).ok();
        let kind = kind.and_then(|kind| Some(kind.as_str()?.to_owned()));
        let parcel = Parcel {
            url: webhook.view.url.clone(),
            event: delivery.event,
            kind: kind.unwrap_or_default(),
            signature: signature::header(&webhook.secrets, now, &delivery.body),
            body: delivery.body,
        };
        let sender = Arc::clone(&self.sender);
        under_way.spawn(async move {
            let outcome = sender.send(parcel).await;
            Tried {
                webhook: id,
                seq,
                outcome,
            }
        });
    }

    /// Keeps how an attempt went.
    fn keep(&mut self, tried: Tried) {
        let now = self.clock.now().as_unix();
        let attempt = Attempt {
            at: now,
            status: tried.outcome.status,
            error: tried.outcome.error,
        };
        let taken = tried.outcome.error.is_none();
        let kept = self.access.attempted(&tried.webhook, tried.seq, &attempt);
        let Some(lane) = self.lanes.get_mut(&tried.webhook) else {
            return;
        };
        match kept {
            Ok(again) => lane.tried(tried.seq, taken, again, now),
            Err(error) => {
                // Its endpoint was removed, or the disk is full: after a restart it
                // is sent once more.
                tracing::warn!(code = %error.code().as_str(), "a delivery cannot be kept");
                let again = error.is_retryable().then(|| now.saturating_add(60));
                lane.tried(tried.seq, taken, again, now);
            }
        }
    }

    fn poked(&mut self, poke: Poke) {
        let Poke::Again { webhook, seq } = poke else {
            return;
        };
        let now = self.clock.now().as_unix();
        if let Ok(delivery) = self.access.delivery(&webhook, seq) {
            let lane = self.lanes.entry(webhook).or_default();
            lane.add(seq, delivery.charge, now);
        }
    }
}

#[cfg(test)]
impl<S: Source, C: Sender> Dispatcher<S, C> {
    /// Does what there is to do at this moment, to its end.
    pub async fn settle(&mut self) {
        let mut under_way = JoinSet::new();
        self.begin(&mut under_way).unwrap();
        while let Some(tried) = under_way.join_next().await {
            self.keep(tried.unwrap());
            self.begin(&mut under_way).unwrap();
        }
    }

    /// Sends what is due, and is killed before it keeps how that went.
    pub async fn send_and_die(mut self) {
        let mut under_way = JoinSet::new();
        self.begin(&mut under_way).unwrap();
        while under_way.join_next().await.is_some() {}
    }

    /// Something is asked for by hand.
    pub fn poke(&mut self, poke: Poke) {
        self.poked(poke);
    }
}
