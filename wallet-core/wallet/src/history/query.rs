//! Pages of the history, newest first, by text, direction, state and time.

use jiaozi_store::{KeyRange, Order};
use jiaozi_types::ChainId;

use crate::api::{
    ActivityPage, ActivityQuery, Direction, DirectionFilter, ErrorCode, PaymentState, PaymentView,
    StateFilter,
};
use crate::book::Book;
use crate::error::WalletError;
use crate::payment_view;
use crate::records::ActivityRecord;

/// Rows that are read from the store at a time.
const CHUNK: usize = 256;

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
    let mut range = KeyRange::all();
    if let Some(cursor) = &query.cursor {
        let key = hex::decode(cursor).map_err(|_| ErrorCode::BadInput)?;
        range = range.after(&key);
    }
    let views = payment_view::Viewer::new(book)?;
    let needle = query.text.trim().to_lowercase();
    let mut rows = Vec::new();
    loop {
        let chunk = book
            .store()
            .scan::<ActivityRecord>(&range, Order::Ascending, CHUNK)?;
        let last_chunk = chunk.len() < CHUNK;
        for (key, row) in chunk {
            range = range.after(&key);
            let Some(view) = views.row(&row)?.filter(|_| row_chain(&row) == chain) else {
                continue;
            };
            if matches(&view, query, &needle) {
                rows.push(view);
            }
            if rows.len() == limit {
                let next = Some(hex::encode(key));
                return Ok(ActivityPage {
                    rows,
                    next,
                    total: total(book, chain)?,
                });
            }
        }
        if last_chunk {
            return Ok(ActivityPage {
                rows,
                next: None,
                total: total(book, chain)?,
            });
        }
    }
}

/// How many rows the history of `chain` has.
pub fn total(book: &Book, chain: ChainId) -> Result<u64, WalletError> {
    let rows = book.all::<ActivityRecord>()?;
    Ok(rows
        .iter()
        .filter(|(_, row)| row_chain(row) == chain)
        .map(|_| 1_u64)
        .sum())
}

fn row_chain(row: &ActivityRecord) -> ChainId {
    match row {
        ActivityRecord::Payment { chain, .. } | ActivityRecord::Entry { chain, .. } => *chain,
    }
}

fn matches(view: &PaymentView, query: &ActivityQuery, needle: &str) -> bool {
    let direction = match query.direction {
        DirectionFilter::All => true,
        DirectionFilter::In => matches!(view.direction, Direction::In | Direction::Own),
        DirectionFilter::Out => matches!(view.direction, Direction::Out | Direction::Own),
    };
    let state = match query.state {
        StateFilter::All => true,
        StateFilter::Waiting => is_waiting(view.state),
        StateFilter::Settled => view.state == PaymentState::Settled,
        StateFilter::Failed => matches!(
            view.state,
            PaymentState::Failed | PaymentState::Replaced | PaymentState::Expired
        ),
    };
    let time = query.from.is_none_or(|from| view.created_at >= from)
        && query.to.is_none_or(|to| view.created_at < to);
    direction && state && time && (needle.is_empty() || text_matches(view, needle))
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

fn text_matches(view: &PaymentView, needle: &str) -> bool {
    let texts = [
        Some(view.counterparty.address.as_str()),
        view.counterparty.name.as_deref(),
        view.counterparty.claimed_name.as_deref(),
        view.note.as_deref(),
        view.memo.as_deref(),
        view.reference.as_deref(),
        view.transaction.as_deref(),
        Some(view.amount.text.as_str()),
        Some(view.amount.plain.as_str()),
        Some(view.id.as_str()),
    ];
    texts
        .into_iter()
        .flatten()
        .any(|text| text.to_lowercase().contains(needle))
}
