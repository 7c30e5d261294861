//! Payments and ledger entries as shells see them.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use alloy_primitives::{Address as EvmAddress, B256};
use jiaozi_types::{Address, Amount, ChainId, ShopProof};

use crate::api::{
    Direction, ErrorCode, ErrorView, MoneyState, PayeeStanding, PayeeView, PaymentState,
    PaymentView, ShopView, Sight,
};
use crate::book::{self, Book};
use crate::error::WalletError;
use crate::network::Network;
use crate::payment::{Act, Envelope, PaymentRecord, Phase, can_cancel, can_speed_up};
use crate::records::{AccountRecord, ActivityRecord, EntryRecord};
use crate::views;

/// Turns records into views; reads networks and names once for many rows.
pub(crate) struct Viewer<'a> {
    pub(crate) book: &'a Book,
    pub(crate) networks: Vec<Network>,
    pub(crate) accounts: Vec<(u32, AccountRecord)>,
    names: HashMap<EvmAddress, Vec<(ChainId, String)>>,
    /// The newest final block, by network and account, once it was asked for.
    pub(crate) finals: RefCell<HashMap<(ChainId, u32), u64>>,
}

impl<'a> Viewer<'a> {
    pub(crate) fn new(book: &'a Book) -> Result<Self, WalletError> {
        let mut names = HashMap::<_, Vec<_>>::new();
        for contact in book.contacts()? {
            names
                .entry(contact.address.evm())
                .or_default()
                .push((contact.address.chain(), contact.name));
        }
        Ok(Self {
            book,
            networks: book.networks()?,
            accounts: book.accounts()?,
            names,
            finals: RefCell::default(),
        })
    }

    /// What a row of the history points at; none when it is gone.
    pub(crate) fn row(&self, row: &ActivityRecord) -> Result<Option<PaymentView>, WalletError> {
        match row {
            ActivityRecord::Payment { id, .. } => self
                .book
                .payment(*id)?
                .map(|record| self.payment(&record))
                .transpose(),
            ActivityRecord::Entry { key, .. } => {
                let entry = self.book.store().get::<EntryRecord>(key)?;
                entry.map(|entry| self.entry(&entry)).transpose()
            }
        }
    }

    /// A person's view of an address.
    pub(crate) fn payee(
        &self,
        chain: ChainId,
        address: EvmAddress,
        claimed_name: Option<String>,
        shop: Option<&ShopProof>,
    ) -> Result<PayeeView, WalletError> {
        if let Some(proof) = shop {
            return self.shop(chain, address, claimed_name, proof);
        }
        let times_paid = self.book.times_paid(chain, address)?;
        let saved = self
            .names
            .get(&address)
            .and_then(|names| names.iter().find(|(on, _)| *on == chain));
        let own = self
            .accounts
            .iter()
            .any(|(_, account)| account.on(chain) == Some(address));
        let standing = book::standing(own, saved.is_some(), times_paid);
        let name = saved.map(|(_, name)| name.clone());
        Ok(PayeeView {
            address: Address::on(chain, address).plain(),
            name,
            claimed_name,
            standing,
            times_paid,
            shop: None,
        })
    }

    /// A charge of a shop: what is known is known of the shop.
    fn shop(
        &self,
        chain: ChainId,
        address: EvmAddress,
        claimed_name: Option<String>,
        proof: &ShopProof,
    ) -> Result<PayeeView, WalletError> {
        let names = self.names.get(&proof.identity);
        let saved = names.and_then(|names| names.iter().find(|(on, _)| !on.is_core()));
        let saved_name = saved.map(|(_, name)| name.clone());
        let times_paid = self.book.times_paid_shop(proof.identity)?;
        let own = self
            .accounts
            .iter()
            .any(|(_, account)| account.address == Some(proof.identity));
        Ok(PayeeView {
            address: Address::on(chain, address).plain(),
            name: saved_name.clone(),
            claimed_name,
            standing: book::standing(own, saved.is_some(), times_paid),
            times_paid,
            shop: Some(ShopView {
                name: proof.shop.clone(),
                id: proof.identity.to_string(),
                known: saved_name.is_some(),
                saved_name,
            }),
        })
    }

    /// A payment made here.
    pub(crate) fn payment(&self, record: &PaymentRecord) -> Result<PaymentView, WalletError> {
        let terms = &record.terms;
        let network = self
            .networks
            .iter()
            .find(|network| network.chain == terms.chain());
        let counterparty = self.payee(
            terms.chain(),
            terms.payee,
            terms.claimed_name.clone(),
            terms.shop.as_ref(),
        )?;
        let (state, money) = standing(record);
        let place = record.phase.place();
        // What awaits its signature has no envelope yet.
        let cap = || match &record.phase {
            Phase::AwaitsSignature { .. } => terms.gas.own_cap(),
            _ => record.envelope().and_then(Envelope::fee_cap),
        };
        let fee = place.map(|place| place.fee).or_else(cap);
        let fee = fee
            .zip(network)
            .map(|(atoms, network)| Amount::from_atoms(atoms, network.coin.clone()));
        let own = counterparty.standing == PayeeStanding::Own;
        Ok(PaymentView {
            id: terms.id.to_string(),
            direction: if own { Direction::Own } else { Direction::Out },
            state,
            money,
            counterparty,
            amount: views::amount(&terms.amount),
            fee: fee
                .filter(|fee| !fee.is_zero())
                .map(|fee| views::amount(&fee)),
            account: terms.account,
            network_id: terms.chain().to_string(),
            network: network
                .map(|network| network.name.clone())
                .unwrap_or_else(|| terms.chain().to_string()),
            created_at: terms.created_at,
            included_at: place.map(|place| place.time),
            block: place.map(|place| place.block),
            transaction: record
                .transaction()
                .map(|transaction| transaction.to_string()),
            reference: terms.reference.clone(),
            note: terms.note.clone(),
            memo: terms.memo.clone(),
            void_after: terms.valid_before(),
            error: error(record),
            sight: sight(record),
            checked: record.phase.found().map(|found| found.checked),
            cancelling: record.is_cancelling(),
            can_cancel: can_cancel(record),
            can_speed_up: can_speed_up(record),
        })
    }
}

/// The state in people's terms, and what it means for the money.
pub(crate) fn standing(record: &PaymentRecord) -> (PaymentState, MoneyState) {
    let unclear = matches!(record.sight, Some(Sight::NoNode | Sight::NodesDisagree));
    match &record.phase {
        Phase::Approved => (PaymentState::Approved, MoneyState::Safe),
        Phase::AwaitsSignature { .. } => (PaymentState::AwaitsSignature, MoneyState::Safe),
        Phase::Signed | Phase::Submitted if unclear => (PaymentState::Unknown, MoneyState::Moving),
        Phase::Signed => (PaymentState::Signed, MoneyState::Moving),
        Phase::Submitted => (PaymentState::Submitted, MoneyState::Moving),
        Phase::Included { .. } if record.sight == Some(Sight::NodesDisagree) => {
            (PaymentState::Unknown, MoneyState::Moving)
        }
        Phase::Included { found } if !found.success || cancels(record, found.transaction) => {
            (PaymentState::Included, MoneyState::Safe)
        }
        Phase::Included { .. } => (PaymentState::Included, MoneyState::Moved),
        Phase::Settled { .. } => (PaymentState::Settled, MoneyState::Moved),
        Phase::Failed {
            code: ErrorCode::AlreadyPaid,
            ..
        } => (PaymentState::Failed, MoneyState::Moved),
        Phase::Failed { .. } => (PaymentState::Failed, MoneyState::Safe),
        Phase::Replaced { .. } => (PaymentState::Replaced, MoneyState::Safe),
        Phase::Expired { .. } => (PaymentState::Expired, MoneyState::Safe),
    }
}

fn cancels(record: &PaymentRecord, transaction: B256) -> bool {
    record
        .envelopes
        .iter()
        .any(|envelope| envelope.transaction == transaction && envelope.act == Act::Cancels)
}

/// What was seen besides; that a block refused it stands in the phase.
fn sight(record: &PaymentRecord) -> Option<Sight> {
    let refused = matches!(&record.phase, Phase::Included { found } if !found.success);
    let besides = record.sight.clone().filter(|_| !record.phase.is_over());
    besides.or_else(|| refused.then_some(Sight::Refused))
}

fn error(record: &PaymentRecord) -> Option<ErrorView> {
    let (code, values) = match &record.phase {
        Phase::Failed { code, values, .. } => (*code, values.clone()),
        Phase::Replaced { .. } => (ErrorCode::Replaced, BTreeMap::new()),
        Phase::Expired { .. } => (ErrorCode::AuthorizationExpired, BTreeMap::new()),
        _ => return None,
    };
    Some(ErrorView {
        code,
        retryable: false,
        money: standing(record).1,
        values,
    })
}
