//! What is sent to webhook endpoints: one delivery an event and endpoint, on the
//! disk before it is sent and until well after.

use jiaozi_store::{KeyRange, Order};
use serde::{Deserialize, Serialize};

use super::Access;
use super::records::{DeliveryRecord, PendingRecord, WebhookRecord};
use crate::api::ErrorCode;
use crate::api::till::TillEventKind;
use crate::error::WalletError;

/// Seconds between attempts: after the first, after the second, after all others.
const PAUSES: [u64; 3] = [10, 60, 600];
/// Attempts after which no more are made: by those pauses they take a day. They are counted, not
/// timed, so that a clock that jumps gives nothing up.
const ATTEMPTS: u32 = 147;
/// Seconds for which a delivery is kept that was made, and one that failed.
const KEPT_MADE: u64 = 3 * 86_400;
const KEPT_FAILED: u64 = 30 * 86_400;
/// Deliveries that one call forgets at most.
const FORGOTTEN: usize = 500;

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// To be made, or made again.
    Pending,
    /// The receiver took it.
    Delivered,
    /// Given up after a day; it can be asked for again.
    Failed,
}

/// A delivery to be made.
#[derive(Debug, Clone)]
pub struct NewDelivery {
    /// The event's number.
    pub seq: u64,
    /// The event's id.
    pub event: String,
    /// What happened.
    pub kind: TillEventKind,
    /// The charge's id: its deliveries are made in order.
    pub charge: Option<String>,
    /// What to send, to the byte.
    pub body: String,
}

/// A delivery.
#[derive(Debug, Clone, Serialize)]
pub struct Delivery {
    /// The number of its event.
    pub seq: u64,
    /// The event's id, the same in every attempt.
    pub event: String,
    /// What happened.
    pub kind: TillEventKind,
    /// The charge's id.
    pub charge: Option<String>,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was last tried (Unix seconds).
    pub last_at: Option<u64>,
    /// The receiver's last HTTP status.
    pub status: Option<u16>,
    /// Why the last attempt failed, in a word: `unreachable`, `timeout`, `refused`,
    /// `redirect`, `too_large`.
    pub error: Option<String>,
    /// When it is tried next (Unix seconds).
    pub next_at: Option<u64>,
    /// What is sent.
    #[serde(skip)]
    pub body: String,
}

/// A delivery that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingDelivery {
    /// The endpoint.
    pub webhook: String,
    /// The number of its event.
    pub seq: u64,
    /// The charge's id.
    pub charge: Option<String>,
    /// When (Unix seconds).
    pub next_at: u64,
}

/// How an attempt went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When it ended (Unix seconds).
    pub at: u64,
    /// The receiver's HTTP status, where there was one.
    pub status: Option<u16>,
    /// Why it failed, in a word; none where the receiver took it.
    pub error: Option<&'static str>,
}

/// When to try again after the `attempts`-th attempt (from 1) failed at `now`;
/// none after the last.
fn after_failure(attempts: u32, now: u64) -> Option<u64> {
    if attempts >= ATTEMPTS {
        return None;
    }
    let step = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    let pause = PAUSES.get(step).or(PAUSES.last()).copied().unwrap_or(0);
    Some(now.saturating_add(pause))
}

impl Access {
    /// Keeps deliveries for an endpoint, and that events up to `cursor` are dealt with.
    pub fn keep_deliveries(
        &self,
        webhook: &str,
        deliveries: Vec<NewDelivery>,
        cursor: u64,
        now: u64,
    ) -> Result<(), WalletError> {
        let _turn = self.turn();
        let mut record = self.webhook_record(webhook)?;
        record.cursor = record.cursor.max(cursor);
        let mut batch = self.book.store().batch();
        for delivery in deliveries {
            let key = key(webhook, delivery.seq);
            let pending = PendingRecord {
                charge: delivery.charge.clone(),
                next_at: now,
            };
            let delivery = DeliveryRecord {
                event: delivery.event,
                kind: delivery.kind,
                charge: delivery.charge,
                body: delivery.body,
                state: DeliveryState::Pending,
                attempts: 0,
                last_at: None,
                status: None,
                error: None,
                next_at: Some(now),
            };
            batch.put(&key, &delivery)?;
            batch.put(&key, &pending)?;
        }
        batch.put(webhook.as_bytes(), &record)?;
        Ok(batch.commit()?)
    }

    /// Every delivery that is to be made, in the order of its events.
    pub fn pending_deliveries(&self) -> Result<Vec<PendingDelivery>, WalletError> {
        let all = self.book.all::<PendingRecord>()?.into_iter();
        let known = all.filter_map(|(key, record)| {
            let (webhook, seq) = parts(&key)?;
            Some(PendingDelivery {
                webhook,
                seq,
                charge: record.charge,
                next_at: record.next_at,
            })
        });
        Ok(known.collect())
    }

    /// A delivery.
    pub fn delivery(&self, webhook: &str, seq: u64) -> Result<Delivery, WalletError> {
        self.webhook_record(webhook)?;
        Ok(view(seq, self.delivery_record(webhook, seq)?))
    }

    /// Deliveries of an endpoint, newest first, below number `before`.
    pub fn deliveries(
        &self,
        webhook: &str,
        before: Option<u64>,
        limit: usize,
    ) -> Result<Vec<Delivery>, WalletError> {
        self.webhook_record(webhook)?;
        let range = KeyRange::prefix(webhook.as_bytes());
        let range = match before {
            Some(before) => range.before(&key(webhook, before)),
            None => range,
        };
        if range.is_empty() {
            return Ok(Vec::new());
        }
        let store = self.book.store();
        let found = store.scan::<DeliveryRecord>(&range, Order::Descending, limit)?;
        let known = found.into_iter();
        Ok(known
            .filter_map(|(key, record)| Some(view(parts(&key)?.1, record)))
            .collect())
    }

    /// Keeps how an attempt went; gives when the next one is.
    pub fn attempted(
        &self,
        webhook: &str,
        seq: u64,
        attempt: &Attempt,
    ) -> Result<Option<u64>, WalletError> {
        let _turn = self.turn();
        let mut record = self.delivery_record(webhook, seq)?;
        record.attempts = record.attempts.saturating_add(1);
        record.last_at = Some(attempt.at);
        record.status = attempt.status;
        record.error = attempt.error.map(str::to_owned);
        (record.state, record.next_at) = match attempt.error {
            None => (DeliveryState::Delivered, None),
            Some(_) => match after_failure(record.attempts, attempt.at) {
                Some(next) => (DeliveryState::Pending, Some(next)),
                None => (DeliveryState::Failed, None),
            },
        };
        self.write_delivery(webhook, seq, &record)?;
        Ok(record.next_at)
    }

    /// Asks for a delivery once more, whether it was made or given up.
    pub fn redeliver(&self, webhook: &str, seq: u64, now: u64) -> Result<Delivery, WalletError> {
        let _turn = self.turn();
        self.webhook_record(webhook)?;
        let mut record = self.delivery_record(webhook, seq)?;
        record.state = DeliveryState::Pending;
        record.attempts = 0;
        record.next_at = Some(now);
        self.write_delivery(webhook, seq, &record)?;
        Ok(view(seq, record))
    }

    /// Forgets old deliveries, some at a time. Whether there may be more.
    pub fn forget_old_deliveries(&self, now: u64) -> Result<bool, WalletError> {
        let store = self.book.store();
        let mut forgotten = 0_usize;
        for (id, _) in self.book.all::<WebhookRecord>()? {
            let range = KeyRange::prefix(&id);
            let some = store.scan::<DeliveryRecord>(&range, Order::Ascending, FORGOTTEN)?;
            let mut batch = store.batch();
            let old = some.iter().filter(|(_, record)| {
                let age = now.saturating_sub(record.last_at.unwrap_or(now));
                match record.state {
                    DeliveryState::Pending => false,
                    DeliveryState::Delivered => age > KEPT_MADE,
                    DeliveryState::Failed => age > KEPT_FAILED,
                }
            });
            let mut count = 0_usize;
            for (key, _) in old {
                batch.delete::<DeliveryRecord>(key)?;
                count = count.saturating_add(1);
            }
            if count > 0 {
                batch.commit()?;
            }
            forgotten = forgotten.saturating_add(count);
        }
        Ok(forgotten >= FORGOTTEN)
    }

    fn delivery_record(&self, webhook: &str, seq: u64) -> Result<DeliveryRecord, WalletError> {
        let known = self
            .book
            .store()
            .get::<DeliveryRecord>(&key(webhook, seq))?;
        known.ok_or_else(|| ErrorCode::TillDeliveryUnknown.into())
    }

    fn write_delivery(
        &self,
        webhook: &str,
        seq: u64,
        record: &DeliveryRecord,
    ) -> Result<(), WalletError> {
        let key = key(webhook, seq);
        let mut batch = self.book.store().batch();
        batch.put(&key, record)?;
        match record.next_at {
            Some(next_at) => batch.put(
                &key,
                &PendingRecord {
                    charge: record.charge.clone(),
                    next_at,
                },
            )?,
            None => batch.delete::<PendingRecord>(&key)?,
        }
        Ok(batch.commit()?)
    }
}

fn view(seq: u64, record: DeliveryRecord) -> Delivery {
    Delivery {
        seq,
        event: record.event,
        kind: record.kind,
        charge: record.charge,
        state: record.state,
        attempts: record.attempts,
        last_at: record.last_at,
        status: record.status,
        error: record.error,
        next_at: record.next_at,
        body: record.body,
    }
}

fn key(webhook: &str, seq: u64) -> Vec<u8> {
    [webhook.as_bytes(), &seq.to_be_bytes()].concat()
}

fn parts(key: &[u8]) -> Option<(String, u64)> {
    let (webhook, seq) = key.split_last_chunk::<8>()?;
    let webhook = String::from_utf8(webhook.to_vec()).ok()?;
    Some((webhook, u64::from_be_bytes(*seq)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::till::access::WebhookInput;
    use crate::till::access::tests::Desk;

    const NOON: u64 = 1_800_000_000;

    #[test]
    fn a_receiver_that_is_down_all_day_is_tried_for_a_day() {
        let desk = Desk::new();
        let id = endpoint(&desk);
        offer(&desk, &id, 1);
        let mut now = NOON;
        let mut pauses = Vec::new();
        loop {
            let failed = Attempt {
                at: now,
                status: Some(503),
                error: Some("refused"),
            };
            let Some(next) = desk.access.attempted(&id, 1, &failed).unwrap() else {
                break;
            };
            pauses.push(next - now);
            now = next;
        }
        assert_eq!(pauses[..4], [10, 60, 600, 600]);
        assert!(pauses[2..].iter().all(|pause| *pause == 600));
        let day = now - NOON;
        assert!((86_400..87_000).contains(&day), "{day}");
        assert!(desk.access.pending_deliveries().unwrap().is_empty());
        let failed = desk.access.delivery(&id, 1).unwrap();
        assert_eq!(failed.state, DeliveryState::Failed);

        // By hand, it has another day.
        desk.access.redeliver(&id, 1, now).unwrap();
        let pending = desk.access.pending_deliveries().unwrap();
        assert_eq!(pending[0].next_at, now);
        let made = Attempt {
            at: now + 5,
            status: Some(204),
            error: None,
        };
        assert_eq!(desk.access.attempted(&id, 1, &made).unwrap(), None);
        let again = desk.access.delivery(&id, 1).unwrap();
        assert_eq!(again.state, DeliveryState::Delivered);
        assert_eq!(again.event, failed.event);
    }

    #[test]
    fn a_clock_that_jumps_gives_nothing_up() {
        let desk = Desk::new();
        let id = endpoint(&desk);
        offer(&desk, &id, 1);
        for at in [NOON, NOON + 86_400 + 5, NOON + 70] {
            let failed = Attempt {
                at,
                status: None,
                error: Some("unreachable"),
            };
            desk.access.attempted(&id, 1, &failed).unwrap();
            let state = desk.access.delivery(&id, 1).unwrap().state;
            assert_eq!(state, DeliveryState::Pending);
        }
    }

    #[test]
    fn what_is_pending_survives_a_kill() {
        let desk = Desk::new();
        let id = endpoint(&desk);
        offer(&desk, &id, 1);
        offer(&desk, &id, 2);
        // Killed between delivery and mark: nothing says that it was delivered.
        let desk = desk.restart();
        let pending = desk.access.pending_deliveries().unwrap();
        assert_eq!(pending.iter().map(|p| p.seq).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(desk.access.delivery(&id, 1).unwrap().event, "evt_1");
        assert_eq!(desk.access.webhook(&id).unwrap().cursor, 2);
    }

    #[test]
    fn old_deliveries_are_forgotten_and_pending_ones_are_not() {
        let desk = Desk::new();
        let id = endpoint(&desk);
        for seq in 1..=3 {
            offer(&desk, &id, seq);
        }
        let made = Attempt {
            at: NOON,
            status: Some(200),
            error: None,
        };
        desk.access.attempted(&id, 1, &made).unwrap();
        desk.access.attempted(&id, 3, &made).unwrap();
        desk.access.forget_old_deliveries(NOON + KEPT_MADE).unwrap();
        assert_eq!(desk.access.deliveries(&id, None, 10).unwrap().len(), 3);
        let later = NOON + KEPT_MADE + 1;
        desk.access.forget_old_deliveries(later).unwrap();
        let left = desk.access.deliveries(&id, None, 10).unwrap();
        assert_eq!(left.iter().map(|d| d.seq).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn deliveries_are_listed_newest_first_by_pages() {
        let desk = Desk::new();
        let id = endpoint(&desk);
        for seq in 1..=300 {
            offer(&desk, &id, seq);
        }
        let seqs = |before| {
            let page = desk.access.deliveries(&id, before, 2).unwrap();
            page.iter().map(|one| one.seq).collect::<Vec<_>>()
        };
        assert_eq!(seqs(None), [300, 299]);
        assert_eq!(seqs(Some(299)), [298, 297]);
        assert_eq!(seqs(Some(1)), Vec::<u64>::new());
    }

    fn endpoint(desk: &Desk) -> String {
        let input = WebhookInput {
            url: "https://shop.example/".to_owned(),
            events: Vec::new(),
            enabled: true,
        };
        desk.access
            .add_webhook(input, None, None, NOON)
            .unwrap()
            .0
            .id
    }

    fn offer(desk: &Desk, webhook: &str, seq: u64) {
        let delivery = NewDelivery {
            seq,
            event: format!("evt_{seq}"),
            kind: TillEventKind::ChargePaid,
            charge: Some("7-1".to_owned()),
            body: "{}".to_owned(),
        };
        desk.access
            .keep_deliveries(webhook, vec![delivery], seq, NOON)
            .unwrap();
    }
}
