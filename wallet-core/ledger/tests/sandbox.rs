//! The EVM adapter against the sandbox node itself, reached by two names.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::Duration;

use alloy_primitives::{Address, B256, U256};
use jiaozi_ledger::{
    Agreement, Endpoint, EvmLedger, Finality, Ledger, PoolOptions, TransactionStatus,
};
use jiaozi_types::sandbox;

const ACCOUNT: Address = Address::repeat_byte(0xAA);
const LONG: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread")]
async fn a_top_up_is_seen_agreed_on_and_told() {
    let data = tempfile::tempdir().unwrap();
    let node = jiaozi_node::start(jiaozi_node::Config::new(data.path()))
        .await
        .unwrap();
    let by_number = node.url();
    let by_name = by_number.replace("127.0.0.1", "localhost");
    let socket = by_number.replace("http://", "ws://");
    let endpoints = [
        Endpoint::new(&by_number, &[])
            .unwrap()
            .with_websocket(&socket)
            .unwrap(),
        Endpoint::new(&by_name, &[]).unwrap(),
    ];
    // Heads come by WebSocket or not at all.
    let options = PoolOptions {
        poll: Some(Duration::from_secs(3600)),
        call_timeout: LONG,
        patience: LONG,
        ..PoolOptions::default()
    };
    let ledger =
        EvmLedger::with_options(sandbox::CHAIN_ID, Finality::Immediate, &endpoints, options)
            .unwrap();

    let mut heads = ledger.heads().unwrap();
    heads.wait_for(Option::is_some).await.unwrap();
    while !ledger.endpoints().await[0].is_live {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let before = ledger.head().await.unwrap();
    heads.mark_unchanged();

    let transaction = ledger
        .sandbox_top_up(ACCOUNT, U256::from(12_345))
        .await
        .unwrap();
    heads
        .wait_for(|head| head.is_some_and(|head| head > before))
        .await
        .unwrap();
    let TransactionStatus::Included(inclusion) = ledger.status(transaction).await.unwrap() else {
        panic!("a top-up is in a block when it is answered");
    };
    assert!(inclusion.is_final && inclusion.success);
    assert_eq!(inclusion.agreement, Agreement::Agreed);
    assert!(ledger.final_block().await.unwrap() >= inclusion.block);

    let head = ledger.head().await.unwrap();
    let transfers = ledger
        .transfers(&[sandbox::YUAN], ACCOUNT, 0, head)
        .await
        .unwrap();
    let [transfer] = transfers.as_slice() else {
        panic!("{transfers:?}");
    };
    assert_eq!(transfer.value, U256::from(12_345));
    assert_eq!(transfer.transaction, transaction);
    assert_eq!(transfer.block_hash, Some(inclusion.block_hash));
    assert_eq!(transfer.agreement, Agreement::Agreed);

    let balance = ledger.token_balance(sandbox::YUAN, ACCOUNT).await;
    assert_eq!(balance, Ok(U256::from(12_345)));
    let domain = ledger.authorization_domain(sandbox::YUAN).await;
    assert_eq!(domain, Ok(Some(sandbox::yuan_domain())));
    let used = ledger.authorization_used(sandbox::YUAN, ACCOUNT, B256::ZERO);
    assert_eq!(used.await, Ok(false));
    assert_eq!(ledger.nonces(ACCOUNT).await.unwrap().latest, 0);
    assert_eq!(
        ledger.status(B256::repeat_byte(7)).await,
        Ok(TransactionStatus::Unknown)
    );
}
