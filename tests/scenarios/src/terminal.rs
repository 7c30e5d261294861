//! A person at the terminal: the real `jiaozi`, one process a command, with a
//! profile of its own and a passphrase that a script gives.

use std::process::Stdio;

use serde_json::Value;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::program;

const PASSPHRASE: &str = "a passphrase for scenarios\n";

/// Someone at the terminal.
pub struct Terminal {
    folder: TempDir,
}

impl Terminal {
    /// Someone who has just made a wallet.
    pub async fn new() -> Self {
        let terminal = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        terminal
            .says(&["init", "--passphrase-only", "--later"])
            .await;
        terminal
    }

    /// Runs a command, which must succeed; gives what it printed, on standard
    /// output and then on standard error.
    pub async fn says(&self, arguments: &[&str]) -> (String, String) {
        let mut child = Command::new(program("jiaozi"))
            .env_clear()
            .env("HOME", self.folder.path())
            .env("LANG", "C.UTF-8")
            .env("TZ", "UTC")
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("JIAOZI_PROFILE", self.folder.path().join("profile"))
            .env("JIAOZI_SANDBOX", self.folder.path().join("sandbox"))
            .args(["--no-input", "--passphrase-stdin"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A command that asks the vault nothing does not read it.
        let _ = stdin.write_all(PASSPHRASE.as_bytes()).await;
        drop(stdin);
        let ended = child.wait_with_output().await.unwrap();
        let (out, err) = (
            String::from_utf8(ended.stdout).unwrap(),
            String::from_utf8(ended.stderr).unwrap(),
        );
        assert!(ended.status.success(), "{arguments:?}: {out}{err}");
        (out, err)
    }

    /// The answer to a script.
    pub async fn json(&self, arguments: &[&str]) -> Value {
        let mut all = arguments.to_vec();
        all.push("--json");
        serde_json::from_str(&self.says(&all).await.0).unwrap()
    }

    /// Adds a network by its id and its node's URL, and uses it.
    pub async fn join(&self, id: &str, url: &str, token: &str, finality: &str) {
        let token = format!("{token}:yuan");
        let node = ["network", "add", "--id", id, "--endpoint", url];
        let values = ["--token", &token, "--finality", finality, "--coin", "COIN"];
        let rest = ["--name", "Test", "--use"];
        self.says(&[&node[..], &values, &rest].concat()).await;
    }

    /// The first account on the network in use.
    pub async fn address(&self) -> String {
        let accounts = self.json(&["accounts", "list"]).await;
        accounts[0]["address"].as_str().unwrap().to_owned()
    }
}
