//! Signed bytes go to everyone, and one refusal ends nothing.

use alloy_primitives::Bytes;
use jiaozi_ledger::{Ledger, LedgerError};

use crate::node::{Fault, ScriptedNode};
use crate::{ledger, patient};

const SIGNED: Bytes = Bytes::from_static(b"signed");

async fn until(condition: impl Fn() -> bool) {
    while !condition() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn everyone_gets_the_bytes_also_when_one_was_enough() {
    let (fast, slow) = (ScriptedNode::start().await, ScriptedNode::start().await);
    slow.script().delay = std::time::Duration::from_millis(300);
    let ledger = ledger(&[&fast, &slow], patient());
    ledger.submit(&SIGNED).await.unwrap();
    assert!(!fast.script().sent.is_empty());
    until(|| !slow.script().sent.is_empty()).await;
}

#[tokio::test]
async fn one_that_takes_it_is_enough() {
    for fault in [Fault::Drop, Fault::Html, Fault::TooMany("60")] {
        let (bad, good) = (ScriptedNode::start().await, ScriptedNode::start().await);
        bad.script().fault = fault;
        let ledger = ledger(&[&bad, &good], patient());
        ledger.submit(&SIGNED).await.unwrap();
        assert_eq!(good.script().sent, [SIGNED]);
    }
}

#[tokio::test]
async fn one_that_has_it_counts() {
    for message in ["already known", "tx already exist", "Known transaction"] {
        let node = ScriptedNode::with(|script| script.refuses = Some((-32000, message))).await;
        assert_eq!(ledger(&[&node], patient()).submit(&SIGNED).await, Ok(()));
    }
}

#[tokio::test]
async fn a_refusal_counts_when_all_refuse() {
    let broke =
        || ScriptedNode::with(|script| script.refuses = Some((-32000, "insufficient funds")));
    let (one, other) = (broke().await, broke().await);
    let both = ledger(&[&one, &other], patient());
    assert_eq!(
        both.submit(&SIGNED).await,
        Err(LedgerError::InsufficientFunds)
    );
    // The second may have it, for all that is known.
    other.script().fault = Fault::Drop;
    let both = ledger(&[&one, &other], patient());
    let error = both.submit(&SIGNED).await.unwrap_err();
    assert!(error.is_retryable(), "{error}");
    // Used up is used up, whoever says it: the ledger is asked by whom.
    one.script().refuses = Some((-32000, "nonce too low"));
    let both = ledger(&[&one, &other], patient());
    assert_eq!(both.submit(&SIGNED).await, Err(LedgerError::NonceTooLow));
}

#[tokio::test]
async fn a_paused_endpoint_is_still_sent_to() {
    let (bad, good) = (ScriptedNode::start().await, ScriptedNode::start().await);
    bad.script().fault = Fault::Html;
    let ledger = ledger(&[&bad, &good], patient());
    for _ in 0..3 {
        ledger.head().await.unwrap();
    }
    bad.script().fault = Fault::None;
    good.script().fault = Fault::Drop;
    ledger.submit(&SIGNED).await.unwrap();
    assert_eq!(bad.script().sent, [SIGNED]);
}
