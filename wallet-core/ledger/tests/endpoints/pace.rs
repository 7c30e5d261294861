//! Who is asked first, who is left alone, and for how long.

use std::time::Duration;

use alloy_primitives::Address;
use jiaozi_ledger::{Ledger, LedgerError};

use crate::node::{Fault, ScriptedNode};
use crate::{ledger, patient};

const ACCOUNT: Address = Address::repeat_byte(0xAA);

fn call() -> jiaozi_ledger::Call {
    jiaozi_ledger::Call {
        from: ACCOUNT,
        to: ACCOUNT,
        value: Default::default(),
        data: Default::default(),
    }
}

#[tokio::test]
async fn a_node_that_asks_for_a_pause_gets_it() {
    // Seconds, and a date that is far away by any clock.
    for after in ["100", "Fri, 31 Dec 2100 23:59:59 GMT"] {
        let node = ScriptedNode::start().await;
        let ledger = ledger(&[&node], patient());
        ledger.head().await.unwrap();
        node.script().fault = Fault::TooMany(after);
        assert_eq!(ledger.head().await, Err(LedgerError::RateLimited));
        let asked = node.script().asked.len();
        for _ in 0..20 {
            assert_eq!(ledger.head().await, Err(LedgerError::RateLimited));
        }
        assert_eq!(node.script().asked.len(), asked, "{after}");
    }
}

#[tokio::test]
async fn a_short_pause_is_waited_for() {
    let node = ScriptedNode::start().await;
    let ledger = ledger(&[&node], patient());
    ledger.head().await.unwrap();
    node.script().fault = Fault::TooMany("1");
    assert_eq!(ledger.head().await, Err(LedgerError::RateLimited));
    node.script().fault = Fault::None;
    assert_eq!(ledger.head().await, Ok(100));
}

#[tokio::test]
async fn others_are_asked_while_one_pauses() {
    let (busy, free) = (ScriptedNode::start().await, ScriptedNode::start().await);
    let ledger = ledger(&[&busy, &free], patient());
    busy.script().fault = Fault::TooMany("100");
    ledger.head().await.unwrap();
    let asked = busy.script().asked.len();
    for _ in 0..5 {
        ledger.quote(&call()).await.unwrap();
    }
    assert_eq!(busy.script().asked.len(), asked);
}

#[tokio::test]
async fn a_slow_endpoint_is_overtaken_and_then_asked_second() {
    let (slow, fast) = (ScriptedNode::start().await, ScriptedNode::start().await);
    slow.script().fault = Fault::Stall;
    let ledger = ledger(&[&slow, &fast], patient());
    // Would take two minutes if it were waited for.
    for _ in 0..3 {
        ledger.quote(&call()).await.unwrap();
    }
    let asked = slow.script().asked.len();
    for _ in 0..5 {
        ledger.quote(&call()).await.unwrap();
    }
    assert_eq!(slow.script().asked.len(), asked, "still asked first");
    assert!(fast.script().asked.len() > 8);
}

#[tokio::test]
async fn what_must_not_be_asked_twice_is_not() {
    let (slow, fast) = (ScriptedNode::start().await, ScriptedNode::start().await);
    slow.script().delay = Duration::from_millis(800);
    let ledger = ledger(&[&slow, &fast], patient());
    let refused = ledger.sandbox_top_up(ACCOUNT, Default::default()).await;
    assert_eq!(refused, Err(LedgerError::Node(-32601)));
    assert_eq!(slow.count("sandbox_topUp") + fast.count("sandbox_topUp"), 1);
}

#[tokio::test]
async fn every_endpoint_is_reported() {
    let (good, wrong, down, stale) = (
        ScriptedNode::start().await,
        ScriptedNode::with(|script| script.chain = 7).await,
        ScriptedNode::with(|script| script.fault = Fault::Drop).await,
        ScriptedNode::with(|script| script.head = 3).await,
    );
    good.script().client = "Good <b>\u{202e}node/1".into();
    let ledger = ledger(&[&good, &wrong, &down, &stale], patient());
    // Whatever they did before.
    let _ = ledger.head().await;
    let reports = ledger.endpoints().await;
    let [good, wrong, down, stale] = reports.as_slice() else {
        panic!("{reports:?}")
    };
    assert!(good.reachable && good.is_at_head && good.error.is_none());
    assert_eq!(good.head, Some(100));
    assert_eq!(good.client.as_deref(), Some("Good<b>node/1"));
    assert!(good.latency.is_some());
    assert!(good.host.starts_with("http://127.0.0.1:") && !good.host.contains("KEY"));
    assert_eq!(wrong.chain, Some(jiaozi_types::ChainId::Eip155(7)));
    assert!(wrong.reachable && matches!(wrong.error, Some(LedgerError::WrongChain { .. })));
    assert!(!down.reachable);
    assert_eq!(down.error, Some(LedgerError::Unreachable));
    assert!(stale.reachable && !stale.is_at_head);
}
