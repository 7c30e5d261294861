//! What a charge adds to a period, as a pure function of its money.
//!
//! Blocks decide: a payment belongs to the one period that its block is in, so
//! that no money is in two reports and none is in no report. What a payment *is*
//! is decided when its charge has ended. Until then it is carried from report to
//! report:
//!
//! ```text
//! received + carried in = sales + unasked + carried out
//! ```

use alloy_primitives::U256;
use jiaozi_types::AssetId;

use super::super::records::{PaymentRecord, TillChargeRecord};
use crate::api::ErrorCode;
use crate::api::till::{Assurance, ChargeState, PaymentRole};
use crate::error::WalletError;

/// Where a charge stands by the end of a block.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// What came in time.
    counted: U256,
    /// What came late.
    late: U256,
    /// What it is.
    fate: Fate,
}

/// What becomes of the money of a charge.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The charge has not ended, or not by money of these blocks.
    #[default]
    Waits,
    /// The charge is paid.
    Sold(U256),
    /// The charge ended without being paid.
    Ended,
}

/// What a charge adds to a period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Part {
    /// What came.
    pub(crate) received: U256,
    /// What of it was asked for.
    pub(crate) sales: U256,
    /// What of it was not.
    pub(crate) unasked: U256,
    /// What was carried from the last period.
    pub(crate) carried_in: U256,
    /// What is carried to the next.
    pub(crate) carried_out: U256,
    /// Payments.
    pub(crate) payments: u64,
    /// How the charge ended in the period; none when it ended before, or waits.
    pub(crate) ended: Option<Ended>,
    /// Whether the charge waits.
    pub(crate) waits: bool,
    /// Whether it came to be under in the period.
    pub(crate) under: bool,
    /// Likewise, over.
    pub(crate) over: bool,
    /// Whether something came late in the period.
    pub(crate) late: bool,
    /// Whether something of another asset came in the period.
    pub(crate) wrong_asset: bool,
}

/// How a charge ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Paid, by a payment of this Unix second.
    Paid(u64),
    /// Nothing came.
    Closed,
    /// Something came.
    Revoked,
}

/// How a charge entered the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entered {
    /// It was made in it.
    New,
    /// It had not ended at the last close.
    Open,
    /// It had ended before.
    Ended,
}

/// Blocks of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Blocks {
    /// The first.
    pub(crate) first: u64,
    /// The last.
    pub(crate) last: u64,
}

impl Blocks {
    /// Whether a block is one of them.
    pub(crate) fn have(self, block: u64) -> bool {
        (self.first..=self.last).contains(&block)
    }
}

/// Whether a payment is one of the books: in a block, and of their asset.
pub(crate) fn is_booked(payment: &PaymentRecord, asset: AssetId) -> bool {
    payment.asset == asset && payment.assurance >= Assurance::Included
}

/// What a charge adds that asked for another asset, before the till was set up
/// for this one: what came of this one was not asked for.
pub(crate) fn foreign_part(
    charge: &TillChargeRecord,
    blocks: Blocks,
    asset: AssetId,
) -> Result<Part, WalletError> {
    let mut part = Part::default();
    for payment in &charge.payments {
        if is_booked(payment, asset) && blocks.have(payment.block) {
            part.received = add(part.received, payment.atoms)?;
            part.payments = part.payments.saturating_add(1);
            part.wrong_asset = true;
        }
    }
    part.unasked = part.received;
    Ok(part)
}

/// Where a charge stands by the end of block `last`; it waits where `open` says
/// that it did when the books were closed.
fn standing(
    charge: &TillChargeRecord,
    last: Option<u64>,
    open: bool,
) -> Result<Standing, WalletError> {
    let mut stands = Standing::default();
    let Some(last) = last else { return Ok(stands) };
    for payment in &charge.payments {
        if !is_booked(payment, charge.asset) || payment.block > last {
            continue;
        }
        let sum = match payment.role {
            PaymentRole::Counts => &mut stands.counted,
            PaymentRole::Late => &mut stands.late,
            PaymentRole::WrongAsset => continue,
        };
        *sum = add(*sum, payment.atoms)?;
    }
    stands.fate = match charge.standing.state {
        _ if open => Fate::Waits,
        ChargeState::Paid if stands.counted >= charge.atoms => Fate::Sold(charge.atoms),
        ChargeState::Closed | ChargeState::Revoked => Fate::Ended,
        ChargeState::Paid | ChargeState::Open | ChargeState::Unclear => Fate::Waits,
    };
    Ok(stands)
}

impl Standing {
    fn sales(&self) -> U256 {
        match self.fate {
            Fate::Sold(atoms) => atoms,
            Fate::Waits | Fate::Ended => U256::ZERO,
        }
    }

    fn carried(&self) -> U256 {
        match self.fate {
            Fate::Waits => self.counted,
            Fate::Sold(_) | Fate::Ended => U256::ZERO,
        }
    }

    fn all(&self) -> Result<U256, WalletError> {
        add(self.counted, self.late)
    }

    fn unasked(&self) -> Result<U256, WalletError> {
        take(take(self.all()?, self.sales())?, self.carried())
    }
}

/// What `charge` adds to the period of `blocks`; `open` says whether it waits at
/// its end where that is decided already.
pub(crate) fn part(
    charge: &TillChargeRecord,
    blocks: Blocks,
    entered: Entered,
    open: Option<bool>,
) -> Result<Part, WalletError> {
    let earlier = blocks.first.checked_sub(1);
    let before = match entered {
        Entered::New => Standing::default(),
        Entered::Open => standing(charge, earlier, true)?,
        Entered::Ended => standing(charge, earlier, false)?,
    };
    let after = standing(charge, Some(blocks.last), open == Some(true))?;
    let waited = entered != Entered::Ended;
    let waits = after.fate == Fate::Waits;
    let ended = match (after.fate, charge.standing.state) {
        _ if !waited || waits => None,
        (Fate::Sold(_), _) => Some(Ended::Paid(paid_at(charge))),
        (_, ChargeState::Closed) => Some(Ended::Closed),
        _ => Some(Ended::Revoked),
    };
    let is_over = |stands: &Standing| stands.counted > charge.atoms && stands.fate != Fate::Waits;
    let is_under = |stands: &Standing| {
        stands.fate == Fate::Ended && !stands.counted.is_zero() && stands.counted < charge.atoms
    };
    let here = |payment: &&PaymentRecord| {
        // A balance of another network has a block of that one.
        payment.assurance >= Assurance::Included && blocks.have(payment.block)
    };
    let some = |role| {
        let mut payments = charge.payments.iter().filter(here);
        payments.any(|payment| payment.role == role)
    };
    let booked = charge.payments.iter().filter(here);
    let payments = booked.filter(|paid| is_booked(paid, charge.asset)).count();
    Ok(Part {
        received: take(after.all()?, before.all()?)?,
        sales: take(after.sales(), before.sales())?,
        unasked: take(after.unasked()?, before.unasked()?)?,
        carried_in: before.carried(),
        carried_out: after.carried(),
        payments: u64::try_from(payments).unwrap_or(u64::MAX),
        ended,
        waits,
        under: is_under(&after) && !is_under(&before),
        over: is_over(&after) && !is_over(&before),
        late: some(PaymentRole::Late),
        wrong_asset: some(PaymentRole::WrongAsset),
    })
}

/// The ledger's time of the payment that made a charge paid (Unix seconds).
fn paid_at(charge: &TillChargeRecord) -> u64 {
    let mut sum = U256::ZERO;
    for payment in &charge.payments {
        if is_booked(payment, charge.asset) && payment.role == PaymentRole::Counts {
            sum = sum.saturating_add(payment.atoms);
            if sum >= charge.atoms {
                return payment.time;
            }
        }
    }
    charge.standing.ended_at.unwrap_or(charge.created_at)
}

/// A sum of money; too much money is damage.
pub(crate) fn add(a: U256, b: U256) -> Result<U256, WalletError> {
    Ok(a.checked_add(b).ok_or(ErrorCode::StoreDamaged)?)
}

/// What is left; less than nothing is damage.
fn take(a: U256, b: U256) -> Result<U256, WalletError> {
    Ok(a.checked_sub(b).ok_or(ErrorCode::StoreDamaged)?)
}
