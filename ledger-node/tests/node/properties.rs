//! Whatever is sent: money is conserved, and the node keeps answering.

use alloy_primitives::{Bytes, U256};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{Account, Running, hash_of, running, totalSupplyCall};

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

#[derive(Clone, Debug)]
struct Payment {
    from: usize,
    to: usize,
    fen: u64,
}

fn payments() -> impl Strategy<Value = Vec<Payment>> {
    let payment = (0..5_usize, 0..5_usize, 0..1_500_u64).prop_map(|(from, to, fen)| Payment {
        from,
        to,
        fen,
    });
    proptest::collection::vec(payment, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Payments of any size, many of them above the balance, in one batch: the ledger ends where a
    /// plain sum does, in whatever order the accounts' payments were mined.
    #[test]
    fn payments_conserve_the_total(payments in payments()) {
        runtime().block_on(async {
            let it = running().await;
            let people: Vec<_> = (0..5).map(|n| Account::named(&format!("person {n}"))).collect();
            for person in &people {
                it.client.top_up(person.address, 1_000).await;
            }
            let mut nonces = [0; 5];
            let mut batch = Vec::new();
            let mut raws = Vec::new();
            for Payment { from, to, fen } in payments {
                let raw = people[from].pay(nonces[from], people[to].address, fen);
                nonces[from] += 1;
                batch.push(json!({"jsonrpc": "2.0", "id": batch.len(), "method": "eth_sendRawTransaction", "params": [raw]}));
                raws.push((raw, from, to, fen));
            }
            let answers = it.client.send(&json!(batch)).await.unwrap();
            for answer in answers.as_array().unwrap() {
                assert!(answer["result"].is_string(), "{answer}");
            }
            let mut balances = [1_000_i64; 5];
            for (raw, from, to, fen) in raws {
                if it.client.receipt(hash_of(&raw)).await["status"] == "0x1" {
                    let fen = i64::try_from(fen).unwrap();
                    balances[from] -= fen;
                    balances[to] += fen;
                }
            }
            for (person, expected) in people.iter().zip(balances) {
                assert_eq!(i64::try_from(it.client.balance(person.address).await).unwrap(), expected);
            }
            assert_eq!(it.client.view(totalSupplyCall {}).await, U256::from(5_000));
        });
    }
}

/// Sends garbage and asks whether the node still lives.
async fn survives(it: &Running, body: Vec<u8>) {
    let (status, text) = it
        .client
        .post(body, &[("content-type", "application/json")])
        .await;
    assert!(matches!(status, 200 | 204), "{status} {text}");
    if status == 200 {
        serde_json::from_str::<Value>(&text).unwrap();
    }
    it.client.ok("eth_chainId", json!([])).await;
}

#[test]
fn garbage_is_answered_and_forgotten() {
    let runtime = runtime();
    let it = runtime.block_on(running());
    let good = Account::named("payer").pay(0, Account::named("shop").address, 1);
    let methods = [
        "eth_call",
        "eth_getLogs",
        "eth_sendRawTransaction",
        "eth_getBlockByNumber",
        "eth_estimateGas",
        "eth_getStorageAt",
        "eth_feeHistory",
        "sandbox_topUp",
        "eth_newFilter",
        "eth_getTransactionCount",
    ];
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let value = prop_oneof![
        Just(json!(null)),
        Just(json!({})),
        Just(json!([[]])),
        Just(json!("latest")),
        Just(json!(-1)),
        Just(json!(1e300)),
        "0x[0-9a-f]{0,70}".prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        Just(json!({"to": "0x", "data": 5})),
        Just(json!({"fromBlock": "0xffffffffffffffff", "toBlock": "0xffffffffffffffff"})),
        Just(json!({"topics": [[null]]})),
        any::<u64>().prop_map(|n| json!(format!("{n:#x}"))),
    ];
    let request = (0..methods.len(), proptest::collection::vec(value, 0..5));
    runner
        .run(&request, |(method, params)| {
            let message =
                json!({"jsonrpc": "2.0", "id": 1, "method": methods[method], "params": params});
            runtime.block_on(survives(&it, message.to_string().into_bytes()));
            Ok(())
        })
        .unwrap();
    let bytes = proptest::collection::vec(any::<u8>(), 0..300);
    runner
        .run(&bytes, |bytes| {
            runtime.block_on(survives(&it, bytes));
            Ok(())
        })
        .unwrap();
    // A good transaction with some bytes changed, cut or added.
    let mutation = (0..good.len(), any::<u8>(), 0..3_u8);
    runner.run(&mutation, |(position, byte, how)| {
        let mut raw = good.to_vec();
        match how {
            0 => raw[position] = byte,
            1 => raw.truncate(position),
            _ => raw.insert(position, byte),
        }
        let raw = Bytes::from(raw);
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "eth_sendRawTransaction", "params": [raw]});
        runtime.block_on(survives(&it, message.to_string().into_bytes()));
        Ok(())
    }).unwrap();
}
