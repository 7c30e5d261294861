//! Cancelling and speeding up. Run by `tests/scenarios/run.sh`.

use jiaozi_scenarios::{Node, replace_payments};

#[tokio::test(flavor = "multi_thread")]
async fn on_anvil() {
    replace_payments(&Node::anvil().await).await;
}
