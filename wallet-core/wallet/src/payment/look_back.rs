//! Looking back at payments that are over, for a bounded time.
//!
//! Two things can prove an end wrong. A rule of finality that counts blocks, or
//! calls each block final at once, is beaten by a reorg that goes deeper. And a
//! payment that a node refused, or whose place another transaction took, is not
//! proven dead while its bytes or its authorization may be about. Therefore an
//! end is looked at again until it is proven and 128 blocks stand above it, or
//! an hour has passed since; what has changed makes the payment live again.
//! Deeper reorgs than that are the network's failure: the ledger entries of the
//! history still show them.

use jiaozi_ledger::{LedgerError, TransactionStatus};

use super::missing::is_spent;
use super::record::{PaymentRecord, Phase};
use super::resume::again;
use super::survey::{Survey, survey};
use super::{Desk, Live};
use crate::api::Sight;
use crate::error::WalletError;

/// Blocks above an end after which it is not looked at again.
const BLOCKS: u64 = 128;
/// Seconds after which a proven end is not looked at again.
const SECONDS: u64 = 3_600;

/// What looking back gave.
#[derive(Debug)]
pub enum Recall {
    /// It stands, and is looked at again later.
    Stands(PaymentRecord),
    /// It stands for good.
    Closed(PaymentRecord),
    /// It does not: the payment is live again.
    Revived(Live),
}

/// Looks at a payment that is over.
pub async fn look_back(mut record: PaymentRecord, desk: &Desk) -> Result<Recall, WalletError> {
    if record.envelopes.is_empty() {
        return Ok(Recall::Closed(record));
    }
    let in_the_way = match make_way(&record, desk).await {
        Ok(in_the_way) => in_the_way,
        Err(error) => {
            tracing::debug!(payment = %record.terms.id, %error, "still in the way");
            true
        }
    };
    let standing = match standing(&record, desk).await {
        Ok(standing) => standing,
        Err(error) => {
            tracing::debug!(payment = %record.terms.id, %error, "not looked back at");
            return Ok(Recall::Stands(record));
        }
    };
    match standing {
        Standing::Stands => {}
        Standing::Proven => {
            record.phase = match record.phase {
                Phase::Failed {
                    transaction,
                    place,
                    code,
                    values,
                    ..
                } => Phase::Failed {
                    transaction,
                    place,
                    code,
                    values,
                    closed: true,
                },
                Phase::Replaced { transaction, .. } => Phase::Replaced {
                    transaction,
                    closed: true,
                },
                phase => phase,
            };
            desk.book.save_payment(&record)?;
        }
        Standing::Changed => {
            record.phase = Phase::Submitted;
            record.sight = Some(Sight::Returned);
            record.ended_at = None;
            desk.book.save_payment(&record)?;
            return Ok(Recall::Revived(again(record)));
        }
    }
    let proven = matches!(record.phase, Phase::Settled { .. }) || !is_open(&record);
    if proven && !in_the_way && is_past(&record, desk).await {
        record.envelopes.clear();
        desk.book.save_payment(&record)?;
        return Ok(Recall::Closed(record));
    }
    Ok(Recall::Stands(record))
}

/// A payment that ended without its own nonce (somebody else carried its
/// authorization, or its time was over) bars the way of later ones: its bytes are
/// sent on until the nonce is used. They cannot pay any more. Says whether it is
/// still in the way.
async fn make_way(record: &PaymentRecord, desk: &Desk) -> Result<bool, WalletError> {
    let (Some(envelope), Some((token, nonce))) =
        (record.envelopes.last(), record.terms.authorization())
    else {
        return Ok(false);
    };
    let (chain, from) = (record.terms.chain(), record.terms.from);
    if !desk.book.is_awaited(chain, from, envelope.nonce)?
        || desk.ledger.nonces(from).await?.latest > envelope.nonce
    {
        return Ok(false);
    }
    let used = desk
        .ledger
        .authorization_used(token, record.terms.payer(), nonce);
    let cannot_pay = matches!(record.phase, Phase::Expired { .. }) || used.await?;
    if cannot_pay {
        desk.ledger.submit(&envelope.bytes).await?;
    }
    Ok(cannot_pay)
}

enum Standing {
    /// Nothing else is to be seen.
    Stands,
    /// Nothing signed for it can pay any more.
    Proven,
    /// It is somewhere else.
    Changed,
}

/// Whether bytes or authorization of a payment that did not happen may be about.
fn is_open(record: &PaymentRecord) -> bool {
    matches!(
        record.phase,
        Phase::Failed { closed: false, .. } | Phase::Replaced { closed: false, .. }
    )
}

async fn standing(record: &PaymentRecord, desk: &Desk) -> Result<Standing, LedgerError> {
    let place = record.phase.place();
    if let (Some(transaction), Some(place)) = (record.transaction(), place) {
        return match desk.ledger.status(transaction).await? {
            TransactionStatus::Included(inclusion) => {
                if inclusion.block_hash != place.block_hash {
                    return Ok(Standing::Changed);
                }
                if is_open(record) {
                    instruments(record, desk).await
                } else {
                    Ok(Standing::Stands)
                }
            }
            TransactionStatus::Pending | TransactionStatus::Unknown => Ok(Standing::Changed),
        };
    }
    match survey(&record.envelopes, desk).await {
        // An execution after its end is refused, and changes nothing.
        Survey::Included(_, inclusion)
            if !inclusion.success && matches!(record.phase, Phase::Expired { .. }) =>
        {
            Ok(Standing::Stands)
        }
        Survey::Included(..) => Ok(Standing::Changed),
        Survey::Unclear(error) => Err(error),
        Survey::Pending | Survey::Nowhere if !is_open(record) => Ok(Standing::Stands),
        Survey::Pending | Survey::Nowhere => instruments(record, desk).await,
    }
}

/// Whether what was signed is dead: by its nonce, or by the authorization's end.
async fn instruments(record: &PaymentRecord, desk: &Desk) -> Result<Standing, LedgerError> {
    let last_final = desk.ledger.final_state(record.terms.from).await?;
    if is_spent(&record.terms, desk).await? {
        return Ok(Standing::Changed);
    }
    let dead = match record.terms.authorization() {
        Some(_) => record.terms.is_void_at(last_final.time),
        None => {
            let nonce = record.envelope().map(|envelope| envelope.nonce);
            let used = nonce.is_some_and(|nonce| last_final.nonce > nonce);
            // Between the two questions it may have come in.
            let survey = survey(&record.envelopes, desk).await;
            used && matches!(survey, Survey::Pending | Survey::Nowhere)
        }
    };
    Ok(if dead {
        Standing::Proven
    } else {
        Standing::Stands
    })
}

/// Whether enough time or blocks have passed.
async fn is_past(record: &PaymentRecord, desk: &Desk) -> bool {
    let ended_at = record.ended_at.unwrap_or_default();
    if desk.clock.now().as_unix().abs_diff(ended_at) >= SECONDS {
        return true;
    }
    let Some(place) = record.phase.place() else {
        return false;
    };
    let head = desk.ledger.head().await.unwrap_or_default();
    head.checked_sub(place.block)
        .is_some_and(|above| above >= BLOCKS)
}
