//! Cancelling a payment that is in no block, and offering a higher fee for it:
//! the price is shown first, then approved.

use jiaozi_types::PurchaseId;

use super::{Wallet, lock};
use crate::api::{ErrorCode, FeeView, PaymentView, ReplacementAct, ReplacementView, WalletEvent};
use crate::error::WalletError;
use crate::network::Network;
use crate::payment::{PaymentRecord, Replacement, add_envelope, resend_now};
use crate::views;

impl Wallet {
    /// Prices a cancellation or a higher fee, to be shown and approved.
    pub async fn propose_replacement(
        &self,
        id: String,
        act: ReplacementAct,
    ) -> Result<ReplacementView, WalletError> {
        let (record, network) = self.own_payment(&id)?;
        let desk = self.desk(&network).await?;
        let outcome = Replacement::make(&record, act, &network, &desk).await;
        if let Err(error) = &outcome {
            self.note_failure(&network, error).await;
        }
        let replacement = outcome?;
        let view = ReplacementView {
            id: replacement.id().to_string(),
            act,
            fee: replacement.fee().map(|fee| FeeView {
                expected: views::amount(&fee.expected),
                cap: views::amount(&fee.cap),
            }),
            verdict: replacement.verdict(),
            valid_until: replacement.valid_until().as_unix(),
        };
        let now = self.inner.clock.now();
        let mut replacements = lock(&self.inner.replacements);
        replacements.retain(|_, other| other.valid_until() > now);
        replacements.insert(replacement.id(), replacement);
        Ok(view)
    }

    /// Cancels a payment at the price that was shown last. If the payment wins
    /// the race it is paid, and shown so.
    pub async fn cancel(&self, id: String) -> Result<PaymentView, WalletError> {
        self.replace(id, ReplacementAct::Cancel).await
    }

    /// Offers the fee that was shown last.
    pub async fn speed_up(&self, id: String) -> Result<PaymentView, WalletError> {
        self.replace(id, ReplacementAct::SpeedUp).await
    }

    async fn replace(&self, id: String, act: ReplacementAct) -> Result<PaymentView, WalletError> {
        let (record, network) = self.own_payment(&id)?;
        let purchase = record.terms.id;
        let replacement = lock(&self.inner.replacements)
            .get(&purchase)
            .filter(|replacement| replacement.wanted() == act)
            .cloned()
            .ok_or(ErrorCode::ProposalExpired)?;
        let desk = self.desk(&network).await?;
        // The person may take a while: the payment is followed meanwhile.
        let envelope = replacement.sign(&desk).await?;
        lock(&self.inner.replacements).remove(&purchase);
        {
            let _turn = self.turn(purchase).await;
            if add_envelope(purchase, envelope, &desk)? {
                resend_now(purchase, &desk).await?;
            }
        }
        self.follow_live(purchase, network, None);
        self.tell(WalletEvent::Overview);
        self.payment(id).await
    }

    /// A payment that was made here, with its network.
    fn own_payment(&self, id: &str) -> Result<(PaymentRecord, Network), WalletError> {
        let id: PurchaseId = id.parse().map_err(|_| ErrorCode::UnknownPayment)?;
        let book = self.book()?;
        let record = book.payment(id)?.ok_or(ErrorCode::UnknownPayment)?;
        let network = book
            .network(record.terms.chain())?
            .ok_or(ErrorCode::UnknownNetwork)?;
        Ok((record, network))
    }
}
