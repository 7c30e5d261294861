//! Cancelling and speeding up, on a node that makes blocks only when told to.

use jiaozi_wallet::api::{ErrorCode, MoneyState, PaymentState, PaymentView, ReplacementAct};

use crate::pay::wish;
use crate::{Node, Person};

/// One payment is cancelled, one is sped up, one wins against its cancellation.
pub async fn replace_payments(node: &Node) {
    let (payer, shop) = (Person::new(node).await, Person::new(node).await);
    node.welcome(&payer, &[&shop], "300").await;
    node.hold_blocks().await;
    let address = shop.address().await;

    let paid = pay(&payer, &address, "10").await;
    assert!(paid.can_cancel && paid.can_speed_up, "{paid:?}");
    let offer = payer
        .wallet
        .propose_replacement(paid.id.clone(), ReplacementAct::Cancel)
        .await
        .unwrap();
    assert!(offer.fee.is_some());
    let cancelling = payer.wallet.cancel(paid.id.clone()).await.unwrap();
    assert!(cancelling.cancelling, "{cancelling:?}");
    let cancelled = mined(node, &payer, &paid.id).await;
    assert_eq!(cancelled.state, PaymentState::Failed, "{cancelled:?}");
    assert_eq!(cancelled.error.unwrap().code, ErrorCode::Cancelled);
    assert_eq!(cancelled.money, MoneyState::Safe);
    assert_eq!(payer.balance().await, "300.00");

    let paid = pay(&payer, &address, "20").await;
    let first = paid.transaction.clone();
    payer
        .wallet
        .propose_replacement(paid.id.clone(), ReplacementAct::SpeedUp)
        .await
        .unwrap();
    payer.wallet.speed_up(paid.id.clone()).await.unwrap();
    let faster = mined(node, &payer, &paid.id).await;
    assert_eq!(faster.state, PaymentState::Settled, "{faster:?}");
    assert_ne!(faster.transaction, first);
    assert_eq!(payer.balance().await, "280.00");
    let late = payer
        .wallet
        .propose_replacement(paid.id.clone(), ReplacementAct::Cancel)
        .await;
    assert_eq!(late.unwrap_err().code(), ErrorCode::TooLateToReplace);

    // The person thinks about the price while a block takes the payment.
    let paid = pay(&payer, &address, "30").await;
    payer
        .wallet
        .propose_replacement(paid.id.clone(), ReplacementAct::Cancel)
        .await
        .unwrap();
    node.make_block().await;
    payer.wallet.cancel(paid.id.clone()).await.unwrap();
    let won = mined(node, &payer, &paid.id).await;
    assert_eq!(won.state, PaymentState::Settled, "{won:?}");
    assert_eq!(
        (payer.balance().await, shop.balance().await),
        ("250.00".to_owned(), "50.00".to_owned())
    );
}

/// Approves a payment, and waits until the node holds it.
async fn pay(payer: &Person, address: &str, amount: &str) -> PaymentView {
    let mut wish = wish(address);
    wish.amount = Some(amount.to_owned());
    let proposal = payer.wallet.propose(wish).await.unwrap();
    payer.wallet.approve(proposal.id).await.unwrap()
}

/// Has blocks made until the payment is over.
async fn mined(node: &Node, payer: &Person, id: &str) -> PaymentView {
    loop {
        node.make_block().await;
        let waiting = payer.wallet.wait_for(id, false);
        let limit = std::time::Duration::from_secs(1);
        if let Ok(payment) = tokio::time::timeout(limit, waiting).await {
            return payment.unwrap();
        }
    }
}
