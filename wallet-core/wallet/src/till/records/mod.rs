//! What the till keeps, sealed: one file a kind of record.

mod charge;
mod cursor;
mod event;
mod index;
mod refund;
mod report;
mod settings;

pub(crate) use charge::{LineRecord, PaymentRecord, RefundPart, TillChargeRecord, charge_id};
pub(crate) use cursor::{MarkRecord, TillCursorRecord};
pub(crate) use event::TillEventRecord;
pub(crate) use index::{
    AddressRecord, CounterRecord, DayRecord, DoubtRecord, DueRecord, EarlierRecord, FreshRecord,
    LiveRefundRecord, OrderRecord, OtherPaymentRecord, OwedRecord, PaidInRecord, SweepRecord,
    UngatheredRecord, branch_key, day_key, order_key, timed_key, timed_number,
};
pub(crate) use refund::RefundRecord;
pub(crate) use report::{
    Balance, BookedRefund, CheckRecord, DifferenceRecord, HourSum, NamedSum, RefundPlace,
    ReportRecord, Sums, TillSum, UnbookedRefundRecord,
};
pub(crate) use settings::{
    Account, Certificate, ItemsRecord, SavedItem, SavedPin, SavedStaff, StaffRecord, TillRecord,
};
