//! What a profile keeps, sealed: one file a kind of record.

mod account;
mod activity;
mod charge;
mod contact;
mod cursor;
mod entry;
mod origin;
mod payee;

use jiaozi_store::{Error as StoreError, Record};

pub use account::{AccountRecord, ColdRecord, WATCHED_FROM, is_watched};
pub use activity::{ActivityKey, ActivityRecord, CountRecord};
pub use charge::ChargeRecord;
pub use contact::ContactRecord;
pub use cursor::{CursorRecord, Gap};
pub use entry::{COIN_INDEX, EntryRecord};
pub use origin::OriginRecord;
pub use payee::PayeeRecord;

/// The error of a record whose version was never written.
pub(crate) fn no_such_version<T: Record>(version: u16) -> StoreError {
    StoreError::Shape {
        kind: T::KIND,
        detail: format!("there never was a version {version}"),
    }
}

macro_rules! first_version {
    ($record:ty, $kind:literal) => {
        impl jiaozi_store::Record for $record {
            const KIND: &'static str = $kind;
            const VERSION: u16 = 1;

            fn upgrade(
                from: u16,
                _: serde_json::Value,
            ) -> Result<serde_json::Value, jiaozi_store::Error> {
                Err($crate::records::no_such_version::<Self>(from))
            }
        }
    };
}
pub(crate) use first_version;
