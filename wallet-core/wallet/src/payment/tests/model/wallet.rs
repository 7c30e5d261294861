//! A wallet that pays on the model ledger: the saga itself, over a store in
//! memory, with slips in the place of signatures.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use alloy_primitives::{Address as EvmAddress, U256};
use jiaozi_types::{Amount, PurchaseId, sandbox};

use super::super::super::{
    Act, Approved, Desk, Envelope, Live, Method, Payment, Phase, Recall, Step, Terms, add_envelope,
    advance, authorization_nonce, can_cancel, look_back, resume,
};
use super::super::{START, TestClock, gas, memory, no_vault};
use super::ledger::{ModelLedger, Slip};
use crate::api::ErrorCode;

/// How purchases are paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plan {
    Authorizations,
    PlainTransfers,
}

pub(super) struct ModelWallet {
    number: usize,
    plan: Plan,
    desk: Desk,
    ledger: Arc<ModelLedger>,
    clock: Arc<TestClock>,
    /// What the process has in its memory; a crash empties it.
    live: Mutex<BTreeMap<PurchaseId, Live>>,
    signed: Mutex<u64>,
}

fn purchase(id: u8) -> PurchaseId {
    PurchaseId::from_bytes([id; 16])
}

fn number(id: PurchaseId) -> u8 {
    id.as_bytes()[0]
}

impl ModelWallet {
    pub(super) fn new(number: usize, ledger: Arc<ModelLedger>, plan: Plan) -> Self {
        let clock = Arc::new(TestClock::default());
        clock.0.store(START, Ordering::SeqCst);
        let desk = Desk {
            vault: no_vault(std::path::Path::new("nowhere")),
            ledger: Arc::clone(&ledger) as _,
            book: memory::book(),
            clock: Arc::clone(&clock) as _,
        };
        Self {
            number,
            plan,
            desk,
            ledger,
            clock,
            live: Mutex::default(),
            signed: Mutex::new(0),
        }
    }

    pub(super) fn jump(&self, seconds: i32) {
        let now = self.clock.0.load(Ordering::SeqCst);
        let now = now.saturating_add_signed(i64::from(seconds));
        self.clock.0.store(now, Ordering::SeqCst);
    }

    fn terms(&self, id: u8) -> Terms {
        let id = purchase(id);
        let now = self.clock.0.load(Ordering::SeqCst);
        Terms {
            id,
            account: 0,
            from: EvmAddress::repeat_byte(0xaa),
            payee: EvmAddress::repeat_byte(0xbb),
            amount: Amount::from_atoms(U256::from(1250), sandbox::yuan_asset()),
            method: match self.plan {
                Plan::Authorizations => Method::Authorization {
                    domain: sandbox::yuan_domain(),
                    nonce: authorization_nonce(id),
                    valid_before: now + 2_000,
                },
                Plan::PlainTransfers => Method::Token,
            },
            gas: gas(),
            created_at: now,
            reference: None,
            note: None,
            claimed_name: None,
            memo: None,
            shop: None,
        }
    }

    fn envelope(&self, terms: &Terms, act: Act, nonce: u64) -> Envelope {
        let mut signed = self.signed.lock().unwrap();
        *signed += 1;
        let slip = Slip {
            purchase: Some(number(terms.id)),
            nonce: Some(nonce),
            act,
            authorization: match &terms.method {
                Method::Authorization {
                    nonce,
                    valid_before,
                    ..
                } => Some((*nonce, *valid_before)),
                _ => None,
            },
            signer: self.number,
            price: *signed,
        };
        Envelope {
            act,
            bytes: slip.bytes(),
            transaction: slip.hash(),
            nonce,
            gas: gas(),
        }
    }

    /// Lets the process do something, and die of it when its fuse burns down.
    async fn living(&self, dies_after: u8, work: impl Future<Output = ()>) {
        self.ledger.light_fuse(dies_after);
        let died = tokio::select! {
            biased;
            () = work => false,
            () = self.ledger.died.notified() => true,
        };
        self.ledger.light_fuse(u8::MAX);
        if died {
            self.live.lock().unwrap().clear();
            // The next start finds what the disk has.
            for record in self.desk.book.live_payments().unwrap() {
                if let Step::Moved(live) = resume(record.clone(), &self.desk).unwrap() {
                    self.live.lock().unwrap().insert(record.terms.id, live);
                }
            }
        }
    }

    fn keep(&self, id: PurchaseId, step: Step) {
        let mut live = self.live.lock().unwrap();
        match step {
            Step::Moved(next) | Step::Waits(next) => live.insert(id, next),
            Step::Over(_) => live.remove(&id),
        };
    }

    /// Approves, signs and sends.
    pub(super) async fn pay(&self, id: u8, dies_after: u8) {
        let work = async {
            let terms = self.terms(id);
            let Ok(approved) = Payment::<Approved>::begin(terms, &self.desk) else {
                return; // paid, under way, or not proven dead
            };
            let nonces = self.desk.ledger.nonces(approved.terms().from).await;
            let nonce = nonces.map(|nonces| approved.reserve(nonces, &self.desk));
            let Ok(Ok(nonce)) = nonce else {
                approved.forget(&self.desk).unwrap();
                return;
            };
            let envelope = self.envelope(approved.terms(), Act::Pays, nonce);
            let signed = approved.signed(envelope, &self.desk).unwrap();
            let step = signed.submit(&self.desk).await.unwrap();
            self.keep(purchase(id), step);
        };
        self.living(dies_after, work).await;
    }

    /// One look at each payment under way.
    pub(super) async fn look(&self, dies_after: u8) {
        let work = async {
            self.jump(6);
            let all: Vec<_> = self.live.lock().unwrap().clone().into_iter().collect();
            for (id, live) in all {
                // An error leaves the record as it was: it is taken up from there.
                let step = match advance(live, &self.desk).await {
                    Ok(step) => step,
                    Err(_) => {
                        let record = self.desk.book.payment(id).unwrap().unwrap();
                        resume(record, &self.desk).unwrap()
                    }
                };
                self.keep(id, step);
            }
        };
        self.living(dies_after, work).await;
    }

    pub(super) async fn look_back(&self, dies_after: u8) {
        let work = async {
            for record in self.desk.book.watched_payments().unwrap() {
                let id = record.terms.id;
                if let Ok(Recall::Revived(live)) = look_back(record, &self.desk).await {
                    self.live.lock().unwrap().insert(id, live);
                }
            }
        };
        self.living(dies_after, work).await;
    }

    /// Signs one more envelope over the payment's nonce.
    pub(super) async fn replace(&self, id: u8, cancels: bool, dies_after: u8) {
        let work = async {
            let Some(record) = self.desk.book.payment(purchase(id)).unwrap() else {
                return;
            };
            let Some(newest) = record.envelope().filter(|_| can_cancel(&record)) else {
                return;
            };
            let act = if cancels { Act::Cancels } else { Act::Pays };
            let envelope = self.envelope(&record.terms, act, newest.nonce);
            if add_envelope(purchase(id), envelope, &self.desk).unwrap() {
                let record = self.desk.book.payment(purchase(id)).unwrap().unwrap();
                self.keep(purchase(id), resume(record, &self.desk).unwrap());
                super::super::super::resend_now(purchase(id), &self.desk)
                    .await
                    .unwrap();
            }
        };
        self.living(dies_after, work).await;
    }

    /// When nothing more can happen: what is told as paid is paid, what is told
    /// as not paid was paid by nothing that was signed here (another computer may
    /// have paid after this one's attempt was dead), and nothing is unknown.
    pub(super) fn says_what_the_ledger_did(&self) {
        for id in 0..6 {
            let Some(record) = self.desk.book.payment(purchase(id)).unwrap() else {
                continue;
            };
            let (told, paid_by) = (&record.phase, self.ledger.paid_by(id));
            assert!(
                told.is_over(),
                "{id} is not over: {told:?} {:?}",
                record.sight
            );
            match told {
                Phase::Settled { .. } => assert!(paid_by.is_some(), "{id} was not paid: {told:?}"),
                // The ledger does not say whether it was used or cancelled elsewhere.
                Phase::Failed {
                    code: ErrorCode::AlreadyPaid,
                    ..
                } => {
                    assert!(self.ledger.is_spent(authorization_nonce(purchase(id))));
                }
                _ => assert_ne!(paid_by, Some(self.number), "{id} was paid: {told:?}"),
            }
        }
    }
}
