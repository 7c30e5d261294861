//! Each fault of one endpoint: alone it is a clear error that passes, beside an
//! honest endpoint it is not noticed.

use alloy_primitives::{Address, B256, U256};
use jiaozi_ledger::{Agreement, Ledger, LedgerError, TransactionStatus};

use crate::node::{Fault, ScriptedNode};
use crate::{hasty, ledger, patient};

const ACCOUNT: Address = Address::repeat_byte(0xAA);

/// What a person can do about it is in the error.
#[derive(Debug, PartialEq)]
enum Kind {
    Unreachable,
    Timeout,
    Garbage,
    RateLimited,
}

fn kind(error: &LedgerError) -> Kind {
    assert!(error.is_retryable(), "{error}");
    match error {
        LedgerError::Unreachable => Kind::Unreachable,
        LedgerError::Timeout => Kind::Timeout,
        LedgerError::Garbage(_) => Kind::Garbage,
        LedgerError::RateLimited => Kind::RateLimited,
        other => panic!("{other}"),
    }
}

fn faults() -> Vec<(Fault, Kind)> {
    vec![
        (Fault::DisconnectAfterAccept, Kind::Unreachable),
        (Fault::Drop, Kind::Unreachable),
        (Fault::Stall, Kind::Timeout),
        (Fault::SlowLoris, Kind::Timeout),
        (Fault::Promised, Kind::Garbage),
        (Fault::Truncate, Kind::Unreachable),
        (Fault::Duplicate, Kind::Garbage),
        (Fault::Corrupt, Kind::Garbage),
        (Fault::Deep, Kind::Garbage),
        (Fault::Huge, Kind::Garbage),
        (Fault::WrongId, Kind::Garbage),
        (Fault::Html, Kind::Garbage),
        (Fault::WrongForm, Kind::Garbage),
        (Fault::Status(500), Kind::Unreachable),
        (Fault::Status(502), Kind::Unreachable),
        (Fault::Status(404), Kind::Garbage),
        (Fault::TooMany("0"), Kind::RateLimited),
    ]
}

#[tokio::test]
async fn alone_each_fault_is_a_clear_error_that_passes() {
    for (fault, expected) in faults() {
        let node = ScriptedNode::start().await;
        // Only those that never answer are to be given up.
        let options = if expected == Kind::Timeout {
            hasty()
        } else {
            patient()
        };
        let ledger = ledger(&[&node], options);
        node.script().fault = fault.clone();
        let error = ledger.coin_balance(ACCOUNT).await.unwrap_err();
        assert_eq!(kind(&error), expected, "{fault:?}");
        assert!(node.script().sent.is_empty());

        node.script().fault = Fault::None;
        node.disconnect();
        let healed = loop {
            match ledger.coin_balance(ACCOUNT).await {
                Ok(balance) => break balance,
                Err(error) => assert!(error.is_retryable(), "{fault:?}: {error}"),
            }
        };
        assert_eq!(healed, U256::from(500), "{fault:?}");
    }
}

#[tokio::test]
async fn beside_an_honest_endpoint_no_fault_is_noticed() {
    let transaction = B256::repeat_byte(1);
    for (fault, _) in faults() {
        let (bad, good) = (ScriptedNode::start().await, ScriptedNode::start().await);
        good.script().include(transaction, 90, true);
        bad.script().fault = fault.clone();
        // The bad one is given up soon, the good one never.
        let mut options = patient();
        options.patience = std::time::Duration::from_millis(300);
        let ledger = ledger(&[&bad, &good], options);
        assert_eq!(
            ledger.coin_balance(ACCOUNT).await,
            Ok(U256::from(500)),
            "{fault:?}"
        );
        assert_eq!(ledger.head().await, Ok(100), "{fault:?}");
        // One endpoint's word is one endpoint's word.
        match ledger.status(transaction).await {
            Ok(TransactionStatus::Included(inclusion)) => {
                assert_eq!(inclusion.agreement, Agreement::Unconfirmed, "{fault:?}");
                assert!(!inclusion.is_final, "{fault:?}");
            }
            other => panic!("{fault:?}: {other:?}"),
        }
        let error = ledger.nonces(ACCOUNT).await.unwrap_err();
        assert!(error.is_retryable(), "{fault:?}: {error}");
    }
}

#[tokio::test]
async fn a_node_on_another_chain_is_told_nothing() {
    let (wrong, good) = (
        ScriptedNode::with(|script| script.chain = 1).await,
        ScriptedNode::start().await,
    );
    let alone = ledger(&[&wrong], patient());
    let error = alone.coin_balance(ACCOUNT).await.unwrap_err();
    assert!(matches!(error, LedgerError::WrongChain { .. }), "{error}");
    assert!(alone.submit(&vec![1, 2, 3].into()).await.is_err());

    let both = ledger(&[&wrong, &good], patient());
    assert_eq!(both.coin_balance(ACCOUNT).await, Ok(U256::from(500)));
    both.submit(&vec![1, 2, 3].into()).await.unwrap();
    assert_eq!(good.script().sent.len(), 1);
    assert!(wrong.script().sent.is_empty());
    assert_eq!(wrong.count("eth_getBalance"), 0);
}

#[tokio::test]
async fn after_a_reconnect_the_chain_is_compared_again() {
    let node = ScriptedNode::start().await;
    let ledger = ledger(&[&node], patient());
    assert_eq!(ledger.coin_balance(ACCOUNT).await, Ok(U256::from(500)));
    let asked = node.count("eth_chainId");
    assert_eq!(ledger.coin_balance(ACCOUNT).await, Ok(U256::from(500)));
    assert_eq!(
        node.count("eth_chainId"),
        asked,
        "one connection, one question"
    );

    // Another node takes its place, silently.
    node.script().chain = 1;
    node.script().balance = U256::from(1_000_000);
    node.disconnect();
    let error = loop {
        match ledger.coin_balance(ACCOUNT).await {
            // The closed connection may be noticed as a failure first.
            Err(LedgerError::Unreachable) => {}
            Err(error) => break error,
            Ok(balance) => panic!("believed {balance} of another chain"),
        }
    };
    assert!(matches!(error, LedgerError::WrongChain { .. }), "{error}");
}
