//! Every fault on every node. Run by `tests/scenarios/run.sh`, in a network
//! namespace of its own: the Conflux node listens on every interface.

use jiaozi_scenarios::{Node, pay_beside_a_liar, pay_through_every_fault};

#[tokio::test(flavor = "multi_thread")]
async fn on_the_sandbox() {
    pay_through_every_fault(&Node::sandbox(), 2, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_anvil() {
    pay_through_every_fault(&Node::anvil().await, 1, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "several minutes: make faults"]
async fn on_conflux_espace() {
    pay_through_every_fault(&Node::conflux_espace().await, 1, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "several minutes: make faults"]
async fn on_conflux_espace_with_default_packing() {
    pay_through_every_fault(&Node::conflux_espace_default_packing().await, 1, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_an_honest_endpoint_on_anvil() {
    pay_beside_a_liar(&Node::anvil().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_an_honest_endpoint_on_conflux_espace() {
    pay_beside_a_liar(&Node::conflux_espace().await).await;
}
