#!/usr/bin/env bash
# Drives the real desktop wallet, with its real vault and a real keyring, on a
# screen of its own. Pictures go to target/screens/desktop/. One of the tests has
# a real Conflux node, which listens on every interface: all of it runs in a
# network namespace that has nothing but loopback.
# Needs (Debian): webkit2gtk-driver xvfb openbox xdotool imagemagick procps
# gnome-keyring dbus libglib2.0-bin at-spi2-core python3-gi gir1.2-atspi-2.0
# Usage: tests/desktop/run.sh [TEST...]
set -euo pipefail
cd "$(dirname "$0")/../.."
for program in WebKitWebDriver Xvfb openbox xdotool import pgrep gdbus; do
    command -v "$program" >/dev/null || { echo "$0: $program is missing (see the list in this file)" >&2; exit 1; }
done
/usr/bin/python3 -c 'import gi; gi.require_version("Atspi", "2.0")' ||
    { echo "$0: python3-gi or gir1.2-atspi-2.0 is missing" >&2; exit 1; }

target=${CARGO_TARGET_DIR:-$PWD/target}
tests/desktop/build.sh
[ $# -gt 0 ] || rm -rf "$target/screens/desktop"

[ -d tests/nodes/node_modules ] || (cd tests/nodes && npm ci)
cd tests/desktop
[ -d node_modules ] || npm ci
[ $# -gt 0 ] || set -- ./*.test.mjs
exec ../nodes/in-netns.sh ../with-keyring.sh node --test --test-concurrency=1 --test-timeout=900000 "$@"
