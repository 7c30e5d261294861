//! Charges from before this profile: a shop that was restored from the words
//! alone has no record of them, but the words lead to their addresses, and to
//! the money that was not gathered.

use std::ops::Range;

use alloy_primitives::{Address as EvmAddress, U256};
use futures_util::future::try_join_all;
use jiaozi_ledger::{Ledger, LedgerError};
use jiaozi_types::shop_key::TillBranch;
use jiaozi_types::{ChainId, ShopKey};

use super::records::TillRecord;
use super::{shop_key, sweep_nonce};
use crate::api::ErrorCode;
use crate::error::WalletError;

/// Numbers in a row of which none was used: behind them, all are free. As many
/// charges in a row may go unpaid.
const FREE_RUN: u32 = super::branches::GAP;
/// Numbers of which one was used where a till took payments at all.
const FIRST: u32 = 30;
/// Questions at one time: public nodes count calls.
const AT_ONCE: usize = 6;
/// Gatherings of one address, at most: money that came again after a gathering.
const TURNS: u32 = 64;

/// The addresses of one till's charges, as a ledger knows them.
pub(crate) struct Trail<'a> {
    ledger: &'a dyn Ledger,
    branch: TillBranch,
    chain: ChainId,
    token: EvmAddress,
}

/// Money on an address that no charge of this profile has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pile {
    /// The number of the charge that it was asked for.
    pub(crate) number: u32,
    /// Where it lies.
    pub(crate) address: EvmAddress,
    /// How much.
    pub(crate) atoms: U256,
    /// How often that address was gathered.
    pub(crate) turn: u32,
}

impl<'a> Trail<'a> {
    /// That of the till as it is set up.
    pub(crate) fn of(ledger: &'a dyn Ledger, settings: &TillRecord) -> Result<Self, WalletError> {
        let token = settings.asset.id().contract().ok_or(ErrorCode::BadInput)?;
        let key = shop_key(settings)?;
        Self::new(ledger, &key, settings.till, settings.chain(), token)
    }

    /// That of any till of a shop.
    pub(crate) fn new(
        ledger: &'a dyn Ledger,
        key: &ShopKey,
        till: u16,
        chain: ChainId,
        token: EvmAddress,
    ) -> Result<Self, WalletError> {
        let branch = key.till(till).map_err(|_| ErrorCode::TillKeyMalformed)?;
        Ok(Self {
            ledger,
            branch,
            chain,
            token,
        })
    }

    /// The first number behind all that were ever used: a profile that was lost
    /// and made again from the words must give no address out twice. Used is what
    /// has money, or had it gathered. Runs of unused numbers are looked for at
    /// ever larger steps, then between the last two.
    pub(crate) async fn first_free(&self) -> Result<u32, WalletError> {
        if self.is_free(0).await? {
            return Ok(0);
        }
        let (mut used, mut free) = (0, FREE_RUN);
        while !self.is_free(free).await? {
            used = free;
            free = free.saturating_mul(2);
            if free >= 1 << 30 {
                return Err(ErrorCode::TillFull.into());
            }
        }
        while free.saturating_sub(used) > FREE_RUN {
            let middle = used.midpoint(free);
            if self.is_free(middle).await? {
                free = middle;
            } else {
                used = middle;
            }
        }
        // What was asked for and not paid leaves no trace: a distance is kept.
        Ok(free.saturating_add(FREE_RUN))
    }

    /// Whether the till ever took a payment.
    pub(crate) async fn is_used(&self) -> Result<bool, WalletError> {
        Ok(!self.are_free(0..FIRST).await?)
    }

    async fn is_free(&self, from: u32) -> Result<bool, WalletError> {
        self.are_free(from..from.saturating_add(FREE_RUN)).await
    }

    /// Whether none of these numbers was ever used.
    async fn are_free(&self, numbers: Range<u32>) -> Result<bool, WalletError> {
        let numbers: Vec<u32> = numbers.collect();
        for some in numbers.chunks(AT_ONCE) {
            let looks = some.iter().map(|number| async {
                let address = self.address(*number)?;
                let nonce = sweep_nonce(self.chain, address, 0);
                let (balance, gathered) = futures_util::try_join!(
                    self.ledger.token_balance(self.token, address),
                    self.ledger.authorization_used(self.token, address, nonce),
                )?;
                Ok::<_, LedgerError>(balance.is_zero() && !gathered)
            });
            if try_join_all(looks).await?.contains(&false) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The money on the addresses of these numbers.
    pub(crate) async fn piles(&self, numbers: Range<u32>) -> Result<Vec<Pile>, WalletError> {
        let numbers: Vec<u32> = numbers.collect();
        let mut found = Vec::new();
        for some in numbers.chunks(AT_ONCE) {
            let looks = some.iter().map(|number| async {
                let address = self.address(*number)?;
                let atoms = self.ledger.token_balance(self.token, address).await?;
                Ok::<_, LedgerError>((*number, address, atoms))
            });
            for (number, address, atoms) in try_join_all(looks).await? {
                if !atoms.is_zero() {
                    let turn = self.turn(address).await?;
                    found.push(Pile {
                        number,
                        address,
                        atoms,
                        turn,
                    });
                }
            }
        }
        Ok(found)
    }

    /// How often an address was gathered.
    async fn turn(&self, address: EvmAddress) -> Result<u32, WalletError> {
        for turn in 0..TURNS {
            let nonce = sweep_nonce(self.chain, address, turn);
            let used = self
                .ledger
                .authorization_used(self.token, address, nonce)
                .await?;
            if !used {
                return Ok(turn);
            }
        }
        Err(ErrorCode::TillFull.into())
    }

    fn address(&self, number: u32) -> Result<EvmAddress, LedgerError> {
        self.branch
            .address(number)
            .map_err(|_| LedgerError::Node(0))
    }
}
