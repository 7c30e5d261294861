//! A payment in Conflux Core Space that waits until its time is nearly over.
//!
//! A node makes a few ten blocks a second, and a transaction's time is 100,000
//! epochs: the wallet's node is one that counts further than there are. All else
//! is real, and the node takes what is signed anew.

use std::time::{Duration, Instant};

use jiaozi_faults::{Fault, Plan, Proxy};
use jiaozi_wallet::Wallet;
use jiaozi_wallet::api::{PaymentState, PaymentView};
use serde_json::{Value, json};

use crate::pay::wish;
use crate::{Ground, Node, Payer, Person};

const PATIENCE: Duration = Duration::from_secs(120);
const FEN: u128 = 1_200;

/// The payment is signed anew for a later epoch, over the same nonce, without a
/// word to anybody; one of the two is executed.
pub async fn renew_in_core_space(node: &Node) {
    let proxy = Proxy::start(&node.url().await).await.unwrap();
    let urls = [proxy.url()];
    let seen = std::sync::Mutex::new(None);
    let payer = Payer::new(&urls[0], async |wallet: Wallet| {
        let ground = node.set_up(&wallet, &urls, "300").await;
        *seen.lock().unwrap() = Some(ground);
    })
    .await;
    let ground = seen.into_inner().unwrap().unwrap();
    let shop = Person::new(node).await;
    ground.join(&shop.wallet, &[node.url().await]).await;
    let shop_address = shop.address().await;
    let wallet = payer.open(&proxy.url()).await;

    node.hold_blocks().await;
    let mut wish = wish(&shop_address);
    wish.amount = Some("12".to_owned());
    let proposal = wallet.propose(wish).await.unwrap();
    let paid = wallet.approve(proposal.id).await.unwrap();
    let first = known(&ground, &paid).await;

    proxy.inflict(Plan::always(Fault::EpochsAhead));
    let began = Instant::now();
    let renewed = loop {
        let shown = wallet.payment(paid.id.clone()).await.unwrap();
        if shown.transaction != paid.transaction {
            break shown;
        }
        assert!(began.elapsed() < PATIENCE, "not signed anew: {shown:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    let second = known(&ground, &renewed).await;
    assert_eq!(first["nonce"], second["nonce"]);
    let further = number(&second["epochHeight"]) - number(&first["epochHeight"]);
    assert!(further >= Fault::AHEAD, "{further} epochs later");
    proxy.heal();

    let over = loop {
        node.make_block().await;
        let waiting = wallet.wait_for(&paid.id, false);
        if let Ok(over) = tokio::time::timeout(Duration::from_secs(1), waiting).await {
            break over.unwrap();
        }
        assert!(began.elapsed() < PATIENCE * 2, "never over");
    };
    assert_eq!(over.state, PaymentState::Settled, "{over:?}");
    let truth = &ground.truth;
    assert_eq!(
        truth.times_paid(payer.address(), &shop_address, FEN).await,
        1
    );
    assert_eq!(truth.balance(payer.address()).await, 30_000 - FEN);
    wallet.close().await;
    shop.wallet.close().await;
}

/// The payment's transaction as the node itself has it, in no block yet.
async fn known(ground: &Ground, payment: &PaymentView) -> Value {
    let began = Instant::now();
    let asked = json!([payment.transaction]);
    loop {
        let node = ground.truth.node();
        let found = node.ask("cfx_getTransactionByHash", asked.clone()).await;
        let found = found.unwrap();
        if !found.is_null() {
            assert!(found["blockHash"].is_null(), "{found}");
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "the node was not given {asked}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn number(value: &Value) -> u64 {
    u64::from_str_radix(&value.as_str().unwrap()[2..], 16).unwrap()
}
