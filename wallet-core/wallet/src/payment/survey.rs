//! What the ledger says of all envelopes of a payment.

use alloy_primitives::B256;
use jiaozi_ledger::{Agreement, Inclusion, LedgerError, TransactionStatus};

use super::{Desk, Envelope};
use crate::api::Sight;

/// What became of a payment's envelopes.
#[derive(Debug)]
pub(super) enum Survey {
    /// One is in a block.
    Included(B256, Inclusion),
    /// A node holds one; none is in a block.
    Pending,
    /// No node that answers knows any.
    Nowhere,
    /// It cannot be told.
    Unclear(LedgerError),
}

/// Asks for every envelope. Of two that are said to be in blocks, which no
/// honest ledger does, the one that more endpoints stand behind counts.
pub(super) async fn survey(envelopes: &[Envelope], desk: &Desk) -> Survey {
    let mut survey = Survey::Nowhere;
    let mut included: Option<(B256, Inclusion)> = None;
    for envelope in envelopes.iter().rev() {
        let transaction = envelope.transaction;
        match desk.ledger.status(transaction).await {
            Ok(TransactionStatus::Included(inclusion)) => {
                let sure = inclusion.agreement != Agreement::Unconfirmed;
                if sure {
                    return Survey::Included(transaction, inclusion);
                }
                included = included.or(Some((transaction, inclusion)));
            }
            Ok(TransactionStatus::Pending) => {
                if matches!(survey, Survey::Nowhere) {
                    survey = Survey::Pending;
                }
            }
            Ok(TransactionStatus::Unknown) => {}
            Err(error) => survey = Survey::Unclear(error),
        }
    }
    included.map_or(survey, |(transaction, inclusion)| {
        Survey::Included(transaction, inclusion)
    })
}

/// What a failed question means for what is known; none when it says nothing
/// of the ledger (the node only asks to slow down).
pub(super) fn sight_of(error: &LedgerError) -> Option<Sight> {
    match error {
        LedgerError::RateLimited => None,
        LedgerError::Unconfirmed => Some(Sight::NodesDisagree),
        _ => Some(Sight::NoNode),
    }
}
