//! Signing anew what Conflux Core Space will soon take no more.
//!
//! A transaction of Core Space names an epoch, and is taken for a time around it
//! only. One that is in no block towards the end of that time is signed again for
//! the present epoch: over the same nonce, by the same instrument, so that the
//! ledger takes one of the two at most. Nobody is interrupted for it: where the
//! vault would have to ask, the payment says so instead, and a person renews it by
//! speeding it up.
//!
//! A node that holds the old one keeps it, even when its time is over, and takes
//! none over the same nonce for less than a fiftieth more (conflux-rust). So a
//! little more is offered where the account can pay for it and the limits for paying
//! without asking allow it; else the price stays, and the policy counts nothing twice.

use alloy_primitives::U256;
use jiaozi_types::agent::CarrierFee;

use super::approved::sign;
use super::proposal::verdict;
use super::record::Act;
use super::{Desk, Envelope, Gas, Method, Payment, State};
use crate::api::Verdict;
use crate::error::WalletError;

/// What is signed for one payment without a person, at most: a node that names
/// wild epochs has no more made than this. The vault remembers a few more.
const MOST: usize = 24;

/// The part of the old price that is offered on top: more than a fiftieth.
const MORE: u128 = 32;

/// Where the transaction lies that is signed anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Old {
    /// A node holds it.
    Waits,
    /// No node is known to have it.
    Gone,
}

/// What became of a transaction whose time may be over soon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Renewal {
    /// There is time, or no end of it.
    NotDue,
    /// It is signed anew, and on the disk.
    Renewed,
    /// The vault has to ask a person first.
    Awaited,
}

impl<S: State + Clone> Payment<S> {
    /// Signs the newest envelope anew when its time is over soon.
    pub(super) async fn renew(&mut self, old: Old, desk: &Desk) -> Result<Renewal, WalletError> {
        let Some(due) = self.due(desk).await else {
            return Ok(Renewal::NotDue);
        };
        if self.envelopes.len() >= MOST {
            return Ok(Renewal::Awaited);
        }
        let dearer = match old {
            Old::Waits => self.dearer(&due, desk).await,
            Old::Gone => None,
        };
        for gas in dearer.into_iter().chain([due.gas]) {
            if let Some(envelope) = self.signed_anew(&due.newest, gas, desk).await {
                self.envelopes
                    .retain(|known| known.transaction != envelope.transaction);
                self.envelopes.push(envelope);
                desk.book.save_payment(&self.record(desk))?;
                return Ok(Renewal::Renewed);
            }
        }
        Ok(Renewal::Awaited)
    }

    /// With a little more offered, if the account has what it may cost: what it cannot
    /// pay for no node takes.
    async fn dearer(&self, due: &Due, desk: &Desk) -> Option<Gas> {
        let gas = Gas {
            fee: a_little_more(&due.gas.fee),
            ..due.gas.clone()
        };
        let cost = gas.own_cost(gas.fee.most())?;
        if cost.is_zero() {
            return Some(gas);
        }
        let beside = match (due.newest.act, &self.terms.method) {
            (Act::Pays, Method::Coin) => self.terms.amount.atoms(),
            _ => U256::ZERO,
        };
        let there = desk.ledger.coin_balance(self.terms.from).await.ok()?;
        (there >= cost.checked_add(beside)?).then_some(gas)
    }

    /// The envelope with other gas, where nobody has to be asked for it.
    async fn signed_anew(&self, newest: &Envelope, gas: Gas, desk: &Desk) -> Option<Envelope> {
        let Envelope { act, nonce, .. } = *newest;
        let request = self.terms.request(act, nonce, gas.clone());
        let signed = match verdict(request.clone(), desk).await {
            Ok(Verdict::Quick) => sign(request, act, nonce, gas, desk).await,
            Ok(Verdict::Approval) => return None,
            Err(error) => Err(error),
        };
        signed
            .inspect_err(|error| {
                tracing::info!(payment = %self.terms.id, %error, "not signed anew");
            })
            .ok()
    }

    /// What is to be signed instead of the newest envelope, if it is time.
    async fn due(&self, desk: &Desk) -> Option<Due> {
        let newest = self.envelopes.last()?;
        let core = newest.gas.core?;
        // Without an answer there is nobody to send it to either.
        let head = desk.ledger.head().await.ok()?;
        let gas = Gas {
            core: Some(core.renewed(head)?),
            ..newest.gas.clone()
        };
        let newest = newest.clone();
        Some(Due { newest, gas })
    }
}

struct Due {
    newest: Envelope,
    gas: Gas,
}

fn a_little_more(fee: &CarrierFee) -> CarrierFee {
    let more = |price: u128| price.saturating_add(price.div_ceil(MORE));
    match fee {
        CarrierFee::Legacy { gas_price } => CarrierFee::Legacy {
            gas_price: more(*gas_price),
        },
        CarrierFee::Eip1559 {
            max_fee_per_gas,
            max_priority_fee_per_gas,
        } => CarrierFee::Eip1559 {
            max_fee_per_gas: more(*max_fee_per_gas),
            max_priority_fee_per_gas: more(*max_priority_fee_per_gas),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_takes_what_is_more_than_a_fiftieth_dearer() {
        for price in [0, 1, 49, 1_000_000_000, 20_000_000_000] {
            let CarrierFee::Eip1559 {
                max_fee_per_gas: max,
                max_priority_fee_per_gas: tip,
            } = a_little_more(&CarrierFee::Eip1559 {
                max_fee_per_gas: price,
                max_priority_fee_per_gas: price,
            })
            else {
                panic!("another kind of fee");
            };
            // Nothing stays nothing: where no fee is taken none is offered.
            assert!(price == 0 || max > price + price / 50, "{price}: {max}");
            assert_eq!(max, tip);
        }
    }
}
