//! Cancelling, speeding up, and signing anew. Run by `tests/scenarios/run.sh`, in a network
//! namespace of its own: the Conflux node listens on every interface.

use jiaozi_scenarios::{Node, renew_in_core_space, replace_payments};

#[tokio::test(flavor = "multi_thread")]
async fn on_anvil() {
    replace_payments(&Node::anvil().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_conflux_core() {
    replace_payments(&Node::conflux_core_by_hand().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn anew_on_conflux_core() {
    renew_in_core_space(&Node::conflux_core_by_hand().await).await;
}
