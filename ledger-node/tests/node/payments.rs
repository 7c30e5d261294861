//! Money moves, and everything that tells of it agrees.

use alloy_consensus::{TxEip2930, TxLegacy};
use alloy_primitives::{Address, B256, TxKind, U256, keccak256};
use alloy_sol_types::SolCall;
use jiaozi_node::{SANDBOX_CHAIN_ID, SANDBOX_YUAN, genesis};
use serde_json::json;

use crate::support::{
    Account, number, running, running_in, totalSupplyCall, transaction, transferCall,
};

#[tokio::test]
async fn a_payment_shows_the_same_everywhere() {
    let it = running().await;
    let client = &it.client;
    let (payer, shop) = (Account::named("payer"), Account::named("shop"));
    client.top_up(payer.address, 10_000).await;
    let hash = client.raw(&payer.pay(0, shop.address, 1_250)).await;
    let receipt = client.receipt(hash).await;
    assert_eq!(
        (
            client.balance(payer.address).await,
            client.balance(shop.address).await
        ),
        (8_750, 1_250)
    );
    assert_eq!(client.view(totalSupplyCall {}).await, U256::from(10_000));

    assert_eq!(receipt["status"], "0x1");
    assert_eq!(receipt["effectiveGasPrice"], "0x0");
    assert_eq!(receipt["type"], "0x2");
    let log = &receipt["logs"][0];
    assert_eq!(log["address"], json!(format!("{SANDBOX_YUAN:#x}")));
    assert_eq!(
        log["topics"][0],
        json!(keccak256("Transfer(address,address,uint256)"))
    );
    assert_eq!(log["topics"][2], json!(shop.address.into_word()));
    assert_eq!(log["data"], json!(B256::from(U256::from(1_250))));

    let block = client
        .ok("eth_getBlockByHash", json!([receipt["blockHash"], true]))
        .await;
    assert_eq!(block["number"], receipt["blockNumber"]);
    assert_eq!(block["baseFeePerGas"], "0x0");
    assert_eq!(block["logsBloom"], receipt["logsBloom"]);
    let transaction = client.ok("eth_getTransactionByHash", json!([hash])).await;
    assert_eq!(block["transactions"][0], transaction);
    assert_eq!(transaction["from"], json!(format!("{:#x}", payer.address)));
    assert_eq!(transaction["blockHash"], receipt["blockHash"]);
    assert_eq!(transaction["hash"], json!(hash));
    let indexed = client
        .ok(
            "eth_getTransactionByBlockNumberAndIndex",
            json!([block["number"], "0x0"]),
        )
        .await;
    assert_eq!(indexed, transaction);
    let indexed = client
        .ok(
            "eth_getTransactionByBlockHashAndIndex",
            json!([block["hash"], "0x0"]),
        )
        .await;
    assert_eq!(indexed, transaction);
    assert_eq!(
        client
            .ok("eth_getBlockReceipts", json!([block["number"]]))
            .await,
        json!([receipt])
    );
    let logs = client
        .ok(
            "eth_getLogs",
            json!([{"fromBlock": "earliest", "topics": [null, null, shop.address.into_word()]}]),
        )
        .await;
    assert_eq!(logs, receipt["logs"]);
    let logs = client
        .ok(
            "eth_getLogs",
            json!([{"blockHash": block["hash"], "address": SANDBOX_YUAN}]),
        )
        .await;
    assert_eq!(logs, receipt["logs"]);
}

/// The header is a real one: its hash is over its own fields, and its roots over the block's contents.
#[tokio::test]
async fn headers_hash_to_their_hash() {
    let it = running().await;
    let payer = Account::named("payer");
    it.client.top_up(payer.address, 100).await;
    for tag in ["0x0", "latest"] {
        let block = it
            .client
            .ok("eth_getBlockByNumber", json!([tag, false]))
            .await;
        let header: alloy_consensus::Header = serde_json::from_value(block.clone()).unwrap();
        assert_eq!(json!(header.hash_slow()), block["hash"]);
    }
    let block = it
        .client
        .ok("eth_getBlockByNumber", json!(["latest", false]))
        .await;
    assert_eq!(block["transactions"].as_array().unwrap().len(), 1);
    assert_ne!(
        block["transactionsRoot"],
        json!(alloy_consensus::EMPTY_ROOT_HASH)
    );
}

#[tokio::test]
async fn every_kind_of_transaction_that_wallets_sign_is_taken() {
    let it = running().await;
    let (payer, shop) = (Account::named("payer"), Account::named("shop").address);
    it.client.top_up(payer.address, 1_000).await;
    let input = transferCall {
        to: shop,
        value: U256::from(1),
    }
    .abi_encode();
    let to = TxKind::Call(SANDBOX_YUAN);
    let legacy = TxLegacy {
        chain_id: Some(SANDBOX_CHAIN_ID),
        nonce: 0,
        gas_price: 0,
        gas_limit: 100_000,
        to,
        input: input.clone().into(),
        ..TxLegacy::default()
    };
    let listed = TxEip2930 {
        chain_id: SANDBOX_CHAIN_ID,
        nonce: 1,
        gas_limit: 100_000,
        to,
        access_list: vec![alloy_eips::eip2930::AccessListItem {
            address: SANDBOX_YUAN,
            storage_keys: vec![B256::ZERO],
        }]
        .into(),
        input: input.clone().into(),
        ..TxEip2930::default()
    };
    // A price is offered, and the account has no native coin to pay it: nothing is charged.
    let mut priced = transaction(2, SANDBOX_YUAN, input);
    (priced.max_fee_per_gas, priced.max_priority_fee_per_gas) = (30_000_000_000, 1_000_000_000);
    for (raw, kind) in [
        (payer.signed(legacy), "0x0"),
        (payer.signed(listed), "0x1"),
        (payer.signed(priced), "0x2"),
    ] {
        let hash = it.client.raw(&raw).await;
        let receipt = it.client.receipt(hash).await;
        assert_eq!(
            (&receipt["status"], &receipt["type"]),
            (&json!("0x1"), &json!(kind))
        );
        assert_eq!(receipt["effectiveGasPrice"], "0x0");
    }
    assert_eq!(it.client.balance(shop).await, 3);
}

#[tokio::test]
async fn the_bank_gives_within_bounds() {
    let it = running().await;
    let to = Account::named("citizen").address;
    it.client.top_up(to, 100_000_000).await;
    assert_eq!(it.client.balance(to).await, 100_000_000);
    for amount in [
        json!("0"),
        json!("100000001"),
        json!("1.5"),
        json!("-1"),
        json!(null),
    ] {
        let (code, message) = it.client.err("sandbox_topUp", json!([to, amount])).await;
        assert_eq!(code, -32602, "{message}");
    }
    // At the same time, from many sides.
    let hurry = (0..20).map(|_| it.client.top_up(to, 5));
    futures_util::future::join_all(hurry).await;
    assert_eq!(it.client.balance(to).await, 100_000_100);
}

#[tokio::test]
async fn contracts_are_made_and_read() {
    let it = running().await;
    let maker = Account::named("maker");
    // Returns the word 42 to whoever calls: PUSH1 2a, PUSH0, MSTORE, PUSH1 20, PUSH0, RETURN.
    let code = "602a5f5260205ff3";
    let init = format!("67{code}5f5260086018f3");
    let mut creation = transaction(
        0,
        Address::ZERO,
        alloy_primitives::hex::decode(init).unwrap(),
    );
    creation.to = TxKind::Create;
    let hash = it.client.raw(&maker.signed(creation)).await;
    let receipt = it.client.receipt(hash).await;
    let made = maker.address.create(0);
    assert_eq!(receipt["contractAddress"], json!(format!("{made:#x}")));
    assert!(receipt["to"].is_null());
    assert_eq!(
        it.client.ok("eth_getCode", json!([made, "latest"])).await,
        json!(format!("0x{code}"))
    );
    let answer = it
        .client
        .ok("eth_call", json!([{"to": made}, "latest"]))
        .await;
    assert_eq!(answer, json!(B256::from(U256::from(42))));
}

#[tokio::test]
async fn the_yuan_is_at_its_address_and_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (payer, shop) = (Account::named("payer"), Account::named("shop").address);
    let first = running_in(folder.path()).await;
    first.client.top_up(payer.address, 500).await;
    assert!(first.client.mined(&payer.pay(0, shop, 200)).await);
    let genesis = first
        .client
        .ok("eth_getBlockByNumber", json!(["earliest", false]))
        .await;
    let head = first
        .client
        .ok("eth_getBlockByNumber", json!(["latest", true]))
        .await;
    let code = first
        .client
        .ok("eth_getCode", json!([genesis::SANDBOX_YUAN, "latest"]))
        .await;
    first.node.stop().await;

    let second = running_in(folder.path()).await;
    assert_eq!(
        second
            .client
            .ok("eth_getBlockByNumber", json!(["earliest", false]))
            .await,
        genesis
    );
    assert_eq!(
        second
            .client
            .ok("eth_getBlockByNumber", json!(["latest", true]))
            .await,
        head
    );
    assert_eq!(
        second
            .client
            .ok("eth_getCode", json!([SANDBOX_YUAN, "latest"]))
            .await,
        code
    );
    assert_eq!(
        (
            second.client.balance(payer.address).await,
            second.client.balance(shop).await
        ),
        (300, 200)
    );
    // The bank still has its key.
    second.client.top_up(shop, 1).await;
    assert!(
        number(&second.client.ok("eth_blockNumber", json!([])).await) > number(&head["number"])
    );
}
