//! Every fault on every node. Run by `tests/scenarios/run.sh`, in a network
//! namespace of its own: the Conflux node listens on every interface.

use jiaozi_scenarios::{
    A_FEW, Node, pay_beside_a_liar, pay_through_every_fault, pay_through_faults,
};

#[tokio::test(flavor = "multi_thread")]
async fn on_the_sandbox() {
    pay_through_every_fault(&Node::sandbox(), 2, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_anvil() {
    pay_through_every_fault(&Node::anvil().await, 1, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_few_on_conflux_espace() {
    pay_through_faults(&Node::conflux_espace().await, &A_FEW, 1, 12).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_few_on_conflux_core() {
    pay_through_faults(&Node::conflux_core(false).await, &A_FEW, 1, 7).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes: make faults"]
async fn on_conflux_espace() {
    pay_through_every_fault(&Node::conflux_espace().await, 1, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes: make faults"]
async fn on_conflux_espace_with_default_packing() {
    pay_through_every_fault(&Node::conflux_espace_default_packing().await, 1, 4).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "minutes: make faults"]
async fn on_conflux_core() {
    pay_through_every_fault(&Node::conflux_core(false).await, 1, 6).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_an_honest_endpoint_on_anvil() {
    pay_beside_a_liar(&Node::anvil().await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_an_honest_endpoint_on_conflux_espace() {
    pay_beside_a_liar(&Node::conflux_espace().await).await;
}
