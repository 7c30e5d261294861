//! Cancelling and speeding up. Run by `tests/scenarios/run.sh`, in a network
//! namespace of its own: the Conflux node listens on every interface.

use jiaozi_scenarios::{Node, replace_payments};

#[tokio::test(flavor = "multi_thread")]
async fn on_anvil() {
    replace_payments(&Node::anvil().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_conflux_core() {
    replace_payments(&Node::conflux_core_by_hand().await).await;
}
