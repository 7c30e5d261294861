//! Following payments to their end, and the ledger as it grows.

use std::time::Duration;

use jiaozi_types::PurchaseId;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

use super::pay::is_live;
use super::{Wallet, lock};
use crate::api::{PaymentState, PaymentView, Sight, WalletEvent};
use crate::error::WalletError;
use crate::history;
use crate::network::Network;
use crate::payment::{Live, PaymentRecord, Phase, Recall, Step, advance, look_back, resume};
use crate::payment_view::Viewer;

/// Between looks at a ledger on this computer.
const LOCAL: Duration = Duration::from_millis(60);
/// Before the second look at a payment on such a ledger; the pauses grow from there.
const FIRST: Duration = Duration::from_millis(4);
/// Between looks at a ledger elsewhere: slower than blocks come, within the
/// rates of public nodes.
const REMOTE: Duration = Duration::from_millis(1500);
/// Between looks at a ledger whose nodes tell blocks, when none comes.
const QUIET: Duration = Duration::from_secs(5);
/// Between looks back at payments that are over.
const LOOK_BACK: Duration = Duration::from_secs(30);
/// The longest pause after failures.
const LONGEST: Duration = Duration::from_secs(15);

impl Wallet {
    /// Takes up payments that were under way when the wallet was last closed, and
    /// looks back at those that are over and not beyond doubt.
    pub async fn resume_payments(&self) -> Result<(), WalletError> {
        let book = self.book()?;
        for record in book.live_payments()? {
            let Some(network) = book.network(record.terms.chain())? else {
                continue;
            };
            self.follow_live(record.terms.id, network, None);
        }
        let wallet = self.clone();
        tokio::spawn(async move { wallet.look_back_at_all().await });
        Ok(())
    }

    /// Looks back at payments that are over; those that are not stand as live again.
    async fn look_back_at_all(&self) {
        let Ok(book) = self.book() else { return };
        for record in book.watched_payments().unwrap_or_default() {
            let id = record.terms.id;
            if let Err(error) = self.look_back_at(id).await {
                tracing::debug!(payment = %id, %error, "not looked back at");
            }
        }
    }

    /// Looks back at one payment that is over: for shells that do not stay open.
    /// What the ledger does not say now changes nothing.
    pub async fn look_again(&self, id: &str) -> Result<(), WalletError> {
        match id.parse() {
            Ok(id) => self.look_back_at(id).await,
            Err(_) => Ok(()), // an entry of the ledger
        }
    }

    async fn look_back_at(&self, id: PurchaseId) -> Result<(), WalletError> {
        let book = self.book()?;
        let turn = self.turn(id).await;
        let Some(record) = book.payment(id)?.filter(|record| record.phase.is_over()) else {
            return Ok(());
        };
        let Some(network) = book.network(record.terms.chain())? else {
            return Ok(());
        };
        let recalled = look_back(record, &self.desk(&network).await?).await?;
        drop(turn);
        if let Recall::Revived(live) = recalled {
            tracing::warn!(payment = %id, "what was over is under way again");
            if let Some(record) = book.payment(id)? {
                self.tell_payment(&record)?;
            }
            self.follow_live(id, network, Some(live));
        }
        Ok(())
    }

    /// Waits for one's turn at a payment: a look and a replacement never meet.
    pub(super) async fn turn(&self, id: PurchaseId) -> tokio::sync::OwnedMutexGuard<()> {
        let turn = {
            let mut turns = lock(&self.inner.turns);
            // Turns that nobody holds or waits for are not kept.
            turns.retain(|_, turn| std::sync::Arc::strong_count(turn) > 1);
            std::sync::Arc::clone(turns.entry(id).or_default())
        };
        turn.lock_owned().await
    }

    /// Keeps looking at the ledger until the wallet is dropped: what comes in
    /// is told as events. For shells that stay open.
    pub fn start_watching(&self) {
        self.start_backups();
        let weak = std::sync::Arc::downgrade(&self.inner);
        tokio::spawn(async move {
            let mut pause = Duration::ZERO;
            let mut looked_back = tokio::time::Instant::now();
            loop {
                tokio::time::sleep(pause).await;
                let Some(inner) = weak.upgrade() else { return };
                let wallet = Wallet { inner };
                pause = wallet.watch_once(pause).await;
                if looked_back.elapsed() >= LOOK_BACK {
                    wallet.look_back_at_all().await;
                    looked_back = tokio::time::Instant::now();
                }
            }
        });
    }

    /// One look at every account; gives the pause until the next one.
    async fn watch_once(&self, pause: Duration) -> Duration {
        let (Ok(book), Ok(network)) = (self.book(), self.network()) else {
            return Duration::from_secs(1);
        };
        let rhythm = rhythm(&network)
            .max(Duration::from_millis(500))
            .saturating_mul(2);
        let mut complete = true;
        for (index, _) in book.accounts().unwrap_or_default() {
            match self.sync_account(&network, index, history::STEADY).await {
                Ok(all) => complete &= all,
                Err(error) => {
                    tracing::debug!(%error, "the ledger was not read");
                    if pause <= rhythm {
                        self.tell(WalletEvent::Overview);
                    }
                    return pause.saturating_mul(2).clamp(rhythm, LONGEST);
                }
            }
        }
        // Older payments are read on without a rest.
        if complete { rhythm } else { Duration::ZERO }
    }

    /// Waits until a payment is over, or until it is in a block when
    /// `included` is enough.
    pub async fn wait_for(&self, id: &str, included: bool) -> Result<PaymentView, WalletError> {
        let mut events = self.subscribe();
        loop {
            let payment = self.payment(id.to_owned()).await?;
            let enough = included && payment.state == PaymentState::Included;
            if enough || !history::is_waiting(payment.state) {
                return Ok(payment);
            }
            // Events only wake this loop; the record is what counts.
            let woken = tokio::time::timeout(Duration::from_secs(1), events.recv()).await;
            if let Ok(Err(RecvError::Closed)) = woken {
                return Ok(payment);
            }
        }
    }

    /// Follows a payment in a task of its own, once.
    pub(super) fn follow_live(&self, id: PurchaseId, network: Network, live: Option<Live>) {
        if !self.inner.followed.begin(id) {
            return;
        }
        let wallet = self.clone();
        tokio::spawn(async move {
            let mut live = live;
            loop {
                if let Err(error) = wallet.follow(id, &network, live.take()).await {
                    tracing::error!(payment = %id, %error, "the payment is not followed any more");
                }
                if wallet.inner.followed.may_end(id) {
                    return;
                }
            }
        });
    }

    async fn follow(
        &self,
        id: PurchaseId,
        network: &Network,
        mut live: Option<Live>,
    ) -> Result<(), WalletError> {
        let book = self.book()?;
        let calm = rhythm(network);
        // Public nodes count calls: there, no look comes early.
        let mut pause = if calm == LOCAL { FIRST } else { calm };
        let mut told = None;
        let mut heads = None;
        loop {
            let outcome = self.one_step(id, network, live.take()).await;
            let record = book.payment(id)?;
            let stands = record.as_ref().map(how_it_stands);
            if let Some(record) = record.as_ref().filter(|_| told != stands) {
                told = stands;
                self.tell_payment(record)?;
            }
            // What awaits a signature goes on when a person brings one.
            let rests = |record: PaymentRecord| {
                record.phase.is_over() || matches!(record.phase, Phase::AwaitsSignature { .. })
            };
            if record.is_none_or(rests) {
                return Ok(());
            }
            match outcome {
                Ok(Step::Moved(next)) => {
                    live = Some(next);
                    continue;
                }
                Ok(step) => {
                    live = is_live(step);
                    pause = pause.saturating_mul(2).min(calm);
                }
                Err(error) => {
                    // The record is whole; the next round takes it up from there.
                    tracing::warn!(payment = %id, %error, "a look at the payment failed");
                    self.note_failure(network, &error).await;
                    pause = pause.max(calm).saturating_mul(2).min(LONGEST);
                }
            }
            self.until_next_look(network, pause, &mut heads).await;
        }
    }

    /// Waits for the ledger's next block where its nodes tell blocks, else for
    /// `pause`. Ledgers on this computer are looked at more often than that.
    async fn until_next_look(
        &self,
        network: &Network,
        pause: Duration,
        heads: &mut Option<watch::Receiver<Option<u64>>>,
    ) {
        if rhythm(network) == LOCAL {
            return tokio::time::sleep(pause).await;
        }
        if heads.is_none()
            && let Ok(ledger) = self.ledger(network).await
        {
            *heads = ledger.heads();
        }
        // Blocks that come thick and fast are not all looked at.
        let half = pause / 2;
        tokio::time::sleep(half).await;
        let told = heads.as_mut().filter(|heads| heads.borrow().is_some());
        let Some(told) = told else {
            return tokio::time::sleep(half).await;
        };
        match tokio::time::timeout(pause.max(QUIET), told.changed()).await {
            Ok(Ok(())) | Err(_) => {}
            // The ledger was connected anew.
            Ok(Err(_)) => *heads = None,
        }
    }

    async fn one_step(
        &self,
        id: PurchaseId,
        network: &Network,
        live: Option<Live>,
    ) -> Result<Step, WalletError> {
        let desk = self.desk(network).await?;
        let _turn = self.turn(id).await;
        let record = desk
            .book
            .payment(id)?
            .ok_or(crate::api::ErrorCode::UnknownPayment)?;
        match live.filter(|live| live.envelopes() == record.envelopes.as_slice()) {
            Some(live) => advance(live, &desk).await,
            // New here, or a replacement was signed meanwhile.
            None => resume(record, &desk),
        }
    }

    pub(super) fn tell_payment(&self, record: &PaymentRecord) -> Result<(), WalletError> {
        let book = self.book()?;
        if matches!(record.phase, Phase::Settled { .. }) {
            book.count_paid(record)?;
        }
        let payment = Box::new(Viewer::new(&book)?.payment(record)?);
        self.tell(WalletEvent::Payment { payment });
        self.tell(WalletEvent::Overview);
        Ok(())
    }
}

/// What shells are told about when it changes.
fn how_it_stands(record: &PaymentRecord) -> (Phase, Option<Sight>, usize) {
    (
        record.phase.clone(),
        record.sight.clone(),
        record.envelopes.len(),
    )
}

fn rhythm(network: &Network) -> Duration {
    let local = |url: &str| url.starts_with("http://"); // plain HTTP is allowed on this computer only
    let all_local = network
        .endpoints
        .iter()
        .all(|endpoint| local(&endpoint.url));
    if all_local { LOCAL } else { REMOTE }
}
