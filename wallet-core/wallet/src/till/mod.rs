//! The till: a shop's charges, each with an address of its own, watched to their end.
//!
//! - `standing.rs`: where a charge stands, as a pure function.
//! - `poll.rs`: one look at the ledger, for all charges at once; `watch.rs` looks
//!   again and again, `time.rs` keeps the time when clocks are off.
//! - `journal.rs`, `records/`: each change is one durable batch with its event.
//! - `charge.rs`, `refund.rs`, `sweep.rs`: money asked for, given back, gathered;
//!   `earlier.rs`: that of a profile that was lost.
//! - `report/`: the day's books.
//! - `paper.rs`, `printer/`, `say.rs`, `voice/`: receipts and the voice; none of
//!   them changes a charge.
//!
//! Nothing is shown as paid but by the till's own look.

pub mod access;
mod branches;
mod charge;
mod earlier;
mod events;
mod items;
mod journal;
mod list;
mod look;
mod paper;
mod poll;
mod printer;
mod proof;
pub(crate) mod records;
mod refund;
mod report;
mod say;
mod setup;
mod shared;
mod staff;
mod standing;
mod sweep;
#[cfg(test)]
mod tests;
mod time;
mod turn;
mod view;
pub mod voice;
mod watch;

use alloy_primitives::{Address as EvmAddress, B256, keccak256};
use jiaozi_types::{ChainId, ShopKey};

pub(crate) use earlier::Trail;
pub use say::Speech;
pub(crate) use setup::own_key;
pub(crate) use shared::Shared;

use crate::Wallet;
use crate::api::ErrorCode;
use crate::book::Book;
use crate::error::WalletError;
use crate::network::Network;
use records::TillRecord;

/// The till of a profile. Cheap to clone; clones share it.
#[derive(Clone)]
pub struct Till {
    wallet: Wallet,
}

impl Till {
    pub(crate) fn new(wallet: Wallet) -> Self {
        Self { wallet }
    }

    pub(crate) fn book(&self) -> Result<Book, WalletError> {
        self.wallet.book()
    }

    pub(crate) fn shared(&self) -> &Shared {
        self.wallet.till_memory()
    }

    /// The set-up.
    pub(crate) fn settings(&self) -> Result<TillRecord, WalletError> {
        self.book()?
            .till()?
            .ok_or_else(|| ErrorCode::TillNotSetUp.into())
    }

    /// The network of the till's asset.
    pub(crate) fn network(&self, settings: &TillRecord) -> Result<Network, WalletError> {
        self.book()?
            .network(settings.chain())?
            .ok_or_else(|| ErrorCode::UnknownNetwork.into())
    }

    /// The true time, as well as it is known (Unix seconds).
    pub(crate) fn now(&self) -> u64 {
        let shared = self.shared();
        let clock = self.wallet.clock_now().as_unix();
        shared.keeper().now(clock, shared.running())
    }
}

/// The key that receiving addresses derive from.
pub(crate) fn shop_key(settings: &TillRecord) -> Result<ShopKey, WalletError> {
    let coin = setup::coin(settings.chain());
    ShopKey::parse(&settings.public_key, coin).map_err(|_| ErrorCode::TillKeyMalformed.into())
}

/// The nonce of the authorization that gathers a charge's money for the
/// `turn`-th time (from 0): whoever has the words can tell what was gathered.
pub(crate) fn sweep_nonce(chain: ChainId, address: EvmAddress, turn: u32) -> B256 {
    keccak256(format!("jiaozi sweep v1\n{chain}\n{address}\n{turn}"))
}
