//! Every kind of record that a profile keeps. A kind that is in no list does not
//! pass the test below: what is forgotten here would be lost with the computer.

use crate::network::Network;
use crate::payment::{HashRecord, LiveRecord, PaymentRecord, WatchRecord};
use crate::records::{
    AccountRecord, ActivityRecord, ChargeRecord, ContactRecord, CountRecord, CursorRecord,
    EntryRecord, OriginRecord, PayeeRecord,
};
use crate::till::access::records::{
    DeliveryRecord, OnceRecord, OnceTimeRecord, PageKeyRecord, PendingRecord, SpendRecord,
    TokenRecord, WebhookRecord,
};
use crate::till::records::{
    AddressRecord, CounterRecord, DayRecord, DoubtRecord, DueRecord, EarlierRecord, FreshRecord,
    ItemsRecord, LiveRefundRecord, OrderRecord, OtherPaymentRecord, OwedRecord, PaidInRecord,
    RefundRecord, ReportRecord, StaffRecord, SweepRecord, TillChargeRecord, TillCursorRecord,
    TillEventRecord, TillRecord, UnbookedRefundRecord, UngatheredRecord,
};

/// Does something with every kind.
pub(crate) trait Visitor {
    /// Why it stopped.
    type Error;

    /// One kind.
    fn visit<T: jiaozi_store::Record>(&mut self) -> Result<(), Self::Error>;
}

macro_rules! kinds {
    ($($record:ty),* $(,)?) => {
        /// Shows every kind to `visitor`.
        pub(crate) fn visit_all<V: Visitor>(visitor: &mut V) -> Result<(), V::Error> {
            $(visitor.visit::<$record>()?;)*
            Ok(())
        }
    };
}

kinds! {
    AccountRecord, ActivityRecord, ChargeRecord, ContactRecord, CountRecord, CursorRecord,
    EntryRecord, OriginRecord, PayeeRecord, Network, PaymentRecord, HashRecord, LiveRecord,
    WatchRecord,
    // The till
    TillRecord, StaffRecord, ItemsRecord, CounterRecord, TillChargeRecord, AddressRecord,
    OrderRecord, DayRecord, DueRecord, FreshRecord, PaidInRecord, OwedRecord, DoubtRecord,
    UngatheredRecord, EarlierRecord, SweepRecord, RefundRecord, LiveRefundRecord, UnbookedRefundRecord,
    OtherPaymentRecord, ReportRecord, TillCursorRecord, TillEventRecord,
    // The shop's software
    TokenRecord, SpendRecord, OnceRecord, OnceTimeRecord, WebhookRecord, DeliveryRecord,
    PendingRecord, PageKeyRecord,
}

/// Kinds that change with every look at the ledger and tell nothing that the
/// ledger does not: they are in the backup, but no reason to write one.
pub(crate) const OF_THE_LEDGER: &[&str] = &[
    "cursor",
    "till_cursor",
    "entry",
    "activity",
    "activity_count",
];

/// Kinds that stay on this computer.
#[cfg(test)]
pub(crate) const LEFT_OUT: &[&str] = &["backup_state"];
