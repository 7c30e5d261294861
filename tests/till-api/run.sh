#!/usr/bin/env bash
# The till's server for the shop's own software, as a program: hostile callers, webhooks that fail,
# schemathesis on the description, and the checkout page in a real browser. Pictures of the page go to
# target/screens/checkout/.
# Needs (Debian): webkit2gtk-driver libwebkit2gtk-4.1-0 xvfb openbox imagemagick openssl python3-venv
# Usage: tests/till-api/run.sh [TEST...]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
for program in WebKitWebDriver Xvfb openbox import openssl; do
    command -v "$program" >/dev/null || { echo "$0: $program is missing (see the list in this file)" >&2; exit 1; }
done
venv="$root/target/till-api-venv"
stamp="$venv/.requirements"
if ! cmp -s "$here/requirements.txt" "$stamp" 2>/dev/null; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary=:all: \
        --requirement "$here/requirements.txt"
    cp "$here/requirements.txt" "$stamp"
fi
cd "$root"
[ -n "${JIAOZI_PROGRAM:-}" ] || cargo build --quiet --workspace --all-targets --locked
[ -d tests/desktop/node_modules/axe-core ] || (cd tests/desktop && npm ci --no-fund --no-audit --loglevel=error)
export SCHEMATHESIS="$venv/bin/schemathesis"
cd "$here"
[ $# -gt 0 ] || { rm -rf "${CARGO_TARGET_DIR:-$root/target}/screens/checkout"; set -- ./*.test.mjs; }
exec node --test --test-concurrency=2 --test-timeout=600000 --test-reporter=spec "$@"
