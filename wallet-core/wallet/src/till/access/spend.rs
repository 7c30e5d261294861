//! How much a token refunded today. The sum is on the disk before the refund is
//! begun, so that no restart gives a token more than its share of a day.

use alloy_primitives::{U256, keccak256};
use jiaozi_store::{KeyRange, Order};
use jiaozi_types::Amount;

use super::records::{SpendRecord, TokenRecord};
use super::{Access, Caller};
use crate::api::ErrorCode;
use crate::api::till::{RefundInput, RefundView};
use crate::error::{WalletError, rule};
use crate::till::Till;
use crate::till::charge::day_of;

impl Till {
    /// A refund that the shop's software asks for: of the till's asset, and within
    /// what its token may refund today. A number that was refunded before, or is
    /// being, takes nothing of it.
    ///
    /// # Errors
    /// `till_refund_cap`, and those of [`Till::refund`] but for the PIN's.
    pub async fn refund_by(
        &self,
        caller: &Caller,
        input: RefundInput,
    ) -> Result<RefundView, WalletError> {
        let (settings, access) = (self.settings()?, self.access()?);
        let number = input.number.trim().to_owned();
        let mut input = RefundInput {
            asset: None,
            pin: None,
            ..input
        };
        let is_new = self.book()?.till_refund(&number)?.is_none();
        if is_new {
            let charge = self.find(&input.charge)?;
            let asset = settings.asset.clone();
            let sum = match &input.amount {
                Some(text) => Amount::parse(text, &asset)?,
                None => Amount::from_atoms(charge.returnable(asset.id()), asset.clone()),
            };
            if sum.is_zero() && input.amount.is_none() {
                return Err(ErrorCode::RefundNothing.into());
            }
            // What is counted is what is refunded, whatever comes meanwhile.
            input.amount = Some(sum.to_plain_string());
            let day = day_of(self.now(), settings.utc_offset);
            access.spend(&caller.id, day, &number, &sum)?;
        }
        let outcome = self.refund_for_software(input).await;
        if is_new && outcome.is_err() && self.book()?.till_refund(&number)?.is_none() {
            access.unspend(&caller.id, &number)?;
        }
        outcome
    }
}

impl Access {
    /// Takes a refund off what a token may refund on a day; the same number
    /// again takes nothing more.
    fn spend(&self, token: &str, day: u32, number: &str, sum: &Amount) -> Result<(), WalletError> {
        let _turn = self.turn();
        let store = self.book.store();
        let record = store.get::<TokenRecord>(token.as_bytes())?;
        let record = record.ok_or(ErrorCode::TillTokenUnknown)?;
        let own = key(token, day, number);
        let prefix = KeyRange::prefix(own.get(..20).unwrap_or_default());
        let spent = store.scan::<SpendRecord>(&prefix, Order::Ascending, usize::MAX)?;
        let others = spent.iter().filter(|(key, _)| *key != own);
        let spent = others.fold(U256::ZERO, |sum, (_, one)| sum.saturating_add(one.atoms));
        let left = record.refund_cap.saturating_sub(spent);
        if sum.atoms() > left {
            let left = Amount::from_atoms(left, sum.asset().clone()).to_string();
            return Err(rule(ErrorCode::TillRefundCap, [("left", left)]));
        }
        let atoms = sum.atoms();
        Ok(store.put(&own, &SpendRecord { atoms })?)
    }

    /// Gives back what a refund took that was never begun.
    fn unspend(&self, token: &str, number: &str) -> Result<(), WalletError> {
        let _turn = self.turn();
        let store = self.book.store();
        let all = KeyRange::prefix(token.as_bytes());
        let tail = key(token, 0, number);
        let tail = tail.get(20..).unwrap_or_default();
        for (key, _) in store.scan::<SpendRecord>(&all, Order::Descending, 1_000)? {
            if key.ends_with(tail) {
                store.delete::<SpendRecord>(&key)?;
            }
        }
        Ok(())
    }
}

/// Token (16 bytes), day (4), hash of the number: keys are not sealed.
fn key(token: &str, day: u32, number: &str) -> Vec<u8> {
    [
        token.as_bytes(),
        &day.to_be_bytes(),
        keccak256(number).as_slice(),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use jiaozi_types::Amount;

    use crate::till::access::tests::{Desk, token};

    #[test]
    fn a_token_refunds_no_more_than_its_sum_a_day() {
        let desk = Desk::new();
        let id = token(&desk.access, Some("10.00")).id;
        let sum = |text| Amount::parse(text, desk.network.main_asset()).unwrap();
        let spend = |day, number, text| desk.access.spend(&id, day, number, &sum(text));
        spend(1, "R1", "6.00").unwrap();
        // The same refund, asked for again.
        spend(1, "R1", "6.00").unwrap();
        let refused = spend(1, "R2", "4.01").unwrap_err();
        assert_eq!(refused.code().as_str(), "till_refund_cap");
        assert!(refused.view().values["left"].contains("4.00"));
        spend(1, "R3", "4.00").unwrap();
        spend(1, "R4", "0.01").unwrap_err();
        // What was never begun is given back; another day has its own sum.
        desk.access.unspend(&id, "R3").unwrap();
        spend(1, "R5", "4.00").unwrap();
        spend(2, "R6", "10.00").unwrap();
        spend(2, "R7", "0.01").unwrap_err();
    }
}
