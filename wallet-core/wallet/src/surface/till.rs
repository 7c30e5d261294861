//! The till of this profile, and what it needs of the wallet.

use std::sync::{Arc, Weak};

use jiaozi_types::Timestamp;
use jiaozi_types::agent::Language;

use super::{Inner, Wallet};
use crate::api::{ErrorCode, WalletEvent};
use crate::error::WalletError;
use crate::network::Network;
use crate::payment::{Approved, Payment, Proposal, Step, Terms, Wish};
use crate::till::{Shared, Till};
use crate::vault::VaultLink;

/// A wallet that may be closed meanwhile.
pub(crate) struct WeakWallet(Weak<Inner>);

impl WeakWallet {
    pub(crate) fn upgrade(&self) -> Option<Wallet> {
        Some(Wallet {
            inner: self.0.upgrade()?,
        })
    }
}

impl Wallet {
    /// The till of this profile; whether it is set up is told by [`Till::view`].
    pub fn till(&self) -> Till {
        Till::new(self.clone())
    }

    pub(crate) fn downgrade(&self) -> WeakWallet {
        WeakWallet(Arc::downgrade(&self.inner))
    }

    pub(crate) fn till_memory(&self) -> &Shared {
        &self.inner.till
    }

    pub(crate) fn clock_now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    pub(crate) fn language(&self) -> Language {
        self.preferences().language
    }

    pub(crate) fn vault(&self) -> &VaultLink {
        &self.inner.vault
    }

    /// Pays what the till decided on, through the saga: the vault's policy says
    /// whether the person is asked. A purchase that was paid before is refused.
    pub(crate) async fn pay_wish(&self, wish: Wish, network: &Network) -> Result<(), WalletError> {
        let desk = self.desk(network).await?;
        let proposal = Proposal::make(wish, network, &desk).await?;
        let terms = proposal.approve(self.inner.clock.now())?;
        self.pay_terms(terms, network).await
    }

    /// The same for terms that need no proposal: money that moves to oneself.
    pub(crate) async fn pay_terms(
        &self,
        terms: Terms,
        network: &Network,
    ) -> Result<(), WalletError> {
        let id = terms.id;
        let desk = self.desk(network).await?;
        let signing = self.inner.signing.lock().await;
        let known = desk.book.payment(id)?;
        if known.is_some_and(|record| !record.phase.has_failed()) {
            return Err(ErrorCode::AlreadyPaid.into());
        }
        let turn = self.turn(id).await;
        let nonces = desk.ledger.nonces(terms.from).await;
        let approved = Payment::<Approved>::begin(terms, &desk)?;
        let signed = approved.sign(nonces, &desk).await?;
        drop(signing);
        let step = signed.submit(&desk).await?;
        drop(turn);
        match step {
            Step::Over(record) => self.tell_payment(&record)?,
            Step::Moved(live) | Step::Waits(live) => {
                self.follow_live(id, network.clone(), Some(live));
            }
        }
        self.tell(WalletEvent::Overview);
        Ok(())
    }
}
