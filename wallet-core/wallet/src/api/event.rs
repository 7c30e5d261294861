//! What shells are told without asking.

use serde::Serialize;
use ts_rs::TS;

use super::till::ChargeView;
use super::{HistoryView, PaymentView};

/// A change. Shells redraw what it touches.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WalletEvent {
    /// A payment was made, was received or moved on.
    Payment {
        /// As it stands now.
        payment: Box<PaymentView>,
    },
    /// Balances or the ledger's reachability changed: ask for the overview.
    Overview,
    /// Rows of the history came or went, other than by one payment: ask for it anew.
    Activity,
    /// Older payments were read from the ledger.
    History {
        /// How far.
        history: HistoryView,
    },
    /// The vault was locked, unlocked or changed: ask for the state.
    Vault,
    /// Networks, contacts or settings changed.
    Settings,
    /// A charge was made or changed: it replaces one of a lower version.
    Charge {
        /// As it stands now.
        charge: Box<ChargeView>,
    },
    /// A search for accounts has done one network.
    Search {
        /// Its id.
        network: String,
    },
    /// The till changed otherwise (its sight of the ledger, gathering, a day
    /// that was closed): ask for its view.
    Till,
}
