//! Gathering: money on charge addresses moves to the shop's account by
//! authorizations of the charges' keys, which the account itself carries to the
//! token, so that no charge address ever needs coin for a fee.
//!
//! Each goes through the payment saga: its bytes are on the disk before they
//! are sent, its nonce is reserved beside those of payments, and after a kill it
//! goes on. The authorization's nonce follows from the address and a count, so
//! that two computers with the same words gather once.

use std::sync::PoisonError;

use alloy_primitives::U256;
use jiaozi_ledger::{Ledger, evm};
use jiaozi_store::{KeyRange, Order};
use jiaozi_types::{Amount, PurchaseId};

use super::earlier::{Pile, Trail};
use super::records::{
    Account, EarlierRecord, SweepRecord, TillChargeRecord, TillRecord, UngatheredRecord, charge_id,
};
use super::{Till, sweep_nonce};
use crate::api::ErrorCode;
use crate::api::till::SweepView;
use crate::book::Book;
use crate::error::WalletError;
use crate::network::Network;
use crate::payment::{AUTHORIZATION_GAS, AUTHORIZATION_VALID, CoreGas, Gas, Method, Phase, Terms};
use crate::views;

/// Transactions that one call sends, at most.
const BATCH: usize = 20;
/// Addresses of earlier charges that are looked at before the next are.
const LOOK: u32 = 30;
/// Addresses with money are counted up to here.
const COUNTED: usize = 100_000;

impl Till {
    /// How the gathering of money stands. Never waits for the network.
    pub fn sweep_view(&self) -> Result<SweepView, WalletError> {
        let (book, settings) = (self.book()?, self.settings()?);
        let counter = book.till_counter()?;
        let all = KeyRange::all();
        let addresses = book
            .store()
            .scan::<UngatheredRecord>(&all, Order::Ascending, COUNTED)?;
        let moving = book
            .store()
            .scan::<SweepRecord>(&all, Order::Ascending, COUNTED)?;
        let earlier = book.earlier()?;
        let amount = |atoms| views::amount(&Amount::from_atoms(atoms, settings.asset.clone()));
        let count = |found: usize| u32::try_from(found).unwrap_or(u32::MAX);
        let error = self.shared().sweep_error.lock();
        Ok(SweepView {
            left: amount(counter.ungathered),
            addresses: count(addresses.len()),
            moving: count(moving.len()),
            gathered: amount(counter.gathered),
            earlier: earlier.end.saturating_sub(earlier.next),
            error: error.unwrap_or_else(PoisonError::into_inner).clone(),
        })
    }

    /// Gathers money from charge addresses to the shop's account: one batch. All
    /// is gathered when it is called until `left` and `earlier` are zero. Of this
    /// profile's charges only what is final is gathered.
    ///
    /// # Errors
    /// `till_watch_only`, and those of the ledger and of the vault; what was
    /// sent before goes on, and the next call takes up the rest.
    pub async fn sweep(&self) -> Result<SweepView, WalletError> {
        let settings = self.settings()?;
        let Account::Own { account } = settings.account else {
            return Err(ErrorCode::TillWatchOnly.into());
        };
        let outcome = async {
            let _one = self.shared().refunding.lock().await;
            self.follow_sweeps()?;
            self.send_batch(&settings, account).await?;
            self.send_earlier(&settings, account).await
        }
        .await;
        let error = outcome.as_ref().err().map(WalletError::view);
        let kept = self.shared().sweep_error.lock();
        *kept.unwrap_or_else(PoisonError::into_inner) = error;
        self.wallet.tell(crate::api::WalletEvent::Till);
        outcome?;
        self.sweep_view()
    }

    async fn send_batch(&self, settings: &TillRecord, account: u32) -> Result<(), WalletError> {
        let book = self.book()?;
        let network = self.network(settings)?;
        let ledger = self.wallet.ledger(&network).await?;
        let mut sent = 0;
        let mut range = KeyRange::all();
        while sent < BATCH {
            let part = book
                .store()
                .scan::<UngatheredRecord>(&range, Order::Ascending, BATCH)?;
            let Some((last, _)) = part.last() else {
                return Ok(());
            };
            range = range.after(last);
            for (key, _) in &part {
                if sent >= BATCH {
                    break;
                }
                let moving = book.store().get::<SweepRecord>(key)?;
                let under_way = match &moving {
                    Some(sweep) => book.payment(sweep.purchase)?.is_some(),
                    None => false,
                };
                let Some(charge) = number(key) else { continue };
                if under_way {
                    continue;
                }
                let Some(charge) = book.till_charge(charge)? else {
                    continue;
                };
                let charge = self.recount(ledger.as_ref(), charge).await?;
                if !charge.ungathered().is_zero() {
                    let pile = Pile {
                        number: charge.number,
                        address: charge.address,
                        atoms: charge.ungathered(),
                        turn: charge.sweeps,
                    };
                    self.send(settings, account, &network, &pile).await?;
                    sent = sent.saturating_add(1);
                }
            }
        }
        Ok(())
    }

    /// Gathers what lies on addresses of charges from before this profile: one
    /// batch.
    async fn send_earlier(&self, settings: &TillRecord, account: u32) -> Result<(), WalletError> {
        let book = self.book()?;
        let network = self.network(settings)?;
        let ledger = self.wallet.ledger(&network).await?;
        let trail = Trail::of(ledger.as_ref(), settings)?;
        let mut sent = 0;
        loop {
            let earlier = book.earlier()?;
            if earlier.next >= earlier.end || sent >= BATCH {
                return Ok(());
            }
            let end = earlier.end.min(earlier.next.saturating_add(LOOK));
            for pile in trail.piles(earlier.next..end).await? {
                let key = pile.number.to_be_bytes();
                // Sent before, by a process that ended here.
                let moving = book.store().get::<SweepRecord>(&key)?;
                let under_way = match moving {
                    Some(sweep) => book.payment(sweep.purchase)?.is_some(),
                    None => false,
                };
                if !under_way {
                    self.send(settings, account, &network, &pile).await?;
                    sent = sent.saturating_add(1);
                }
            }
            let _turn = self.shared().turn.take();
            // One that failed in the meantime may have set it back.
            let now = book.earlier()?;
            if now.next == earlier.next {
                let looked = EarlierRecord { next: end, ..now };
                book.store().put(&[], &looked)?;
            }
        }
    }

    /// What another computer with the same words has gathered counts as gathered.
    async fn recount(
        &self,
        ledger: &dyn Ledger,
        charge: TillChargeRecord,
    ) -> Result<TillChargeRecord, WalletError> {
        let token = charge.asset.contract().ok_or(ErrorCode::UnknownToken)?;
        let nonce = sweep_nonce(charge.chain(), charge.address, charge.sweeps);
        let used = ledger.authorization_used(token, charge.address, nonce);
        if !used.await? {
            return Ok(charge);
        }
        let balance = ledger.token_balance(token, charge.address).await?;
        let gathered = charge.ungathered().saturating_sub(balance);
        self.note_gathered(charge.number, gathered, true)?;
        let book = self.book()?;
        Ok(book
            .till_charge(charge.number)?
            .ok_or(ErrorCode::StoreDamaged)?)
    }

    async fn send(
        &self,
        settings: &TillRecord,
        account: u32,
        network: &Network,
        pile: &Pile,
    ) -> Result<(), WalletError> {
        let book = self.book()?;
        let record = self.wallet.account(account)?;
        let to = record.on(network.chain).ok_or(ErrorCode::Locked)?;
        let domain = network
            .authorization_domain(settings.asset.id())
            .ok_or(ErrorCode::TillAssetUnsuited)?
            .clone();
        let nonce = sweep_nonce(network.chain, pile.address, pile.turn);
        let mut id = [0; 16];
        let bytes = id.iter_mut().zip(nonce.iter());
        bytes.for_each(|(to, from)| *to = *from);
        let now = self.wallet.clock_now().as_unix();
        let method = Method::Sweep {
            valid_before: now.saturating_add(AUTHORIZATION_VALID),
            payer: pile.address,
            charge: (settings.till, pile.number),
            nonce,
            domain: domain.clone(),
        };
        let atoms = pile.atoms;
        let ledger = self.wallet.ledger(network).await?;
        // The charge's own transfer cannot be priced: its address has no coin.
        let call = evm::token_transfer(domain.contract, to, to, U256::ZERO);
        let quote = ledger.quote(&call).await?;
        let gas = Gas {
            limit: quote
                .gas
                .saturating_add(quote.gas / 4)
                .saturating_add(AUTHORIZATION_GAS),
            core: quote.core.map(|core| CoreGas::new(&core, &method)),
            fee: quote.fee,
        };
        let terms = Terms {
            // Paid to the shop's own account, which the vault derives itself.
            shop: None,
            id: PurchaseId::from_bytes(id),
            account,
            from: to,
            payee: to,
            amount: Amount::from_atoms(atoms, settings.asset.clone()),
            method,
            gas,
            created_at: now,
            reference: None,
            note: None,
            claimed_name: None,
            memo: Some(charge_id(settings.till, pile.number)),
        };
        let sweep = SweepRecord {
            purchase: terms.id,
            atoms,
        };
        book.store().put(&pile.number.to_be_bytes(), &sweep)?;
        self.wallet.pay_terms(terms, network).await
    }

    /// Asks the saga how gatherings under way stand.
    pub(crate) fn follow_sweeps(&self) -> Result<(), WalletError> {
        let book = self.book()?;
        let moving =
            book.store()
                .scan::<SweepRecord>(&KeyRange::all(), Order::Ascending, COUNTED)?;
        for (key, sweep) in moving {
            let Some(number) = number(&key) else { continue };
            match book.payment(sweep.purchase)?.map(|payment| payment.phase) {
                // By this computer, or by another with the same words.
                Some(
                    Phase::Settled { .. }
                    | Phase::Failed {
                        code: ErrorCode::AlreadyPaid,
                        ..
                    },
                ) => self.note_gathered(number, sweep.atoms, true)?,
                // Dead for good: it is gathered anew.
                Some(phase) if phase.has_failed() && phase.is_closed() => {
                    self.note_gathered(number, U256::ZERO, false)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn note_gathered(&self, number: u32, atoms: U256, done: bool) -> Result<(), WalletError> {
        let (book, now) = (self.book()?, self.now());
        let changed = {
            let _turn = self.shared().turn.take();
            let Some(before) = book.till_charge(number)? else {
                return self.note_earlier(&book, number, atoms, done);
            };
            let mut after = before.clone();
            after.gathered = after.gathered.saturating_add(atoms);
            if done {
                after.sweeps = after.sweeps.saturating_add(1);
            }
            let mut batch = book.till_batch()?;
            batch
                .records()
                .delete::<SweepRecord>(&number.to_be_bytes())?;
            let sum = batch.counter.gathered.saturating_add(atoms);
            batch.counter.gathered = sum;
            batch.change(&before, after, now)?;
            batch.commit()?
        };
        self.tell_charges(&changed)
    }

    /// The end of a gathering from an address that no charge here has.
    fn note_earlier(
        &self,
        book: &Book,
        number: u32,
        atoms: U256,
        done: bool,
    ) -> Result<(), WalletError> {
        let mut batch = book.store().batch();
        batch.delete::<SweepRecord>(&number.to_be_bytes())?;
        if done {
            let mut counter = book.till_counter()?;
            counter.gathered = counter.gathered.saturating_add(atoms);
            batch.put(&[], &counter)?;
        } else {
            // It is looked at again.
            let earlier = book.earlier()?;
            let next = earlier.next.min(number);
            batch.put(&[], &EarlierRecord { next, ..earlier })?;
        }
        Ok(batch.commit()?)
    }
}

fn number(key: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(key.try_into().ok()?))
}
