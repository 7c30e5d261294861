//! The real Secret Service. Run through `tests/with-keyring.sh`, which brings
//! a bus and an unlocked gnome-keyring; without them these tests fail.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test stops at the first fault"
)]

mod support;

use std::os::unix::net::UnixListener;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jiaozi_types::agent::*;
use support::{Place, Shell, create, program};

const PIN: &str = "283917";

fn require_keyring() {
    assert!(
        std::env::var_os("JIAOZI_TEST_KEYRING").is_some(),
        "run this through tests/with-keyring.sh"
    );
}

/// An agent in another environment, with a PIN on standard input.
fn agent(place: &Place, environment: &[(&str, &str)]) -> support::Started {
    place.start_in(environment, &["--once"], PIN)
}

fn keyring_error(fault: KeyringFault) -> Result<Response, AgentError> {
    Err(AgentError::Keyring { fault })
}

fn shell(place: &Place) -> Shell {
    let mut shell = place.connect();
    shell.hello();
    shell
}

#[test]
fn keyring_keeps_half_of_the_seal() {
    require_keyring();
    let place = Place::new();
    let started = agent(&place, &[]).ready();
    let mut one = shell(&place);
    assert_eq!(
        one.call(Request::TestKeyring),
        Ok(Response::KeyringReady {
            backend: "secret-service".to_owned()
        })
    );
    let status = one.status(create(Sealing::Keyring, Backup::Later));
    assert_eq!(status.sealing, Some(Sealing::Keyring));
    assert_eq!(status.keyring_backend.as_deref(), Some("secret-service"));
    let key = one.call(Request::StoreKey).unwrap();
    let quick = one.payment(1, 1_250);
    one.signed(quick);
    drop(one);
    assert!(started.end().0.success());

    // After a restart: the store key while locked, the keys with the PIN.
    let started = agent(&place, &[]).ready();
    let mut two = shell(&place);
    assert_eq!(two.status(Request::Status).state, VaultState::Locked);
    assert_eq!(two.call(Request::StoreKey), Ok(key));
    let large = two.payment(2, 30_000);
    two.signed(large);
    drop(two);
    assert!(started.end().0.success());

    // A copied disk without the keyring: no PIN opens it.
    let nowhere = place.path().join("no-bus").display().to_string();
    let address = format!("unix:path={nowhere}");
    let started = agent(&place, &[("DBUS_SESSION_BUS_ADDRESS", &address)]).ready();
    let mut three = shell(&place);
    assert_eq!(
        three.call(Request::Unlock),
        keyring_error(KeyringFault::Absent)
    );
    assert_eq!(
        three.call(Request::StoreKey),
        keyring_error(KeyringFault::Absent)
    );
    drop(three);
    assert!(started.end().0.success());
}

#[test]
fn keyring_that_is_absent_is_said_at_once() {
    require_keyring();
    // No bus, and a bus without the service.
    let place = Place::new();
    let address = format!("unix:path={}", place.path().join("no-bus").display());
    let _started = agent(&place, &[("DBUS_SESSION_BUS_ADDRESS", &address)]).ready();
    let mut shell = shell(&place);
    assert_eq!(
        shell.call(Request::TestKeyring),
        keyring_error(KeyringFault::Absent)
    );
    let request = create(Sealing::Keyring, Backup::Later);
    assert_eq!(shell.call(request), keyring_error(KeyringFault::Absent));
    // Passphrase-only is still there.
    assert_eq!(shell.status(Request::Status).state, VaultState::Empty);
}

#[test]
fn keyring_that_never_answers_is_given_up() {
    require_keyring();
    let place = Place::new();
    let path = place.path().join("mute-bus");
    // Accepts connections and says nothing.
    let _listener = UnixListener::bind(&path).unwrap();
    let address = format!("unix:path={}", path.display());
    let _started = agent(&place, &[("DBUS_SESSION_BUS_ADDRESS", &address)]).ready();
    let mut shell = shell(&place);
    let start = Instant::now();
    assert_eq!(
        shell.call(Request::TestKeyring),
        keyring_error(KeyringFault::Unresponsive)
    );
    // The bound is 10 s; a stalled test machine may add to it.
    assert!(start.elapsed() < Duration::from_secs(60));
}

/// A bus of its own whose gnome-keyring was never unlocked.
#[test]
fn keyring_that_is_locked_is_said() {
    require_keyring();
    let home = tempfile::tempdir().unwrap();
    let script = r#"
        printf %s first-password | gnome-keyring-daemon --unlock --components=secrets >/dev/null
        for _ in $(seq 100); do
            dbus-send --session --print-reply --dest=org.freedesktop.DBus / \
                org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets | grep -q "boolean true" && break
            sleep 0.1
        done
        dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
            org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login >/dev/null
        exec "$0" agent --profile "$HOME/profile" --stdio --prompt none
    "#;
    let mut child = Command::new("dbus-run-session")
        .args(["--", "bash", "-euc", script])
        .arg(program().get_program())
        .env("HOME", home.path())
        .env("XDG_RUNTIME_DIR", home.path())
        .env("XDG_DATA_HOME", home.path().join("data"))
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("DISPLAY")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut shell = Shell::new(
        Box::new(child.stdin.take().unwrap()),
        Box::new(child.stdout.take().unwrap()),
    );
    shell.hello();
    assert_eq!(
        shell.call(Request::TestKeyring),
        keyring_error(KeyringFault::Locked)
    );
    drop(shell);
    assert!(child.wait().unwrap().success());
}
