//! The till, as shells and the shop's own software see it.
//!
//! A charge asks one customer for money once. A till is one computer of a shop;
//! several tills of one shop share nothing but the ledger.

mod charge;
mod event;
mod refund;
mod report;
mod setup;

pub use charge::{
    Assurance, ChargeFlags, ChargeInput, ChargeLine, ChargeLineInput, ChargePage, ChargePayment,
    ChargeQuery, ChargeState, ChargeView, PaymentRole,
};
pub use event::{TillEvent, TillEventKind};
pub use refund::{RefundInput, RefundState, RefundView, SweepView};
pub use report::{
    ChargeCounts, DifferenceKind, HourTotal, LedgerCheck, LedgerDifference, NamedTotal, ReportKind,
    ReportView, TillTotal,
};
pub use setup::{
    ItemInput, ItemView, PrintedView, PrinterInput, ReceiptLayout, StaffInput, StaffView,
    TillAccountInput, TillHealth, TillInput, TillView, VoiceSettings,
};
