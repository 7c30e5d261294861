//! The agent as a process, over its pipe and its socket.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first fault"
)]

mod support;

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::process::{Command, Stdio};

use jiaozi_types::agent::*;
use support::{PASSPHRASE, Place, Shell, create, hello, program};

#[test]
fn the_pipe_ends_with_its_shell() {
    let place = Place::new();
    let (mut child, mut shell) = place.stdio();
    assert_eq!(shell.hello().state, VaultState::Empty);
    let no_prompt = Err(AgentError::NoPrompt);
    let request = create(Sealing::PassphraseOnly, Backup::Now);
    assert_eq!(shell.call(request), no_prompt);
    assert_eq!(shell.call(Request::Unlock), Err(AgentError::NoVault));
    assert_eq!(shell.call(Request::StoreKey), Err(AgentError::NoVault));
    drop(shell);
    assert!(child.wait().unwrap().success());
}

#[test]
fn the_first_call_is_hello_in_the_same_version() {
    let place = Place::new();
    let (mut child, mut shell) = place.stdio();
    assert!(matches!(
        shell.call(Request::Status),
        Err(AgentError::BadRequest { .. })
    ));
    assert!(matches!(
        shell.call(Request::Quit),
        Err(AgentError::BadRequest { .. })
    ));
    assert_eq!(
        shell.call(hello(9)),
        Err(AgentError::Protocol {
            vault: PROTOCOL_VERSION,
            shell: 9
        })
    );
    shell.hello();
    assert_eq!(shell.call(Request::Quit), Ok(Response::Done));
    assert!(child.wait().unwrap().success());
}

/// What is no frame: another format, too large, no JSON, an unknown request,
/// half a frame.
fn garbage() -> Vec<Vec<u8>> {
    let framed = |payload: &[u8]| {
        let mut bytes = vec![1];
        bytes.extend_from_slice(&u32::try_from(payload.len()).unwrap().to_be_bytes());
        bytes.extend_from_slice(payload);
        bytes
    };
    vec![
        vec![2, 0, 0, 0, 1, b'x'],
        vec![1, 0xff, 0xff, 0xff, 0xff],
        b"GET / HTTP/1.1\r\n\r\n".to_vec(),
        framed(b"not json"),
        framed(b"{\"id\":1,\"request\":{\"kind\":\"export_seed\"}}"),
        framed(b"{\"id\":-1,\"request\":{\"kind\":\"status\"}}"),
    ]
}

#[test]
fn garbage_ends_the_pipe_cleanly() {
    for bytes in garbage() {
        let place = Place::new();
        let (mut child, mut shell) = place.stdio();
        shell.send_bytes(&bytes);
        assert!(shell.receive().is_none());
        assert!(child.wait().unwrap().success());
    }
}

#[test]
fn garbage_ends_one_connection_and_not_the_agent() {
    let place = Place::new();
    let once = place.start(&["--once"], PASSPHRASE).ready();
    let mut shell = place.connect();
    shell.hello();
    shell.status(create(Sealing::PassphraseOnly, Backup::Later));
    drop(shell);
    assert!(once.end().0.success());
    let mut agent = place.start(&[], PASSPHRASE).ready();
    let mut witness = place.connect();
    witness.hello();
    for bytes in garbage() {
        let mut shell = place.connect();
        shell.send_bytes(&bytes);
        assert!(shell.receive().is_none());
        assert_eq!(witness.status(Request::Status).state, VaultState::Unlocked);
    }
    assert!(agent.is_running());
}

#[test]
fn a_script_makes_a_wallet_and_pays() {
    let place = Place::new();
    let agent = place.start(&["--once"], PASSPHRASE).ready();
    let mut shell = place.connect();
    shell.hello();
    // Nobody is there to see words or a keyring's prompt.
    assert_eq!(
        shell.call(create(Sealing::PassphraseOnly, Backup::Now)),
        Err(AgentError::NoPrompt)
    );
    let status = shell.status(create(Sealing::PassphraseOnly, Backup::Later));
    assert_eq!(
        (status.state, status.backup),
        (VaultState::Unlocked, BackupState::Pending)
    );
    assert_eq!(
        shell.call(create(Sealing::PassphraseOnly, Backup::Later)),
        Err(AgentError::AlreadyExists)
    );
    let small = shell.payment(1, 1_250);
    assert_eq!(
        shell.call(Request::Judge(small.clone())),
        Ok(Response::Verdict {
            verdict: SpendVerdict::QuickPay
        })
    );
    let signed = shell.signed(small.clone());
    assert_eq!(shell.signed(small), signed);
    // Above the limit: the secret on standard input answers the prompt.
    let large = shell.payment(2, 30_000);
    assert_eq!(
        shell.call(Request::Judge(large.clone())),
        Ok(Response::Verdict {
            verdict: SpendVerdict::PinAbovePayment
        })
    );
    shell.signed(large);
    assert_eq!(shell.status(Request::Lock).state, VaultState::Locked);
    let third = shell.payment(3, 1);
    assert_eq!(
        shell.call(Request::Judge(third.clone())),
        Ok(Response::Verdict {
            verdict: SpendVerdict::PinLocked
        })
    );
    shell.signed(third);
    assert_eq!(shell.status(Request::Unlock).state, VaultState::Unlocked);
    drop(shell);
    assert!(agent.end().0.success());
    assert!(!place.socket().exists());
}

#[test]
fn a_background_agent_asks_nobody_and_ends_when_locked() {
    let place = Place::new();
    let (status, said) = place.start(&[], PASSPHRASE).end();
    assert_eq!(status.code(), Some(3), "{said}");
    let agent = place.start(&["--once"], PASSPHRASE).ready();
    let mut shell = place.connect();
    shell.hello();
    shell.status(create(Sealing::PassphraseOnly, Backup::Later));
    drop(shell);
    agent.end();

    let (status, said) = place.start(&[], "another secret than that").end();
    assert_eq!(status.code(), Some(4), "{said}");
    assert!(!said.contains("another secret"), "{said}");

    let agent = place.start(&[], PASSPHRASE).ready();
    let (mut one, mut two) = (place.connect(), place.connect());
    assert_eq!(one.hello().state, VaultState::Unlocked);
    two.hello();
    let small = two.payment(1, 1_250);
    two.signed(small);
    let large = one.payment(2, 30_000);
    assert_eq!(one.call(Request::Sign(large)), Err(AgentError::NoPrompt));
    for request in [Request::ShowWords, Request::CheckWords, Request::ChangePin] {
        assert_eq!(two.call(request), Err(AgentError::NoPrompt));
    }
    let (status, said) = place.start(&[], PASSPHRASE).end();
    assert_eq!(
        status.code(),
        Some(10),
        "a second agent on one socket: {said}"
    );
    assert_eq!(one.status(Request::Lock).state, VaultState::Locked);
    assert!(agent.end().0.success());
    assert!(!place.socket().exists());
}

/// `jiaozi unlock`: the secret is typed on the terminal once, then the terminal
/// can be closed, and the agent asks nobody until it is locked.
#[cfg(target_os = "linux")]
#[test]
fn an_agent_unlocked_on_a_terminal_outlives_it() {
    let place = Place::new();
    let once = place.start(&["--once"], PASSPHRASE).ready();
    let mut shell = place.connect();
    shell.hello();
    shell.status(create(Sealing::PassphraseOnly, Backup::Later));
    drop(shell);
    assert!(once.end().0.success());
    // script(1) gives a controlling terminal; the list keeps its shell alive,
    // so that the agent leads no process group, as under `jiaozi`.
    let agent = format!(
        "'{}' agent --profile '{}' --socket '{}' --prompt terminal; true",
        program().get_program().display(),
        place.profile().display(),
        place.socket().display(),
    );
    let mut terminal = Command::new("script")
        .args([
            "--quiet",
            "--flush",
            "--return",
            "--command",
            &agent,
            "/dev/null",
        ])
        .env("SHELL", "/bin/sh")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut screen = terminal.stdout.take().unwrap();
    let mut seen = String::new();
    let mut wait_for = |what: &str| {
        let mut buffer = [0u8; 4096];
        while !seen.contains(what) {
            let read = screen.read(&mut buffer).unwrap();
            assert!(read > 0, "{what} never came: {seen}");
            seen.push_str(&String::from_utf8_lossy(&buffer[..read]));
        }
        assert!(!seen.contains(PASSPHRASE), "the secret was shown");
    };
    wait_for("Passphrase:");
    writeln!(terminal.stdin.as_mut().unwrap(), "{PASSPHRASE}").unwrap();
    // A script made the wallet, so its personal phrase is chosen now.
    wait_for("Your phrase:");
    writeln!(terminal.stdin.as_mut().unwrap(), "a heron in the reeds").unwrap();
    wait_for("ready");
    terminal.kill().unwrap();
    terminal.wait().unwrap();
    let mut shell = place.connect();
    assert_eq!(shell.hello().state, VaultState::Unlocked);
    let large = shell.payment(1, 30_000);
    assert_eq!(shell.call(Request::Sign(large)), Err(AgentError::NoPrompt));
    let small = shell.payment(2, 100);
    shell.signed(small);
    assert_eq!(shell.status(Request::Lock).state, VaultState::Locked);
    // It ends, and takes its socket with it.
    assert!(shell.receive().is_none());
}

#[test]
fn the_socket_is_this_users_alone() {
    let place = Place::new();
    let agent = place.start(&["--once"], PASSPHRASE).ready();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&place.socket()), 0o600);
    assert_eq!(mode(place.socket().parent().unwrap()), 0o700);
    drop(agent);

    // A dead agent's socket is replaced, a file is not.
    assert!(UnixStream::connect(place.socket()).is_err());
    assert!(place.socket().exists());
    drop(place.start(&["--once"], PASSPHRASE).ready());
    let open = Place::new();
    fs::create_dir(open.socket().parent().unwrap()).unwrap();
    fs::set_permissions(
        open.socket().parent().unwrap(),
        PermissionsExt::from_mode(0o755),
    )
    .unwrap();
    assert_eq!(open.start(&["--once"], PASSPHRASE).end().0.code(), Some(10));
    fs::set_permissions(
        open.socket().parent().unwrap(),
        PermissionsExt::from_mode(0o700),
    )
    .unwrap();
    fs::write(open.socket(), b"precious").unwrap();
    assert_eq!(open.start(&["--once"], PASSPHRASE).end().0.code(), Some(10));
    assert_eq!(fs::read(open.socket()).unwrap(), b"precious");
    fs::remove_file(open.socket()).unwrap();
    let living = UnixListener::bind(open.socket()).unwrap();
    assert_eq!(open.start(&["--once"], PASSPHRASE).end().0.code(), Some(10));
    drop(living);
}

#[test]
fn a_killed_agent_loses_nothing() {
    let place = Place::new();
    let agent = place.start(&["--once"], PASSPHRASE).ready();
    let mut shell = place.connect();
    shell.hello();
    shell.status(create(Sealing::PassphraseOnly, Backup::Later));
    let request = shell.payment(1, 20_000);
    shell.signed(request);
    drop(agent);
    let _agent = place.start(&[], PASSPHRASE).ready();
    let mut shell = place.connect();
    let status = shell.hello();
    assert_eq!(status.spent_today[0].atoms.to_string(), "20000");
}

#[cfg(target_os = "linux")]
#[test]
fn there_is_no_socket_but_unix_ones() {
    let output = program().arg("self-test-sockets").output().unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 12, "{said}");
    for line in lines {
        // 13 is EACCES.
        let wanted = if line.starts_with("unix") {
            ": opened"
        } else {
            ": errno 13"
        };
        assert!(line.ends_with(wanted), "{line}");
    }
}

#[test]
fn what_is_asked_wrongly_is_said() {
    let place = Place::new();
    let run = |args: &[&str]| {
        program()
            .args(args)
            .arg("--profile")
            .arg(place.profile())
            .stdin(Stdio::null())
            .output()
            .unwrap()
            .status
            .code()
    };
    assert_eq!(run(&["agent", "--prompt", "none"]), Some(2));
    assert_eq!(
        run(&["agent", "--stdio", "--secret-stdin", "--prompt", "none"]),
        Some(2)
    );
    assert_eq!(run(&["agent", "--stdio", "--prompt", "telepathy"]), Some(2));
}

#[test]
fn requests_have_bounds() {
    let place = Place::new();
    let _agent = place.start(&["--once"], PASSPHRASE).ready();
    let mut shell: Shell = place.connect();
    shell.hello();
    shell.status(create(Sealing::PassphraseOnly, Backup::Later));
    let bad = |result: Result<Response, AgentError>| {
        assert!(
            matches!(result, Err(AgentError::BadRequest { .. })),
            "{result:?}"
        );
    };
    bad(shell.call(Request::Accounts {
        first: 0,
        count: 101,
    }));
    bad(shell.call(Request::Accounts { first: 0, count: 0 }));
    assert_eq!(
        shell.call(Request::Accounts {
            first: u32::MAX,
            count: 2
        }),
        Err(AgentError::UnknownAccount)
    );
    let policy = SpendPolicy {
        quick_pay: Vec::new(),
        lock_after_seconds: 59,
    };
    bad(shell.call(Request::SetPolicy(policy)));
    let mut other = shell.payment(1, 1);
    other.signer = KeyRef::Account(1);
    assert!(matches!(
        shell.call(Request::Sign(other)),
        Err(AgentError::Refused { .. })
    ));
    let blind = SignRequest {
        purchase: "ab".repeat(16).parse().unwrap(),
        signer: KeyRef::Account(0),
        shop: None,
        what: ToSign::Transaction {
            unsigned: vec![0xc0; 40].into(),
        },
    };
    assert!(matches!(
        shell.call(Request::Sign(blind)),
        Err(AgentError::Undecodable { .. })
    ));
}
