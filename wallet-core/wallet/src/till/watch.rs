//! Looking at the ledger again and again.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::poll::{Found, Poll};
use super::{Till, shop_key};
use crate::api::{ErrorCode, WalletEvent};
use crate::error::WalletError;

/// Between looks where no node tells of blocks.
const REST: Duration = Duration::from_secs(1);
/// Between looks where nodes do, when none comes; and the least rest between two.
const QUIET: Duration = Duration::from_secs(2);
const LEAST: Duration = Duration::from_millis(100);
/// The longest pause after failures.
const LONGEST: Duration = Duration::from_secs(15);
/// Looks at the newest blocks after which all is read that there was.
const CATCH_UP: usize = 100_000;
/// Seconds after a start for which nothing is ended by a clock that the ledger
/// has not confirmed.
const SETTLING: u64 = 20;

impl Till {
    /// Starts the one task that watches the ledger for this till, until the
    /// wallet is dropped. Once it runs, further calls do nothing.
    pub fn watch(&self) {
        if self.shared().watching.swap(true, Ordering::AcqRel) {
            return;
        }
        let weak = self.wallet.downgrade();
        tokio::spawn(async move {
            let mut pause = Duration::ZERO;
            let mut heads = None;
            loop {
                tokio::time::sleep(pause).await;
                let Some(wallet) = weak.upgrade() else { return };
                let till = Till { wallet };
                pause = match till.look_once(true).await {
                    Ok(found) if !found.whole => Duration::ZERO,
                    Ok(_) => LEAST,
                    // Not set up, or locked: there is nothing to watch yet.
                    Err(error) if error.code() == ErrorCode::TillNotSetUp => REST,
                    Err(error) if error.code() == ErrorCode::Locked => REST,
                    Err(error) => {
                        tracing::debug!(%error, "the till did not see the ledger");
                        pause.saturating_mul(2).clamp(REST, LONGEST)
                    }
                };
                if pause != LEAST {
                    continue;
                }
                if heads.is_none() {
                    heads = till.heads().await;
                }
                drop(till);
                // A block wakes the till; where nodes tell of none it looks by itself.
                let told = heads.as_mut().filter(|heads| heads.borrow().is_some());
                match told {
                    None => pause = REST,
                    Some(told) => match tokio::time::timeout(QUIET, told.changed()).await {
                        Ok(Ok(())) | Err(_) => {}
                        // The ledger was connected anew.
                        Ok(Err(_)) => heads = None,
                    },
                }
            }
        });
    }

    async fn heads(&self) -> Option<tokio::sync::watch::Receiver<Option<u64>>> {
        let network = self.network(&self.settings().ok()?).ok()?;
        self.wallet.ledger(&network).await.ok()?.heads()
    }

    /// Reads all of the ledger that is not read yet: for shells that do not
    /// stay open, and before something is decided.
    pub async fn catch_up(&self) -> Result<(), WalletError> {
        for _ in 0..CATCH_UP {
            if self.look_once(false).await?.whole {
                return Ok(());
            }
        }
        Err(ErrorCode::NodeBusy.into())
    }

    /// One look; tells what changed.
    async fn look_once(&self, watching: bool) -> Result<Found, WalletError> {
        let shared = self.shared();
        let _look = shared.looking.lock().await;
        let settings = self.settings()?;
        let network = self.network(&settings)?;
        let outcome = self.poll(&settings, &network, watching).await;
        let (was_online, mut told) = (shared.sight().online, false);
        match &outcome {
            Ok(found) => {
                self.tell_charges(&found.changed)?;
                self.follow_refunds()?;
                self.follow_sweeps()?;
                let mut sight = shared.sight();
                sight.block = Some(found.head);
                if found.whole {
                    told = !was_online;
                    (sight.online, sight.error) = (true, None);
                    sight.seen_at = Some(self.wallet.clock_now().as_unix());
                }
            }
            Err(error) => {
                self.wallet.note_failure(&network, error).await;
                let mut sight = shared.sight();
                told = was_online || sight.error.is_none();
                (sight.online, sight.error) = (false, Some(error.view()));
            }
        }
        if told {
            self.wallet.tell(WalletEvent::Till);
        }
        outcome
    }

    async fn poll(
        &self,
        settings: &super::records::TillRecord,
        network: &crate::network::Network,
        watching: bool,
    ) -> Result<Found, WalletError> {
        let (shared, book) = (self.shared(), self.book()?);
        let key = shop_key(settings)?;
        if !shared.branches.is_filled(&key) {
            let used = super::branches::used(&book)?;
            shared
                .branches
                .fill(&key, settings.till, &settings.other_tills, &used);
        }
        let ledger = self.wallet.ledger(network).await?;
        let poll = Poll {
            book: &book,
            ledger: ledger.as_ref(),
            network,
            branches: &shared.branches,
            turn: &shared.turn,
        };
        let began = self.now();
        if !shared.rebased.swap(true, Ordering::AcqRel) {
            self.tell_charges(&poll.rebase(began)?)?;
        }
        // A clock that nobody has confirmed ends nothing right after a start.
        let may_end = !watching || shared.keeper().is_checked() || shared.running() >= SETTLING;
        let found = poll.look(began, may_end).await?;
        if found.grew && found.whole && shared.sight().online {
            // It came since the last look, so that its time is the present.
            let time = ledger.block_time(found.head).await?;
            let clock = self.wallet.clock_now().as_unix();
            let before = shared.keeper().ahead();
            shared.keeper().saw_block(clock, shared.running(), time);
            if shared.keeper().ahead() != before {
                self.wallet.tell(WalletEvent::Till);
            }
        }
        Ok(found)
    }
}
