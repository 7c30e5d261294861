//! Endpoints that answer well and falsely.

use alloy_primitives::{Address, B256, U256};
use jiaozi_ledger::{Agreement, Finality, Inclusion, Ledger, LedgerError, TransactionStatus};

use crate::node::{ScriptedNode, block_hash};
use crate::{CHAIN, ledger, ledger_of, patient};

const ACCOUNT: Address = Address::repeat_byte(0xAA);
const TOKEN: Address = Address::repeat_byte(0x70);
const PAID: B256 = B256::repeat_byte(1);

async fn included(ledger: &impl Ledger) -> Inclusion {
    match ledger.status(PAID).await {
        Ok(TransactionStatus::Included(inclusion)) => inclusion,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn two_that_agree_settle() {
    for finality in [Finality::Immediate, Finality::Depth(5), Finality::Finalized] {
        let nodes = [ScriptedNode::start().await, ScriptedNode::start().await];
        for node in &nodes {
            node.script().include(PAID, 90, true);
        }
        let ledger = ledger_of(CHAIN, finality, &[&nodes[0], &nodes[1]], patient());
        let inclusion = included(&ledger).await;
        assert_eq!(inclusion.agreement, Agreement::Agreed, "{finality:?}");
        assert!(inclusion.is_final && inclusion.success, "{finality:?}");
        assert_eq!(inclusion.fee, U256::from(42_000));
        assert_eq!(inclusion.block_hash, block_hash(0, 90));
    }
}

#[tokio::test]
async fn finality_needs_two_that_call_it_final() {
    let nodes = [ScriptedNode::start().await, ScriptedNode::start().await];
    for node in &nodes {
        node.script().include(PAID, 99, true);
    }
    // This one claims blocks that nobody else has seen.
    nodes[0].script().head = 1_000_000;
    let ledger = ledger_of(
        CHAIN,
        Finality::Depth(5),
        &[&nodes[0], &nodes[1]],
        patient(),
    );
    let inclusion = included(&ledger).await;
    assert_eq!(inclusion.agreement, Agreement::Agreed);
    assert!(!inclusion.is_final);
    assert_eq!(ledger.head().await, Ok(100));
    nodes[1].script().head = 104;
    assert!(included(&ledger).await.is_final);
}

#[tokio::test]
async fn a_false_receipt_settles_nothing() {
    for success in [true, false] {
        let (liar, honest) = (ScriptedNode::start().await, ScriptedNode::start().await);
        // Well made: its own block bears it out.
        liar.script().fork = 1;
        liar.script().include(PAID, 50, success);
        honest.script().known.push(PAID);
        let both = ledger(&[&liar, &honest], patient());
        let inclusion = included(&both).await;
        assert_eq!(inclusion.agreement, Agreement::Unconfirmed);
        assert!(!inclusion.is_final);

        // The truth comes: still no two say the same.
        honest.script().include(PAID, 95, !success);
        let inclusion = included(&both).await;
        assert_eq!(inclusion.agreement, Agreement::Unconfirmed);
        assert!(!inclusion.is_final);

        // A second honest endpoint decides it.
        let second = ScriptedNode::start().await;
        second.script().include(PAID, 95, !success);
        let three = ledger(&[&liar, &honest, &second], patient());
        let inclusion = included(&three).await;
        assert_eq!(inclusion.agreement, Agreement::Agreed);
        assert_eq!((inclusion.block, inclusion.success), (95, !success));
        assert!(inclusion.is_final);

        // Alone, the liar cannot be checked, and that is said.
        let alone = ledger(&[&liar], patient());
        let inclusion = included(&alone).await;
        assert_eq!(inclusion.agreement, Agreement::Single);
        assert!(inclusion.is_final);
    }
}

#[tokio::test]
async fn a_receipt_that_its_own_block_denies_is_none() {
    let liar = ScriptedNode::start().await;
    liar.script().include(PAID, 90, true);
    liar.script().fork = 1;
    let ledger = ledger(&[&liar], patient());
    let error = ledger.status(PAID).await.unwrap_err();
    assert_eq!(
        error,
        LedgerError::Garbage("a receipt that its block denies")
    );
    // And one of another transaction.
    let other = B256::repeat_byte(9);
    liar.script().fork = 0;
    let receipt = liar.script().receipts[&PAID].clone();
    liar.script().receipts.insert(other, receipt);
    let error = ledger.status(other).await.unwrap_err();
    assert_eq!(error, LedgerError::Garbage("another transaction's receipt"));
}

#[tokio::test]
async fn a_reorganised_ledger_shows_in_the_hash() {
    let nodes = [ScriptedNode::start().await, ScriptedNode::start().await];
    let ledger = ledger_of(
        CHAIN,
        Finality::Depth(50),
        &[&nodes[0], &nodes[1]],
        patient(),
    );
    for fork in [0, 1] {
        for node in &nodes {
            node.script().fork = fork;
            node.script().include(PAID, 90, true);
        }
        let inclusion = included(&ledger).await;
        assert_eq!(inclusion.block_hash, block_hash(fork, 90));
        assert!(!inclusion.is_final);
    }
    // And out of it again.
    for node in &nodes {
        node.script().receipts.clear();
    }
    assert_eq!(ledger.status(PAID).await, Ok(TransactionStatus::Unknown));
    nodes[0].script().known.push(PAID);
    assert_eq!(ledger.status(PAID).await, Ok(TransactionStatus::Pending));
}

#[tokio::test]
async fn no_nonce_is_used_up_on_one_word() {
    let (liar, honest) = (ScriptedNode::start().await, ScriptedNode::start().await);
    liar.script().nonces = (900, 1_000_000);
    honest.script().nonces = (3, 5);
    let both = ledger(&[&liar, &honest], patient());
    let nonces = both.nonces(ACCOUNT).await.unwrap();
    assert_eq!((nonces.latest, nonces.pending), (3, 900));
    // A stale one beside an honest one holds nothing back but time.
    liar.script().nonces = (0, 0);
    let nonces = both.nonces(ACCOUNT).await.unwrap();
    assert_eq!((nonces.latest, nonces.pending), (0, 5));
    let alone = ledger(&[&honest], patient());
    assert_eq!(alone.nonces(ACCOUNT).await.unwrap().latest, 3);
}

#[tokio::test]
async fn no_authorization_is_used_on_one_word() {
    let nodes = [ScriptedNode::start().await, ScriptedNode::start().await];
    let both = ledger(&[&nodes[0], &nodes[1]], patient());
    let used = || both.authorization_used(TOKEN, ACCOUNT, B256::ZERO);
    assert_eq!(used().await, Ok(false));
    for liar in &nodes {
        liar.script().authorization_used = true;
        assert_eq!(used().await, Err(LedgerError::Unconfirmed));
        liar.script().authorization_used = false;
    }
    for node in &nodes {
        node.script().authorization_used = true;
    }
    assert_eq!(used().await, Ok(true));
    let alone = ledger(&[&nodes[0]], patient());
    assert_eq!(
        alone.authorization_used(TOKEN, ACCOUNT, B256::ZERO).await,
        Ok(true)
    );
}

#[tokio::test]
async fn no_account_is_richer_on_one_word() {
    let (liar, honest) = (ScriptedNode::start().await, ScriptedNode::start().await);
    liar.script().balance = U256::from(1_000_000);
    let both = ledger(&[&liar, &honest], patient());
    assert_eq!(both.coin_balance(ACCOUNT).await, Ok(U256::from(500)));
    assert_eq!(
        both.token_balance(TOKEN, ACCOUNT).await,
        Ok(U256::from(500))
    );
    // Nor poorer when two stand against it.
    let second = ScriptedNode::start().await;
    liar.script().balance = U256::ZERO;
    let three = ledger(&[&liar, &honest, &second], patient());
    assert_eq!(three.coin_balance(ACCOUNT).await, Ok(U256::from(500)));
}

#[tokio::test]
async fn who_lags_is_not_read() {
    let (stale, honest) = (ScriptedNode::start().await, ScriptedNode::start().await);
    stale.script().head = 20;
    stale.script().balance = U256::from(1);
    stale.script().gas_price = 1;
    let ledger = ledger(&[&stale, &honest], patient());
    // Before anything is known of it, it may be asked.
    assert_eq!(ledger.head().await, Ok(100));
    assert_eq!(ledger.coin_balance(ACCOUNT).await, Ok(U256::from(500)));
    let asked = stale.script().asked.len();
    for _ in 0..5 {
        assert_eq!(ledger.block_time(100).await, Ok(1_700_000_100));
    }
    assert_eq!(
        stale.script().asked.len(),
        asked,
        "a stale endpoint is left alone"
    );
}

#[tokio::test]
async fn nobody_ends_time_early() {
    let nodes = [ScriptedNode::start().await, ScriptedNode::start().await];
    nodes[0].script().head = 101;
    let both = ledger(&[&nodes[0], &nodes[1]], patient());
    // Block 101 is the first one's alone: its word is all there is.
    assert_eq!(both.block_time(101).await, Ok(1_700_000_101));
    assert_eq!(both.block_time(100).await, Ok(1_700_000_100));
}

#[tokio::test]
async fn the_same_url_twice_is_one_endpoint() {
    let node = ScriptedNode::start().await;
    node.script().include(PAID, 90, true);
    let twice = ledger(&[&node, &node], patient());
    assert_eq!(included(&twice).await.agreement, Agreement::Single);
}
