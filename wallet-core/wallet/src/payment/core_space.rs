//! What Conflux Core Space adds to a payment: storage that is backed by
//! collateral, sponsors that pay for their callers, and transactions that the
//! ledger takes for a time only.

use alloy_primitives::U256;
use jiaozi_ledger::CoreQuote;
use jiaozi_types::agent::CoreCarrier;
use serde::{Deserialize, Serialize};

use super::Method;

/// Bytes of one slot of storage. What is not used is not backed: a margin costs
/// nothing.
const SLOT: u64 = 64;
/// Epochs before the end of a transaction's time at which it is worth signing it
/// anew: about seven hours.
const RENEWAL: u64 = 20_000;

/// Storage, time and sponsors of a transaction of Core Space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoreGas {
    /// Storage limit and epoch height.
    pub carrier: CoreCarrier,
    /// Whether a sponsor of the contract pays the gas.
    pub gas_sponsored: bool,
    /// Whether a sponsor of the contract puts up the collateral.
    pub storage_sponsored: bool,
}

impl CoreGas {
    /// From a quote of the plain transfer, with room for what may change until
    /// the payment is executed, and for the slot that marks an authorization as
    /// used.
    pub(crate) fn new(quote: &CoreQuote, method: &Method) -> Self {
        let room = match method {
            Method::Coin => 0,
            Method::Token => SLOT,
            Method::Authorization { .. } | Method::Sweep { .. } => SLOT.saturating_mul(2),
        };
        Self {
            carrier: CoreCarrier {
                storage_limit: quote.storage_limit.saturating_add(room),
                epoch_height: quote.epoch_height,
            },
            gas_sponsored: quote.gas_sponsored,
            storage_sponsored: quote.storage_sponsored,
        }
    }

    /// The collateral that the account itself may have to put up, in atoms of CFX.
    pub(super) fn own_collateral(&self) -> U256 {
        if self.storage_sponsored {
            U256::ZERO
        } else {
            self.carrier.collateral()
        }
    }

    /// Whether the payer needs no coin at all.
    pub fn is_sponsored(&self) -> bool {
        self.gas_sponsored && self.own_collateral().is_zero()
    }

    /// The same for epoch `head`, when the ledger will soon take the old one no
    /// more, or does not any more or yet; none while there is time. The transaction is
    /// then signed anew with the same nonce, so that one of the two can be
    /// executed at most.
    pub fn renewed(&self, head: u64) -> Option<Self> {
        let is_late = head.saturating_add(RENEWAL) > self.carrier.last_epoch();
        let is_early = self.carrier.epoch_height > head.saturating_add(CoreCarrier::EPOCH_BOUND);
        let is_due = is_late || is_early;
        is_due.then_some(Self {
            carrier: CoreCarrier {
                epoch_height: head,
                ..self.carrier
            },
            ..*self
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gas(gas_sponsored: bool, storage_sponsored: bool) -> CoreGas {
        let quote = CoreQuote {
            storage_limit: 960,
            epoch_height: 500_000,
            gas_sponsored,
            storage_sponsored,
        };
        CoreGas::new(&quote, &Method::Token)
    }

    #[test]
    fn collateral_is_the_payers_unless_sponsored() {
        let coin = U256::from(1_000_000_000_000_000_000_u64);
        assert_eq!(gas(false, false).own_collateral(), coin);
        assert_eq!(gas(false, true).own_collateral(), U256::ZERO);
        assert!(gas(true, true).is_sponsored());
        assert!(!gas(true, false).is_sponsored());
        assert!(!gas(false, true).is_sponsored());
    }

    #[test]
    fn a_transaction_is_renewed_before_its_time_is_over() {
        let gas = gas(false, false);
        assert_eq!(gas.renewed(500_000), None);
        assert_eq!(gas.renewed(580_000), None);
        assert_eq!(gas.renewed(400_000), None);
        for head in [399_999, 580_001, 600_001, u64::MAX] {
            let renewed = gas.renewed(head).unwrap();
            assert_eq!(renewed.carrier.epoch_height, head);
            assert_eq!(renewed.carrier.storage_limit, gas.carrier.storage_limit);
        }
    }
}
