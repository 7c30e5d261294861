//! How a payment as it is shown has ended.

use jiaozi_wallet::api::{MoneyState, PaymentState, PaymentView};

/// Nothing more is expected to happen to it.
pub fn is_over(payment: &PaymentView) -> bool {
    let on_its_way = matches!(
        payment.state,
        PaymentState::Proposed
            | PaymentState::Approved
            | PaymentState::Signed
            | PaymentState::Submitted
            | PaymentState::Included
    );
    !on_its_way && payment.money != MoneyState::Moving
}

/// It is over, and no money moved.
pub fn is_dead(payment: &PaymentView) -> bool {
    is_over(payment) && payment.money == MoneyState::Safe
}
