//! Receiving addresses of the shop's other tills, derived from the public key,
//! so that their payments are recognised on the ledger.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use alloy_primitives::Address as EvmAddress;
use jiaozi_types::ShopKey;

use super::records::OtherPaymentRecord;
use crate::book::Book;
use crate::error::WalletError;

/// Tills that are looked for without being named.
const FIRST_TILLS: u16 = 8;
/// Addresses beyond the last one that was paid: as many charges in a row may go unpaid.
pub(crate) const GAP: u32 = 100;

/// Addresses of other tills. Empty until [`Branches::fill`].
#[derive(Debug, Default)]
pub(crate) struct Branches {
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    addresses: HashMap<EvmAddress, (u16, u32)>,
    /// By till, the number behind the last derived one.
    ends: HashMap<u16, u32>,
    key: Option<ShopKey>,
}

impl Branches {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Derives the addresses of the first tills and of `named` ones, but for
    /// `own`; `used` are numbers behind the last paid ones, by till.
    pub(crate) fn fill(&self, key: &ShopKey, own: u16, named: &[u16], used: &HashMap<u16, u32>) {
        let mut known = self.known();
        *known = Known {
            key: Some(key.clone()),
            ..Known::default()
        };
        for till in (0..FIRST_TILLS).chain(named.iter().copied()) {
            if till != own && !known.ends.contains_key(&till) {
                let from = used.get(&till).copied().unwrap_or(0);
                known.extend(till, from.saturating_add(GAP));
            }
        }
    }

    /// Whether they were derived from this key.
    pub(crate) fn is_filled(&self, key: &ShopKey) -> bool {
        self.known().key.as_ref() == Some(key)
    }

    /// Till and number of an address; derives more of that till's where they run out.
    pub(crate) fn find(&self, address: EvmAddress) -> Option<(u16, u32)> {
        let mut known = self.known();
        let (till, number) = *known.addresses.get(&address)?;
        known.extend(till, number.saturating_add(GAP));
        Some((till, number))
    }
}

impl Known {
    fn extend(&mut self, till: u16, end: u32) {
        let from = self.ends.get(&till).copied().unwrap_or(0);
        if from >= end {
            return;
        }
        let Some(branch) = self.key.as_ref().and_then(|key| key.till(till).ok()) else {
            return;
        };
        for number in from..end {
            if let Ok(address) = branch.address(number) {
                self.addresses.insert(address, (till, number));
            }
        }
        self.ends.insert(till, end);
    }
}

/// Numbers behind the last that were paid at other tills, as far as was seen.
pub(crate) fn used(book: &Book) -> Result<HashMap<u16, u32>, WalletError> {
    let mut used = HashMap::new();
    for (_, payment) in book.all::<OtherPaymentRecord>()? {
        let end = used.entry(payment.till).or_insert(0);
        *end = payment.number.saturating_add(1).max(*end);
    }
    Ok(used)
}
