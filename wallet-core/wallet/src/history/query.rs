//! Pages of the history, newest first, by text, direction, state and time.

use std::ops::Bound;

use jiaozi_store::{KeyRange, Order};
use jiaozi_types::ChainId;

use super::search::Needle;
use crate::api::{
    ActivityPage, ActivityQuery, DirectionFilter, ErrorCode, PaymentState, StateFilter,
};
use crate::book::Book;
use crate::error::WalletError;
use crate::payment_view;
use crate::records::{ActivityKey, ActivityRecord};

/// One page for the network `chain`.
pub fn page(
    book: &Book,
    chain: ChainId,
    query: &ActivityQuery,
) -> Result<ActivityPage, WalletError> {
    if !(1..=500).contains(&query.limit) {
        return Err(ErrorCode::BadInput.into());
    }
    let limit = usize::try_from(query.limit).unwrap_or(500);
    let after = match &query.cursor {
        Some(cursor) => Some(ActivityKey::from_text(cursor).ok_or(ErrorCode::BadInput)?),
        None => None,
    };
    let everything = query.text.trim().is_empty()
        && query.direction == DirectionFilter::All
        && query.state == StateFilter::All;
    let (found, more) = if everything {
        rows(book, chain, query, after.as_ref(), limit)?
    } else {
        let needle = Needle::new(book, chain, query)?;
        book.search()
            .find(book, chain, &needle, after.as_ref(), limit)?
    };
    let next = match found.last() {
        Some((key, _)) if more => Some(key.to_text()),
        _ => None,
    };
    let views = payment_view::Viewer::new(book)?;
    let mut rows = Vec::with_capacity(found.len());
    for (_, row) in &found {
        rows.extend(views.row(row)?);
    }
    Ok(ActivityPage {
        rows,
        next,
        total: book.row_count(chain)?,
    })
}

type Found = (Vec<(ActivityKey, ActivityRecord)>, bool);

/// Rows in a time, straight from the store.
fn rows(
    book: &Book,
    chain: ChainId,
    query: &ActivityQuery,
    after: Option<&ActivityKey>,
    limit: usize,
) -> Result<Found, WalletError> {
    let mut range = KeyRange::prefix(&ActivityKey::stem(chain));
    if let Some(to) = query.to {
        // What is later than `to` comes before this key, and so does `to` itself.
        let Some(last) = to.checked_sub(1) else {
            return Ok((Vec::new(), false));
        };
        range.start = Bound::Included(ActivityKey::first_at(chain, last));
    }
    if let Some(before) = query.from.and_then(|from| from.checked_sub(1)) {
        range.end = Bound::Excluded(ActivityKey::first_at(chain, before));
    }
    if let Some(after) = after {
        range = range.after(after.as_bytes());
    }
    let mut found: Vec<_> = book
        .store()
        .scan::<ActivityRecord>(&range, Order::Ascending, limit.saturating_add(1))?
        .into_iter()
        .map(|(key, row)| (ActivityKey::from_bytes(key), row))
        .collect();
    let more = found.len() > limit;
    found.truncate(limit);
    Ok((found, more))
}

/// Whether a state is among those that are asked for.
pub(super) fn state_fits(state: PaymentState, filter: StateFilter) -> bool {
    match filter {
        StateFilter::All => true,
        StateFilter::Waiting => is_waiting(state) || state == PaymentState::AwaitsSignature,
        StateFilter::Settled => state == PaymentState::Settled,
        StateFilter::Failed => matches!(
            state,
            PaymentState::Failed | PaymentState::Replaced | PaymentState::Expired
        ),
    }
}

/// Whether a payment is under way.
pub(crate) fn is_waiting(state: PaymentState) -> bool {
    matches!(
        state,
        PaymentState::Approved
            | PaymentState::Signed
            | PaymentState::Submitted
            | PaymentState::Included
            | PaymentState::Unknown
    )
}
