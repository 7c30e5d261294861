//! Transfers out of logs: complete, in ranges that nodes accept, and with who
//! stands behind each.

use alloy_primitives::{Address, U256};
use jiaozi_ledger::{Agreement, Ledger, LedgerError};

use crate::node::{ScriptedNode, block_hash, transfer_log};
use crate::{ledger, patient};

const ME: Address = Address::repeat_byte(0xAA);
const SHOP: Address = Address::repeat_byte(0xBB);
const TOKEN: Address = Address::repeat_byte(0x70);

fn paid(block: u64, value: u64) -> serde_json::Value {
    transfer_log(0, (block, 0), TOKEN, (ME, SHOP), value)
}

fn got(block: u64, value: u64) -> serde_json::Value {
    transfer_log(0, (block, 1), TOKEN, (SHOP, ME), value)
}

#[tokio::test]
async fn transfers_come_in_order_with_their_blocks() {
    let node = ScriptedNode::with(|script| {
        script.head = 5000;
        // More at a time than it likes, and in the wrong order.
        script.log_range = 300;
        script.logs = vec![got(4999, 9), paid(10, 1), got(10, 2), paid(3000, 3)];
        script
            .logs
            .push(transfer_log(0, (77, 0), TOKEN, (ME, ME), 4));
    })
    .await;
    let ledger = ledger(&[&node], patient());
    let transfers = ledger.transfers(&[TOKEN], ME, 0, 5000).await.unwrap();
    let seen: Vec<_> = transfers.iter().map(|t| (t.block, t.value)).collect();
    let expected = [(10, 1), (10, 2), (77, 4), (3000, 3), (4999, 9)];
    assert_eq!(
        seen,
        expected.map(|(block, value)| (block, U256::from(value)))
    );
    for transfer in &transfers {
        assert_eq!(transfer.block_hash, Some(block_hash(0, transfer.block)));
        assert_eq!(transfer.agreement, Agreement::Single);
    }
}

#[tokio::test]
async fn a_false_transfer_stands_alone() {
    let (liar, honest) = (ScriptedNode::start().await, ScriptedNode::start().await);
    honest.script().logs = vec![got(10, 2)];
    liar.script().logs = vec![got(10, 2), got(20, 1_000_000), got(20, 1_000_000)];
    let ledger = ledger(&[&liar, &honest], patient());
    let transfers = ledger.transfers(&[TOKEN], ME, 0, 100).await.unwrap();
    let seen: Vec<_> = transfers.iter().map(|t| (t.block, t.agreement)).collect();
    // However often it is repeated.
    assert_eq!(
        seen,
        [(10, Agreement::Agreed), (20, Agreement::Unconfirmed)]
    );
}

#[tokio::test]
async fn an_old_view_hides_nothing() {
    let (stale, honest) = (ScriptedNode::start().await, ScriptedNode::start().await);
    stale.script().head = 95;
    honest.script().logs = vec![got(10, 2), got(99, 3)];
    stale.script().logs = vec![got(10, 2)];
    let both = ledger(&[&stale, &honest], patient());
    let transfers = both.transfers(&[TOKEN], ME, 0, 100).await.unwrap();
    assert_eq!(transfers.len(), 2);
    let alone = ledger(&[&stale], patient());
    let error = alone.transfers(&[TOKEN], ME, 0, 100).await.unwrap_err();
    assert_eq!(error, LedgerError::Behind);
    assert!(error.is_retryable());
}

#[tokio::test]
async fn logs_of_others_are_not_believed() {
    let node = ScriptedNode::start().await;
    let mut log = got(10, 2);
    log["address"] = serde_json::json!(SHOP);
    node.script().logs = vec![log];
    let error = ledger(&[&node], patient())
        .transfers(&[TOKEN], ME, 0, 100)
        .await
        .unwrap_err();
    assert_eq!(error, LedgerError::Garbage("logs that were not asked for"));
}
