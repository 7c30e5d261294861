//! The surface that every shell calls: plain data in, plain data out.
//!
//! Amounts cross as decimal strings, never as numbers. TypeScript bindings are
//! generated from these types (`ui/src/bindings/`). No type here can hold a
//! word, a PIN, a passphrase, a seed or a private key.

mod activity;
mod backup;
mod cold;
mod error;
mod event;
mod payment;
mod settings;
mod state;
pub mod till;

pub use activity::{
    ActivityPage, ActivityQuery, ContactView, DirectionFilter, HistoryView, StateFilter,
};
pub use backup::{AccountSearch, BackupReport, BackupView, FoundAccount, NetworkSearch};
pub use cold::{CodeView, ColdForm, ColdFrames, ColdRequestView, WatchView};
pub use error::{ErrorCode, ErrorView, MoneyState};
pub use event::WalletEvent;
pub use payment::{
    AmountView, AssetView, Checked, Direction, FeeView, PayeeStanding, PayeeView, PaymentState,
    PaymentView, ProposalView, ProposeInput, ReceiveInput, ReceiveView, ReplacementAct,
    ReplacementView, RequestView, ShopView, Sight, Verdict, Warning,
};
pub use settings::{
    EndpointAgreement, EndpointCheck, EndpointInput, EndpointView, FinalityRule, NetworkCheck,
    NetworkInput, NetworkPreset, NetworkView, PolicyInput, PolicyView, QuickPayInput, QuickPayView,
    Region, TokenCheck, TokenInput,
};
pub use state::{AccountView, AppState, BalanceView, KeyringView, Overview, Stage, VaultView};
