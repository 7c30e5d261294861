//! What the real `jiaozi` says, on real nodes. Run by `tests/scenarios/run.sh`.
#![allow(clippy::unwrap_used, reason = "tests")]

use jiaozi_faults::{Fault, Plan, Proxy};
use jiaozi_scenarios::{Node, Terminal};
use serde_json::json;

/// What is asked of a payment's place on the ledger.
const LOOKING: [&str; 2] = ["eth_getTransactionReceipt", "eth_getTransactionByHash"];
const SHOP: &str = "0x52908400098527886E0F7030069857D2E4169EE7";

/// The payer has no coin, before and after; that, and who paid the fee, is
/// asked of the node itself.
#[tokio::test(flavor = "multi_thread")]
async fn the_shop_pays_the_fee_on_conflux_core() {
    let node = Node::conflux_core(true).await;
    let core = node.core().await;
    let payer = Terminal::new().await;
    payer.join(&core.id, &core.url, &core.token, "risk").await;
    let address = payer.address().await;
    node.mint_on_core(&core.token, &address, "300").await;
    let coin = async || {
        let asked = json!([address, "latest_state"]);
        core.node.ask("cfx_getBalance", asked).await.unwrap()
    };
    assert_eq!(coin().await, "0x0");

    let pay = ["pay", &core.shop, "--amount", "12.50", "--yes"];
    let (out, _) = payer.says(&pay).await;
    assert!(out.contains("the shop pays the fee"), "{out}");
    let history = payer.json(&["history"]).await;
    let rows = history["rows"].as_array().or(history.as_array()).unwrap();
    let paid = rows
        .iter()
        .find(|row| row["direction"] == "out")
        .expect("the payment is in the history");
    assert_eq!(
        (&paid["state"], &paid["fee"]),
        (&json!("settled"), &json!(null)),
        "{paid}"
    );

    let receipt = core
        .node
        .ask("cfx_getTransactionReceipt", json!([paid["transaction"]]))
        .await
        .unwrap();
    assert_eq!(receipt["outcomeStatus"], "0x0", "{receipt}");
    assert_eq!(receipt["gasCoveredBySponsor"], true, "{receipt}");
    assert_eq!(receipt["storageCoveredBySponsor"], true, "{receipt}");
    assert_eq!(coin().await, "0x0");
}

/// With the liar alone nobody can tell that it lies: what the wallet shows is
/// marked as one node's word, in both languages, wherever it is shown.
#[tokio::test(flavor = "multi_thread")]
async fn a_single_endpoint_is_said_to_be_unchecked() {
    let node = Node::anvil().await;
    let payer = Terminal::new().await;
    let address = payer.address().await;
    let ground = node.endow(&address, "300", &[&address]).await;
    let liar = Proxy::start(&node.url().await).await.unwrap();
    let id = ground.network_id().unwrap();
    payer.join(id, &liar.url(), ground.truth.token(), "1").await;

    let (out, _) = payer.says(&["network", "test"]).await;
    assert!(out.contains("nobody can check what it says"), "{out}");
    let (out, _) = payer
        .says(&["network", "test", "--language", "zh-CN"])
        .await;
    assert!(out.contains("它的话无从核对"), "{out}");
    let tested = payer.json(&["network", "test"]).await;
    assert_eq!(tested["agreement"], "single", "{tested}");

    // Executed, and told as it was before: nothing is claimed of the ledger.
    // What was before must have been asked for, so no block may come in between.
    node.hold_blocks().await;
    liar.inflict(Plan::always(Fault::StaleState).only(&LOOKING));
    let pay = [
        "pay",
        SHOP,
        "--amount",
        "20",
        "--yes",
        "--wait",
        "submitted",
    ];
    let shown = payer.json(&pay).await;
    let id = shown["id"].as_str().unwrap();
    let shown = payer.json(&["show", id]).await;
    assert_eq!(shown["state"], "submitted", "{shown}");
    for _ in 0..3 {
        node.make_block().await;
    }
    assert_eq!(ground.truth.times_paid(&address, SHOP, 2_000).await, 1);
    let shown = payer.json(&["show", id]).await;
    assert_eq!(shown["state"], "submitted", "{shown}");
    liar.heal();
    let shown = payer.json(&["show", id, "--wait"]).await;
    assert_eq!(shown["state"], "settled", "{shown}");
    unchecked(&payer, id).await;

    // Swallowed, and called executed: this is the lie that one endpoint can tell.
    liar.inflict(Plan::always(Fault::FalseReceipt));
    let pay = ["pay", SHOP, "--amount", "10", "--yes"];
    let shown = payer.json(&pay).await;
    assert_eq!(ground.truth.times_paid(&address, SHOP, 1_000).await, 0);
    assert_eq!(shown["state"], "settled", "{shown}");
    unchecked(&payer, shown["id"].as_str().unwrap()).await;
}

/// What is shown of a payment says that nobody could check it.
async fn unchecked(payer: &Terminal, id: &str) {
    let shown = payer.json(&["show", id]).await;
    assert_eq!(shown["checked"], "single", "{shown}");
    for (language, said) in [
        ("en", "one node says so; there is no second one to check it"),
        ("zh-CN", "仅一个节点确认，没有第二个节点可核对"),
    ] {
        let (out, _) = payer.says(&["show", id, "--language", language]).await;
        assert!(out.contains(said), "{out}");
    }
}
