//! The till on every node. Run by `tests/scenarios/run.sh`, in a network
//! namespace of its own: the Conflux node listens on every interface.

use jiaozi_scenarios::{Node, take_payments_at_the_till};

#[tokio::test(flavor = "multi_thread")]
async fn on_the_sandbox() {
    take_payments_at_the_till(&Node::sandbox()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_anvil() {
    take_payments_at_the_till(&Node::anvil().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_conflux_core() {
    take_payments_at_the_till(&Node::conflux_core(false).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_conflux_espace() {
    take_payments_at_the_till(&Node::conflux_espace().await).await;
}
