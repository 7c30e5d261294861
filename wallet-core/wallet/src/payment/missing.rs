//! A submitted payment whose bytes are in no block: is it dead, is it paid from
//! elsewhere, or is it sent again? Declared dead only by what is final.

use alloy_primitives::B256;
use jiaozi_ledger::{FinalState, Inclusion, LedgerError, Nonces, TransactionStatus};

use super::renewal::Old;
use super::submitted::runs_out;
use super::survey::{Survey, survey};
use super::{Desk, Expired, Failed, Live, Payment, Replaced, Step, Submitted, Terms};
use crate::api::{ErrorCode, Sight};
use crate::error::WalletError;

/// Blocks in which a foreign carrier of the authorization is looked for.
const CARRIER_BLOCKS: u64 = 5_000;

/// What is known of the payment's instruments.
struct Facts {
    nonces: Nonces,
    last_final: FinalState,
    /// Whether the authorization was used or cancelled.
    spent: bool,
}

async fn facts(terms: &Terms, desk: &Desk) -> Result<Facts, LedgerError> {
    // In this order: what is final by the first answer is in all later ones.
    let last_final = desk.ledger.final_state(terms.from).await?;
    let nonces = desk.ledger.nonces(terms.from).await?;
    let spent = is_spent(terms, desk).await?;
    Ok(Facts {
        nonces,
        last_final,
        spent,
    })
}

/// Whether the payment's authorization was used or cancelled; never where none pays.
pub(super) async fn is_spent(terms: &Terms, desk: &Desk) -> Result<bool, LedgerError> {
    match terms.authorization() {
        Some((token, nonce)) => {
            desk.ledger
                .authorization_used(token, terms.payer(), nonce)
                .await
        }
        None => Ok(false),
    }
}

/// The transaction that carried the payment's authorization to the token.
pub(super) async fn carrier(
    terms: &Terms,
    desk: &Desk,
) -> Result<Option<(B256, Inclusion)>, LedgerError> {
    let Some((token, nonce)) = terms.authorization() else {
        return Ok(None);
    };
    let head = desk.ledger.head().await?;
    let from = head.saturating_sub(CARRIER_BLOCKS);
    let used = desk
        .ledger
        .authorizations(&[token], &[nonce], from, head)
        .await?;
    let Some((_, transaction)) = used.into_iter().find(|(used, _)| *used == nonce) else {
        return Ok(None);
    };
    match desk.ledger.status(transaction).await? {
        TransactionStatus::Included(inclusion) if inclusion.success => {
            Ok(Some((transaction, inclusion)))
        }
        _ => Ok(None),
    }
}

impl Terms {
    /// Whether a ledger whose time has come to `time` refuses the authorization;
    /// never where none pays.
    pub(super) fn is_void_at(&self, time: u64) -> bool {
        self.valid_before().is_some_and(|before| time >= before)
    }
}

impl Payment<Submitted> {
    pub(super) async fn missing(mut self, desk: &Desk) -> Result<Step, WalletError> {
        let (Some(nonce), Some(transaction)) = (
            self.nonce(),
            self.envelopes.last().map(|envelope| envelope.transaction),
        ) else {
            return Err(ErrorCode::Internal.into());
        };
        let facts = match facts(&self.terms, desk).await {
            Ok(facts) => facts,
            // Nothing can be decided; the same bytes can do no harm.
            Err(error) => {
                let _ = self.resend(desk).await;
                return self.unclear(desk, &error);
            }
        };
        // What was included between the questions is found at the next look.
        let pending = match survey(&self.envelopes, desk).await {
            Survey::Included(..) => return Ok(Step::Waits(Live::Submitted(self))),
            Survey::Unclear(error) => return self.unclear(desk, &error),
            Survey::Pending => true,
            Survey::Nowhere => false,
        };
        if facts.spent {
            return self.spent(desk, &facts, transaction).await;
        }
        let void = self.terms.is_void_at(facts.last_final.time);
        if facts.last_final.nonce > nonce {
            // Nothing waits with a nonce that is used, whatever a node says. One that
            // knows the nonce but not yet the transaction is asked once more.
            if self.sight != Some(Sight::PlaceTaken) {
                desk.note(&mut self, Some(Sight::PlaceTaken))?;
                return Ok(Step::Waits(Live::Submitted(self)));
            }
            let closed = void || self.terms.authorization().is_none();
            return desk.over(
                self,
                Replaced {
                    transaction,
                    closed,
                },
            );
        }
        if void && !self.holds_up(desk, nonce, &facts)? {
            return desk.over(self, Expired { transaction });
        }
        if facts.nonces.latest > nonce {
            desk.note(&mut self, Some(Sight::PlaceTaken))?;
            return Ok(Step::Waits(Live::Submitted(self)));
        }
        if pending {
            desk.note(&mut self, void.then_some(Sight::TimeOver))?;
            return Ok(Step::Waits(Live::Submitted(self)));
        }
        self.send_again(desk, void, &facts).await
    }

    /// Whether later payments of the account wait for this one's nonce: then its
    /// bytes are sent on, though they cannot pay any more.
    fn holds_up(&self, desk: &Desk, nonce: u64, facts: &Facts) -> Result<bool, WalletError> {
        let (chain, from) = (self.terms.chain(), self.terms.from);
        Ok(facts.nonces.latest <= nonce && desk.book.is_awaited(chain, from, nonce)?)
    }

    async fn send_again(
        mut self,
        desk: &Desk,
        void: bool,
        facts: &Facts,
    ) -> Result<Step, WalletError> {
        let renewal = self.renew(Old::Gone, desk).await?;
        if let Err(error) = self.resend(desk).await
            && error.is_retryable()
        {
            return self.unclear(desk, &error);
        }
        let sight = if let Some(runs_out) = runs_out(renewal) {
            Some(runs_out)
        } else if void {
            Some(Sight::TimeOver)
        } else {
            let returned = self.sight.take_if(|sight| *sight == Sight::Returned);
            self.blocker(desk, facts.nonces)?.or(returned)
        };
        desk.note(&mut self, sight)?;
        Ok(Step::Waits(Live::Submitted(self)))
    }

    /// The authorization was used, and by none of the envelopes: the same words
    /// paid this purchase on another computer, or somebody else carried it.
    async fn spent(
        mut self,
        desk: &Desk,
        facts: &Facts,
        transaction: B256,
    ) -> Result<Step, WalletError> {
        match carrier(&self.terms, desk).await {
            Ok(Some((carrier, inclusion))) => return self.found(desk, carrier, &inclusion).await,
            Ok(None) => {}
            Err(error) => return self.unclear(desk, &error),
        }
        // No log tells by whom, or it was cancelled elsewhere: a second payment is
        // refused either way, once a block after it is final.
        match self.sight {
            Some(Sight::PaidElsewhere { block }) if facts.last_final.block >= block => {
                let failed = Failed {
                    transaction: Some(transaction),
                    place: None,
                    code: ErrorCode::AlreadyPaid,
                    closed: true,
                };
                desk.over(self, failed)
            }
            Some(Sight::PaidElsewhere { .. }) => Ok(Step::Waits(Live::Submitted(self))),
            _ => {
                let block = match desk.ledger.head().await {
                    Ok(head) => head,
                    Err(error) => return self.unclear(desk, &error),
                };
                desk.note(&mut self, Some(Sight::PaidElsewhere { block }))?;
                Ok(Step::Waits(Live::Submitted(self)))
            }
        }
    }
}
