//! A citizen pays a shop: once, exactly, and both see the same receipt.

use jiaozi_wallet::api::{
    ActivityQuery, Direction, ErrorCode, MoneyState, PaymentState, ProposeInput, ReceiveInput,
};

use crate::{Node, Person};

fn wish(request: &str) -> ProposeInput {
    ProposeInput {
        request: request.to_owned(),
        amount: None,
        asset: None,
        account: 0,
        note: None,
    }
}

/// The first payment, on any node.
pub async fn pay_a_shop(node: &Node) {
    let (payer, shop) = (Person::new(node).await, Person::new(node).await);
    node.welcome(&payer, &[&shop], "300").await;
    assert_eq!(payer.balance().await, "300.00");

    // The shop asks for ¥12.50, once.
    let charge = ReceiveInput {
        account: 0,
        amount: Some("12.50".to_owned()),
        asset: None,
        note: Some("两碗面".to_owned()),
        name: Some("老王面馆".to_owned()),
        one_time: true,
    };
    let charge = shop.wallet.receive(charge).await.unwrap();
    let reference = charge.reference.clone().unwrap();

    // The payer sees who gets how much, and approves.
    let request = payer
        .wallet
        .read_request(charge.link.clone())
        .await
        .unwrap();
    assert_eq!(request.amount.as_ref().unwrap().text, "¥12.50");
    assert_eq!(request.payee.claimed_name.as_deref(), Some("老王面馆"));
    assert_eq!(request.reference.as_deref(), Some(reference.as_str()));
    assert!(request.already.is_none());
    let proposal = payer.wallet.propose(wish(&charge.link)).await.unwrap();
    assert_eq!(proposal.balance_after.plain, "287.50");
    // Where the shop pays the fee, the payer has no coin at all.
    assert_eq!(proposal.shop_pays_fee, node.is_sponsored());
    assert!(!proposal.shop_pays_fee || proposal.fee.is_none());
    let paid = payer.wallet.approve(proposal.id.clone()).await.unwrap();
    assert_ne!(paid.money, MoneyState::Safe, "{paid:?}");
    let paid = payer.wallet.wait_for(&proposal.id, false).await.unwrap();
    assert_eq!(paid.state, PaymentState::Settled, "{paid:?}");
    if let Some(fee) = &proposal.fee {
        let (taken, cap): (u128, u128) = (
            paid.fee.as_ref().unwrap().atoms.parse().unwrap(),
            fee.cap.atoms.parse().unwrap(),
        );
        assert!(taken <= cap && taken > 0, "fee {taken}, cap {cap}");
    } else {
        assert_eq!(paid.fee, None);
    }

    // The shop's own look at the ledger shows the same payment, with its charge.
    shop.wallet.refresh(0).await.unwrap();
    let query = ActivityQuery {
        limit: 10,
        ..ActivityQuery::default()
    };
    let page = shop.wallet.activity(query).await.unwrap();
    assert_eq!(page.total, 1);
    let received = &page.rows[0];
    assert_eq!(received.direction, Direction::In);
    assert_eq!(received.amount, paid.amount);
    assert_eq!(received.transaction, paid.transaction);
    assert_eq!(received.reference, Some(reference));
    assert_eq!(received.counterparty.address, payer.address().await);

    // Money is conserved, to the fen.
    assert_eq!(
        (
            payer.balance().await.as_str(),
            shop.balance().await.as_str()
        ),
        ("287.50", "12.50")
    );

    // The purchase is paid once, however often it is asked for.
    let again = payer.wallet.approve(proposal.id.clone()).await.unwrap();
    assert_eq!(again.transaction, paid.transaction);
    let second = payer.wallet.propose(wish(&charge.link)).await.unwrap_err();
    assert_eq!(second.code(), ErrorCode::AlreadyPaid);
    let known = payer.wallet.read_request(charge.link).await.unwrap();
    assert_eq!(known.already.unwrap().id, proposal.id);

    // Two payments at once get two nonces and both arrive.
    let address = shop.address().await;
    let pay = |amount: &str| {
        let input = ProposeInput {
            amount: Some(amount.to_owned()),
            ..wish(&address)
        };
        let wallet = payer.wallet.clone();
        async move {
            let proposal = wallet.propose(input).await.unwrap();
            wallet.approve(proposal.id.clone()).await.unwrap();
            wallet.wait_for(&proposal.id, false).await.unwrap()
        }
    };
    let (one, two) = tokio::join!(pay("1"), pay("2.5"));
    assert_eq!(
        (one.state, two.state),
        (PaymentState::Settled, PaymentState::Settled)
    );
    assert_eq!(
        (
            payer.balance().await.as_str(),
            shop.balance().await.as_str()
        ),
        ("284.00", "16.00")
    );

    // More than there is does not leave.
    let input = ProposeInput {
        amount: Some("284.01".to_owned()),
        ..wish(&address)
    };
    assert_eq!(
        payer.wallet.propose(input).await.unwrap_err().code(),
        ErrorCode::NotEnough
    );

    payer.wallet.close().await;
    shop.wallet.close().await;
}
