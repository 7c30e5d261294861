//! Watching accounts whose keys are in another wallet, by its public keys.

use alloy_primitives::Address as EvmAddress;
use jiaozi_cold::WatchKey;
use jiaozi_types::hd::AccountKey;
use jiaozi_types::{Address, ChainId, CoinType};

use super::super::Wallet;
use super::super::home::account_view;
use super::fingerprint_text;
use super::frames::{ColdSource, read};
use crate::api::{AccountView, ErrorCode, WalletEvent, WatchView};
use crate::book::Book;
use crate::error::WalletError;
use crate::records::{AccountRecord, ColdRecord, WATCHED_FROM, is_watched};
use crate::text;

/// The most accounts that are watched.
const WATCHED_MAX: usize = 100;
/// The number of Conflux Core Space's main network.
const CORE_MAINNET: u32 = 1029;

impl Wallet {
    /// What [`Self::watch_account`] would watch, without doing it.
    pub async fn preview_watched(
        &self,
        source: ColdSource,
        index: u32,
    ) -> Result<WatchView, WalletError> {
        let found = Found::read(source, index).await?;
        let (_, old) = found.place(&self.book()?)?;
        let network = match self.network()?.chain {
            chain if chain.is_core() => chain,
            _ => ChainId::Conflux(CORE_MAINNET),
        };
        let core = found.core.map(|core| Address::on(network, core).plain());
        Ok(WatchView {
            wallet: fingerprint_text(&found.cold),
            address: found.address.map(|address| address.to_string()),
            core,
            label: old.map(|old| old.label),
        })
    }

    /// Watches account `index` (usually 0) of another wallet, by its public keys
    /// (`crypto-hdkey`): that of EVM chains, that of Conflux Core Space, or both.
    /// What is known already of the same account is completed.
    pub async fn watch_account(
        &self,
        source: ColdSource,
        index: u32,
        label: String,
    ) -> Result<AccountView, WalletError> {
        let found = Found::read(source, index).await?;
        let book = self.book()?;
        let (number, old) = found.place(&book)?;
        let (old_address, old_core) = old
            .as_ref()
            .map_or((None, None), |old| (old.address, old.core));
        let account = AccountRecord {
            label: match old.filter(|_| label.is_empty()) {
                Some(old) => old.label,
                None => text::clean(&label, 40),
            },
            address: found.address.or(old_address),
            core: found.core.or(old_core),
            cold: Some(found.cold),
        };
        keep_first_account(&book)?;
        book.store().put(&number.to_be_bytes(), &account)?;
        book.search().forget();
        self.tell(WalletEvent::Settings);
        Ok(account_view(self.network()?.chain, number, &account))
    }
}

/// The account that public keys lead to.
struct Found {
    cold: ColdRecord,
    address: Option<EvmAddress>,
    core: Option<EvmAddress>,
}

impl Found {
    async fn read(source: ColdSource, index: u32) -> Result<Self, WalletError> {
        let (mut address, mut core, mut fingerprint) = (None, None, None);
        let mut keys = Vec::new();
        for message in read(source).await? {
            keys.extend(WatchKey::read(&message)?);
        }
        for key in keys {
            if fingerprint.is_some_and(|known| known != key.fingerprint) {
                return Err(ErrorCode::ColdMixed.into());
            }
            fingerprint = Some(key.fingerprint);
            let derived = AccountKey::parse(&key.account_key, key.coin, 0)
                .and_then(|account| account.branch(0)?.address(index))
                .map_err(|_| ErrorCode::ColdNoAccount)?;
            match key.coin {
                CoinType::Ether => address = Some(derived),
                CoinType::Conflux => core = Some(derived),
            }
        }
        let fingerprint = fingerprint.ok_or(ErrorCode::ColdNoFrame)?;
        Ok(Self {
            cold: ColdRecord { fingerprint, index },
            address,
            core,
        })
    }

    /// Its number among the accounts, and what is watched of it already;
    /// `ColdKnown` when there is nothing to add.
    fn place(&self, book: &Book) -> Result<(u32, Option<AccountRecord>), WalletError> {
        let accounts = book.accounts()?;
        // The vault here has its keys: nothing is cold about it.
        if accounts.iter().any(|(number, account)| {
            !is_watched(*number) && self.address.is_some() && account.address == self.address
        }) {
            return Err(ErrorCode::ColdKnown.into());
        }
        let known = accounts
            .iter()
            .find(|(_, account)| account.cold.as_ref() == Some(&self.cold));
        if let Some((number, old)) = known {
            let adds = (old.address.is_none() && self.address.is_some())
                || (old.core.is_none() && self.core.is_some());
            return match adds {
                true => Ok((*number, Some(old.clone()))),
                false => Err(ErrorCode::ColdKnown.into()),
            };
        }
        let watched = || accounts.iter().filter(|(number, _)| is_watched(*number));
        if watched().count() >= WATCHED_MAX {
            return Err(ErrorCode::BadInput.into());
        }
        let last = watched().map(|(number, _)| *number).max();
        let next = last.map_or(Some(WATCHED_FROM), |last| last.checked_add(1));
        Ok((next.ok_or(ErrorCode::BadInput)?, None))
    }
}

/// Account 0 is there without a record until another one has one.
fn keep_first_account(book: &Book) -> Result<(), WalletError> {
    for (index, account) in book.accounts()? {
        if index == 0 {
            book.store().put(&index.to_be_bytes(), &account)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(index: u32, address: u8, core: Option<u8>) -> Found {
        Found {
            cold: ColdRecord {
                fingerprint: 0x73c5_da0a,
                index,
            },
            address: Some(EvmAddress::repeat_byte(address)),
            core: core.map(EvmAddress::repeat_byte),
        }
    }

    fn keep(book: &Book, number: u32, found: &Found, cold: bool) {
        let account = AccountRecord {
            label: "Savings".to_owned(),
            address: found.address,
            core: found.core,
            cold: cold.then(|| found.cold.clone()),
        };
        book.store().put(&number.to_be_bytes(), &account).unwrap();
    }

    #[test]
    fn accounts_are_watched_once_and_completed() {
        let book = crate::payment::tests::memory::book();
        let first = found(0, 1, None);
        let place = |found: &Found| {
            found
                .place(&book)
                .map(|(number, old)| (number, old.is_some()))
        };
        assert_eq!(place(&first).unwrap(), (WATCHED_FROM, false));
        keep(&book, WATCHED_FROM, &first, true);
        assert_eq!(place(&first).unwrap_err().code(), ErrorCode::ColdKnown);
        // Its address on Core Space is something new of the same account.
        assert_eq!(place(&found(0, 1, Some(2))).unwrap(), (WATCHED_FROM, true));
        // The next one of the same wallet is another account.
        assert_eq!(
            place(&found(1, 3, None)).unwrap(),
            (WATCHED_FROM + 1, false)
        );
    }

    #[test]
    fn what_the_vault_here_can_sign_for_is_not_watched() {
        let book = crate::payment::tests::memory::book();
        let own = found(0, 9, None);
        keep(&book, 0, &own, false);
        assert_eq!(own.place(&book).unwrap_err().code(), ErrorCode::ColdKnown);
    }

    #[test]
    fn there_is_an_end_to_what_is_watched() {
        let book = crate::payment::tests::memory::book();
        for at in 0..100 {
            let one = found(at, u8::try_from(at).unwrap(), None);
            let (number, _) = one.place(&book).unwrap();
            keep(&book, number, &one, true);
        }
        let refused = found(100, 200, None).place(&book).unwrap_err();
        assert_eq!(refused.code(), ErrorCode::BadInput);
    }
}
