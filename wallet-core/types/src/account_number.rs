//! The numbers by which people and shells name accounts, and the keys behind
//! them. The first hundred are the wallet's own; beyond stand accounts that
//! other wallets keep under other derivation paths of the same words.

use serde::{Deserialize, Serialize};

use crate::agent::KeyRef;
use crate::hd::CoinType;

/// Accounts of each scheme.
pub const ACCOUNTS_OF_SCHEME: u32 = 100;

/// Where a wallet keeps its accounts under the words.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS,
)]
#[serde(rename_all = "snake_case")]
pub enum PathScheme {
    /// m/44'/coin'/0'/0/i: this wallet, MetaMask, Fluent and most others.
    Own,
    /// m/44'/60'/i'/0/0: Ledger Live.
    LedgerLive,
    /// m/44'/60'/0'/i: Ledger's older app.
    LedgerLegacy,
}

impl PathScheme {
    /// Every scheme in use on keys of this coin type.
    pub const fn of(coin: CoinType) -> &'static [Self] {
        match coin {
            CoinType::Ether => &[Self::Own, Self::LedgerLive, Self::LedgerLegacy],
            CoinType::Conflux => &[Self::Own],
        }
    }

    /// The number of the first account.
    const fn first(self) -> u32 {
        match self {
            Self::Own => 0,
            Self::LedgerLive => ACCOUNTS_OF_SCHEME,
            Self::LedgerLegacy => 2 * ACCOUNTS_OF_SCHEME,
        }
    }

    /// The index of the first account that is of this scheme alone: Ledger
    /// Live's first is the wallet's own first.
    pub const fn start(self) -> u32 {
        match self {
            Self::LedgerLive => 1,
            Self::Own | Self::LedgerLegacy => 0,
        }
    }

    /// The derivation path of the account `index`.
    pub fn path(self, coin: CoinType, index: u32) -> String {
        match self {
            Self::Own => format!("{}/0/{index}", coin.account_path(0)),
            Self::LedgerLive => format!("{}/0/0", coin.account_path(index)),
            Self::LedgerLegacy => format!("{}/{index}", coin.account_path(0)),
        }
    }
}

/// The number of an account; none beyond the hundred that a scheme has.
pub const fn account_number(scheme: PathScheme, index: u32) -> Option<u32> {
    if index < ACCOUNTS_OF_SCHEME {
        // At most 299.
        Some(scheme.first().saturating_add(index))
    } else {
        None
    }
}

/// The scheme and the index behind a number. Numbers that no scheme has are
/// taken as the wallet's own, which has no such account.
pub const fn account_of_number(number: u32) -> (PathScheme, u32) {
    let index = number % ACCOUNTS_OF_SCHEME;
    match number / ACCOUNTS_OF_SCHEME {
        1 => (PathScheme::LedgerLive, index),
        2 => (PathScheme::LedgerLegacy, index),
        _ => (PathScheme::Own, number),
    }
}

impl KeyRef {
    /// The key of the account with this number.
    pub const fn of_account(number: u32) -> Self {
        match account_of_number(number) {
            (PathScheme::Own, index) => Self::Account(index),
            (scheme, index) => Self::Path { scheme, index },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lead_to_paths_and_back() {
        let path = |number| {
            let (scheme, index) = account_of_number(number);
            scheme.path(CoinType::Ether, index)
        };
        assert_eq!(path(0), "m/44'/60'/0'/0/0");
        assert_eq!(path(99), "m/44'/60'/0'/0/99");
        assert_eq!(path(103), "m/44'/60'/3'/0/0");
        assert_eq!(path(207), "m/44'/60'/0'/7");
        assert_eq!(path(300), "m/44'/60'/0'/0/300");
        for scheme in PathScheme::of(CoinType::Ether) {
            for index in [0, 1, 99] {
                let number = account_number(*scheme, index).unwrap();
                assert_eq!(account_of_number(number), (*scheme, index));
            }
            assert_eq!(account_number(*scheme, 100), None);
        }
        assert_eq!(
            PathScheme::Own.path(CoinType::Conflux, 4),
            "m/44'/503'/0'/0/4"
        );
    }
}
