//! The record of what a child does to the disk (x86-64's system calls).

use std::collections::HashMap;
use std::io::IoSliceMut;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use nix::libc;
use nix::sys::ptrace;
use nix::sys::uio::{RemoteIoVec, process_vm_readv};
use nix::unistd::Pid;

use crate::tracer::{Stop, Traced};

/// Something that happened to the disk, or that the child said.
#[derive(Debug, Clone)]
pub enum Event {
    Create(PathBuf),
    MakeFolder(PathBuf),
    Write(PathBuf, u64, Vec<u8>),
    SetLength(PathBuf, u64),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    Sync(PathBuf),
    Said(String),
}

impl std::fmt::Display for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Create(path) => write!(f, "create {}", path.display()),
            Self::MakeFolder(path) => write!(f, "make folder {}", path.display()),
            Self::Write(path, at, bytes) => {
                write!(
                    f,
                    "write {} bytes at {at} of {}",
                    bytes.len(),
                    path.display()
                )
            }
            Self::SetLength(path, length) => write!(f, "cut {} to {length}", path.display()),
            Self::Rename(from, to) => write!(f, "rename {} to {}", from.display(), to.display()),
            Self::Remove(path) => write!(f, "remove {}", path.display()),
            Self::Sync(path) => write!(f, "sync {}", path.display()),
            Self::Said(text) => write!(f, "say {}", text.trim_end()),
        }
    }
}

/// The last `count` events, a line each.
pub fn tail(events: &[Event], count: usize) -> String {
    let from = events.len().saturating_sub(count);
    let lines = events.iter().enumerate().skip(from);
    let line = |(number, event): (usize, &Event)| format!("  {number} {event}\n");
    lines.map(line).collect()
}

/// A system call on its way: known before it begins, done once it has ended.
struct Pending {
    regs: libc::user_regs_struct,
    event: Option<Event>,
}

/// Runs the child to its end; gives what it did below `root`.
pub fn record(child: &mut Traced, root: &Path) -> Vec<Event> {
    let mut recorder = Recorder {
        pid: child.pid(),
        root: root.to_owned(),
        positions: HashMap::new(),
        pending: HashMap::new(),
        events: Vec::new(),
    };
    while let Some(stop) = child.next() {
        match stop {
            Stop::Entry(thread) => recorder.entry(thread),
            Stop::Exit(thread) => recorder.exit(thread),
        }
        child.go_on(stop);
    }
    recorder.events
}

struct Recorder {
    pid: Pid,
    root: PathBuf,
    /// Where the next plain write of a descriptor goes.
    positions: HashMap<u64, u64>,
    pending: HashMap<Pid, Pending>,
    events: Vec<Event>,
}

impl Recorder {
    fn entry(&mut self, thread: Pid) {
        let Ok(regs) = ptrace::getregs(thread) else {
            return; // killed
        };
        let (a, b, c, d) = (regs.rdi, regs.rsi, regs.rdx, regs.r10);
        let call = i64::try_from(regs.orig_rax).unwrap_or(-1);
        let event = match call {
            libc::SYS_pwrite64 => {
                let path = self.descriptor(a);
                path.map(|path| Event::Write(path, d, self.memory(b, c)))
            }
            libc::SYS_write if a == 1 => {
                let text = String::from_utf8_lossy(&self.memory(b, c)).into_owned();
                Some(Event::Said(text))
            }
            libc::SYS_write => {
                let at = self.positions.get(&a).copied().unwrap_or(0);
                let path = self.descriptor(a);
                path.map(|path| Event::Write(path, at, self.memory(b, c)))
            }
            libc::SYS_ftruncate => self.descriptor(a).map(|path| Event::SetLength(path, b)),
            libc::SYS_fsync | libc::SYS_fdatasync => self.descriptor(a).map(Event::Sync),
            libc::SYS_rename => self.renamed(a, b),
            libc::SYS_renameat | libc::SYS_renameat2 => self.renamed(b, d),
            libc::SYS_unlink | libc::SYS_rmdir => self.path(a).map(Event::Remove),
            libc::SYS_unlinkat => self.path(b).map(Event::Remove),
            libc::SYS_mkdir => self.path(a).map(Event::MakeFolder),
            libc::SYS_mkdirat => self.path(b).map(Event::MakeFolder),
            libc::SYS_openat => {
                let created = c & u64::try_from(libc::O_CREAT).unwrap() != 0;
                let fresh = |path: &PathBuf| created && !path.exists();
                self.path(b).filter(fresh).map(Event::Create)
            }
            // What nothing here reads the arguments of must not touch the disk.
            libc::SYS_open
            | libc::SYS_creat
            | libc::SYS_truncate
            | libc::SYS_writev
            | libc::SYS_pwritev
            | libc::SYS_pwritev2
            | libc::SYS_copy_file_range
            | libc::SYS_sendfile
            | libc::SYS_fallocate
            | libc::SYS_link
            | libc::SYS_linkat
            | libc::SYS_io_uring_enter => panic!("system call {call} is not recorded"),
            _ => None,
        };
        self.pending.insert(thread, Pending { regs, event });
    }

    fn exit(&mut self, thread: Pid) {
        let (Some(Pending { regs, event }), Ok(now)) =
            (self.pending.remove(&thread), ptrace::getregs(thread))
        else {
            return;
        };
        let Ok(result) = u64::try_from(now.rax.cast_signed()) else {
            return; // it failed
        };
        let call = i64::try_from(regs.orig_rax).unwrap_or(-1);
        if call == libc::SYS_write && regs.rdi != 1 {
            *self.positions.entry(regs.rdi).or_default() += result;
        }
        self.events.extend(event);
        if call == libc::SYS_openat {
            self.positions.insert(result, 0);
            let truncates = regs.rdx & u64::try_from(libc::O_TRUNC).unwrap() != 0;
            let path = self.descriptor(result).filter(|_| truncates);
            self.events
                .extend(path.map(|path| Event::SetLength(path, 0)));
        }
    }

    fn below_root(&self, path: PathBuf) -> Option<PathBuf> {
        path.starts_with(&self.root).then_some(path)
    }

    fn descriptor(&self, number: u64) -> Option<PathBuf> {
        let path = std::fs::read_link(format!("/proc/{}/fd/{number}", self.pid)).ok()?;
        self.below_root(path)
    }

    fn path(&self, address: u64) -> Option<PathBuf> {
        let mut bytes = Vec::new();
        // Not beyond the end of a page that may be the last one.
        let mut address = address;
        while !bytes.contains(&0) {
            let rest = 4096 - address % 4096;
            bytes.extend(self.memory(address, rest));
            address += rest;
        }
        let end = bytes.iter().position(|byte| *byte == 0).unwrap();
        bytes.truncate(end);
        self.below_root(std::ffi::OsString::from_vec(bytes).into())
    }

    fn renamed(&self, from: u64, to: u64) -> Option<Event> {
        Some(Event::Rename(self.path(from)?, self.path(to)?))
    }

    fn memory(&self, address: u64, length: u64) -> Vec<u8> {
        let (base, len) = (
            usize::try_from(address).unwrap(),
            usize::try_from(length).unwrap(),
        );
        let mut bytes = vec![0; len];
        let local = &mut [IoSliceMut::new(&mut bytes)];
        let read = process_vm_readv(self.pid, local, &[RemoteIoVec { base, len }]).unwrap();
        assert_eq!(read, len);
        bytes
    }
}
