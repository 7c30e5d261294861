//! A disk that fills up (a file-size limit) and is given room again, under a running node.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use jiaozi_node::SANDBOX_YUAN;
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde_json::json;

use crate::support::{Account, Client, hash_of, number};

#[tokio::test]
async fn the_node_refuses_while_the_disk_is_full_and_goes_on_when_it_is_not() {
    let folder = tempfile::tempdir().unwrap();
    // The limit counts blocks of 512 or 1024 bytes, depending on the shell.
    let mut child = Command::new("sh")
        .args([
            "-c",
            "trap '' XFSZ; ulimit -S -f 3000; exec \"$@\"",
            "sh",
            env!("CARGO_BIN_EXE_jiaozi-node"),
        ])
        .args(["--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let client = Client::new(line.trim().strip_prefix("listening on ").unwrap());
    let (payer, shop) = (Account::named("payer"), Account::named("shop").address);
    client.top_up(payer.address, 1_000_000).await;

    // Payments with a long tail of bytes that the token ignores, until one is refused.
    let padded = |nonce| {
        let mut input = alloy_sol_types::SolCall::abi_encode(&crate::support::transferCall {
            to: shop,
            value: alloy_primitives::U256::ONE,
        });
        input.resize(20_000, 1);
        let mut tx = crate::support::transaction(nonce, SANDBOX_YUAN, input);
        tx.gas_limit = 1_000_000;
        payer.signed(tx)
    };
    let mut acknowledged = Vec::new();
    let refusal = loop {
        let raw = padded(acknowledged.len() as u64);
        let answer = client.answer("eth_sendRawTransaction", json!([raw])).await;
        match answer.get("error") {
            None => acknowledged.push(raw),
            Some(error) => break error.clone(),
        }
        assert!(acknowledged.len() < 5_000, "the disk does not fill");
    };
    assert_eq!(refusal["code"], -32603, "{refusal}");
    assert!(!acknowledged.is_empty());
    // It still answers, and still refuses.
    assert_eq!(
        number(&client.ok("eth_chainId", json!([])).await),
        jiaozi_node::SANDBOX_CHAIN_ID
    );
    client.balance(payer.address).await;

    let id = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    prlimit(
        Some(id),
        Resource::Fsize,
        Rlimit {
            current: None,
            maximum: None,
        },
    )
    .unwrap();
    // All that was acknowledged is mined; what was refused may be sent again, as the same bytes.
    for raw in &acknowledged {
        assert_eq!(client.receipt(hash_of(raw)).await["status"], "0x1");
    }
    let again = padded(acknowledged.len() as u64);
    let answer = client
        .answer("eth_sendRawTransaction", json!([again]))
        .await;
    assert!(answer["result"].is_string(), "{answer}");
    assert_eq!(client.receipt(hash_of(&again)).await["status"], "0x1");
    assert_eq!(client.balance(shop).await, acknowledged.len() as u64 + 1);
    assert_eq!(
        client.balance(payer.address).await + client.balance(shop).await,
        1_000_000
    );
    child.kill().unwrap();
    child.wait().unwrap();
}
