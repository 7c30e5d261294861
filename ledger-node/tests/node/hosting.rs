//! Who hosts the sandbox of a folder, who joins, and how it ends.

use std::{fs, process::Command, time::Duration};

use jiaozi_node::{Attached, Config, Error, attach, start};
use serde_json::json;

use crate::support::{Account, Client};

#[tokio::test(flavor = "multi_thread")]
async fn the_first_hosts_and_the_others_join() {
    let folder = tempfile::tempdir().unwrap();
    let first = attach(folder.path()).await.unwrap();
    assert!(matches!(first, Attached::Hosted(_)));
    let second = attach(folder.path()).await.unwrap();
    assert!(
        matches!(&second, Attached::Joined { url } if *url == first.url()),
        "{second:?}"
    );
    let to = Account::named("citizen").address;
    Client::new(&second.url()).top_up(to, 7).await;
    // A handle that is dropped stops the node, and the folder is free.
    drop(first);
    assert!(!folder.path().join("endpoint").exists());
    let third = attach(folder.path()).await.unwrap();
    assert!(matches!(third, Attached::Hosted(_)));
    assert_eq!(Client::new(&third.url()).balance(to).await, 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_endpoint_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    for stale in [
        "http://127.0.0.1:1\n",
        "http://10.0.0.1:8545",
        "garbage",
        "",
    ] {
        fs::write(folder.path().join("endpoint"), stale).unwrap();
        let attached = attach(folder.path()).await.unwrap();
        assert!(matches!(attached, Attached::Hosted(_)));
        let written = fs::read_to_string(folder.path().join("endpoint")).unwrap();
        assert_eq!(written.trim(), attached.url());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_end_up_with_one_host() {
    let folder = tempfile::tempdir().unwrap();
    let tasks: Vec<_> = (0..6)
        .map(|_| tokio::spawn(attach(folder.path().to_owned())))
        .collect();
    let mut attached = Vec::new();
    for task in tasks {
        attached.push(task.await.unwrap().unwrap());
    }
    let hosts = attached
        .iter()
        .filter(|one| matches!(one, Attached::Hosted(_)))
        .count();
    assert_eq!(hosts, 1);
    assert!(attached.iter().all(|one| one.url() == attached[0].url()));
}

#[tokio::test]
async fn it_does_not_listen_beyond_loopback_by_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = Config {
        listen: "0.0.0.0:0".parse().unwrap(),
        ..Config::new(folder.path())
    };
    let error = start(config.clone()).await.unwrap_err();
    assert!(matches!(error, Error::BeyondLoopback(_)));
    assert!(error.to_string().contains("top up any account"));
    config.dangerously_beyond_loopback = true;
    let node = start(config).await.unwrap();
    node.stop().await;
}

#[test]
fn the_program_refuses_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_jiaozi-node"))
        .args(["--listen", "0.0.0.0:0", "--data"])
        .arg(folder.path().join("d"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success());
    assert!(
        text.contains("--dangerously-listen-beyond-loopback")
            && text.contains("top up any account"),
        "{text}"
    );
    assert!(!folder.path().join("d").exists());
    let help = Command::new(env!("CARGO_BIN_EXE_jiaozi-node"))
        .arg("--help")
        .output()
        .unwrap();
    assert!(
        String::from_utf8(help.stdout)
            .unwrap()
            .contains("whoever reaches it sees every payment")
    );
}

#[tokio::test]
async fn one_folder_has_one_node() {
    let folder = tempfile::tempdir().unwrap();
    let node = start(Config::new(folder.path())).await.unwrap();
    let error = start(Config::new(folder.path())).await.unwrap_err();
    assert_eq!(
        (error.code(), error.retryable()),
        ("store.already_open", true)
    );
    // Stopping answers what is under way, and nothing afterwards.
    let client = Client::new(&node.url());
    client.ok("eth_chainId", json!([])).await;
    tokio::time::timeout(Duration::from_secs(60), node.stop())
        .await
        .unwrap();
    assert!(client.send(&json!({})).await.is_err());
    start(Config::new(folder.path())).await.unwrap();
}
