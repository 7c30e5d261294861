#!/usr/bin/env bash
# Compares custody with eth-account and python-mnemonic on random cases.
# Usage: tests/oracles/run.sh [COUNT]   (cases of each kind; 200 without)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
venv="$root/target/oracles-venv"
stamp="$venv/.requirements"
if ! cmp -s "$here/requirements.txt" "$stamp" 2>/dev/null; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
    cp "$here/requirements.txt" "$stamp"
fi
cd "$root"
cargo build --quiet --workspace --all-targets --locked
exec "$venv/bin/python" "$here/compare.py" "${CARGO_TARGET_DIR:-$root/target}/debug/examples/oracle" "${1:-200}"
