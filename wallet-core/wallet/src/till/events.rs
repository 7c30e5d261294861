//! The outbox: what happened, in order, for those that must miss nothing.

use jiaozi_store::{KeyRange, Order};
use jiaozi_types::Amount;

use super::Till;
use super::records::TillEventRecord;
use crate::api::till::TillEvent;
use crate::error::WalletError;
use crate::views;

impl Till {
    /// At most `limit` (1 to 1,000) of the events after number `seq`, in order.
    pub fn events_after(&self, seq: u64, limit: usize) -> Result<Vec<TillEvent>, WalletError> {
        let book = self.book()?;
        let range = KeyRange::all().after(&seq.to_be_bytes());
        let limit = limit.clamp(1, 1_000);
        let found = book
            .store()
            .scan::<TillEventRecord>(&range, Order::Ascending, limit)?;
        let networks = book.networks()?;
        let asset = |id| networks.iter().find_map(|network| network.asset(id));
        let events = found.into_iter().filter_map(|(key, event)| {
            let paid = event.paid.and_then(|(id, atoms)| {
                Some(views::amount(&Amount::from_atoms(
                    atoms,
                    asset(id)?.clone(),
                )))
            });
            Some(TillEvent {
                seq: u64::from_be_bytes(key.try_into().ok()?),
                at: event.at,
                kind: event.kind,
                charge: event.charge,
                version: event.version,
                state: event.state,
                flags: event.flags,
                paid,
                number: event.number,
            })
        });
        Ok(events.collect())
    }
}
