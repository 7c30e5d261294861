//! A shop's till: charges, payments, gathering, a refund.

use std::time::Duration;

use jiaozi_types::agent::Language;
use jiaozi_wallet::Till;
use jiaozi_wallet::api::till::{
    ChargeFlags, ChargeInput, ChargeState, ChargeView, RefundInput, RefundState, StaffInput,
    TillAccountInput, TillEventKind, TillInput,
};
use jiaozi_wallet::api::{ErrorCode, PaymentState, ProposeInput};

use crate::pay::wish;
use crate::{Node, Person};

const PIN: &str = "2468";

/// The till's day in small, on any node.
pub async fn take_payments_at_the_till(node: &Node) {
    let (payer, shop) = (Person::new(node).await, Person::new(node).await);
    node.welcome(&payer, &[&shop], "300").await;
    let till = shop.wallet.till();
    assert!(till.view().unwrap().is_none());
    let view = till.set_up(setup()).await.unwrap();
    assert_eq!((view.till, view.account), (7, Some(0)));
    let staff = StaffInput {
        name: "小李".to_owned(),
        pin: Some(PIN.to_owned()),
        may_refund: true,
    };
    till.save_staff(staff).await.unwrap();
    let named = till.sign_name().await.unwrap();
    let identity = named.shop_id.unwrap();
    assert!(named.signed_until.is_some());
    till.watch();

    // Our own wallet pays the shop's link, bound to the charge.
    let noodles = till.charge(charge("12.50")).await.unwrap();
    assert_eq!(
        (noodles.state, noodles.id.as_str()),
        (ChargeState::Open, "7-0")
    );
    see_the_shop(&payer, &shop, &noodles.link, &identity).await;
    pay(&payer, &noodles.link, None).await;
    let noodles = until(&till, &noodles.id, |charge| {
        charge.state == ChargeState::Paid
    })
    .await;
    assert_eq!(noodles.flags, ChargeFlags::default());
    assert_eq!(noodles.payments.len(), 1);
    assert_eq!(noodles.payments[0].from, payer.address().await);

    // Another pays the bare address, in two halves.
    let tea = till.charge(charge("8")).await.unwrap();
    assert_ne!(tea.address, noodles.address);
    pay(&payer, &tea.address, Some("4")).await;
    let half = until(&till, &tea.id, |charge| !charge.payments.is_empty()).await;
    assert!(half.state == ChargeState::Open && half.flags.under);
    pay(&payer, &tea.address, Some("4")).await;
    let tea = until(&till, &tea.id, |charge| charge.state == ChargeState::Paid).await;
    assert_eq!(tea.flags, ChargeFlags::default());

    // Nobody pays; the cashier ends it, and what comes then is late.
    let unpaid = till.charge(charge("5")).await.unwrap();
    let closed = till.close(&unpaid.id).await.unwrap();
    assert_eq!(closed.state, ChargeState::Closed);
    pay(&payer, &unpaid.address, Some("5")).await;
    let late = until(&till, &unpaid.id, |charge| charge.flags.late).await;
    assert_eq!(
        (late.state, late.returnable.plain.as_str()),
        (ChargeState::Closed, "5.00")
    );

    // Gathered to the shop's account, once it is final.
    let gathered = |charge: &ChargeView| charge.gathered;
    for id in [&noodles.id, &tea.id, &unpaid.id] {
        let started = tokio::time::Instant::now();
        while !till.get(id).unwrap().gathered {
            assert!(started.elapsed() < PATIENCE, "{:?}", till.sweep_view());
            till.sweep().await.unwrap();
            tokio::time::sleep(STEP).await;
        }
        until(&till, id, gathered).await;
    }
    let swept = till.sweep_view().unwrap();
    assert_eq!((swept.left.plain.as_str(), swept.addresses), ("0.00", 0));
    assert_eq!(swept.gathered.plain, "25.50");
    assert_eq!(shop.balance().await, "25.50");

    // The late money goes back, once, whoever asks how often.
    let refund = RefundInput {
        charge: unpaid.id.clone(),
        number: "R-1".to_owned(),
        amount: None,
        asset: None,
        to: None,
        staff: "小李".to_owned(),
        pin: Some(PIN.to_owned()),
        reason: Some("来晚了".to_owned()),
    };
    let wrong = RefundInput {
        pin: Some("1111".to_owned()),
        ..refund.clone()
    };
    let wrong = till.refund(wrong).await.unwrap_err();
    assert_eq!(wrong.code(), ErrorCode::TillPinWrong);
    let (one, two) = tokio::join!(till.refund(refund.clone()), till.refund(refund.clone()));
    assert_eq!(one.unwrap().payment, two.unwrap().payment);
    let started = tokio::time::Instant::now();
    while till.refund_of("R-1").unwrap().state != RefundState::Paid {
        assert!(started.elapsed() < PATIENCE, "{:?}", till.refund_of("R-1"));
        tokio::time::sleep(STEP).await;
    }
    let more = RefundInput {
        number: "R-2".to_owned(),
        ..refund
    };
    let more = till.refund(more).await.unwrap_err();
    assert_eq!(more.code(), ErrorCode::RefundNothing);
    assert_eq!(shop.balance().await, "20.50");
    assert_eq!(payer.balance().await, "279.50");

    // All of it is told, in order, without gaps.
    let events = till.events_after(0, 1_000).unwrap();
    let numbers: Vec<_> = events.iter().map(|event| event.seq).collect();
    assert_eq!(numbers, (1..=events.len() as u64).collect::<Vec<_>>());
    let told = |kind| events.iter().filter(|event| event.kind == kind).count();
    assert_eq!(told(TillEventKind::ChargeCreated), 3);
    assert_eq!(told(TillEventKind::ChargePaid), 2);
    assert_eq!(told(TillEventKind::ChargeClosed), 1);
}

/// The payer's wallet reads the shop's signed name; once the shop is saved it
/// knows the fresh address as the shop's.
async fn see_the_shop(payer: &Person, shop: &Person, link: &str, identity: &str) {
    let seen = payer.wallet.read_request(link.to_owned()).await.unwrap();
    let stranger = seen.payee.shop.unwrap();
    assert_eq!(
        (stranger.name.as_str(), stranger.id.as_str(), stranger.known),
        ("老王面馆", identity, false)
    );
    // On Core Space the identity is saved on an EVM network.
    if !shop.address().await.starts_with("0x") {
        return;
    }
    let saved = payer
        .wallet
        .save_contact("楼下面馆".to_owned(), identity.to_owned());
    assert!(saved.await.unwrap().in_vault);
    let seen = payer.wallet.read_request(link.to_owned()).await.unwrap();
    let known = seen.payee.shop.unwrap();
    assert!(known.known, "{known:?}");
    assert_eq!(known.saved_name.as_deref(), Some("楼下面馆"));
}

const PATIENCE: Duration = Duration::from_secs(180);
const STEP: Duration = Duration::from_millis(100);

fn setup() -> TillInput {
    TillInput {
        shop: "老王面馆".to_owned(),
        till: 7,
        account: TillAccountInput::Own { account: 0 },
        asset: None,
        charge_seconds: None,
        unclear_seconds: None,
        instant_up_to: None,
        display_languages: vec![Language::SimplifiedChinese],
        voice: None,
        printer: None,
        utc_offset: None,
        other_tills: Vec::new(),
    }
}

fn charge(yuan: &str) -> ChargeInput {
    ChargeInput {
        amount: Some(yuan.to_owned()),
        ..ChargeInput::default()
    }
}

async fn pay(payer: &Person, request: &str, amount: Option<&str>) {
    let input = ProposeInput {
        amount: amount.map(str::to_owned),
        ..wish(request)
    };
    let proposal = payer.wallet.propose(input).await.unwrap();
    payer.wallet.approve(proposal.id.clone()).await.unwrap();
    let paid = payer.wallet.wait_for(&proposal.id, false).await.unwrap();
    assert_eq!(paid.state, PaymentState::Settled, "{paid:?}");
}

async fn until(till: &Till, id: &str, wanted: impl Fn(&ChargeView) -> bool) -> ChargeView {
    let started = tokio::time::Instant::now();
    loop {
        let charge = till.get(id).unwrap();
        if wanted(&charge) {
            return charge;
        }
        assert!(started.elapsed() < PATIENCE, "{charge:?}");
        tokio::time::sleep(STEP).await;
    }
}
