//! Cancelling a payment that is not in a block, and speeding it up: one more
//! envelope over the same nonce, with a higher fee. The ledger takes one of them;
//! which one, the ledger says.

use jiaozi_ledger::CoreQuote;
use jiaozi_types::agent::{CarrierFee, SignRequest};
use jiaozi_types::{PurchaseId, Timestamp};

use super::approved::sign;
use super::proposal::{Fee, afford_fee, fee, verdict};
use super::record::{Act, Envelope, PaymentRecord, Phase};
use super::terms::nothing_to_oneself;
use super::{CoreGas, Desk, Gas, Method, Terms};
use crate::api::{ErrorCode, ReplacementAct, Verdict};
use crate::error::WalletError;
use crate::network::Network;

/// Seconds for which a replacement may be approved: prices change.
const VALID: u64 = 600;
/// Gas for the cancellation of an authorization: calldata, the recovery of its
/// signer, the slot that marks its nonce, and as much again for ledgers that
/// count more. Conflux eSpace takes three quarters of it at least.
const CANCEL_GAS: u64 = 150_000;

/// A replacement that can be approved as it stands.
#[derive(Debug, Clone)]
pub struct Replacement {
    terms: Terms,
    wanted: ReplacementAct,
    act: Act,
    nonce: u64,
    gas: Gas,
    fee: Option<Fee>,
    verdict: Verdict,
    valid_until: Timestamp,
}

/// Whether a payment can be cancelled: it is signed, and in no block.
pub fn can_cancel(record: &PaymentRecord) -> bool {
    matches!(record.phase, Phase::Signed | Phase::Submitted)
        && record.envelope().is_some()
        && !record.is_cancelling()
}

/// Whether more can be offered for it: it is in no block, and fees are taken.
pub fn can_speed_up(record: &PaymentRecord) -> bool {
    matches!(record.phase, Phase::Signed | Phase::Submitted)
        && record
            .envelope()
            .is_some_and(|envelope| envelope.gas.fee.most() > 0)
}

impl Replacement {
    /// Prices a replacement of the payment's newest envelope.
    pub async fn make(
        record: &PaymentRecord,
        wanted: ReplacementAct,
        network: &Network,
        desk: &Desk,
    ) -> Result<Self, WalletError> {
        let possible = match wanted {
            ReplacementAct::Cancel => can_cancel(record),
            ReplacementAct::SpeedUp => can_speed_up(record),
        };
        let newest = record.envelope().filter(|_| possible);
        let newest = newest.ok_or(ErrorCode::TooLateToReplace)?;
        let terms = record.terms.clone();
        let quote = desk.ledger.quote(&nothing_to_oneself(terms.from)).await?;
        let act = match wanted {
            ReplacementAct::Cancel => Act::Cancels,
            ReplacementAct::SpeedUp => newest.act,
        };
        let limit = match (act, wanted, terms.authorization()) {
            (_, ReplacementAct::SpeedUp, _) => newest.gas.limit,
            (Act::Cancels, _, None) => quote.gas,
            _ => CANCEL_GAS.max(quote.gas),
        };
        let gas = Gas {
            limit,
            fee: raised(&newest.gas.fee, &quote.fee),
            core: quote.core.map(|core| core_gas(&core, act, newest, &terms)),
        };
        let fee = fee(&gas, quote.expected_price, &network.coin)?;
        if let Some(fee) = &fee {
            // The amount, where it is coin too, counts as under way already.
            afford_fee(terms.from, fee, None, network, desk).await?;
        }
        let mut replacement = Self {
            wanted,
            act,
            nonce: newest.nonce,
            gas,
            fee,
            verdict: Verdict::Approval,
            valid_until: desk.clock.now().plus(VALID),
            terms,
        };
        replacement.verdict = verdict(replacement.request(), desk).await?;
        Ok(replacement)
    }

    fn request(&self) -> SignRequest {
        self.terms.request(self.act, self.nonce, self.gas.clone())
    }

    /// Has the vault sign it. Nothing is kept or sent yet.
    pub async fn sign(&self, desk: &Desk) -> Result<Envelope, WalletError> {
        if desk.clock.now() >= self.valid_until {
            return Err(ErrorCode::ProposalExpired.into());
        }
        sign(self.request(), self.act, self.nonce, self.gas.clone(), desk).await
    }

    /// The payment.
    pub fn id(&self) -> PurchaseId {
        self.terms.id
    }

    /// What was asked for.
    pub fn wanted(&self) -> ReplacementAct {
        self.wanted
    }

    /// What the ledger takes for it, instead of the fee before; none where there
    /// is none.
    pub fn fee(&self) -> Option<&Fee> {
        self.fee.as_ref()
    }

    /// What the spend policy will do.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// When it is worth nothing any more.
    pub fn valid_until(&self) -> Timestamp {
        self.valid_until
    }
}

/// Makes a replacement durable. The caller keeps all others from the payment
/// meanwhile. When the payment came into a block or to an end while the person
/// was asked, nothing is added: what was signed is dropped, unsent.
pub fn add_envelope(id: PurchaseId, envelope: Envelope, desk: &Desk) -> Result<bool, WalletError> {
    let record = desk.book.payment(id)?.ok_or(ErrorCode::UnknownPayment)?;
    let waits = matches!(record.phase, Phase::Signed | Phase::Submitted);
    let same_nonce = record
        .envelope()
        .is_some_and(|newest| newest.nonce == envelope.nonce);
    if !waits || !same_nonce {
        return Ok(false);
    }
    let mut record = record;
    record
        .envelopes
        .retain(|known| known.transaction != envelope.transaction);
    record.envelopes.push(envelope);
    desk.book.save_payment(&record)?;
    Ok(true)
}

/// Sends the newest envelope at once. A failure is no error: it is on the disk,
/// and sent again with the next looks.
pub async fn resend_now(id: PurchaseId, desk: &Desk) -> Result<(), WalletError> {
    let record = desk.book.payment(id)?.ok_or(ErrorCode::UnknownPayment)?;
    if let Some(envelope) = record.envelope()
        && let Err(error) = desk.ledger.submit(&envelope.bytes).await
    {
        tracing::info!(payment = %id, %error, "the replacement is not sent yet");
    }
    Ok(())
}

/// What Core Space needs besides: a call of the same token takes the storage, and
/// has the sponsors, of the one before; its time begins anew.
fn core_gas(quote: &CoreQuote, act: Act, newest: &Envelope, terms: &Terms) -> CoreGas {
    let calls_the_token = act == Act::Pays || terms.authorization().is_some();
    let mut core = match newest.gas.core.filter(|_| calls_the_token) {
        Some(before) => before,
        None => CoreGas::new(quote, &Method::Coin),
    };
    core.carrier.epoch_height = quote.epoch_height;
    core
}

/// A price that a node takes in the place of `old`: an eighth more at least
/// (geth asks for a tenth, Conflux for any more), and what is asked for now.
/// Where nothing is asked for and nothing was offered it stays at nothing.
fn raised(old: &CarrierFee, now: &CarrierFee) -> CarrierFee {
    let more = |old: u128| old.saturating_add(old.div_ceil(8));
    match (old, now) {
        (
            CarrierFee::Eip1559 {
                max_fee_per_gas,
                max_priority_fee_per_gas,
            },
            now,
        ) => {
            let tip = match now {
                CarrierFee::Eip1559 {
                    max_priority_fee_per_gas,
                    ..
                } => *max_priority_fee_per_gas,
                CarrierFee::Legacy { .. } => 0,
            };
            let max = more(*max_fee_per_gas).max(now.most());
            CarrierFee::Eip1559 {
                max_fee_per_gas: max,
                max_priority_fee_per_gas: more(*max_priority_fee_per_gas).max(tip).min(max),
            }
        }
        (CarrierFee::Legacy { gas_price }, now) => CarrierFee::Legacy {
            gas_price: more(*gas_price).max(now.most()),
        },
    }
}

/// The most that is offered for one unit of gas.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replacement_offers_an_eighth_more_and_what_is_asked_for_now() {
        let legacy = |gas_price| CarrierFee::Legacy { gas_price };
        assert_eq!(raised(&legacy(80), &legacy(10)), legacy(90));
        assert_eq!(raised(&legacy(1), &legacy(0)), legacy(2));
        assert_eq!(raised(&legacy(80), &legacy(500)), legacy(500));
        assert_eq!(raised(&legacy(0), &legacy(0)), legacy(0));
        let modern = |max_fee_per_gas, max_priority_fee_per_gas| CarrierFee::Eip1559 {
            max_fee_per_gas,
            max_priority_fee_per_gas,
        };
        assert_eq!(raised(&modern(80, 8), &modern(85, 1)), modern(90, 9));
        assert_eq!(raised(&modern(80, 8), &modern(100, 20)), modern(100, 20));
        assert_eq!(raised(&modern(80, 80), &legacy(5)), modern(90, 90));
    }
}
