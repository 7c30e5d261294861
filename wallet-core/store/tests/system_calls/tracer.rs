//! A child of this test that stops at its system calls.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

const MEMORY_AND_THREADS: [nix::libc::c_long; 19] = [
    nix::libc::SYS_brk,
    nix::libc::SYS_clock_nanosleep,
    nix::libc::SYS_clone,
    nix::libc::SYS_clone3,
    nix::libc::SYS_futex,
    nix::libc::SYS_getpid,
    nix::libc::SYS_getrandom,
    nix::libc::SYS_gettid,
    nix::libc::SYS_madvise,
    nix::libc::SYS_mmap,
    nix::libc::SYS_mprotect,
    nix::libc::SYS_munmap,
    nix::libc::SYS_prctl,
    nix::libc::SYS_rseq,
    nix::libc::SYS_rt_sigprocmask,
    nix::libc::SYS_sched_getaffinity,
    nix::libc::SYS_sched_yield,
    nix::libc::SYS_set_robust_list,
    nix::libc::SYS_sigaltstack,
];

/// A stop of one of the child's threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Before a system call.
    Entry(Pid),
    /// After one.
    Exit(Pid),
}

/// The child. All its threads are traced by the thread that started it.
pub struct Traced {
    child: Child,
    pid: Pid,
    /// Threads that are inside of a system call.
    inside: std::collections::HashSet<Pid>,
    over: bool,
}

impl Traced {
    /// Starts the ignored test `name` with `variable` set to `folder` and stops it where it waits
    /// for its standard input.
    pub fn start(name: &str, variable: &str, folder: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                name,
                "--ignored",
                "--nocapture",
                "--test-threads=1",
            ])
            .env(variable, folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let pid = Pid::from_raw(child.id().try_into().unwrap());
        wait_until_it_reads(&mut child);
        let options = Options::PTRACE_O_TRACESYSGOOD
            | Options::PTRACE_O_TRACECLONE
            | Options::PTRACE_O_EXITKILL;
        let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
        for task in tasks {
            let name = task.unwrap().file_name();
            let thread = Pid::from_raw(name.to_str().unwrap().parse().unwrap());
            ptrace::seize(thread, options).unwrap();
            ptrace::interrupt(thread).unwrap();
        }
        child.stdin.take().unwrap().write_all(b"!").unwrap();
        Self {
            child,
            pid,
            inside: Default::default(),
            over: false,
        }
    }

    pub fn pid(&self) -> Pid {
        self.pid
    }

    /// Waits for the next stop at a system call; none when the child is over.
    pub fn next(&mut self) -> Option<Stop> {
        loop {
            // Only children of this thread: others may run tests as well.
            let flags = WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD;
            match waitpid(Pid::from_raw(-1), Some(flags)) {
                Ok(WaitStatus::PtraceSyscall(thread)) => {
                    if self.inside.insert(thread) {
                        return Some(Stop::Entry(thread));
                    }
                    self.inside.remove(&thread);
                    return Some(Stop::Exit(thread));
                }
                Ok(WaitStatus::PtraceEvent(thread, ..)) => go_on(thread, None),
                Ok(WaitStatus::Stopped(thread, signal)) => go_on(thread, Some(signal)),
                Ok(WaitStatus::Exited(thread, _) | WaitStatus::Signaled(thread, ..)) => {
                    if thread == self.pid {
                        self.over = true;
                        return None;
                    }
                }
                Ok(_) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }

    /// Lets a thread that [`Self::next`] stopped go on.
    pub fn go_on(&self, stop: Stop) {
        let (Stop::Entry(thread) | Stop::Exit(thread)) = stop;
        go_on(thread, None);
    }

    /// Runs and kills before the system call of this number; whether there was one. Calls that
    /// concern memory and threads alone are passed over: a death before one of them leaves the same
    /// disk as a death before the next of the others.
    pub fn run_until(&mut self, number: u64) -> bool {
        let mut calls = 0;
        while let Some(stop) = self.next() {
            if let Stop::Entry(thread) = stop
                && !self.spares_the_disk(thread)
            {
                if calls == number {
                    kill(self.pid, Signal::SIGKILL).unwrap();
                    while self.next().is_some() {}
                    return true;
                }
                calls += 1;
            }
            self.go_on(stop);
        }
        false
    }

    fn spares_the_disk(&self, thread: Pid) -> bool {
        let path = format!("/proc/{}/task/{thread}/syscall", self.pid);
        let call = std::fs::read_to_string(path).unwrap_or_default();
        let number = call.split(' ').next().and_then(|text| text.parse().ok());
        number.is_some_and(|number| MEMORY_AND_THREADS.contains(&number))
    }

    /// What it printed; it must be over.
    pub fn output(&mut self) -> String {
        assert!(self.over);
        let mut text = String::new();
        let mut stdout = self.child.stdout.take().unwrap();
        stdout.read_to_string(&mut text).unwrap();
        text
    }
}

/// A thread that was killed meanwhile does not go on.
fn go_on(thread: Pid, signal: Option<Signal>) {
    let _ = ptrace::syscall(thread, signal);
}

/// The child has loaded all it needs once some thread of it sleeps in a read.
fn wait_until_it_reads(child: &mut Child) {
    let reads = |id: u32| {
        let tasks = std::fs::read_dir(format!("/proc/{id}/task")).ok()?;
        for task in tasks {
            let call = std::fs::read_to_string(task.ok()?.path().join("syscall")).ok()?;
            // read(0, ...)
            let read = format!("{} 0x0 ", nix::libc::SYS_read);
            if call.starts_with(&read) {
                return Some(());
            }
        }
        None
    };
    while reads(child.id()).is_none() {
        assert!(child.try_wait().unwrap().is_none(), "the child ended");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}
