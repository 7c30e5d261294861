//! The wallet as a process, and what its store tells of itself.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use rustix::fs::inotify;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::payer::{Order, ROLE, Said};
use crate::trap::{Step, Trap};

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
