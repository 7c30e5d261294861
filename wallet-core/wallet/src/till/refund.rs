//! Giving money back. A refund is on the disk, and its sum taken off what can
//! be returned, before anything is signed; its purchase id follows from the
//! shop and the refund's number, so that the ledger takes one payment of it,
//! whoever asks how often and on whichever computer.

use alloy_primitives::{Address as EvmAddress, keccak256};
use jiaozi_store::{KeyRange, Order};
use jiaozi_types::agent::AgentError;
use jiaozi_types::{Address, Amount, Asset, AssetId, PurchaseId, Unchecked};

use super::Till;
use super::charge::checked_number;
use super::records::{
    Account, LiveRefundRecord, PaymentRecord, RefundPart, RefundRecord, TillChargeRecord,
    TillRecord, UnbookedRefundRecord, order_key,
};
use crate::api::till::{RefundInput, RefundState, RefundView, TillEventKind};
use crate::api::{ErrorCode, ErrorView, MoneyState};
use crate::book::Book;
use crate::error::{WalletError, rule};
use crate::payment::{Phase, Wish};
use crate::vault::VaultError;
use crate::{text, views};

/// Refunds under way that one look asks about, at most.
const LIVE: usize = 200;

impl Till {
    /// Gives money back. The same number pays once, however often it is asked
    /// for; asked again it goes on where it stopped. The vault's policy decides
    /// whether the person is asked.
    ///
    /// # Errors
    /// `refund_too_much`, `refund_differs`, `refund_payer_unclear`,
    /// `till_watch_only`, those of the PIN, and those of paying: then the refund
    /// is kept, and `refund_of` tells how it stands.
    pub async fn refund(&self, input: RefundInput) -> Result<RefundView, WalletError> {
        let pin = input.pin.clone().ok_or(ErrorCode::TillPinWrong)?;
        // What cannot be is said before a PIN is tried.
        if self.settings()?.account == Account::WatchOnly {
            return Err(ErrorCode::TillWatchOnly.into());
        }
        self.check_staff(&input.staff, pin).await?;
        self.refund_for_software(input).await
    }

    /// [`Self::refund`] without a PIN: for the shop's own software, whose token
    /// the caller has checked. The PIN in `input` is not looked at.
    pub async fn refund_for_software(&self, input: RefundInput) -> Result<RefundView, WalletError> {
        let settings = self.settings()?;
        let Account::Own { account } = settings.account else {
            return Err(ErrorCode::TillWatchOnly.into());
        };
        // From the reservation to the signature nobody else refunds.
        let _refunding = self.shared().refunding.lock().await;
        let asset = match &input.asset {
            None => settings.asset.id(),
            Some(id) => id.parse().map_err(|_| ErrorCode::BadInput)?,
        };
        let asset = self.asset_of(&settings, asset)?;
        let charge = self.find(&input.charge)?.number;
        let (refund, changed) = {
            let _turn = self.shared().turn.take();
            reserve(&self.book()?, &settings, &asset, charge, &input, self.now())?
        };
        self.tell_charges(&changed)?;
        if refund.state == RefundState::Pending {
            self.pay_refund(&refund, account, &settings).await?;
        }
        self.follow_refunds()?;
        self.refund_of(&refund.number)
    }

    /// A refund as it stands, by the shop's number of it.
    pub fn refund_of(&self, number: &str) -> Result<RefundView, WalletError> {
        let refund = self.book()?.till_refund(number.trim())?;
        self.refund_view(&refund.ok_or(ErrorCode::RefundUnknown)?)
    }

    async fn pay_refund(
        &self,
        refund: &RefundRecord,
        account: u32,
        settings: &TillRecord,
    ) -> Result<(), WalletError> {
        let book = self.book()?;
        if book.payment(refund.purchase)?.is_some() {
            // Signed before, perhaps in a process that was killed: the saga has it.
            return Ok(());
        }
        let outcome = self.sign_refund(refund, account, settings).await;
        let Err(error) = outcome.map_err(|error| self.not_gathered(error)) else {
            return self.note_refund(refund, RefundState::Moving, None);
        };
        let state = match &error {
            // The ledger has a payment of this number, from another computer.
            _ if error.code() == ErrorCode::AlreadyPaid => RefundState::Paid,
            // The person said no: nothing was signed, and nothing will be.
            WalletError::Vault(VaultError::Refused(AgentError::Declined)) => RefundState::Failed,
            _ => RefundState::Pending,
        };
        self.note_refund(refund, state, Some(&error))?;
        match state {
            RefundState::Paid => Ok(()),
            _ => Err(error),
        }
    }

    /// What the shop's account lacks may lie on the charges' addresses.
    fn not_gathered(&self, error: WalletError) -> WalletError {
        let lies_there = || -> Result<Amount, WalletError> {
            let atoms = self.book()?.till_counter()?.ungathered;
            Ok(Amount::from_atoms(atoms, self.settings()?.asset))
        };
        match (error, lies_there()) {
            (
                WalletError::Rule {
                    code: ErrorCode::NotEnough,
                    mut values,
                },
                Ok(there),
            ) if !there.is_zero() => {
                values.insert("ungathered".to_owned(), there.to_string());
                WalletError::Rule {
                    code: ErrorCode::RefundNotGathered,
                    values,
                }
            }
            (error, _) => error,
        }
    }

    async fn sign_refund(
        &self,
        refund: &RefundRecord,
        account: u32,
        settings: &TillRecord,
    ) -> Result<(), WalletError> {
        let asset = self.asset_of(settings, refund.asset)?;
        let network = self
            .book()?
            .network(refund.asset.chain())?
            .ok_or(ErrorCode::UnknownNetwork)?;
        let from = self.wallet.account(account)?;
        let wish = Wish {
            // Paid to a customer, whom no shop vouches for.
            shop: None,
            id: refund.purchase,
            account,
            from: from.on(network.chain).ok_or(ErrorCode::Locked)?,
            payee: refund.to,
            amount: Amount::from_atoms(refund.atoms, asset),
            expires_at: None,
            reference: None,
            note: None,
            claimed_name: None,
            memo: Some(format!(
                "{} · {}-{}",
                refund.number, settings.till, refund.charge
            )),
        };
        self.wallet.pay_wish(wish, &network).await
    }

    /// Keeps where a refund stands, with its event; gives its sum back to the
    /// charge where it failed for good.
    fn note_refund(
        &self,
        refund: &RefundRecord,
        state: RefundState,
        error: Option<&WalletError>,
    ) -> Result<(), WalletError> {
        let (book, now) = (self.book()?, self.now());
        let changed = {
            let _turn = self.shared().turn.take();
            let Some(known) = book.till_refund(&refund.number)? else {
                return Ok(());
            };
            let error = error.map(|error| (error.code(), error.view().values));
            let after = RefundRecord {
                state,
                error,
                ..known.clone()
            };
            if after == known {
                return Ok(());
            }
            let charge = book.till_charge(known.charge)?;
            let before = charge.ok_or(ErrorCode::StoreDamaged)?;
            let mut charge = before.clone();
            let key = order_key(&known.number);
            let mut batch = book.till_batch()?;
            batch.records().put(&key, &after)?;
            let kind = match state {
                RefundState::Pending => None,
                RefundState::Moving => Some(TillEventKind::RefundMoving),
                RefundState::Paid => Some(TillEventKind::RefundPaid),
                RefundState::Failed => Some(TillEventKind::RefundFailed),
            };
            match state {
                RefundState::Pending | RefundState::Moving => {
                    batch.records().put(&key, &LiveRefundRecord {})?;
                }
                RefundState::Paid | RefundState::Failed => {
                    batch.records().delete::<LiveRefundRecord>(&key)?;
                }
            }
            if state == RefundState::Paid {
                let payment = book.payment(known.purchase)?;
                let found = payment.as_ref().and_then(|payment| payment.phase.found());
                batch
                    .records()
                    .put(&key, &UnbookedRefundRecord::of(&after, found))?;
            }
            if state == RefundState::Failed {
                charge.refunds.retain(|part| part.number != known.number);
            }
            // A refund that moves on changes how its charge looks, too.
            let version = before.version.saturating_add(1);
            charge.version = version;
            batch.touch(&before, &charge)?;
            if let Some(kind) = kind.filter(|_| state != known.state) {
                batch.event(kind, now, &charge, Some(known.number.clone()))?;
            }
            batch.commit()?
        };
        self.tell_charges(&changed)
    }

    /// Asks the saga how refunds under way stand.
    pub(crate) fn follow_refunds(&self) -> Result<(), WalletError> {
        let book = self.book()?;
        let live =
            book.store()
                .scan::<LiveRefundRecord>(&KeyRange::all(), Order::Ascending, LIVE)?;
        for (key, _) in live {
            let Some(refund) = book.store().get::<RefundRecord>(&key)? else {
                continue;
            };
            if let Some(state) = how_it_stands(&book, &refund)?
                && state != refund.state
            {
                self.note_refund(&refund, state, None)?;
            }
        }
        Ok(())
    }

    pub(crate) fn refund_view(&self, refund: &RefundRecord) -> Result<RefundView, WalletError> {
        let (book, settings) = (self.book()?, self.settings()?);
        let asset = self.asset_of(&settings, refund.asset)?;
        let payment = book.payment(refund.purchase)?;
        let error = refund.error.clone().map(|(code, values)| ErrorView {
            code,
            retryable: refund.state == RefundState::Pending,
            money: MoneyState::Safe,
            values,
        });
        let transaction = payment.as_ref().and_then(|payment| payment.transaction());
        let found = payment.as_ref().and_then(|payment| payment.phase.found());
        let place = found.map(|found| (found.place.block, found.place.time));
        Ok(RefundView {
            number: refund.number.clone(),
            charge: format!("{}-{}", settings.till, refund.charge),
            amount: views::amount(&Amount::from_atoms(refund.atoms, asset)),
            to: Address::on(refund.asset.chain(), refund.to).plain(),
            staff: refund.staff.clone(),
            reason: refund.reason.clone(),
            state: how_it_stands(&book, refund)?.unwrap_or(refund.state),
            payment: payment.map(|payment| payment.terms.id.to_string()),
            transaction: transaction.map(|transaction| transaction.to_string()),
            block: place.map(|(block, _)| block),
            paid_at: place.map(|(_, time)| time),
            error,
            created_at: refund.created_at,
        })
    }
}

/// Keeps a refund and takes its sum off the charge, in one batch; one that
/// is there already is given back. The caller holds the till's turn.
pub(crate) fn reserve(
    book: &Book,
    settings: &TillRecord,
    asset: &Asset,
    charge: u32,
    input: &RefundInput,
    now: u64,
) -> Result<(RefundRecord, Vec<TillChargeRecord>), WalletError> {
    let number = checked_number(&input.number)?;
    let before = book.till_charge(charge)?.ok_or(ErrorCode::ChargeUnknown)?;
    let atoms = match &input.amount {
        Some(text) => Some(Amount::parse(text, asset)?.atoms()),
        None => None,
    };
    if let Some(known) = book.till_refund(&number)? {
        let to = input.to.as_deref().map(|to| address(to, &asset.id()));
        let same = known.charge == charge
            && known.asset == asset.id()
            && atoms.is_none_or(|atoms| atoms == known.atoms)
            && to.transpose()?.is_none_or(|to| to == known.to);
        return match same {
            true => Ok((known, Vec::new())),
            false => Err(rule(ErrorCode::RefundDiffers, [("number", number)])),
        };
    }
    let returnable = before.returnable(asset.id());
    let atoms = atoms.unwrap_or(returnable);
    if returnable.is_zero() {
        return Err(ErrorCode::RefundNothing.into());
    }
    if atoms.is_zero() {
        return Err(ErrorCode::AmountZero.into());
    }
    if atoms > returnable {
        let returnable = Amount::from_atoms(returnable, asset.clone()).to_string();
        return Err(rule(ErrorCode::RefundTooMuch, [("returnable", returnable)]));
    }
    let to = match &input.to {
        Some(to) => address(to, &asset.id())?,
        None => payer(&before, asset.id())?,
    };
    let refund = RefundRecord {
        purchase: purchase(settings, &number),
        number: number.clone(),
        charge,
        asset: asset.id(),
        atoms,
        to,
        staff: text::clean(&input.staff, 32),
        reason: input.reason.as_deref().and_then(crate::request::clean_note),
        state: RefundState::Pending,
        error: None,
        created_at: now,
    };
    let mut after = before.clone();
    after.refunds.push(RefundPart {
        number: number.clone(),
        asset: asset.id(),
        atoms,
    });
    let mut batch = book.till_batch()?;
    let key = order_key(&number);
    batch.records().put(&key, &refund)?;
    batch.records().put(&key, &LiveRefundRecord {})?;
    after.version = before.version.saturating_add(1);
    batch.touch(&before, &after)?;
    batch.event(TillEventKind::RefundCreated, now, &after, Some(number))?;
    Ok((refund, batch.commit()?))
}

/// Where the payment of a refund stands; none while there is none.
fn how_it_stands(book: &Book, refund: &RefundRecord) -> Result<Option<RefundState>, WalletError> {
    let payment = book.payment(refund.purchase)?;
    Ok(payment.map(|payment| match &payment.phase {
        Phase::Settled { .. } => RefundState::Paid,
        Phase::Failed {
            code: ErrorCode::AlreadyPaid,
            ..
        } => RefundState::Paid,
        // Only what is proven dead gives its sum back.
        phase if phase.has_failed() && phase.is_closed() => RefundState::Failed,
        _ => RefundState::Moving,
    }))
}

fn purchase(settings: &TillRecord, number: &str) -> PurchaseId {
    let chain = settings.chain();
    let digest = keccak256(format!(
        "jiaozi refund v1\n{chain}\n{}\n{number}",
        settings.public_key
    ));
    let mut id = [0; 16];
    let bytes = id.iter_mut().zip(digest.iter());
    bytes.for_each(|(to, from)| *to = *from);
    PurchaseId::from_bytes(id)
}

fn address(text: &str, asset: &AssetId) -> Result<EvmAddress, WalletError> {
    let address: Address<Unchecked> = text.trim().parse()?;
    Ok(address.require_chain(asset.chain())?.evm())
}

/// The one who paid in an asset.
fn payer(charge: &TillChargeRecord, asset: AssetId) -> Result<EvmAddress, WalletError> {
    let paid = |payment: &&PaymentRecord| payment.asset == asset;
    let mut payers = charge.payments.iter().filter(paid).map(|paid| paid.from);
    let first = payers.next().filter(|payer| !payer.is_zero());
    let first = first.ok_or(ErrorCode::RefundPayerUnclear)?;
    match payers.all(|payer| payer == first) {
        true => Ok(first),
        false => Err(ErrorCode::RefundPayerUnclear.into()),
    }
}
