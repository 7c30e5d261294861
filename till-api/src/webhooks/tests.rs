//! Deliveries under a clock that is moved, to a receiver that fails on purpose.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiaozi_store::StoreKey;
use jiaozi_types::{Clock, Timestamp};
use jiaozi_wallet::api::till::{ChargeFlags, TillEvent, TillEventKind};
use jiaozi_wallet::till::access::{Access, DeliveryState, WebhookInput};
use jiaozi_wallet::{Book, WalletError};

use super::dispatcher::Source;
use super::sender::{Outcome, Parcel, Sender};
use super::{Dispatcher, Poke};

const NOON: u64 = 1_800_000_000;

#[derive(Clone)]
struct HandClock(Arc<AtomicU64>);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.0.load(Ordering::SeqCst))
    }
}

/// An outbox, filled by hand.
#[derive(Clone, Default)]
struct Outbox(Arc<Mutex<Vec<TillEvent>>>);

impl Outbox {
    fn happens(&self, charge: &str, kind: TillEventKind) {
        let mut events = self.0.lock().unwrap();
        let seq = events.len() as u64 + 1;
        events.push(TillEvent {
            seq,
            at: NOON,
            kind,
            charge: Some(charge.to_owned()),
            version: seq,
            state: None,
            flags: ChargeFlags::default(),
            paid: None,
            number: None,
        });
    }
}

impl Source for Outbox {
    fn events_after(&self, seq: u64, limit: usize) -> Result<Vec<TillEvent>, WalletError> {
        let events = self.0.lock().unwrap();
        let later = events.iter().filter(|event| event.seq > seq);
        Ok(later.take(limit).cloned().collect())
    }

    fn compose(&self, event: &TillEvent, id: &str) -> Result<String, WalletError> {
        Ok(format!("{id}:{}", event.seq))
    }
}

/// A receiver: what it took, and how it answers.
#[derive(Clone, Default)]
struct Receiver {
    got: Arc<Mutex<Vec<Parcel>>>,
    answers: Arc<Mutex<VecDeque<Outcome>>>,
}

impl Receiver {
    fn then(&self, status: u16) {
        let error = (status >= 300).then_some("refused");
        let status = Some(status);
        self.answers
            .lock()
            .unwrap()
            .push_back(Outcome { status, error });
    }

    fn bodies(&self) -> Vec<String> {
        let got = self.got.lock().unwrap();
        got.iter().map(|parcel| parcel.body.clone()).collect()
    }
}

#[async_trait]
impl Sender for Receiver {
    async fn send(&self, parcel: Parcel) -> Outcome {
        self.got.lock().unwrap().push(parcel);
        let answer = self.answers.lock().unwrap().pop_front();
        answer.unwrap_or(Outcome {
            status: Some(200),
            error: None,
        })
    }
}

struct Post {
    access: Access,
    outbox: Outbox,
    receiver: Receiver,
    clock: HandClock,
    folder: tempfile::TempDir,
}

impl Post {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            access: open(folder.path()),
            outbox: Outbox::default(),
            receiver: Receiver::default(),
            clock: HandClock(Arc::new(AtomicU64::new(NOON))),
            folder,
        }
    }

    fn endpoint(&self, events: &[TillEventKind]) -> String {
        let input = WebhookInput {
            url: "https://shop.example/".to_owned(),
            events: events.to_vec(),
            enabled: true,
        };
        self.access
            .add_webhook(input, None, None, NOON)
            .unwrap()
            .0
            .id
    }

    fn dispatcher(&self) -> Dispatcher<Outbox, Receiver> {
        let clock = Arc::new(self.clock.clone());
        let (outbox, receiver) = (self.outbox.clone(), self.receiver.clone());
        Dispatcher::new(self.access.clone(), outbox, receiver, clock).unwrap()
    }

    fn wait(&self, seconds: u64) {
        self.clock.0.fetch_add(seconds, Ordering::SeqCst);
    }

    fn state(&self, webhook: &str, seq: u64) -> DeliveryState {
        self.access.delivery(webhook, seq).unwrap().state
    }

    fn restart(self) -> Self {
        let Self {
            access,
            outbox,
            receiver,
            clock,
            folder,
        } = self;
        drop(access);
        Self {
            access: open(folder.path()),
            outbox,
            receiver,
            clock,
            folder,
        }
    }
}

fn open(folder: &std::path::Path) -> Access {
    Access::over(Book::open(folder, &StoreKey::new([7; 32])).unwrap())
}

#[tokio::test]
async fn each_charges_events_come_in_order_and_signed() {
    let post = Post::new();
    let id = post.endpoint(&[]);
    for kind in [TillEventKind::ChargeCreated, TillEventKind::ChargePaid] {
        post.outbox.happens("7-1", kind);
        post.outbox.happens("7-2", kind);
    }
    let mut dispatcher = post.dispatcher();
    dispatcher.settle().await;
    let got = post.receiver.got.lock().unwrap().clone();
    assert_eq!(got.len(), 4);
    let order = |charge: &[u64]| -> Vec<usize> {
        let place = |seq: &u64| {
            let body = format!("{}:{seq}", post.access.event_id(*seq).unwrap());
            got.iter().position(|parcel| parcel.body == body).unwrap()
        };
        charge.iter().map(place).collect()
    };
    assert!(order(&[1, 3]).is_sorted() && order(&[2, 4]).is_sorted());
    let distinct: HashMap<_, _> = got.iter().map(|p| (p.event.clone(), ())).collect();
    assert_eq!(distinct.len(), 4);
    assert!(
        got.iter()
            .all(|p| p.signature.starts_with(&format!("t={NOON},v1=")))
    );
    assert_eq!(got[order(&[3])[0]].kind, "charge_paid");
    assert_eq!(post.state(&id, 4), DeliveryState::Delivered);
    // Nothing twice.
    dispatcher.settle().await;
    assert_eq!(post.receiver.bodies().len(), 4);
}

#[tokio::test]
async fn an_endpoint_is_told_of_what_it_asked_for_from_then_on() {
    let post = Post::new();
    let id = post.endpoint(&[TillEventKind::ChargePaid]);
    post.outbox.happens("7-1", TillEventKind::ChargeCreated);
    post.outbox.happens("7-1", TillEventKind::ChargePaid);
    post.dispatcher().settle().await;
    assert_eq!(post.receiver.bodies().len(), 1);
    assert_eq!(post.access.webhook(&id).unwrap().cursor, 2);

    // Switched off, what happens waits.
    let mut input = WebhookInput {
        url: "https://shop.example/".to_owned(),
        events: Vec::new(),
        enabled: false,
    };
    post.access.change_webhook(&id, input.clone()).unwrap();
    post.outbox.happens("7-2", TillEventKind::ChargeCreated);
    let mut dispatcher = post.dispatcher();
    dispatcher.settle().await;
    assert_eq!(post.receiver.bodies().len(), 1);
    input.enabled = true;
    post.access.change_webhook(&id, input).unwrap();
    dispatcher.settle().await;
    assert_eq!(post.receiver.bodies().len(), 2);

    post.access.remove_webhook(&id).unwrap();
    post.outbox.happens("7-3", TillEventKind::ChargeCreated);
    dispatcher.settle().await;
    assert_eq!(post.receiver.bodies().len(), 2);
}

#[tokio::test]
async fn a_receiver_that_fails_is_asked_after_10_s_1_min_and_10_min() {
    let post = Post::new();
    let id = post.endpoint(&[]);
    post.outbox.happens("7-1", TillEventKind::ChargeCreated);
    post.outbox.happens("7-1", TillEventKind::ChargePaid);
    let mut dispatcher = post.dispatcher();
    for _ in 0..4 {
        post.receiver.then(500);
    }
    let mut tries = Vec::new();
    for second in 0..1_300 {
        let before = post.receiver.bodies().len();
        dispatcher.settle().await;
        if post.receiver.bodies().len() > before {
            tries.push(second);
        }
        post.wait(1);
    }
    // The second event waits until the first is taken.
    assert_eq!(tries, [0, 10, 70, 670, 1_270]);
    let bodies = post.receiver.bodies();
    assert_eq!(bodies.len(), 6);
    assert!(bodies[..5].iter().all(|body| body == &bodies[0]));
    assert_eq!(post.state(&id, 2), DeliveryState::Delivered);
}

#[tokio::test]
async fn a_receiver_that_is_down_all_day_gets_it_by_hand() {
    let post = Post::new();
    let id = post.endpoint(&[]);
    post.outbox.happens("7-1", TillEventKind::ChargeCreated);
    let mut dispatcher = post.dispatcher();
    for _ in 0..1_000 {
        post.receiver.then(503);
    }
    for _ in 0..200 {
        dispatcher.settle().await;
        post.wait(600);
    }
    assert_eq!(post.state(&id, 1), DeliveryState::Failed);
    let tried = post.receiver.bodies().len();
    assert!((140..150).contains(&tried), "{tried}");
    // The next event of the same charge does not wait for ever.
    post.receiver.answers.lock().unwrap().clear();
    post.outbox.happens("7-1", TillEventKind::ChargePaid);
    dispatcher.settle().await;
    assert_eq!(post.state(&id, 2), DeliveryState::Delivered);

    let now = post.clock.now().as_unix();
    post.access.redeliver(&id, 1, now).unwrap();
    dispatcher.poke(Poke::Again {
        webhook: id.clone(),
        seq: 1,
    });
    dispatcher.settle().await;
    assert_eq!(post.state(&id, 1), DeliveryState::Delivered);
    let got = post.receiver.got.lock().unwrap();
    assert_eq!(got.first().unwrap().event, got.last().unwrap().event);
}

#[tokio::test]
async fn a_kill_between_delivery_and_mark_repeats_the_same_event() {
    let post = Post::new();
    let id = post.endpoint(&[]);
    post.outbox.happens("7-1", TillEventKind::ChargePaid);
    post.dispatcher().send_and_die().await;
    assert_eq!(post.receiver.bodies().len(), 1);
    let post = post.restart();
    assert_eq!(post.state(&id, 1), DeliveryState::Pending);
    post.dispatcher().settle().await;
    let got = post.receiver.got.lock().unwrap().clone();
    assert_eq!(got.len(), 2);
    assert_eq!((&got[0].event, &got[0].body), (&got[1].event, &got[1].body));
    assert_eq!(post.state(&id, 1), DeliveryState::Delivered);
}
