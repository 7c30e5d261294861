//! What the process gives up at start: core dumps, being traced, files that
//! others can read, and on Linux every socket but Unix ones.

use std::io;

/// Errors while giving things up: the vault does not start then.
#[derive(Debug, thiserror::Error)]
pub enum HardenError {
    /// Core dumps or tracing could not be turned off.
    #[error("core dumps cannot be turned off: {0}")]
    Dumps(io::Error),
    /// The socket filter could not be installed.
    #[error("sockets cannot be denied: {0}")]
    Sockets(String),
}

/// Call first in `main`, before there is a second thread.
pub fn harden() -> Result<(), HardenError> {
    quiet_panics();
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
        let none = Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        setrlimit(Resource::Core, none).map_err(|error| HardenError::Dumps(error.into()))?;
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        if !is_looked_into() {
            set_dumpable_behavior(DumpableBehavior::NotDumpable)
                .map_err(|error| HardenError::Dumps(error.into()))?;
        }
        deny_sockets()?;
    }
    Ok(())
}

/// Whether a test wants to read this process's memory (`tests/memory.py`). Never
/// in a release build.
#[cfg(target_os = "linux")]
fn is_looked_into() -> bool {
    cfg!(debug_assertions) && std::env::var_os("JIAOZI_VAULT_TEST_DUMPABLE").is_some()
}

/// Says where a panic was, and nothing of what it was about.
fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        use std::io::Write;
        let place = info.location().map_or_else(
            || "an unknown place".to_owned(),
            |at| format!("{}:{}", at.file(), at.line()),
        );
        // There is nothing left to do if standard error is gone.
        let _ = writeln!(io::stderr(), "jiaozi-vault: a fault at {place}");
    }));
}

/// `socket` works for Unix sockets only; every other family, the network's
/// above all, fails with EACCES. io_uring, which could make sockets past this
/// filter, is gone as well.
#[cfg(target_os = "linux")]
fn deny_sockets() -> Result<(), HardenError> {
    use seccompiler::{
        BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
        SeccompRule,
    };
    let fault = |error: seccompiler::BackendError| HardenError::Sockets(error.to_string());
    let unix = u64::try_from(libc::AF_UNIX).unwrap_or(u64::MAX);
    let errno = u32::try_from(libc::EACCES).unwrap_or(1);
    let not_unix =
        SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Ne, unix).map_err(fault)?;
    let rules = [
        (
            libc::SYS_socket,
            vec![SeccompRule::new(vec![not_unix]).map_err(fault)?],
        ),
        (libc::SYS_io_uring_setup, Vec::new()),
    ];
    let arch = std::env::consts::ARCH.try_into().map_err(fault)?;
    let program: BpfProgram = SeccompFilter::new(
        rules.into_iter().collect(),
        SeccompAction::Allow,
        SeccompAction::Errno(errno),
        arch,
    )
    .and_then(TryInto::try_into)
    .map_err(fault)?;
    seccompiler::apply_filter_all_threads(&program)
        .map_err(|error| HardenError::Sockets(error.to_string()))
}

/// Tries a socket of each family that the network knows, and a Unix one, and
/// says what came of it: one line a family. For the tests.
#[cfg(target_os = "linux")]
pub fn try_sockets() -> String {
    use rustix::net::{AddressFamily, SocketType, socket};
    let families = [
        ("inet", AddressFamily::INET),
        ("inet6", AddressFamily::INET6),
        ("netlink", AddressFamily::NETLINK),
        ("packet", AddressFamily::PACKET),
        ("vsock", AddressFamily::VSOCK),
        ("unix", AddressFamily::UNIX),
    ];
    families
        .into_iter()
        .flat_map(|(name, family)| {
            [("stream", SocketType::STREAM), ("dgram", SocketType::DGRAM)].map(|(kind, ty)| {
                let outcome = match socket(family, ty, None) {
                    Ok(_) => "opened".to_owned(),
                    Err(error) => format!("errno {}", error.raw_os_error()),
                };
                format!("{name} {kind}: {outcome}\n")
            })
        })
        .collect()
}
