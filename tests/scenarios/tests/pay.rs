//! The pay scenario on every node. Run by `tests/scenarios/run.sh`, in a
//! network namespace of its own: the Conflux node listens on every interface.

use jiaozi_scenarios::{Node, pay_a_shop};

#[tokio::test(flavor = "multi_thread")]
async fn on_the_sandbox() {
    pay_a_shop(&Node::sandbox()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_anvil() {
    pay_a_shop(&Node::anvil().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_conflux_core() {
    pay_a_shop(&Node::conflux_core(false).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_conflux_core_where_the_shop_pays_the_fee() {
    pay_a_shop(&Node::conflux_core(true).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_conflux_espace() {
    pay_a_shop(&Node::conflux_espace().await).await;
}
