//! The profile's records, and the questions that are asked of them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use alloy_primitives::Address as EvmAddress;
use jiaozi_store::{KeyRange, Order, Record, SealedStore, StoreKey};
use jiaozi_types::{Address, Amount, ChainId, PurchaseId, ShopProof};

use crate::api::PayeeStanding;
use crate::error::WalletError;
use crate::history::{SearchIndex, move_old_rows};
use crate::network::Network;
use crate::payment::{PaymentRecord, Phase, Wish};
use crate::records::{
    AccountRecord, ActivityKey, ActivityRecord, ContactRecord, CursorRecord, PayeeRecord,
};

/// The profile's sealed records; clones share them.
#[derive(Debug, Clone)]
pub struct Book {
    store: Arc<SealedStore>,
    search: Arc<SearchIndex>,
    /// Held while rows of the history and their count are written.
    rows: Arc<Mutex<()>>,
}

impl Book {
    /// Opens the store of a profile.
    pub fn open(profile: &std::path::Path, key: &StoreKey) -> Result<Self, WalletError> {
        let store = jiaozi_store::migrate::open(profile.join("store"), key)?;
        let book = Self {
            store: Arc::new(store),
            search: Arc::default(),
            rows: Arc::default(),
        };
        move_old_rows(&book)?;
        Ok(book)
    }

    pub(crate) fn search(&self) -> &SearchIndex {
        &self.search
    }

    pub(crate) fn rows_turn(&self) -> MutexGuard<'_, ()> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Over a store that is open.
    #[cfg(test)]
    pub(crate) fn over(store: SealedStore) -> Self {
        Self {
            store: Arc::new(store),
            search: Arc::default(),
            rows: Arc::default(),
        }
    }

    pub(crate) fn store(&self) -> &SealedStore {
        &self.store
    }

    /// Every record of a kind, in the order of their keys.
    pub(crate) fn all<T: Record>(&self) -> Result<Vec<(Vec<u8>, T)>, WalletError> {
        Ok(self
            .store
            .scan(&KeyRange::all(), Order::Ascending, usize::MAX)?)
    }

    /// The networks of this profile, the sandbox first.
    pub fn networks(&self) -> Result<Vec<Network>, WalletError> {
        let mut networks = vec![Network::sandbox()];
        networks.extend(
            self.all::<Network>()?
                .into_iter()
                .map(|(_, network)| network),
        );
        Ok(networks)
    }

    /// The network of a chain.
    pub fn network(&self, chain: ChainId) -> Result<Option<Network>, WalletError> {
        Ok(self
            .networks()?
            .into_iter()
            .find(|network| network.chain == chain))
    }

    /// Saved payees, by name.
    pub fn contacts(&self) -> Result<Vec<ContactRecord>, WalletError> {
        let mut contacts: Vec<_> = self
            .all::<ContactRecord>()?
            .into_iter()
            .map(|(_, contact)| contact)
            .collect();
        contacts.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(contacts)
    }

    /// The saved payee of an address.
    pub fn contact(&self, address: Address) -> Result<Option<ContactRecord>, WalletError> {
        Ok(self.store.get(address.to_string().as_bytes())?)
    }

    /// Accounts, by index.
    pub fn accounts(&self) -> Result<Vec<(u32, AccountRecord)>, WalletError> {
        let index = |key: Vec<u8>| <[u8; 4]>::try_from(key).map(u32::from_be_bytes).ok();
        let mut accounts: Vec<_> = self
            .all::<AccountRecord>()?
            .into_iter()
            .filter_map(|(key, record)| Some((index(key)?, record)))
            .collect();
        if accounts.is_empty() {
            accounts.push((
                0,
                AccountRecord {
                    label: String::new(),
                    address: None,
                    core: None,
                    cold: None,
                },
            ));
        }
        Ok(accounts)
    }

    /// How far the history of an account was read.
    pub fn cursor(&self, chain: ChainId, account: u32) -> Result<CursorRecord, WalletError> {
        Ok(self
            .store
            .get(&cursor_key(chain, account))?
            .unwrap_or_default())
    }

    /// What is known of a payee, and how often they were paid.
    pub fn standing(
        &self,
        chain: ChainId,
        payee: EvmAddress,
    ) -> Result<(PayeeStanding, u32), WalletError> {
        let times = self.times_paid(chain, payee)?;
        let own = self
            .accounts()?
            .iter()
            .any(|(_, account)| account.on(chain) == Some(payee));
        let saved = self.contact(Address::on(chain, payee))?.is_some();
        Ok((standing(own, saved, times), times))
    }

    /// How often a payee was paid.
    pub(crate) fn times_paid(&self, chain: ChainId, payee: EvmAddress) -> Result<u32, WalletError> {
        let record = self.store.get::<PayeeRecord>(&payee_key(chain, payee))?;
        Ok(record.map_or(0, |record| record.times_paid))
    }

    /// What is known of a shop, on whichever address it is paid.
    pub(crate) fn shop_standing(&self, shop: EvmAddress) -> Result<PayeeStanding, WalletError> {
        let own = self
            .accounts()?
            .iter()
            .any(|(_, account)| account.address == Some(shop));
        let saved = self
            .contacts()?
            .iter()
            .any(|contact| is_shop(contact, shop));
        Ok(standing(own, saved, self.times_paid_shop(shop)?))
    }

    /// How often a shop was paid.
    pub(crate) fn times_paid_shop(&self, shop: EvmAddress) -> Result<u32, WalletError> {
        let record = self.store.get::<PayeeRecord>(&shop_key(shop))?;
        Ok(record.map_or(0, |record| record.times_paid))
    }

    /// Every shop that was paid, and every contact that may be one.
    pub(crate) fn known_shops(&self) -> Result<Vec<EvmAddress>, WalletError> {
        let range = KeyRange::prefix(SHOP_PREFIX);
        let paid = self
            .store
            .scan::<PayeeRecord>(&range, Order::Ascending, usize::MAX)?;
        let mut known: Vec<_> = paid.into_iter().map(|(_, record)| record.address).collect();
        let contacts = self.contacts()?;
        let evm = contacts.iter().map(|contact| contact.address);
        known.extend(
            evm.filter(|address| !address.chain().is_core())
                .map(|address| address.evm()),
        );
        Ok(known)
    }

    /// Everyone who was paid or saved on a chain.
    pub(crate) fn known_payees(&self, chain: ChainId) -> Result<Vec<EvmAddress>, WalletError> {
        let prefix = format!("{chain}|");
        let paid = self.store.scan::<PayeeRecord>(
            &KeyRange::prefix(prefix.as_bytes()),
            Order::Ascending,
            usize::MAX,
        )?;
        let mut known: Vec<_> = paid.into_iter().map(|(_, record)| record.address).collect();
        let contacts = self.contacts()?;
        known.extend(
            contacts
                .iter()
                .filter(|c| c.address.chain() == chain)
                .map(|c| c.address.evm()),
        );
        Ok(known)
    }

    /// Counts a settled payment to its payee.
    pub(crate) fn count_paid(&self, record: &PaymentRecord) -> Result<(), WalletError> {
        let address = record.terms.payee;
        let key = payee_key(record.terms.chain(), address);
        let before = self.times_paid(record.terms.chain(), address)?;
        let times_paid = before.saturating_add(1);
        self.store.put(
            &key,
            &PayeeRecord {
                address,
                times_paid,
            },
        )?;
        if let Some(shop) = &record.terms.shop {
            let before = self.times_paid_shop(shop.identity)?;
            let paid = PayeeRecord {
                address: shop.identity,
                times_paid: before.saturating_add(1),
            };
            self.store.put(&shop_key(shop.identity), &paid)?;
        }
        Ok(())
    }

    /// `balance` less what payments of `from` under way will take.
    pub(crate) fn less_pending(
        &self,
        balance: &Amount,
        from: EvmAddress,
    ) -> Result<Amount, WalletError> {
        let mut left = balance.clone();
        for record in self.live_payments()? {
            let counts = record.terms.payer() == from
                && record.terms.amount.asset() == balance.asset()
                && !matches!(record.phase, Phase::Included { .. });
            if counts {
                left = left
                    .checked_sub(&record.terms.amount)
                    .unwrap_or(Amount::zero(balance.asset().clone()));
            }
        }
        Ok(left)
    }

    /// A payment like `wish`, made since the Unix second `since`, that did not fail.
    pub(crate) fn same_payment_since(
        &self,
        wish: &Wish,
        since: u64,
    ) -> Result<Option<PurchaseId>, WalletError> {
        let range = KeyRange::prefix(&ActivityKey::stem(wish.amount.asset().id().chain()));
        let rows = self
            .store
            .scan::<ActivityRecord>(&range, Order::Ascending, 50)?;
        for (_, row) in rows {
            let ActivityRecord::Payment { id, .. } = row else {
                continue;
            };
            let Some(record) = self.payment(id)? else {
                continue;
            };
            if record.terms.created_at < since {
                break;
            }
            let identity = |shop: &Option<ShopProof>| shop.as_ref().map(|shop| shop.identity);
            let shop = identity(&wish.shop);
            let same_shop = shop.is_some() && identity(&record.terms.shop) == shop;
            let same_payee = record.terms.payee == wish.payee || same_shop;
            let alike = same_payee && record.terms.amount == wish.amount;
            let stands = !record.phase.has_failed();
            if alike && stands && record.terms.id != wish.id {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }
}

/// What is known of a payee.
pub(crate) fn standing(own: bool, saved: bool, times_paid: u32) -> PayeeStanding {
    match (own, saved, times_paid) {
        (true, ..) => PayeeStanding::Own,
        (false, true, _) => PayeeStanding::Contact,
        (false, false, 1..) => PayeeStanding::PaidBefore,
        (false, false, 0) => PayeeStanding::New,
    }
}

/// The key of an account's cursor.
pub(crate) fn cursor_key(chain: ChainId, account: u32) -> Vec<u8> {
    format!("{chain}|{account}").into_bytes()
}

/// What the keys of shops begin with; those of addresses begin with a chain.
const SHOP_PREFIX: &[u8] = b"shop|";

fn shop_key(shop: EvmAddress) -> Vec<u8> {
    [SHOP_PREFIX, shop.to_string().as_bytes()].concat()
}

/// Whether a contact is the shop with this identity: one key has one address on
/// every EVM chain.
pub(crate) fn is_shop(contact: &ContactRecord, shop: EvmAddress) -> bool {
    !contact.address.chain().is_core() && contact.address.evm() == shop
}

fn payee_key(chain: ChainId, payee: EvmAddress) -> Vec<u8> {
    format!("{chain}|{payee}").into_bytes()
}
