//! The processes that are killed and started again.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use jiaozi_scenarios::program;
use rustix::fs::inotify;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::payer::{Order, ROLE, Said};
use crate::trap::{Step, Trap};

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
            if let Some(url) = line.and_then(|line| Some(line.strip_prefix("listening on ")?.to_owned())) {
                return Self { child, url };
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the node does not start on what a kill left behind");
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn pid(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Waits for its death; then it lives again, on the same data and port.
    pub async fn revive(&mut self, data: &Path) {
        let _ = self.child.wait().await.unwrap();
        let listen = self.url.trim_start_matches("http://").to_owned();
        *self = Self::start(data, &listen).await;
    }
}

/// The wallet as a process.
pub struct WalletProcess {
    child: Child,
    orders: ChildStdin,
    said: Lines<BufReader<ChildStdout>>,
}

impl WalletProcess {
    pub fn start(profile: &Path, socket: &Path, url: &str) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .arg(ROLE)
            .arg(profile)
            .arg(socket)
            .arg(url)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let (orders, said) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self {
            child,
            orders,
            said: BufReader::new(said).lines(),
        }
    }

    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// What it says next; none when it is dead.
    pub async fn next(&mut self) -> Option<Said> {
        let line = self.said.next_line().await.ok()??;
        // A kill can cut a line short.
        serde_json::from_str(&line).ok()
    }

    pub async fn order(&mut self, order: &Order) {
        let line = format!("{}\n", serde_json::to_string(order).unwrap());
        let _ = self.orders.write_all(line.as_bytes()).await; // it may be dead
    }

    /// Waits for its death.
    pub async fn buried(mut self) {
        let _ = self.child.wait().await.unwrap();
    }

    /// Ends it as its user would.
    pub async fn close(mut self) {
        drop(self.orders);
        assert!(self.child.wait().await.unwrap().success());
    }
}

/// Tells the trap of every write to the log of the store in `profile`, until
/// the process ends.
pub fn watch_store(profile: &Path, trap: Arc<Trap>) {
    let watch = inotify::init(inotify::CreateFlags::CLOEXEC).unwrap();
    let log = profile.join("store").join("db");
    inotify::add_watch(&watch, &log, inotify::WatchFlags::MODIFY).unwrap();
    std::thread::spawn(move || {
        let mut buffer = [std::mem::MaybeUninit::uninit(); 4096];
        let mut reader = inotify::Reader::new(watch, &mut buffer);
        while let Ok(event) = reader.next() {
            if event.events().contains(inotify::ReadFlags::IGNORED) {
                return; // the world is gone
            }
            trap.reach(Step::Write(0));
        }
    });
}
