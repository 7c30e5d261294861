#!/usr/bin/env bash
# Runs a command with a real Secret Service of its own: a private bus, an empty
# home, gnome-keyring unlocked with a test password. Fails when there is none.
# Usage: tests/with-keyring.sh CMD...
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: $0 CMD..." >&2; exit 2; }
for program in dbus-run-session dbus-send gnome-keyring-daemon; do
    command -v "$program" >/dev/null || { echo "$0: $program is missing (apt: gnome-keyring dbus-bin dbus-daemon)" >&2; exit 1; }
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -m 0700 "$scratch/run"
# Cargo and rustup keep to the caller's home; only the keyring moves.
export CARGO_HOME="${CARGO_HOME:-$HOME/.cargo}" RUSTUP_HOME="${RUSTUP_HOME:-$HOME/.rustup}"
export HOME="$scratch" XDG_RUNTIME_DIR="$scratch/run" XDG_DATA_HOME="$scratch/data" XDG_CONFIG_HOME="$scratch/config"
unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS
export JIAOZI_TEST_KEYRING=1
dbus-run-session -- bash -euc '
    # No line break: it would become part of the password.
    printf %s test-password | gnome-keyring-daemon --unlock --components=secrets >/dev/null
    # The daemon returns before it owns its name on the bus.
    for _ in $(seq 100); do
        if dbus-send --session --print-reply --dest=org.freedesktop.DBus / \
            org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets | grep -q "boolean true"; then
            exec "$@"
        fi
        sleep 0.1
    done
    echo "the Secret Service did not come up" >&2
    exit 1
' _ "$@"
