//! The keys on which a shop is paid: account 1 of BIP-44, m/44'/60'/1'/T/N (on
//! Conflux Core Space m/44'/503'/1'/T/N), where T is the till's number and N the
//! charge's number in that till. A till that has the account's extended public
//! key derives every receiving address and can spend from none; the person's
//! own account (account 0) is not told by it.

use alloy_primitives::Address as EvmAddress;

use crate::hd::{AccountKey, Branch, CoinType, HdError};

/// The shop's account among the accounts of BIP-44.
pub const SHOP_ACCOUNT: u32 = 1;
/// The highest number that a till may have.
pub const TILL_MAX: u16 = 999;

/// The path of a charge's key.
pub fn charge_path(coin: CoinType, till: u16, number: u32) -> String {
    format!("{}/{till}/{number}", coin.account_path(SHOP_ACCOUNT))
}

/// The extended public key of a shop's account on one space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopKey(AccountKey);

impl ShopKey {
    /// Reads `xpub…` of m/44'/60'/1' or m/44'/503'/1'. A key of another depth or
    /// account number is refused, so that a till cannot be given the person's
    /// own account by mistake.
    pub fn parse(text: &str, coin: CoinType) -> Result<Self, HdError> {
        AccountKey::parse(text, coin, SHOP_ACCOUNT).map(Self)
    }

    /// The space.
    pub const fn coin(&self) -> CoinType {
        self.0.coin()
    }

    /// The receiving keys of till `till` (0 to [`TILL_MAX`]).
    pub fn till(&self, till: u16) -> Result<TillBranch, HdError> {
        if till > TILL_MAX {
            return Err(HdError::OutOfRange);
        }
        self.0.branch(till.into()).map(TillBranch)
    }

    /// The receiving address of charge `number` (below 2^31) of till `till`. Who
    /// asks for many of one till keeps [`Self::till`].
    pub fn address(&self, till: u16, number: u32) -> Result<EvmAddress, HdError> {
        self.till(till)?.address(number)
    }
}

/// The receiving keys of one till.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TillBranch(Branch);

impl TillBranch {
    /// The receiving address of charge `number` (below 2^31).
    pub fn address(&self, number: u32) -> Result<EvmAddress, HdError> {
        self.0.address(number)
    }
}
