//! JSON-RPC itself: batches, errors, bounds, who may ask.

use alloy_primitives::B256;
use jiaozi_node::{SANDBOX_YUAN, limits};
use serde_json::{Value, json};

use crate::support::{Account, number, running};

const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn messages_are_answered_as_json_rpc_says() {
    let it = running().await;
    let post = async |body: &str| {
        let (status, text) = it.client.post(body.to_owned(), &[JSON]).await;
        assert!(
            status == 200 || (status == 204 && text.is_empty()),
            "{status} {text}"
        );
        if text.is_empty() {
            Value::Null
        } else {
            serde_json::from_str::<Value>(&text).unwrap()
        }
    };
    assert_eq!(post("{").await["error"]["code"], -32700);
    assert_eq!(post("[]").await["error"]["code"], -32600);
    assert_eq!(post("1").await["error"]["code"], -32600);
    assert_eq!(
        post(r#"{"method":"eth_chainId","id":1}"#).await["error"]["code"],
        -32600
    );
    assert_eq!(
        post(r#"{"jsonrpc":"2.0","id":{},"method":"eth_chainId"}"#).await["error"]["code"],
        -32600
    );
    let unknown = post(r#"{"jsonrpc":"2.0","id":"x","method":"eth_mine"}"#).await;
    assert_eq!(
        (&unknown["id"], &unknown["error"]["code"]),
        (&json!("x"), &json!(-32601))
    );
    assert_eq!(
        post(r#"{"jsonrpc":"2.0","id":1,"method":"eth_getBalance","params":{}}"#).await["error"]["code"],
        -32602
    );
    assert_eq!(
        post(r#"{"jsonrpc":"2.0","id":1,"method":"eth_getBalance"}"#).await["error"]["code"],
        -32602
    );
    assert_eq!(
        post(r#"{"jsonrpc":"2.0","method":"eth_chainId"}"#).await,
        Value::Null
    );
    // Each gets its own answer, in order; a notification gets none.
    let batch = post(
        r#"[{"jsonrpc":"2.0","id":7,"method":"net_version"},
        {"jsonrpc":"2.0","method":"eth_chainId"}, 5,
        {"jsonrpc":"2.0","id":null,"method":"eth_accounts","params":[]}]"#,
    )
    .await;
    assert_eq!(batch.as_array().unwrap().len(), 3);
    assert_eq!(
        batch[0],
        json!({"jsonrpc": "2.0", "id": 7, "result": "10231023"})
    );
    assert_eq!(batch[1]["error"]["code"], -32600);
    assert_eq!(
        batch[2],
        json!({"jsonrpc": "2.0", "id": null, "result": []})
    );
    let many = vec![
        json!({"jsonrpc": "2.0", "id": 1, "method": "eth_chainId"});
        limits::BATCH_REQUESTS + 1
    ];
    assert_eq!(
        post(&json!(many).to_string()).await["error"]["code"],
        -32600
    );
}

#[tokio::test]
async fn web_pages_and_large_bodies_are_kept_out() {
    let it = running().await;
    let request = r#"{"jsonrpc":"2.0","id":1,"method":"eth_chainId"}"#;
    for (headers, status) in [
        (vec![JSON], 200),
        (
            vec![("content-type", "application/json; charset=utf-8")],
            200,
        ),
        (vec![("content-type", "text/plain")], 415),
        (vec![JSON, ("origin", "https://evil.example")], 403),
        (vec![JSON, ("origin", "null")], 403),
        (vec![JSON, ("origin", "http://localhost:5173")], 200),
        (vec![JSON, ("host", "rebound.example:8545")], 403),
    ] {
        assert_eq!(
            it.client.post(request, &headers).await.0,
            status,
            "{headers:?}"
        );
    }
    let (status, _) = it
        .client
        .post(vec![b' '; limits::REQUEST_BYTES + 1], &[JSON])
        .await;
    assert_eq!(status, 413);
}

#[tokio::test]
async fn only_the_latest_state_can_be_read_and_it_says_so() {
    let it = running().await;
    let payer = Account::named("payer");
    it.client.top_up(payer.address, 5).await;
    let head = it
        .client
        .ok("eth_getBlockByNumber", json!(["latest", false]))
        .await;
    for block in [
        json!("latest"),
        json!("pending"),
        json!("safe"),
        json!("finalized"),
        head["number"].clone(),
        json!({"blockHash": head["hash"]}),
        json!({"blockNumber": head["number"]}),
        Value::Null,
    ] {
        it.client
            .ok("eth_getBalance", json!([payer.address, block]))
            .await;
        it.client
            .ok(
                "eth_call",
                json!([{"to": SANDBOX_YUAN, "data": "0x18160ddd"}, block]),
            )
            .await;
    }
    for method in ["eth_getBalance", "eth_getTransactionCount", "eth_getCode"] {
        let (code, message) = it
            .client
            .err(method, json!([payer.address, "earliest"]))
            .await;
        assert_eq!(
            (code, message.starts_with("missing state")),
            (-32000, true),
            "{message}"
        );
        let (code, message) = it
            .client
            .err(method, json!([payer.address, "0xffff"]))
            .await;
        assert_eq!((code, message.as_str()), (-32000, "header not found"));
    }
}

#[tokio::test]
async fn what_is_unknown_is_null_and_what_is_fixed_is_fixed() {
    let it = running().await;
    let nowhere = B256::repeat_byte(9);
    for (method, params) in [
        ("eth_getTransactionByHash", json!([nowhere])),
        ("eth_getTransactionReceipt", json!([nowhere])),
        ("eth_getBlockByHash", json!([nowhere, false])),
        ("eth_getBlockByNumber", json!(["0xffffff", false])),
        (
            "eth_getTransactionByBlockNumberAndIndex",
            json!(["latest", "0x5"]),
        ),
        ("eth_getBlockReceipts", json!(["0xffffff"])),
    ] {
        assert!(it.client.ok(method, params).await.is_null(), "{method}");
    }
    for (method, answer) in [
        ("eth_syncing", json!(false)),
        ("eth_accounts", json!([])),
        ("eth_gasPrice", json!("0x0")),
        ("eth_maxPriorityFeePerGas", json!("0x0")),
        ("eth_blockNumber", json!("0x0")),
        ("net_version", json!("10231023")),
    ] {
        assert_eq!(it.client.ok(method, json!([])).await, answer, "{method}");
    }
    let hash = it
        .client
        .ok("web3_sha3", json!(["0x68656c6c6f20776f726c64"]))
        .await;
    assert_eq!(
        hash,
        "0x47173285a8d7341e5e972fc677286384f802f8ef42a5ec5f03bbfa254cb01fad"
    );
    assert!(
        it.client
            .ok("web3_clientVersion", json!([]))
            .await
            .as_str()
            .unwrap()
            .starts_with("jiaozi-node/v")
    );
    let history = it
        .client
        .ok("eth_feeHistory", json!(["0x5", "latest", [25, 75]]))
        .await;
    assert_eq!(history["oldestBlock"], "0x0");
    assert_eq!(history["baseFeePerGas"], json!(["0x0", "0x0"]));
    assert_eq!(history["reward"], json!([["0x0", "0x0"]]));
    assert_eq!(
        it.client
            .err("eth_feeHistory", json!(["0x5", "latest", [75, 25]]))
            .await
            .0,
        -32602
    );
    let pending = it
        .client
        .ok("eth_getBlockByNumber", json!(["pending", true]))
        .await;
    assert_eq!(
        (&pending["number"], &pending["hash"]),
        (&json!("0x1"), &Value::Null)
    );
}

#[tokio::test]
async fn reverts_carry_their_reason() {
    let it = running().await;
    let poor = Account::named("poor").address;
    // transfer(0x0…01, 1) of an account with nothing: ERC20InsufficientBalance.
    let data = format!("0xa9059cbb{:064x}{:064x}", 1, 1);
    let request = json!([{"from": poor, "to": SANDBOX_YUAN, "data": data}]);
    for method in ["eth_call", "eth_estimateGas"] {
        let answer = it.client.answer(method, request.clone()).await;
        assert_eq!(answer["error"]["code"], 3);
        assert!(
            answer["error"]["message"]
                .as_str()
                .unwrap()
                .starts_with("execution reverted")
        );
        assert!(
            answer["error"]["data"]
                .as_str()
                .unwrap()
                .starts_with("0xe450d38c"),
            "{answer}"
        );
    }
    // PUSH0 PUSH0 REVERT with an Error(string) is told in words.
    let reason = alloy_primitives::hex::encode(alloy_sol_types::SolError::abi_encode(
        &alloy_sol_types::Revert::from("no rice"),
    ));
    let size = reason.len() / 2;
    // CODECOPY the reason, which follows the twelve bytes of code, and REVERT with it.
    let code = format!("60{size:02x}600c5f3960{size:02x}5ffd5b5b{reason}");
    let (code_number, message) = it
        .client
        .err("eth_call", json!([{"data": format!("0x{code}")}]))
        .await;
    assert_eq!(
        (code_number, message.as_str()),
        (3, "execution reverted: no rice")
    );
    let (code_number, message) = it
        .client
        .err(
            "eth_call",
            json!([{"to": SANDBOX_YUAN, "data": "0x18160ddd", "gas": "0x5300"}]),
        )
        .await;
    assert_eq!((code_number, message.as_str()), (-32000, "out of gas"));
    let overrides = json!([{"to": SANDBOX_YUAN}, "latest", {}]);
    assert_eq!(it.client.err("eth_call", overrides).await.0, -32602);
}

#[tokio::test]
async fn estimates_are_enough() {
    let it = running().await;
    let (payer, shop) = (Account::named("payer"), Account::named("shop").address);
    it.client.top_up(payer.address, 100).await;
    let data = format!(
        "0xa9059cbb{:0>64}{:064x}",
        alloy_primitives::hex::encode(shop),
        5
    );
    let gas = it
        .client
        .ok(
            "eth_estimateGas",
            json!([{"from": payer.address, "to": SANDBOX_YUAN, "data": data}]),
        )
        .await;
    let mut tx = crate::support::transaction(
        0,
        SANDBOX_YUAN,
        alloy_primitives::hex::decode(&data).unwrap(),
    );
    tx.gas_limit = number(&gas);
    let hash = it.client.raw(&payer.signed(tx)).await;
    let receipt = it.client.receipt(hash).await;
    assert_eq!(receipt["status"], "0x1");
    let used = number(&receipt["gasUsed"]);
    assert!(
        number(&gas) >= used && number(&gas) <= used + used / 10,
        "{gas} for {used}"
    );
}

#[tokio::test]
async fn logs_are_found_by_what_they_say_within_bounds() {
    let it = running().await;
    let payers: Vec<_> = (0..5)
        .map(|n| Account::named(&format!("payer {n}")))
        .collect();
    let shops: Vec<_> = (0..4)
        .map(|n| Account::named(&format!("shop {n}")).address)
        .collect();
    for payer in &payers {
        it.client.top_up(payer.address, 1_000).await;
    }
    for nonce in 0..12 {
        for (n, payer) in payers.iter().enumerate() {
            let raw = payer.pay(
                nonce,
                shops[(n + usize::try_from(nonce).unwrap()) % 4],
                1 + nonce,
            );
            it.client.raw(&raw).await;
            if n % 2 == 0 {
                it.client.receipt(crate::support::hash_of(&raw)).await;
            }
        }
    }
    for payer in &payers {
        it.client
            .receipt(crate::support::hash_of(
                &payer.pay(
                    11,
                    shops[(11
                        + payers
                            .iter()
                            .position(|p| p.address == payer.address)
                            .unwrap())
                        % 4],
                    12,
                ),
            ))
            .await;
    }
    let logs = async |filter: Value| {
        it.client
            .ok("eth_getLogs", json!([filter]))
            .await
            .as_array()
            .unwrap()
            .clone()
    };
    // Everything, by reading every block; each query has to be what a filter over that gives.
    let all = logs(json!({"fromBlock": "0x0"})).await;
    assert_eq!(all.len(), 5 + 60);
    let order: Vec<_> = all
        .iter()
        .map(|log| (number(&log["blockNumber"]), number(&log["logIndex"])))
        .collect();
    assert!(order.is_sorted());
    let topic = |n: usize, any: &[B256]| {
        let any: Vec<_> = any.iter().map(|topic| json!(topic)).collect();
        all.iter()
            .filter(|log| any.contains(&log["topics"][n]))
            .cloned()
            .collect::<Vec<_>>()
    };
    let (p, s) = (
        payers[2].address.into_word(),
        [shops[0].into_word(), shops[3].into_word()],
    );
    assert_eq!(
        logs(json!({"fromBlock": "0x0", "topics": [null, p]})).await,
        topic(1, &[p])
    );
    assert_eq!(
        logs(json!({"fromBlock": "0x0", "topics": [null, null, s]})).await,
        topic(2, &s)
    );
    let both: Vec<_> = topic(1, &[p])
        .into_iter()
        .filter(|log| log["topics"][2] == json!(s[0]))
        .collect();
    assert_eq!(both.len(), 3);
    assert_eq!(
        logs(json!({"fromBlock": "0x0", "topics": [null, p, s[0]]})).await,
        both
    );
    assert_eq!(
        logs(json!({"fromBlock": "0x0", "address": SANDBOX_YUAN})).await,
        all
    );
    assert_eq!(logs(json!({"fromBlock": "0x0", "address": [SANDBOX_YUAN, shops[0]], "topics": [all[0]["topics"][0]]})).await, all);
    assert!(
        logs(json!({"fromBlock": "0x0", "address": shops[0]}))
            .await
            .is_empty()
    );
    assert!(
        logs(json!({"fromBlock": "0x0", "topics": [null, null, null, null]}))
            .await
            .is_empty()
    );
    let middle = number(&all[30]["blockNumber"]);
    let part: Vec<_> = topic(2, &s)
        .into_iter()
        .filter(|log| number(&log["blockNumber"]) <= middle)
        .collect();
    let found = logs(
        json!({"fromBlock": "0x0", "toBlock": format!("{middle:#x}"), "topics": [null, null, s]}),
    )
    .await;
    assert_eq!(found, part);

    let refused = async |filter: Value| it.client.err("eth_getLogs", json!([filter])).await;
    let head = number(&it.client.ok("eth_blockNumber", json!([])).await);
    assert!(
        logs(
            json!({"fromBlock": format!("{:#x}", head + 1), "toBlock": format!("{:#x}", head + 9)})
        )
        .await
        .is_empty()
    );
    assert_eq!(
        refused(json!({"fromBlock": "0x5", "toBlock": "0x1"}))
            .await
            .0,
        -32602
    );
    assert_eq!(
        refused(json!({"topics": [[], [], [], [], []]})).await.0,
        -32602
    );
    assert_eq!(
        refused(json!({"address": vec![SANDBOX_YUAN; limits::LOG_ALTERNATIVES + 1]}))
            .await
            .0,
        -32602
    );
    let (code, message) = refused(json!({"fromBlock": format!("{:#x}", head + 1), "toBlock": format!("{:#x}", head + 1 + limits::LOG_BLOCKS)})).await;
    assert_eq!(
        (code, message.as_str()),
        (-32005, "query exceeds max block range 10000")
    );
}

#[tokio::test]
async fn filters_tell_each_thing_once() {
    let it = running().await;
    let to = Account::named("shop").address;
    let logs = it
        .client
        .ok(
            "eth_newFilter",
            json!([{"topics": [null, null, to.into_word()]}]),
        )
        .await;
    let blocks = it.client.ok("eth_newBlockFilter", json!([])).await;
    let changes = async |id: &Value| {
        it.client
            .ok("eth_getFilterChanges", json!([id]))
            .await
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!((changes(&logs).await, changes(&blocks).await), (0, 0));
    it.client.top_up(to, 1).await;
    it.client.top_up(Account::named("other").address, 1).await;
    assert_eq!((changes(&logs).await, changes(&blocks).await), (1, 2));
    assert_eq!((changes(&logs).await, changes(&blocks).await), (0, 0));
    assert_eq!(
        it.client
            .ok("eth_getFilterLogs", json!([logs]))
            .await
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        it.client.ok("eth_uninstallFilter", json!([logs])).await,
        true
    );
    assert_eq!(
        it.client.ok("eth_uninstallFilter", json!([logs])).await,
        false
    );
    assert_eq!(
        it.client.err("eth_getFilterChanges", json!([logs])).await,
        (-32000, "filter not found".into())
    );
    assert_eq!(
        it.client.err("eth_subscribe", json!(["newHeads"])).await.0,
        -32000
    );
}

#[tokio::test]
async fn a_small_batch_cannot_ask_for_a_huge_answer() {
    let it = running().await;
    let maker = Account::named("maker");
    // A contract that answers 500,000 bytes: PUSH3 07a120, PUSH0, RETURN.
    let init = "656207a1205ff35f526006601af3";
    let mut creation = crate::support::transaction(
        0,
        maker.address,
        alloy_primitives::hex::decode(init).unwrap(),
    );
    creation.to = alloy_primitives::TxKind::Create;
    assert!(it.client.mined(&maker.signed(creation)).await);
    let talker = maker.address.create(0);
    let call =
        |id| json!({"jsonrpc": "2.0", "id": id, "method": "eth_call", "params": [{"to": talker}]});
    let batch: Vec<_> = (0..45).map(call).collect();
    let (status, text) = it.client.post(json!(batch).to_string(), &[JSON]).await;
    assert_eq!(status, 200);
    assert!(
        text.len() < limits::RESPONSE_BYTES + 10_000,
        "{}",
        text.len()
    );
    let answers: Vec<Value> = serde_json::from_str(&text).unwrap();
    let told = answers
        .iter()
        .filter(|answer| answer["result"].is_string())
        .count();
    let refused = answers
        .iter()
        .filter(|answer| answer["error"]["code"] == -32005)
        .count();
    assert_eq!((told + refused, answers.len()), (45, 45));
    assert!(told >= 30 && refused >= 5, "{told} {refused}");
}
