//! The trap: a victim, and the step at which it dies.

use std::fmt;
use std::sync::Mutex;

use jiaozi_faults::Moment;
use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::oneshot;

/// Who dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Victim {
    Wallet,
    Vault,
    Node,
}

impl Victim {
    pub const ALL: [Self; 3] = [Self::Wallet, Self::Vault, Self::Node];
}

/// When.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// While the wallet opens.
    Opening,
    /// The vault is asked to sign, and has not heard it.
    AskedToSign,
    /// The vault has signed, and the wallet has not heard it.
    Signed,
    /// The wallet has the signature in its hands.
    HasSignature,
    /// The store writes for the n-th time in this payment.
    Write(u8),
    /// A call of this method leaves for the node.
    Call(&'static str),
    /// The node has carried the call out; the answer is on its way.
    Answer(&'static str),
    /// Whenever it happens to be.
    AnyTime,
}

impl Step {
    /// Those of one payment.
    const METHODS: [&str; 5] = [
        "eth_call",
        "eth_getTransactionCount",
        "eth_sendRawTransaction",
        "eth_getTransactionReceipt",
        "eth_getBlockByNumber",
    ];

    /// One of the steps at which `victim` can be met.
    pub fn throw(victim: Victim, dice: &mut fastrand::Rng) -> Self {
        let method = Self::METHODS[dice.usize(0..Self::METHODS.len())];
        let call = if dice.bool() {
            Self::Call(method)
        } else {
            Self::Answer(method)
        };
        let signature = [Self::AskedToSign, Self::Signed, Self::HasSignature][dice.usize(0..3)];
        match (victim, dice.u8(0..10)) {
            (Victim::Wallet, 0) => Self::Opening,
            (Victim::Wallet, 1..=2) | (Victim::Vault, 0..=7) => signature,
            (Victim::Wallet, 3..=5) => Self::Write(dice.u8(1..=8)),
            (Victim::Wallet, 6..=8) | (Victim::Node, 0..=7) => call,
            _ => Self::AnyTime,
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opening => f.write_str("while the wallet opens"),
            Self::AskedToSign => f.write_str("vault asked to sign"),
            Self::Signed => f.write_str("vault signed, wallet not told"),
            Self::HasSignature => f.write_str("wallet has the signature"),
            Self::Write(n) => write!(f, "store writes ({n})"),
            Self::Call(method) => write!(f, "{method} leaves"),
            Self::Answer(method) => write!(f, "{method} answered"),
            Self::AnyTime => f.write_str("any time"),
        }
    }
}

#[derive(Debug)]
struct Armed {
    pid: u32,
    step: Step,
    writes: u8,
    snapped: oneshot::Sender<()>,
}

/// Set on one process at a time; it snaps on whatever thread reaches the step.
#[derive(Debug, Default)]
pub struct Trap {
    armed: Mutex<Option<Armed>>,
}

impl Trap {
    /// From now on `pid` dies at `step`; the receiver hears when it has.
    pub fn arm(&self, pid: u32, step: Step) -> oneshot::Receiver<()> {
        let (snapped, hears) = oneshot::channel();
        *self.armed.lock().unwrap() = Some(Armed {
            pid,
            step,
            writes: 0,
            snapped,
        });
        hears
    }

    /// Takes it away; whether it had not snapped.
    pub fn disarm(&self) -> bool {
        self.armed.lock().unwrap().take().is_some()
    }

    /// Something reached `step`.
    pub fn reach(&self, step: Step) {
        let mut armed = self.armed.lock().unwrap();
        let hit = match armed.as_mut() {
            Some(set) if matches!((set.step, step), (Step::Write(_), Step::Write(_))) => {
                set.writes = set.writes.saturating_add(1);
                set.step == Step::Write(set.writes)
            }
            Some(set) => set.step == step,
            None => false,
        };
        if hit && let Some(set) = armed.take() {
            slay(set.pid);
            let _ = set.snapped.send(()); // whoever armed it may have given up
        }
    }

    /// A call passed the proxy in front of the node.
    pub fn call(&self, method: &str, moment: Moment) {
        let known = Step::METHODS.iter().find(|known| **known == method);
        if let Some(method) = known {
            self.reach(match moment {
                Moment::Before => Step::Call(method),
                Moment::After => Step::Answer(method),
            });
        }
    }
}

/// Ends a process of this test at once.
pub fn slay(pid: u32) {
    let pid = Pid::from_raw(pid.try_into().unwrap()).unwrap();
    let _ = kill_process(pid, Signal::KILL); // it may have ended by itself
}
