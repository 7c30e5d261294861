//! Nonces, gaps, replacement, and what is not let in.

use alloy_consensus::TxLegacy;
use alloy_primitives::{TxKind, U256};
use alloy_sol_types::SolCall;
use jiaozi_node::{SANDBOX_CHAIN_ID, SANDBOX_YUAN, limits};
use serde_json::json;

use crate::support::{Account, hash_of, number, running, running_in, transaction, transferCall};

#[tokio::test]
async fn gaps_are_held_until_they_are_filled() {
    let it = running().await;
    let (payer, shop) = (Account::named("payer"), Account::named("shop").address);
    it.client.top_up(payer.address, 1_000).await;
    let count = async |tag: &str| {
        number(
            &it.client
                .ok("eth_getTransactionCount", json!([payer.address, tag]))
                .await,
        )
    };
    let later: Vec<_> = [3, 1, 2].map(|nonce| payer.pay(nonce, shop, 10)).into();
    for raw in &later {
        it.client.raw(raw).await;
    }
    // A block of somebody else's goes by, and they still wait.
    it.client.top_up(shop, 1).await;
    assert_eq!((count("latest").await, count("pending").await), (0, 0));
    let waiting = it
        .client
        .ok("eth_getTransactionByHash", json!([hash_of(&later[0])]))
        .await;
    assert!(waiting["blockNumber"].is_null() && waiting["nonce"] == "0x3");
    it.client.raw(&payer.pay(0, shop, 10)).await;
    assert_eq!(it.client.receipt(hash_of(&later[0])).await["status"], "0x1");
    assert_eq!((count("latest").await, count("pending").await), (4, 4));
    assert_eq!(it.client.balance(shop).await, 41);
}

#[tokio::test]
async fn a_waiting_transaction_is_replaced_by_a_better_offer_only() {
    let it = running().await;
    let (payer, shop) = (Account::named("payer"), Account::named("shop").address);
    it.client.top_up(payer.address, 1_000).await;
    let offer = |fen: u64, tip: u128, cap: u128| {
        let mut tx = transaction(
            1,
            SANDBOX_YUAN,
            transferCall {
                to: shop,
                value: U256::from(fen),
            }
            .abi_encode(),
        );
        (tx.max_priority_fee_per_gas, tx.max_fee_per_gas) = (tip, cap);
        payer.signed(tx)
    };
    let first = offer(1, 0, 0);
    it.client.raw(&first).await;
    let refused = async |raw| it.client.err("eth_sendRawTransaction", json!([raw])).await;
    assert_eq!(
        refused(first.clone()).await,
        (-32000, "already known".to_owned())
    );
    let underpriced = (-32000, "replacement transaction underpriced".to_owned());
    assert_eq!(refused(offer(2, 0, 0)).await, underpriced);
    assert_eq!(refused(offer(2, 0, 5)).await, underpriced);
    let second = offer(2, 100, 100);
    it.client.raw(&second).await;
    assert!(
        it.client
            .ok("eth_getTransactionByHash", json!([hash_of(&first)]))
            .await
            .is_null()
    );
    assert_eq!(refused(offer(3, 109, 109)).await, underpriced);
    assert_eq!(refused(offer(3, 110, 109)).await.0, -32000);
    let third = offer(3, 110, 110);
    it.client.raw(&third).await;
    it.client.raw(&payer.pay(0, shop, 500)).await;
    assert_eq!(it.client.receipt(hash_of(&third)).await["status"], "0x1");
    assert_eq!(it.client.balance(shop).await, 503);
    for gone in [first, second] {
        assert!(
            it.client
                .ok("eth_getTransactionReceipt", json!([hash_of(&gone)]))
                .await
                .is_null()
        );
    }
    let (code, message) = refused(third).await;
    assert_eq!(
        (code, message.starts_with("nonce too low")),
        (-32000, true),
        "{message}"
    );
}

#[tokio::test]
async fn what_cannot_be_executed_is_not_let_in() {
    let it = running().await;
    let payer = Account::named("payer");
    let shop = Account::named("shop").address;
    let refused = async |raw: alloy_primitives::Bytes| {
        it.client
            .err("eth_sendRawTransaction", json!([raw]))
            .await
            .1
    };
    let changed = |change: &dyn Fn(&mut alloy_consensus::TxEip1559)| {
        let mut tx = transaction(0, shop, vec![]);
        change(&mut tx);
        payer.signed(tx)
    };
    let unprotected = TxLegacy {
        chain_id: None,
        gas_limit: 21_000,
        to: TxKind::Call(shop),
        ..TxLegacy::default()
    };
    assert!(
        refused(payer.signed(unprotected))
            .await
            .starts_with("only replay-protected (EIP-155)")
    );
    assert!(
        refused(changed(&|tx| tx.chain_id = 1))
            .await
            .starts_with("invalid chain id for signer")
    );
    assert!(
        refused(changed(&|tx| tx.gas_limit = 20_999))
            .await
            .starts_with("intrinsic gas too low")
    );
    assert!(
        refused(changed(&|tx| tx.gas_limit = limits::TRANSACTION_GAS + 1))
            .await
            .starts_with("exceeds block gas limit")
    );
    assert!(
        refused(changed(&|tx| tx.value = U256::from(1)))
            .await
            .starts_with("insufficient funds for gas * price + value")
    );
    assert!(
        refused(changed(&|tx| tx.max_priority_fee_per_gas = 1))
            .await
            .starts_with("max priority fee per gas higher")
    );
    assert!(
        refused(changed(&|tx| tx.nonce = 1_000_000))
            .await
            .starts_with("nonce too high")
    );
    assert!(
        refused(changed(&|tx| tx.input = vec![0; 140_000].into()))
            .await
            .starts_with("oversized data")
    );
    for (bytes, answer) in [
        (vec![3, 0xc0], "transaction type not supported"),
        (vec![0x7f], "transaction type not supported"),
    ] {
        assert_eq!(refused(bytes.into()).await, answer);
    }
    for bytes in [
        vec![],
        vec![0xc0],
        vec![2],
        vec![2, 0xc0],
        vec![0xf8],
        vec![0xff; 100],
    ] {
        let (code, message) = it
            .client
            .err(
                "eth_sendRawTransaction",
                json!([alloy_primitives::Bytes::from(bytes)]),
            )
            .await;
        assert_eq!(code, -32602, "{message}");
    }
    // Trailing bytes are not ignored: two encodings of one transaction would have two hashes.
    let mut longer = payer.pay(0, shop, 1).to_vec();
    longer.push(0);
    assert_eq!(
        it.client
            .err(
                "eth_sendRawTransaction",
                json!([alloy_primitives::Bytes::from(longer)])
            )
            .await
            .0,
        -32602
    );
    assert_eq!(
        SANDBOX_CHAIN_ID,
        number(&it.client.ok("eth_chainId", json!([])).await)
    );
}

#[tokio::test]
async fn what_waits_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (payer, shop) = (Account::named("payer"), Account::named("shop").address);
    let first = running_in(folder.path()).await;
    first.client.top_up(payer.address, 1_000).await;
    let waiting = payer.pay(1, shop, 7);
    first.client.raw(&waiting).await;
    first.node.stop().await;
    let second = running_in(folder.path()).await;
    assert!(
        second
            .client
            .ok("eth_getTransactionByHash", json!([hash_of(&waiting)]))
            .await["blockHash"]
            .is_null()
    );
    second.client.raw(&payer.pay(0, shop, 1)).await;
    assert_eq!(
        second.client.receipt(hash_of(&waiting)).await["status"],
        "0x1"
    );
    assert_eq!(second.client.balance(shop).await, 8);
}

/// What is on its way into a block is neither unknown nor uncounted: while blocks are made, the
/// pending nonce never goes back and no transaction is out of sight.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_out_of_sight_while_a_block_is_made() {
    let it = running().await;
    let (payer, shop) = (Account::named("payer"), Account::named("shop").address);
    it.client.top_up(payer.address, 1_000).await;
    let client = it.client.clone();
    let watched = payer.clone();
    let (done, mut stopped) = tokio::sync::oneshot::channel::<()>();
    let watcher = tokio::spawn(async move {
        let mut highest = 0;
        let mut looks = 0;
        while stopped.try_recv().is_err() {
            let count = client
                .ok(
                    "eth_getTransactionCount",
                    json!([watched.address, "pending"]),
                )
                .await;
            assert!(number(&count) >= highest, "{count} after {highest}");
            highest = number(&count);
            if let Some(last) = highest.checked_sub(1) {
                let hash = hash_of(&watched.pay(last, shop, 1));
                assert!(
                    !client
                        .ok("eth_getTransactionByHash", json!([hash]))
                        .await
                        .is_null()
                );
            }
            looks += 1;
        }
        looks
    });
    for nonce in 0..400 {
        it.client.raw(&payer.pay(nonce, shop, 1)).await;
    }
    done.send(()).unwrap();
    assert!(watcher.await.unwrap() > 10);
}
