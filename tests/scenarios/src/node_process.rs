//! The sandbox ledger as a process of its own, which can be killed and started
//! again.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::program;

/// The sandbox ledger as a process, on one port for all its lives.
pub struct NodeProcess {
    child: Child,
    url: String,
}

impl NodeProcess {
    /// Starts it; `listen` is `127.0.0.1:0` the first time.
    pub async fn start(data: &Path, listen: &str) -> Self {
        // The port may be held a moment longer than its process lived.
        for _ in 0..100 {
            let mut child = Command::new(program("jiaozi-node"))
                .arg("--data")
                .arg(data)
                .args(["--listen", listen])
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .kill_on_drop(true)
                .spawn()
                .unwrap();
            let stdout = child.stdout.take().unwrap();
            let line = BufReader::new(stdout).lines().next_line().await.unwrap();
            if let Some(url) =
                line.and_then(|line| Some(line.strip_prefix("listening on ")?.to_owned()))
            {
                return Self { child, url };
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the node does not start on what a kill left behind");
    }

    /// Where it answers.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id().expect("it was not waited for")
    }

    /// Ends it at once, whatever it does.
    pub fn kill(&mut self) {
        self.child.start_kill().unwrap();
    }

    /// Waits for its death; then it lives again, on the same data and port.
    pub async fn revive(&mut self, data: &Path) {
        let _ = self.child.wait().await.unwrap();
        let listen = self.url.trim_start_matches("http://").to_owned();
        *self = Self::start(data, &listen).await;
    }
}
