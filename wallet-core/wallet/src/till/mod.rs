//! The till: a shop's charges, each with an address of its own, watched to their end.

use crate::Wallet;
use crate::api::ErrorCode;
use crate::api::till::{
    ChargeInput, ChargePage, ChargeQuery, ChargeView, ItemInput, ItemView, RefundInput, RefundView,
    StaffInput, StaffView, SweepView, TillEvent, TillInput, TillView,
};
use crate::error::WalletError;

/// The till of a profile. Cheap to clone; clones share it.
#[derive(Clone)]
pub struct Till {
    wallet: Wallet,
}

impl Till {
    pub(crate) fn new(wallet: Wallet) -> Self {
        Self { wallet }
    }

    /// Sets the till up, or changes how it is.
    ///
    /// # Errors
    /// `till_asset_unsuited` for an asset without EIP-3009, `till_fixed` for
    /// another number or account once there are charges, those of the values,
    /// and those of the ledger, which is asked about the asset.
    pub async fn set_up(&self, input: TillInput) -> Result<TillView, WalletError> {
        let _ = (input, &self.wallet);
        Err(ErrorCode::Internal.into())
    }

    /// Has the vault certify the shop's name, after it asked the person.
    pub async fn sign_name(&self) -> Result<TillView, WalletError> {
        Err(ErrorCode::Internal.into())
    }

    /// How the till stands; none before it is set up. Never waits for the network.
    pub fn view(&self) -> Result<Option<TillView>, WalletError> {
        Err(ErrorCode::Internal.into())
    }

    /// Adds someone who works here, or changes them.
    pub async fn save_staff(&self, input: StaffInput) -> Result<StaffView, WalletError> {
        let _ = input;
        Err(ErrorCode::Internal.into())
    }

    /// Forgets someone who worked here; charges keep the name.
    pub fn remove_staff(&self, name: &str) -> Result<(), WalletError> {
        let _ = name;
        Err(ErrorCode::Internal.into())
    }

    /// Adds something that is sold by a button, or changes it.
    pub fn save_item(&self, input: ItemInput) -> Result<ItemView, WalletError> {
        let _ = input;
        Err(ErrorCode::Internal.into())
    }

    /// Removes a button.
    pub fn remove_item(&self, id: &str) -> Result<(), WalletError> {
        let _ = id;
        Err(ErrorCode::Internal.into())
    }

    /// Makes a charge, with an address of its own. Does not wait for the network.
    pub async fn charge(&self, input: ChargeInput) -> Result<ChargeView, WalletError> {
        let _ = input;
        Err(ErrorCode::Internal.into())
    }

    /// A charge as it stands, by its id or by the shop's order number.
    pub fn get(&self, id: &str) -> Result<ChargeView, WalletError> {
        let _ = id;
        Err(ErrorCode::Internal.into())
    }

    /// A page of charges.
    pub async fn list(&self, query: ChargeQuery) -> Result<ChargePage, WalletError> {
        let _ = query;
        Err(ErrorCode::Internal.into())
    }

    /// Ends the time of an open charge now; it is over with the next look at the
    /// ledger, which is had at once.
    pub async fn close(&self, id: &str) -> Result<ChargeView, WalletError> {
        let _ = id;
        Err(ErrorCode::Internal.into())
    }

    /// Looks deeper at one charge: at every asset and network of this profile.
    pub async fn look(&self, id: &str) -> Result<ChargeView, WalletError> {
        let _ = id;
        Err(ErrorCode::Internal.into())
    }

    /// Gives money back. The same number pays once, however often it is asked for.
    pub async fn refund(&self, input: RefundInput) -> Result<RefundView, WalletError> {
        let _ = input;
        Err(ErrorCode::Internal.into())
    }

    /// A refund as it stands, by the shop's number of it.
    pub fn refund_of(&self, number: &str) -> Result<RefundView, WalletError> {
        let _ = number;
        Err(ErrorCode::Internal.into())
    }

    /// How the gathering of money stands. Never waits for the network.
    pub fn sweep_view(&self) -> Result<SweepView, WalletError> {
        Err(ErrorCode::Internal.into())
    }

    /// Gathers money from charge addresses to the shop's account: a batch of
    /// it, or all where `SweepView::left` comes back as zero.
    pub async fn sweep(&self) -> Result<SweepView, WalletError> {
        Err(ErrorCode::Internal.into())
    }

    /// Starts the one task that watches the ledger for this till, until the
    /// wallet is dropped. Once it runs, further calls do nothing.
    pub fn watch(&self) {}

    /// At most `limit` (1 to 1,000) of the events after number `seq`, in order.
    pub fn events_after(&self, seq: u64, limit: usize) -> Result<Vec<TillEvent>, WalletError> {
        let _ = (seq, limit);
        Err(ErrorCode::Internal.into())
    }
}
