//! Payments and ledger entries as shells see them.

use std::collections::{BTreeMap, HashMap};

use alloy_primitives::Address as EvmAddress;
use jiaozi_types::{Address, Amount, ChainId};

use crate::api::{
    Direction, ErrorCode, ErrorView, FinalityRule, MoneyState, PayeeStanding, PayeeView,
    PaymentState, PaymentView,
};
use crate::book::Book;
use crate::error::WalletError;
use crate::network::Network;
use crate::payment::{PaymentRecord, Phase};
use crate::records::{ActivityRecord, EntryRecord};
use crate::views;

/// Turns records into views; reads networks and names once for many rows.
pub(crate) struct Viewer<'a> {
    book: &'a Book,
    networks: Vec<Network>,
    names: HashMap<EvmAddress, Vec<(ChainId, String)>>,
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
            names,
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
    ) -> Result<PayeeView, WalletError> {
        let (standing, times_paid) = self.book.standing(chain, address)?;
        let saved = self
            .names
            .get(&address)
            .and_then(|names| names.iter().find(|(on, _)| *on == chain));
        let name = saved.map(|(_, name)| name.clone());
        Ok(PayeeView {
            address: Address::on(chain, address).plain(),
            name,
            claimed_name,
            standing,
            times_paid,
        })
    }

    /// A payment made here.
    pub(crate) fn payment(&self, record: &PaymentRecord) -> Result<PaymentView, WalletError> {
        let terms = &record.terms;
        let network = self
            .networks
            .iter()
            .find(|network| network.chain == terms.chain());
        let counterparty = self.payee(terms.chain(), terms.payee, terms.claimed_name.clone())?;
        let (state, money) = standing(&record.phase);
        let place = record.phase.place();
        let fee = place
            .zip(network)
            .map(|(place, network)| Amount::from_atoms(place.fee, network.coin.clone()));
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
                .phase
                .transaction()
                .map(|transaction| transaction.to_string()),
            reference: terms.reference.clone(),
            note: terms.note.clone(),
            memo: terms.memo.clone(),
            error: error(&record.phase),
        })
    }

    /// A ledger entry.
    pub(crate) fn entry(&self, entry: &EntryRecord) -> Result<PaymentView, WalletError> {
        let network = self
            .networks
            .iter()
            .find(|network| network.chain == entry.chain);
        let accounts = self.book.accounts()?;
        let own = |address| {
            accounts
                .iter()
                .any(|(_, account)| account.on(entry.chain) == Some(address))
        };
        let outgoing = accounts
            .iter()
            .any(|(index, a)| *index == entry.account && a.on(entry.chain) == Some(entry.from));
        let other = if outgoing { entry.to } else { entry.from };
        let direction = match (outgoing, own(other)) {
            (_, true) => Direction::Own,
            (true, false) => Direction::Out,
            (false, false) => Direction::In,
        };
        let is_final = match network.map(|network| network.finality) {
            Some(FinalityRule::Immediate) => true,
            Some(FinalityRule::Depth { blocks }) => {
                let head = self.book.cursor(entry.chain, entry.account)?.head;
                head.checked_sub(entry.block)
                    .is_some_and(|above| above >= u64::from(blocks))
            }
            // The finalized block is not kept with the history: an hour is far beyond it.
            Some(FinalityRule::Finalized | FinalityRule::Risk { .. }) | None => {
                self.book
                    .cursor(entry.chain, entry.account)?
                    .seen_at
                    .saturating_sub(entry.time)
                    > 3600
            }
        };
        Ok(PaymentView {
            id: hex::encode(entry.key()),
            direction,
            state: if is_final {
                PaymentState::Settled
            } else {
                PaymentState::Included
            },
            money: MoneyState::Moved,
            counterparty: self.payee(entry.chain, other, None)?,
            amount: views::amount(&entry.amount),
            fee: None,
            account: entry.account,
            network_id: entry.chain.to_string(),
            network: network
                .map(|network| network.name.clone())
                .unwrap_or_else(|| entry.chain.to_string()),
            created_at: entry.time,
            included_at: Some(entry.time),
            block: Some(entry.block),
            transaction: Some(entry.transaction.to_string()),
            reference: entry.reference.clone(),
            note: entry.note.clone(),
            memo: None,
            error: None,
        })
    }
}

/// The state in people's terms, and what it means for the money.
fn standing(phase: &Phase) -> (PaymentState, MoneyState) {
    match phase {
        Phase::Approved => (PaymentState::Approved, MoneyState::Safe),
        Phase::Signed { .. } => (PaymentState::Signed, MoneyState::Moving),
        Phase::Submitted { .. } => (PaymentState::Submitted, MoneyState::Moving),
        Phase::Included { .. } => (PaymentState::Included, MoneyState::Moved),
        Phase::Settled { .. } => (PaymentState::Settled, MoneyState::Moved),
        Phase::Failed {
            code: ErrorCode::AlreadyPaid,
            ..
        } => (PaymentState::Failed, MoneyState::Moved),
        Phase::Failed { .. } => (PaymentState::Failed, MoneyState::Safe),
        Phase::Replaced { .. } => (PaymentState::Replaced, MoneyState::Safe),
    }
}

fn error(phase: &Phase) -> Option<ErrorView> {
    let (code, values) = match phase {
        Phase::Failed { code, values, .. } => (*code, values.clone()),
        Phase::Replaced { .. } => (ErrorCode::Replaced, BTreeMap::new()),
        _ => return None,
    };
    Some(ErrorView {
        code,
        retryable: false,
        money: standing(phase).1,
        values,
    })
}
