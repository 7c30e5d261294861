//! A shell for tests: starts the agent, talks to it in frames, and keeps every
//! byte of its replies, so that secrets in them are found.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first fault; not every test uses everything"
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use alloy_primitives::{B256, U256, address};
use jiaozi_types::agent::*;
use jiaozi_types::{PurchaseId, sandbox};

pub const PASSPHRASE: &str = "mulberry paper and ink";

pub const LOOK: Appearance = Appearance {
    language: Language::English,
    theme: Theme::Light,
};

pub fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_jiaozi-vault"))
}

/// A profile and a socket in a folder of their own.
pub struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn profile(&self) -> PathBuf {
        self.folder.path().join("profile")
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("run/agent.sock")
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// An agent on the socket with a scripted secret; started when it is ready.
    pub fn start(&self, options: &[&str], secret: &str) -> Started {
        self.start_in(&[], options, secret)
    }

    /// The same with other environment variables.
    pub fn start_in(
        &self,
        environment: &[(&str, &str)],
        options: &[&str],
        secret: &str,
    ) -> Started {
        let mut child = program()
            .envs(environment.iter().copied())
            .arg("agent")
            .arg("--profile")
            .arg(self.profile())
            .arg("--socket")
            .arg(self.socket())
            .args(["--prompt", "none", "--secret-stdin"])
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        writeln!(child.stdin.take().unwrap(), "{secret}").unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        Started {
            ready: line == "ready\n",
            child,
        }
    }

    /// The agent on standard input and output.
    pub fn stdio(&self) -> (Child, Shell) {
        let mut child = program()
            .arg("agent")
            .arg("--profile")
            .arg(self.profile())
            .args(["--stdio", "--prompt", "none"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let shell = Shell::new(
            Box::new(child.stdin.take().unwrap()),
            Box::new(child.stdout.take().unwrap()),
        );
        (child, shell)
    }

    pub fn connect(&self) -> Shell {
        Shell::on(UnixStream::connect(self.socket()).unwrap())
    }
}

pub struct Started {
    pub ready: bool,
    child: Child,
}

impl Started {
    pub fn ready(self) -> Self {
        assert!(self.ready, "the agent did not start");
        self
    }

    /// Waits for its end; gives the status and what it said.
    pub fn end(mut self) -> (ExitStatus, String) {
        let status = self.child.wait().unwrap();
        let mut said = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        (status, said)
    }

    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The shell's side of a connection.
pub struct Shell {
    writer: Box<dyn Write>,
    reader: Box<dyn Read>,
    next: u32,
    /// Every payload that came back.
    pub heard: String,
}

impl Shell {
    pub fn new(writer: Box<dyn Write>, reader: Box<dyn Read>) -> Self {
        Self {
            writer,
            reader,
            next: 1,
            heard: String::new(),
        }
    }

    pub fn on(stream: UnixStream) -> Self {
        Self::new(Box::new(stream.try_clone().unwrap()), Box::new(stream))
    }

    pub fn send_bytes(&mut self, bytes: &[u8]) {
        // The peer may have hung up already: that is what some tests are about.
        let _ = self
            .writer
            .write_all(bytes)
            .and_then(|()| self.writer.flush());
    }

    /// Sends a call without waiting for its reply; gives its id.
    pub fn send(&mut self, request: Request) -> u32 {
        let id = self.next;
        self.next += 1;
        let frame = frame::encode(&Call { id, request }).unwrap();
        self.send_bytes(&frame);
        id
    }

    /// The next reply; none when the agent hung up.
    pub fn receive(&mut self) -> Option<Reply> {
        let mut header = [0u8; frame::HEADER_LEN];
        self.reader.read_exact(&mut header).ok()?;
        let mut payload = vec![0u8; frame::payload_len(header).unwrap()];
        self.reader.read_exact(&mut payload).ok()?;
        self.heard.push_str(std::str::from_utf8(&payload).unwrap());
        Some(frame::decode(&payload).unwrap())
    }

    pub fn call(&mut self, request: Request) -> Result<Response, AgentError> {
        let id = self.send(request);
        let reply = self.receive().expect("the agent hung up");
        assert_eq!(reply.id, id);
        reply.result
    }

    pub fn hello(&mut self) -> VaultStatus {
        match self.call(hello(PROTOCOL_VERSION)) {
            Ok(Response::Hello { status, .. }) => status,
            other => panic!("{other:?}"),
        }
    }

    pub fn status(&mut self, request: Request) -> VaultStatus {
        match self.call(request) {
            Ok(Response::Status(status)) => status,
            other => panic!("{other:?}"),
        }
    }

    pub fn signed(&mut self, request: SignRequest) -> Signed {
        match self.call(Request::Sign(request)) {
            Ok(Response::Signed(signed)) => signed,
            other => panic!("{other:?}"),
        }
    }

    /// A payment of sandbox yuan from the first account.
    pub fn payment(&mut self, purchase: u8, fen: u64) -> SignRequest {
        let accounts = self.call(Request::Accounts { first: 0, count: 1 });
        let Ok(Response::Accounts { accounts }) = accounts else {
            panic!("{accounts:?}");
        };
        SignRequest {
            purchase: PurchaseId::from_bytes([purchase; 16]),
            signer: KeyRef::Account(0),
            shop: None,
            what: ToSign::CarriedAuthorization {
                domain: sandbox::yuan_domain(),
                authorization: Authorization {
                    from: accounts[0].address,
                    to: address!("0x70997970C51812dc3A010C7d01b50e0d17dc79C8"),
                    value: U256::from(fen),
                    valid_after: 0,
                    valid_before: 4_000_000_000,
                    nonce: B256::with_last_byte(purchase),
                },
                carrier: Carrier {
                    nonce: purchase.into(),
                    gas_limit: 100_000,
                    fee: CarrierFee::Legacy { gas_price: 0 },
                    core: None,
                },
            },
        }
    }
}

pub fn hello(protocol: u16) -> Request {
    Request::Hello(Hello {
        protocol,
        shell: "test".to_owned(),
        appearance: LOOK,
    })
}

pub fn create(sealing: Sealing, backup: Backup) -> Request {
    Request::Create {
        words: 12,
        word_language: WordLanguage::English,
        sealing,
        backup,
    }
}
